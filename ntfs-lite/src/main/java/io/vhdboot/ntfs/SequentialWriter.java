package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Gathers small pieces that follow each other on a device into large writes. */
final class SequentialWriter {

  private static final int BUFFER_SIZE = 1 << 20;

  private final BlockDevice target;
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private long position;
  private int used;

  SequentialWriter(BlockDevice target) {
    this.target = target;
  }

  /** Goes on at a position, which costs a write unless it is where the last piece ended. */
  void moveTo(long newPosition) throws IOException {
    if (newPosition != position()) {
      flush();
      position = newPosition;
    }
  }

  /** Where the next byte goes. */
  long position() {
    return position + used;
  }

  void write(byte[] bytes) throws IOException {
    int from = 0;
    while (from < bytes.length) {
      int count = Math.min(bytes.length - from, room());
      System.arraycopy(bytes, from, buffer, used, count);
      used += count;
      from += count;
    }
  }

  /** Writes one byte over and over, up to a position. */
  void fillTo(long end, byte value) throws IOException {
    while (position() < end) {
      int count = (int) Math.min(end - position(), room());
      Arrays.fill(buffer, used, used + count, value);
      used += count;
    }
  }

  /** Writes what is left; the writer may be used on. */
  void flush() throws IOException {
    if (used > 0) {
      target.write(position, ByteBuffer.wrap(buffer, 0, used));
      position += used;
      used = 0;
    }
  }

  private int room() throws IOException {
    if (used == BUFFER_SIZE) {
      flush();
    }
    return BUFFER_SIZE - used;
  }
}
