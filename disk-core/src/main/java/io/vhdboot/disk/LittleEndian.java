package io.vhdboot.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Little-endian numbers in byte arrays, the one place that widens unsigned ones. An offset outside
 * the array is the caller's mistake and throws {@link IndexOutOfBoundsException}: check what a file
 * says before.
 */
public final class LittleEndian {

  // Two bytes are quicker one by one until a program is warm, and no slower then.
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** An unsigned byte. */
  public static int u8(byte[] bytes, int offset) {
    return bytes[offset] & 0xFF;
  }

  /** An unsigned 16-bit number. */
  public static int u16(byte[] bytes, int offset) {
    return bytes[offset] & 0xFF | (bytes[offset + 1] & 0xFF) << 8;
  }

  /** A signed 32-bit number. */
  public static int i32(byte[] bytes, int offset) {
    return (int) INT.get(bytes, offset);
  }

  /** An unsigned 32-bit number. */
  public static long u32(byte[] bytes, int offset) {
    return Integer.toUnsignedLong((int) INT.get(bytes, offset));
  }

  /** A 64-bit number. */
  public static long i64(byte[] bytes, int offset) {
    return (long) LONG.get(bytes, offset);
  }

  /** Puts the low 8 bits. */
  public static void put8(byte[] bytes, int offset, int value) {
    bytes[offset] = (byte) value;
  }

  /** Puts the low 16 bits. */
  public static void put16(byte[] bytes, int offset, int value) {
    bytes[offset] = (byte) value;
    bytes[offset + 1] = (byte) (value >> 8);
  }

  /** Puts 32 bits. */
  public static void put32(byte[] bytes, int offset, int value) {
    INT.set(bytes, offset, value);
  }

  /** Puts the low 32 bits of an unsigned number. */
  public static void put32(byte[] bytes, int offset, long value) {
    INT.set(bytes, offset, (int) value);
  }

  /** Puts 64 bits. */
  public static void put64(byte[] bytes, int offset, long value) {
    LONG.set(bytes, offset, value);
  }
}
