package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * What the value of $INDEX_ROOT begins with:
 *
 * <pre>
 * 00  4  type of the attribute that is indexed: 30h in a directory, 0 in a view
 * 04  4  collation
 * 08  4  bytes of an index block
 * 0C  1  index units (clusters, or 512 bytes) of an index block
 * 0D  3  0
 * 10     {@link IndexHeader}, then the entries
 * </pre>
 *
 * @param attributeType the type that is indexed
 * @param collation one of the constants here
 * @param blockSize bytes of an index block
 * @param unitsPerBlock index units of a block
 * @param header the header of the root's entries
 */
record IndexRoot(
    int attributeType, int collation, int blockSize, int unitsPerBlock, IndexHeader header) {

  /** Bytes before the index header. */
  static final int HEADER_OFFSET = 16;

  /** Bytes before the first entry. */
  static final int SIZE = HEADER_OFFSET + IndexHeader.SIZE;

  /** By name, with the volume's table of capitals. */
  static final int COLLATION_FILE_NAME = 1;

  static final int COLLATION_U32 = 0x10;
  static final int COLLATION_SID = 0x11;

  /** By a descriptor's hash, then its id. */
  static final int COLLATION_SECURITY_HASH = 0x12;

  static final int COLLATION_U32_ARRAY = 0x13;

  /**
   * Reads the root.
   *
   * @throws CorruptFormatException when it does not lie within its bounds
   */
  static IndexRoot get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    if (limit - offset < SIZE) {
      throw new CorruptFormatException(
          source, offset, "$INDEX_ROOT of " + (limit - offset) + " bytes is too short");
    }
    return new IndexRoot(
        LittleEndian.i32(bytes, offset),
        LittleEndian.i32(bytes, offset + 0x04),
        LittleEndian.i32(bytes, offset + 0x08),
        LittleEndian.u8(bytes, offset + 0x0C),
        IndexHeader.get(bytes, offset + HEADER_OFFSET, limit, source));
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put32(bytes, offset, attributeType);
    LittleEndian.put32(bytes, offset + 0x04, collation);
    LittleEndian.put32(bytes, offset + 0x08, blockSize);
    LittleEndian.put32(bytes, offset + 0x0C, unitsPerBlock);
    header.put(bytes, offset + HEADER_OFFSET);
  }
}
