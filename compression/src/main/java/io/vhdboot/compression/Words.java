package io.vhdboot.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Words of several bytes within byte arrays, at any position. */
final class Words {

  /** 16-bit little-endian words. */
  static final VarHandle LITTLE_16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** 32-bit little-endian words. */
  static final VarHandle LITTLE_32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** 64-bit little-endian words. */
  static final VarHandle LITTLE_64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** 64-bit big-endian words. */
  static final VarHandle BIG_64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Bytes that must stand behind the last one that {@link #equalBytes} is asked about. */
  static final int PADDING = Long.BYTES;

  private Words() {}

  /**
   * How many bytes from two positions on are equal. Whole words are compared, beyond the limit too.
   *
   * @param bytes holds both
   * @param known how many are known to be equal, no more than the largest answer
   * @param most the largest answer
   */
  static int equalBytes(byte[] bytes, int one, int other, int known, int most) {
    // Most are told apart by their first word.
    long difference =
        (long) LITTLE_64.get(bytes, one + known) ^ (long) LITTLE_64.get(bytes, other + known);
    if (difference != 0) {
      return Math.min(most, known + (Long.numberOfTrailingZeros(difference) >> 3));
    }
    return most - known <= Long.BYTES
        ? most
        : equalWords(bytes, one, other, known + Long.BYTES, most);
  }

  private static int equalWords(byte[] bytes, int one, int other, int known, int most) {
    int length = known;
    do {
      long difference =
          (long) LITTLE_64.get(bytes, one + length) ^ (long) LITTLE_64.get(bytes, other + length);
      if (difference != 0) {
        return Math.min(most, length + (Long.numberOfTrailingZeros(difference) >> 3));
      }
      length += Long.BYTES;
    } while (length < most);
    return most;
  }
}
