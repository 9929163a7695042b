package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Zero bytes to write where a device knows no cheaper way. */
final class Zeros {

  private static final ByteBuffer BLOCK = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

  private Zeros() {}

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
