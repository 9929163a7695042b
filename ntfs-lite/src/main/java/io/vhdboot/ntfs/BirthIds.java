package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What the index $O of $ObjId says of the births of files: the volume, file and domain ids that
 * were theirs when they got their object id. Windows keeps them in the index alone, so they are
 * gathered from it however damaged it is: from every block that can be read, in use or not, and
 * then from the tree, whose word counts more.
 */
final class BirthIds {

  private static final int ID_SIZE = ViewIndex.ObjectIds.ID_SIZE;
  private static final int BIRTH_SIZE = ViewIndex.ObjectIds.FULL_SIZE - ID_SIZE;
  private static final int DATA_OFFSET = IndexEntry.HEADER_SIZE + ID_SIZE;
  private static final byte[] UNKNOWN = new byte[BIRTH_SIZE];
  private static final String INDEX = "$O";

  /** Ids of birth that are not zeros, by object id and file reference. */
  private final Map<ByteBuffer, byte[]> births = new HashMap<>();

  private BirthIds() {}

  /**
   * Gathers them.
   *
   * @param file $ObjId, or null when there is none
   */
  static BirthIds of(CheckedVolume volume, CheckedFile file) throws IOException {
    BirthIds births = new BirthIds();
    if (file != null) {
      births.fromBlocks(volume, file);
      boolean muted = volume.log().mute(true);
      try {
        IndexCheck.walk(volume, file, INDEX, births::take);
      } finally {
        volume.log().mute(muted);
      }
    }
    return births;
  }

  /** The 48 bytes of a file, which are zeros where nothing is known. */
  byte[] of(byte[] id, long reference) {
    return births.getOrDefault(key(id, 0, reference), UNKNOWN);
  }

  private static ByteBuffer key(byte[] bytes, int idPosition, long reference) {
    byte[] key = new byte[ID_SIZE + 8];
    System.arraycopy(bytes, idPosition, key, 0, ID_SIZE);
    LittleEndian.put64(key, ID_SIZE, reference);
    return ByteBuffer.wrap(key);
  }

  private void fromBlocks(CheckedVolume volume, CheckedFile file) throws IOException {
    CheckedStream blocks = file.find(AttributeType.INDEX_ALLOCATION, INDEX);
    if (blocks == null || blocks.isResident()) {
      return;
    }
    int blockSize = volume.boot().indexBlockSize();
    int units = blockSize / volume.boot().indexUnit();
    byte[] block = new byte[blockSize];
    for (long number = 0; number < blocks.size() / blockSize; number++) {
      try {
        blocks.content(volume.clusters()).read(number * blockSize, ByteBuffer.wrap(block));
        fromBlock(block, IndexBlock.get(block, 0, blockSize, number * units, INDEX).header());
      } catch (CorruptFormatException e) {
        // What can be read of the other blocks still counts.
        continue;
      }
    }
  }

  private void fromBlock(byte[] block, IndexHeader header) throws CorruptFormatException {
    int position = IndexBlock.HEADER_OFFSET + header.firstEntry();
    int end = IndexBlock.HEADER_OFFSET + header.bytesInUse();
    IndexEntry entry = IndexEntry.get(block, position, end, INDEX);
    while (!entry.isEnd()) {
      take(block, entry);
      position += entry.length();
      entry = IndexEntry.get(block, position, end, INDEX);
    }
  }

  private void take(byte[] node, IndexEntry entry) {
    int data = entry.position() + DATA_OFFSET;
    if (entry.keyLength() != ID_SIZE
        || entry.dataOffset() != DATA_OFFSET
        || entry.dataLength() != 8 + BIRTH_SIZE
        || entry.length() < DATA_OFFSET + 8 + BIRTH_SIZE) {
      return;
    }
    byte[] birth = Arrays.copyOfRange(node, data + 8, data + 8 + BIRTH_SIZE);
    if (!Arrays.equals(birth, UNKNOWN)) {
      births.put(key(node, entry.keyPosition(), LittleEndian.i64(node, data)), birth);
    }
  }
}
