package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * What stands before the entries of an index node, in the root as well as in a block. Offsets count
 * from this header:
 *
 * <pre>
 * 00  4  offset of the first entry
 * 04  4  bytes in use, this header included
 * 08  4  bytes allocated, likewise
 * 0C  1  1 when the entries have sub-nodes
 * 0D  3  0
 * </pre>
 *
 * @param firstEntry the offset of the first entry
 * @param bytesInUse the bytes in use
 * @param bytesAllocated the bytes allocated
 * @param hasChildren whether the entries have sub-nodes
 */
record IndexHeader(int firstEntry, int bytesInUse, int bytesAllocated, boolean hasChildren) {

  static final int SIZE = 16;

  /**
   * Reads the header at an offset of a node that ends at {@code limit}.
   *
   * @throws CorruptFormatException when the entries do not lie within the node
   */
  static IndexHeader get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int room = limit - offset;
    if (room < SIZE) {
      throw new CorruptFormatException(
          source, offset, "an index header cannot lie within " + room + " bytes");
    }
    long first = LittleEndian.u32(bytes, offset);
    long used = LittleEndian.u32(bytes, offset + 0x04);
    if (first < SIZE || first % 8 != 0 || used > room || first > used - IndexEntry.HEADER_SIZE) {
      throw new CorruptFormatException(
          source,
          offset,
          "index entries from " + first + " to " + used + " do not lie within " + room + " bytes");
    }
    return new IndexHeader(
        (int) first,
        (int) used,
        LittleEndian.i32(bytes, offset + 0x08),
        (LittleEndian.u8(bytes, offset + 0x0C) & 1) != 0);
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put32(bytes, offset, firstEntry);
    LittleEndian.put32(bytes, offset + 0x04, bytesInUse);
    LittleEndian.put32(bytes, offset + 0x08, bytesAllocated);
    LittleEndian.put32(bytes, offset + 0x0C, hasChildren ? 1 : 0);
  }
}
