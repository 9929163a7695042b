package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * What stands before each security descriptor in $Secure:$SDS, and again as data in its indexes
 * $SII and $SDH:
 *
 * <pre>
 * 00  4  hash of the descriptor
 * 04  4  security id
 * 08  8  offset of this entry in $SDS
 * 10  4  length of the entry, these 20 bytes included
 * 14     in $SDS: the self-relative descriptor
 * </pre>
 *
 * Entries begin on multiples of 16 and none crosses a 256 KiB line. Of each 512 KiB of $SDS the
 * second half is a copy of the first.
 *
 * @param hash the hash
 * @param securityId the security id
 * @param position the offset in $SDS
 * @param length the length of the entry
 */
record SecurityDescriptorEntry(int hash, int securityId, long position, int length) {

  static final int HEADER_SIZE = 20;
  static final int ALIGNMENT = 16;

  /** Bytes of a half, and how far a copy lies behind its entry. */
  static final int HALF = 0x40000;

  /** The first security id; smaller ones have other meanings. */
  static final int FIRST_ID = 0x100;

  /**
   * Reads the header at an offset.
   *
   * @throws CorruptFormatException when it does not lie within the bounds
   */
  static SecurityDescriptorEntry get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    if (limit - offset < HEADER_SIZE) {
      throw new CorruptFormatException(
          source, offset, "a descriptor's header cannot lie within " + (limit - offset) + " bytes");
    }
    return new SecurityDescriptorEntry(
        LittleEndian.i32(bytes, offset),
        LittleEndian.i32(bytes, offset + 0x04),
        LittleEndian.i64(bytes, offset + 0x08),
        LittleEndian.i32(bytes, offset + 0x10));
  }

  /**
   * The entry of a descriptor that follows what is in $SDS.
   *
   * @param end where the last entry ends
   * @param descriptorLength the descriptor's bytes, which with the header fit into a half
   */
  static SecurityDescriptorEntry behind(long end, int hash, int securityId, int descriptorLength) {
    int length = HEADER_SIZE + descriptorLength;
    long position = alignUp(end, ALIGNMENT);
    if (position % (2 * HALF) + length > HALF) {
      position = alignUp(position, 2 * HALF);
    }
    return new SecurityDescriptorEntry(hash, securityId, position, length);
  }

  private static long alignUp(long value, int alignment) {
    return (value + alignment - 1) / alignment * alignment;
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put32(bytes, offset, hash);
    LittleEndian.put32(bytes, offset + 0x04, securityId);
    LittleEndian.put64(bytes, offset + 0x08, position);
    LittleEndian.put32(bytes, offset + 0x10, length);
  }

  /** The hash by which $SDH finds a descriptor. */
  static int hash(byte[] descriptor) {
    int hash = 0;
    for (int i = 0; i + 4 <= descriptor.length; i += 4) {
      hash = LittleEndian.i32(descriptor, i) + Integer.rotateLeft(hash, 3);
    }
    return hash;
  }
}
