package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Zero bytes: what a device reads as where it stores nothing. */
public final class Zeros {

  private static final int SIZE = 1 << 16;
  private static final ByteBuffer BLOCK = ByteBuffer.allocateDirect(SIZE).asReadOnlyBuffer();
  private static final byte[] BYTES = new byte[1 << 13];

  private Zeros() {}

  /** Fills a buffer from its position to its limit. */
  public static void fill(ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      buffer.put(BYTES, 0, Math.min(BYTES.length, buffer.remaining()));
    }
  }

  /** Whether a range of bytes is all zeros. */
  public static boolean isZero(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += BYTES.length) {
      int length = Math.min(BYTES.length, to - at);
      if (!Arrays.equals(bytes, at, at + length, BYTES, 0, length)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a range of a buffer is all zeros, wherever its position and limit are. */
  public static boolean isZero(ByteBuffer buffer, int from, int to) {
    ByteBuffer bytes = buffer.duplicate().clear();
    for (int at = from; at < to; at += SIZE) {
      int length = Math.min(SIZE, to - at);
      if (bytes.slice(at, length).mismatch(BLOCK.slice(0, length)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Writes zeros where a device knows no cheaper way. */
  static void write(BlockDevice device, long position, long length) throws IOException {
    long at = position;
    long end = position + length;
    while (at < end) {
      ByteBuffer block = BLOCK.duplicate();
      block.limit((int) Math.min(block.capacity(), end - at));
      int count = block.remaining();
      device.write(at, block);
      at += count;
    }
  }
}
