package io.vhdboot.compression;

/**
 * The range that an LZMS chunk is written to: units of 16 bits go to its front and to its back,
 * until they meet.
 */
final class LzmsOutput {

  private final byte[] bytes;
  private final int start;
  private final int end;
  private int front;
  private int back;
  private boolean full;

  LzmsOutput(byte[] bytes, int offset, int limit) {
    this.bytes = bytes;
    start = offset;
    // An odd byte is of no use.
    end = offset + (limit & -Short.BYTES);
    front = start;
    back = end;
  }

  /** Whether something was to be written where no room was left, and was not. */
  boolean isFull() {
    return full;
  }

  /** Writes the next unit behind those at the front. */
  void front(int unit) {
    if (front >= back) {
      full = true;
      return;
    }
    Words.LITTLE_16.set(bytes, front, (short) unit);
    front += Short.BYTES;
  }

  /** Writes the next unit before those at the back. */
  void back(int unit) {
    if (front >= back) {
      full = true;
      return;
    }
    back -= Short.BYTES;
    Words.LITTLE_16.set(bytes, back, (short) unit);
  }

  /** Joins both sides and gives the length of the whole. */
  int join() {
    System.arraycopy(bytes, back, bytes, front, end - back);
    return front - start + end - back;
  }
}
