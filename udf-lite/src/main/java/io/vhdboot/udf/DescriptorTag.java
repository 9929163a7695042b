package io.vhdboot.udf;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * What every descriptor of UDF begins with, 16 bytes:
 *
 * <pre>
 * 00  2  kind
 * 02  2  version: 2 in UDF up to 1.50, 3 from 2.00 on
 * 04  1  sum of the other 15 bytes
 * 06  2  serial number
 * 08  2  CRC-16 (polynomial 1021h, from 0) of what follows
 * 0A  2  how many bytes that is
 * 0C  4  where the descriptor lies: a sector, or a block of its partition
 * </pre>
 *
 * <p>Source: ECMA-167, 3/7.2 and 4/7.2.
 *
 * @param kind the kind
 * @param location where it says that it lies
 */
record DescriptorTag(int kind, long location) {

  static final int SIZE = 16;

  static final int PRIMARY_VOLUME = 1;
  static final int ANCHOR = 2;
  static final int VOLUME_POINTER = 3;
  static final int PARTITION = 5;
  static final int LOGICAL_VOLUME = 6;
  static final int TERMINATOR = 8;
  static final int FILE_SET = 256;
  static final int FILE_IDENTIFIER = 257;
  static final int ALLOCATION_EXTENT = 258;
  static final int INDIRECT_ENTRY = 259;
  static final int FILE_ENTRY = 261;
  static final int EXTENDED_FILE_ENTRY = 266;

  private static final int POLYNOMIAL = 0x1021;

  /**
   * Reads the tag of a descriptor and checks its sums.
   *
   * @param bytes holds the whole descriptor
   * @param place where it lies, for messages
   * @throws CorruptFormatException when it is none, or damaged
   */
  static DescriptorTag get(byte[] bytes, int offset, String source, long place)
      throws CorruptFormatException {
    if (!isPresent(bytes, offset)) {
      throw new CorruptFormatException(source, place, "there is no UDF descriptor");
    }
    int length = LittleEndian.u16(bytes, offset + 0x0A);
    int wanted = LittleEndian.u16(bytes, offset + 0x08);
    if (length > bytes.length - offset - SIZE) {
      throw new CorruptFormatException(
          source, place, "a UDF descriptor of " + length + " bytes reaches out of its block");
    }
    int found = crc(bytes, offset + SIZE, length);
    if (found != wanted) {
      throw new CorruptFormatException(
          source,
          place,
          String.format("the CRC of a UDF descriptor is %04xh, not %04xh", found, wanted));
    }
    return new DescriptorTag(
        LittleEndian.u16(bytes, offset), LittleEndian.u32(bytes, offset + 0x0C));
  }

  /** Whether bytes look like a tag: the sum of the tag itself is right. */
  static boolean isPresent(byte[] bytes, int offset) {
    if (bytes.length - offset < SIZE || LittleEndian.u16(bytes, offset) == 0) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < SIZE; i++) {
      if (i != 4) {
        sum += bytes[offset + i];
      }
    }
    return (byte) sum == bytes[offset + 4];
  }

  private static int crc(byte[] bytes, int offset, int length) {
    int crc = 0;
    for (int i = offset; i < offset + length; i++) {
      crc ^= (bytes[i] & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
      crc &= 0xFFFF;
    }
    return crc;
  }
}
