package io.vhdboot.compression;

/** Writes bits as LZX has them: into 16-bit little-endian units, from the most significant down. */
final class LzxBitWriter {

  private final byte[] output;
  private final int limit;
  private int next;
  private long buffer;
  private int count;
  private boolean full;

  LzxBitWriter(byte[] output, int offset, int limit) {
    this.output = output;
    this.limit = limit;
    next = offset;
  }

  /** Whether something was to be written behind the limit, and was not. */
  boolean isFull() {
    return full;
  }

  /** Writes up to 32 bits. */
  void bits(int value, int number) {
    buffer = buffer << number | value;
    count += number;
    while (count >= 16) {
      count -= 16;
      unit((int) (buffer >>> count));
    }
  }

  /** Fills the last unit up and says where the chunk ends. */
  int end() {
    if (count > 0) {
      unit((int) (buffer << 16 - count));
      count = 0;
    }
    return next;
  }

  private void unit(int value) {
    if (next + 2 > limit) {
      full = true;
      return;
    }
    Words.LITTLE_16.set(output, next, (short) value);
    next += 2;
  }
}
