package io.vhdboot.vhdx;

import java.nio.ByteBuffer;

/** Puts zeros where a disk stores nothing. */
final class ZeroFill {

  private static final byte[] ZEROS = new byte[1 << 13];

  private ZeroFill() {}

  /** Fills a buffer from its position to its limit. */
  static void rest(ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      buffer.put(ZEROS, 0, Math.min(ZEROS.length, buffer.remaining()));
    }
  }
}
