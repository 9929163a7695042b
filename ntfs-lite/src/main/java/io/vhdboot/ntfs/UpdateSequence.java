package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * What shows that a file record or index block reached the disk whole. At the block's offsets 4 and
 * 6 stand the place and the length of the update sequence array:
 *
 * <pre>
 * 0  2  update sequence number, never 0
 * 2  2n the last two bytes of each 512-byte stride, where the number stands on disk instead
 * </pre>
 *
 * The stride is 512 bytes on drives with 4096-byte sectors too.
 */
final class UpdateSequence {

  /** Bytes of a stride. */
  static final int STRIDE = 512;

  private static final int OFFSET_FIELD = 4;
  private static final int COUNT_FIELD = 6;
  private static final int FIRST_NUMBER = 1;

  private UpdateSequence() {}

  /** Bytes that the array of a block takes. */
  static int size(int blockSize) {
    return 2 * (blockSize / STRIDE + 1);
  }

  /**
   * Turns a block as it lies on disk into what it means, in place.
   *
   * @param source what exceptions call the block
   * @throws CorruptFormatException when a stride does not end with the number: the block was torn
   *     or never written
   */
  static void remove(byte[] bytes, int offset, int length, String source)
      throws CorruptFormatException {
    int array = LittleEndian.u16(bytes, offset + OFFSET_FIELD);
    int count = LittleEndian.u16(bytes, offset + COUNT_FIELD);
    if (count != length / STRIDE + 1) {
      throw new CorruptFormatException(
          source,
          offset + COUNT_FIELD,
          "update sequence of " + count + " numbers in a block of " + length + " bytes");
    }
    if (array < COUNT_FIELD + 2 || array % 2 != 0 || array + 2 * count > STRIDE - 2) {
      throw new CorruptFormatException(
          source, offset + OFFSET_FIELD, "update sequence at " + array + " is out of bounds");
    }
    int number = LittleEndian.u16(bytes, offset + array);
    for (int i = 1; i < count; i++) {
      int end = offset + i * STRIDE - 2;
      if (LittleEndian.u16(bytes, end) != number) {
        throw new CorruptFormatException(
            source,
            offset + i * STRIDE - 2,
            String.format(
                "a sector ends with %04xh, the update sequence number is %04xh",
                LittleEndian.u16(bytes, end), number));
      }
    }
    for (int i = 1; i < count; i++) {
      LittleEndian.put16(
          bytes, offset + i * STRIDE - 2, LittleEndian.u16(bytes, offset + array + 2 * i));
    }
  }

  /** The number that a block holds, update sequence undone. */
  static int number(byte[] bytes) {
    return LittleEndian.u16(bytes, LittleEndian.u16(bytes, OFFSET_FIELD));
  }

  /** Sets the number from which {@link #apply} counts on. */
  static void setNumber(byte[] bytes, int number) {
    LittleEndian.put16(bytes, LittleEndian.u16(bytes, OFFSET_FIELD), number);
  }

  /** Puts the array's place and length into a block. */
  static void putHeader(byte[] bytes, int offset, int length, int array) {
    LittleEndian.put16(bytes, offset + OFFSET_FIELD, array);
    LittleEndian.put16(bytes, offset + COUNT_FIELD, length / STRIDE + 1);
  }

  /**
   * Turns a block into what belongs on disk, in place: the inverse of {@link #remove}. The number
   * counts on from the one that the block holds.
   */
  static void apply(byte[] bytes, int offset, int length) {
    int array = offset + LittleEndian.u16(bytes, offset + OFFSET_FIELD);
    int number = LittleEndian.u16(bytes, array) + 1 & 0xFFFF;
    if (number == 0) {
      number = FIRST_NUMBER;
    }
    LittleEndian.put16(bytes, array, number);
    for (int i = 1; i <= length / STRIDE; i++) {
      int end = offset + i * STRIDE - 2;
      LittleEndian.put16(bytes, array + 2 * i, LittleEndian.u16(bytes, end));
      LittleEndian.put16(bytes, end, number);
    }
  }
}
