package io.vhdboot.vhd;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Puts zeros where a disk stores nothing, and finds them. */
final class ZeroFill {

  private static final byte[] ZEROS = new byte[1 << 13];

  private ZeroFill() {}

  /** Fills a buffer from its position to its limit. */
  static void rest(ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      buffer.put(ZEROS, 0, Math.min(ZEROS.length, buffer.remaining()));
    }
  }

  /** Whether a range of bytes is all zeros. */
  static boolean isZero(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += ZEROS.length) {
      int length = Math.min(ZEROS.length, to - at);
      if (!Arrays.equals(bytes, at, at + length, ZEROS, 0, length)) {
        return false;
      }
    }
    return true;
  }
}
