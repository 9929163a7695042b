package io.vhdboot.compression;

/**
 * What LZX does to x86 code: the relative target of each byte that may be a near call (E8h) becomes
 * an absolute one before encoding, so that calls of the same function look alike, and relative
 * again after decoding.
 *
 * <p>Positions count from the chunk's start. The last 10 bytes of a chunk are left alone, and so
 * are targets outside a file of 12,000,000 bytes, which is what every chunk is taken to lie in.
 */
final class E8Filter {

  /** The byte that a call begins with. */
  static final int OPCODE = 0xE8;

  private static final int FILE_SIZE = 12_000_000;
  private static final int TAIL = 10;
  private static final int CALL_SIZE = 5;
  private static final long OPCODES = 0xE8E8E8E8E8E8E8E8L;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private E8Filter() {}

  /** Makes targets relative, as they were before encoding. */
  static void undo(byte[] bytes, int start, int length) {
    int end = start + length - TAIL;
    int at = next(bytes, start, end);
    while (at < end) {
      int position = at - start;
      int target = (int) Words.LITTLE_32.get(bytes, at + 1);
      if (target >= 0) {
        if (target < FILE_SIZE) {
          Words.LITTLE_32.set(bytes, at + 1, target - position);
        }
      } else if (target >= -position) {
        Words.LITTLE_32.set(bytes, at + 1, target + FILE_SIZE);
      }
      at = next(bytes, at + CALL_SIZE, end);
    }
  }

  /** Makes targets absolute, for encoding. */
  static void apply(byte[] bytes, int start, int length) {
    int end = start + length - TAIL;
    int at = next(bytes, start, end);
    while (at < end) {
      int position = at - start;
      int target = (int) Words.LITTLE_32.get(bytes, at + 1);
      if (target >= -position && target < FILE_SIZE) {
        int absolute = target + position < FILE_SIZE ? target + position : target - FILE_SIZE;
        Words.LITTLE_32.set(bytes, at + 1, absolute);
      }
      at = next(bytes, at + CALL_SIZE, end);
    }
  }

  /** The place of the next call, or the end or beyond it. 8 bytes behind the end must exist. */
  private static int next(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end) {
      long differences = (long) Words.LITTLE_64.get(bytes, at) ^ OPCODES;
      // The lowest mark is exact: a borrow can only make a wrong one above a right one.
      long marks = differences - LOW_BITS & ~differences & HIGH_BITS;
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >> 3);
      }
      at += Long.BYTES;
    }
    return at;
  }
}
