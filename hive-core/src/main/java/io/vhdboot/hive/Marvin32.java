package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;

/**
 * The hash in transaction logs since Windows 8.1: Marvin32 with a fixed seed. Facts: msuhanov/regf,
 * "Log entry"; US patent 8,555,057 for the mixing step.
 */
final class Marvin32 {

  private static final int SEED_LOW = 0x7A4E55C5;
  private static final int SEED_HIGH = 0x82EF4D88;

  private int low = SEED_LOW;
  private int high = SEED_HIGH;

  private Marvin32() {}

  static long hash(byte[] bytes, int offset, int length) {
    Marvin32 state = new Marvin32();
    int at = offset;
    int end = offset + length;
    for (; end - at >= Integer.BYTES; at += Integer.BYTES) {
      state.mix(LittleEndian.i32(bytes, at));
    }
    int last = 0x80;
    for (int i = end - 1; i >= at; i--) {
      last = last << Byte.SIZE | LittleEndian.u8(bytes, i);
    }
    state.mix(last);
    state.mix(0);
    return Integer.toUnsignedLong(state.low) | (long) state.high << Integer.SIZE;
  }

  private void mix(int word) {
    low += word;
    high ^= low;
    low = Integer.rotateLeft(low, 20) + high;
    high = Integer.rotateLeft(high, 9) ^ low;
    low = Integer.rotateLeft(low, 27) + high;
    high = Integer.rotateLeft(high, 19);
  }
}
