package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The index $O of $Extend\$ObjId: which file has an object id, and the ids of its birth volume,
 * birth object and domain, which stand nowhere else.
 */
final class ObjectIdIndex {

  static final String PATH = "$Extend/$ObjId";

  private static final String NAME = "$O";
  private static final int ID_SIZE = 16;
  private static final int REFERENCE_SIZE = 8;
  private static final int BIRTH_SIZE = 48;

  private ObjectIdIndex() {}

  /**
   * The ids beside an object id.
   *
   * @param file the attributes of $ObjId
   * @return 48 bytes; nothing when the index does not tell of the id
   */
  static Optional<byte[]> birthIds(AttributeSet file, ClusterSpace clusters, byte[] id)
      throws IOException {
    if (file.find(AttributeType.INDEX_ROOT, NAME).isEmpty()) {
      return Optional.empty();
    }
    IndexCursor cursor = IndexCursor.open(file, NAME, clusters);
    cursor.seek((node, entry) -> compare(node, keyPosition(node, entry, cursor.source()), id));
    if (!cursor.next()
        || compare(cursor.bytes(), keyPosition(cursor.bytes(), cursor.entry(), cursor.source()), id)
            != 0) {
      return Optional.empty();
    }
    IndexEntry entry = cursor.entry();
    int begin = entry.position() + entry.dataOffset() + REFERENCE_SIZE;
    if (entry.dataLength() < REFERENCE_SIZE + BIRTH_SIZE
        || begin + BIRTH_SIZE > entry.position() + entry.length()) {
      throw new CorruptFormatException(
          cursor.source(),
          entry.position(),
          "an entry with data of " + entry.dataLength() + " bytes has no ids of birth");
    }
    return Optional.of(Arrays.copyOfRange(cursor.bytes(), begin, begin + BIRTH_SIZE));
  }

  private static int keyPosition(byte[] node, IndexEntry entry, String source)
      throws CorruptFormatException {
    if (entry.keyLength() != ID_SIZE || entry.keyPosition() > node.length - ID_SIZE) {
      throw new CorruptFormatException(
          source, entry.position(), "a key of " + entry.keyLength() + " bytes, not of 16");
    }
    return entry.keyPosition();
  }

  /** Compares as the index does: by words, little-endian and unsigned. */
  private static int compare(byte[] node, int at, byte[] id) {
    for (int i = 0; i < ID_SIZE; i += Integer.BYTES) {
      int order = Integer.compareUnsigned(LittleEndian.i32(node, at + i), LittleEndian.i32(id, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
