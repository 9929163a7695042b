package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;

/**
 * The value of $EA, a chain of extended attributes on multiples of 4 (MS-FSCC 2.4.15), and of
 * $EA_INFORMATION, which sums it up:
 *
 * <pre>
 * 00  4  distance to the next one, 0 in the last       00  2  packed length
 * 04  1  flags: 80h needed to understand the file      02  2  how many are needed
 * 05  1  length of the name                            04  4  length of $EA
 * 06  2  length of the value
 * 08     name, ASCII, then NUL, then the value
 * </pre>
 *
 * The packed length counts 5 bytes, name and value of each: what OS/2 would have stored.
 *
 * @param packedLength the packed length
 * @param neededCount how many are needed to understand the file
 */
record ExtendedAttributes(int packedLength, int neededCount) {

  static final int INFORMATION_SIZE = 8;

  /** Bytes that Windows takes at most. */
  static final int MAX_SIZE = 0x10000;

  private static final int HEADER_SIZE = 8;
  private static final int PACKED_HEADER_SIZE = 5;
  private static final int NEEDED = 0x80;

  /**
   * Sums up a chain.
   *
   * @throws IllegalArgumentException when it does not hold together
   */
  static ExtendedAttributes of(byte[] chain) {
    int packed = 0;
    int needed = 0;
    int at = 0;
    while (true) {
      if (at + HEADER_SIZE > chain.length) {
        throw new IllegalArgumentException(
            "extended attributes (" + chain.length + " bytes) end within the one at " + at);
      }
      long next = LittleEndian.u32(chain, at);
      int nameLength = LittleEndian.u8(chain, at + 0x05);
      int valueLength = LittleEndian.u16(chain, at + 0x06);
      int size = HEADER_SIZE + nameLength + 1 + valueLength;
      if (at + size > chain.length
          || next != 0 && (next < size || next % 4 != 0 || at + next > chain.length)) {
        throw new IllegalArgumentException(
            "the extended attribute at " + at + " does not fit in " + chain.length + " bytes");
      }
      packed += PACKED_HEADER_SIZE + nameLength + valueLength;
      if ((LittleEndian.u8(chain, at + 0x04) & NEEDED) != 0) {
        needed++;
      }
      if (next == 0) {
        return new ExtendedAttributes(packed, needed);
      }
      at += (int) next;
    }
  }

  /** The value of $EA_INFORMATION for a chain of this length. */
  byte[] information(int chainLength) {
    byte[] bytes = new byte[INFORMATION_SIZE];
    LittleEndian.put16(bytes, 0x00, packedLength);
    LittleEndian.put16(bytes, 0x02, neededCount);
    LittleEndian.put32(bytes, 0x04, chainLength);
    return bytes;
  }
}
