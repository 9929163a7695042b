package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * A block of $INDEX_ALLOCATION, a node of the tree below the root:
 *
 * <pre>
 * 00  4  INDX
 * 04  4  place and count of the update sequence array
 * 08  8  log sequence number
 * 10  8  own VCN
 * 18 16  {@link IndexHeader}
 * 28     update sequence array, then the entries on a multiple of 8
 * </pre>
 *
 * @param vcn its own VCN
 * @param header the header of its entries
 */
record IndexBlock(long vcn, IndexHeader header) {

  /** Bytes that every volume of Windows gives a block. */
  static final int DEFAULT_SIZE = 4096;

  static final int HEADER_OFFSET = 0x18;

  private static final int SIGNATURE = 0x58444E49;
  private static final int UPDATE_SEQUENCE_OFFSET = 0x28;

  /** Where the first entry goes in a block of this size. */
  static int firstEntry(int blockSize) {
    return AttributeHeader.align(UPDATE_SEQUENCE_OFFSET + UpdateSequence.size(blockSize));
  }

  /** Whether the bytes begin as a block does; one that was never used is mostly zeros. */
  static boolean isPresent(byte[] bytes, int offset) {
    return LittleEndian.i32(bytes, offset) == SIGNATURE;
  }

  /**
   * Reads a block and removes its update sequence, in place.
   *
   * @param vcn the VCN that led to it
   * @throws CorruptFormatException when it is no block, is torn or is another one
   */
  static IndexBlock get(byte[] bytes, int offset, int blockSize, long vcn, String source)
      throws CorruptFormatException {
    if (!isPresent(bytes, offset)) {
      throw new CorruptFormatException(
          source,
          offset,
          String.format(
              "an index block begins with INDX, not %08xh", LittleEndian.i32(bytes, offset)));
    }
    UpdateSequence.remove(bytes, offset, blockSize, source);
    long own = LittleEndian.i64(bytes, offset + 0x10);
    if (own != vcn) {
      throw new CorruptFormatException(
          source, offset + 0x10, "the index block of VCN " + vcn + " says it is that of " + own);
    }
    return new IndexBlock(
        own, IndexHeader.get(bytes, offset + HEADER_OFFSET, offset + blockSize, source));
  }

  /**
   * Puts the header around entries that are there already and protects the block by its update
   * sequence.
   *
   * @param end where the entries end
   */
  static void put(byte[] bytes, int offset, int blockSize, long vcn, int end, boolean hasChildren) {
    putHeader(bytes, offset, blockSize, vcn, end, hasChildren);
    UpdateSequence.apply(bytes, offset, blockSize);
  }

  /** As {@link #put}, but leaves the block unprotected. */
  static void putHeader(
      byte[] bytes, int offset, int blockSize, long vcn, int end, boolean hasChildren) {
    LittleEndian.put32(bytes, offset, SIGNATURE);
    UpdateSequence.putHeader(bytes, offset, blockSize, UPDATE_SEQUENCE_OFFSET);
    LittleEndian.put64(bytes, offset + 0x08, 0);
    LittleEndian.put64(bytes, offset + 0x10, vcn);
    new IndexHeader(
            firstEntry(blockSize) - HEADER_OFFSET,
            end - offset - HEADER_OFFSET,
            blockSize - HEADER_OFFSET,
            hasChildren)
        .put(bytes, offset + HEADER_OFFSET);
  }
}
