package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.ntfs.security.Sid;
import java.util.Arrays;
import java.util.List;

/** The views of the system files: indexes whose entries hold a key and data of one size each. */
abstract class ViewIndex extends IndexSource {

  private final int keyLength;
  private final int dataOffset;
  private final int dataLength;
  private final int entrySize;

  /**
   * Creates a view.
   *
   * @param keyLength bytes of a key
   * @param dataLength bytes of the data behind it
   * @param entrySize bytes of an entry without sub-node
   */
  ViewIndex(int ordinal, String name, int collation, int keyLength, int dataLength, int entrySize) {
    super(ordinal, name, collation);
    this.keyLength = keyLength;
    this.dataOffset = dataLength == 0 ? 0 : IndexEntry.HEADER_SIZE + keyLength;
    this.dataLength = dataLength;
    this.entrySize = entrySize;
  }

  /** Puts key and data of an entry. */
  abstract void putContent(int i, byte[] bytes, int offset, ImageState state);

  @Override
  int entrySize(int i) {
    return entrySize;
  }

  @Override
  int put(int i, byte[] bytes, int offset, long child, ImageState state) {
    putContent(i, bytes, offset + IndexEntry.HEADER_SIZE, state);
    return IndexEntry.put(
        bytes, offset, IndexEntry.viewData(dataOffset, dataLength), entrySize, keyLength, child);
  }

  /** $Secure:$SII, descriptors by id: key the id (4), data the header of the entry in $SDS. */
  static final class ById extends ViewIndex {

    private final SecurityTable security;

    ById(int ordinal, SecurityTable security) {
      super(
          ordinal,
          "$SII",
          IndexRoot.COLLATION_U32,
          4,
          SecurityDescriptorEntry.HEADER_SIZE,
          IndexEntry.size(4 + SecurityDescriptorEntry.HEADER_SIZE));
      this.security = security;
    }

    @Override
    int count() {
      return security.count();
    }

    @Override
    void putContent(int i, byte[] bytes, int offset, ImageState state) {
      SecurityDescriptorEntry entry = security.entry(i);
      LittleEndian.put32(bytes, offset, entry.securityId());
      entry.put(bytes, offset + 4);
    }
  }

  /** $Secure:$SDH, descriptors by hash: key hash (4) and id (4), data as in $SII, then "II". */
  static final class ByHash extends ViewIndex {

    /** What Windows puts behind the data. */
    static final int PADDING = 0x0049_0049;

    private final SecurityTable security;
    private SecurityDescriptorEntry[] sorted = {};

    ByHash(int ordinal, SecurityTable security) {
      super(
          ordinal,
          "$SDH",
          IndexRoot.COLLATION_SECURITY_HASH,
          8,
          SecurityDescriptorEntry.HEADER_SIZE,
          IndexEntry.size(8 + SecurityDescriptorEntry.HEADER_SIZE + 4));
      this.security = security;
    }

    void sort() {
      sorted = security.byHash();
    }

    @Override
    int count() {
      return security.count();
    }

    @Override
    void putContent(int i, byte[] bytes, int offset, ImageState state) {
      SecurityDescriptorEntry entry = sorted[i];
      LittleEndian.put32(bytes, offset, entry.hash());
      LittleEndian.put32(bytes, offset + 4, entry.securityId());
      entry.put(bytes, offset + 8);
      LittleEndian.put32(bytes, offset + 8 + SecurityDescriptorEntry.HEADER_SIZE, PADDING);
    }
  }

  /**
   * The object id of a file.
   *
   * @param node the file
   * @param value the 16 bytes of the id, or all 64
   */
  record ObjectId(NodeHandle node, byte[] value) {}

  /**
   * $ObjId:$O, files by object id: key the id (16), data the file reference (8) and the ids of
   * birth volume, birth object and domain (16 each).
   */
  static final class ObjectIds extends ViewIndex {

    static final int ID_SIZE = 16;
    static final int FULL_SIZE = 64;

    private final List<ObjectId> objectIds;
    private ObjectId[] sorted = {};

    ObjectIds(int ordinal, List<ObjectId> objectIds) {
      super(
          ordinal,
          "$O",
          IndexRoot.COLLATION_U32_ARRAY,
          ID_SIZE,
          8 + FULL_SIZE - ID_SIZE,
          IndexEntry.size(8 + FULL_SIZE));
      this.objectIds = objectIds;
    }

    void sort() {
      sorted = objectIds.toArray(ObjectId[]::new);
      Arrays.sort(sorted, (a, b) -> compareWords(a.value, b.value));
    }

    @Override
    int count() {
      return objectIds.size();
    }

    @Override
    void putContent(int i, byte[] bytes, int offset, ImageState state) {
      byte[] value = sorted[i].value;
      Arrays.fill(bytes, offset, offset + 8 + FULL_SIZE, (byte) 0);
      System.arraycopy(value, 0, bytes, offset, ID_SIZE);
      LittleEndian.put64(bytes, offset + ID_SIZE, state.reference(sorted[i].node));
      System.arraycopy(value, ID_SIZE, bytes, offset + ID_SIZE + 8, value.length - ID_SIZE);
    }

    private static int compareWords(byte[] a, byte[] b) {
      for (int i = 0; i < ID_SIZE; i += 4) {
        int order = Integer.compareUnsigned(LittleEndian.i32(a, i), LittleEndian.i32(b, i));
        if (order != 0) {
          return order;
        }
      }
      return 0;
    }
  }

  /** $Reparse:$R, files that are reparse points: key the tag (4) and the file reference (8). */
  static final class ReparsePoints extends ViewIndex {

    private static final int KEY_LENGTH = 12;

    private final List<NodeHandle> nodes;

    ReparsePoints(int ordinal, List<NodeHandle> nodes) {
      super(
          ordinal, "$R", IndexRoot.COLLATION_U32_ARRAY, KEY_LENGTH, 0, IndexEntry.size(KEY_LENGTH));
      this.nodes = nodes;
    }

    /** Sorts by tag and record; the records' numbers ascend with the nodes' ordinals. */
    void sort() {
      nodes.sort(
          (a, b) ->
              a.reparseTagOrEaLength != b.reparseTagOrEaLength
                  ? Integer.compareUnsigned(a.reparseTagOrEaLength, b.reparseTagOrEaLength)
                  : a.ordinal - b.ordinal);
    }

    @Override
    int count() {
      return nodes.size();
    }

    @Override
    void putContent(int i, byte[] bytes, int offset, ImageState state) {
      NodeHandle node = nodes.get(i);
      LittleEndian.put32(bytes, offset, node.reparseTagOrEaLength);
      LittleEndian.put64(bytes, offset + 4, state.reference(node));
      LittleEndian.put32(bytes, offset + KEY_LENGTH, 0);
    }
  }

  /** $Quota:$O, owners by SID: key the administrators' SID, data their owner id and 20h. */
  static final class QuotaOwners extends ViewIndex {

    static final int ADMINISTRATORS = 0x100;

    private static final byte[] SID = Sid.ADMINISTRATORS.bytes();

    QuotaOwners(int ordinal) {
      super(ordinal, "$O", IndexRoot.COLLATION_SID, SID.length, 8, IndexEntry.size(SID.length + 8));
    }

    @Override
    int count() {
      return 1;
    }

    @Override
    void putContent(int i, byte[] bytes, int offset, ImageState state) {
      System.arraycopy(SID, 0, bytes, offset, SID.length);
      LittleEndian.put32(bytes, offset + SID.length, ADMINISTRATORS);
      LittleEndian.put32(bytes, offset + SID.length + 4, 0x20);
    }
  }
}
