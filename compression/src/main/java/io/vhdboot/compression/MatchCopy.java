package io.vhdboot.compression;

/**
 * Copies matches: bytes that stand some distance before, one after another, so that a match that
 * overlaps its own source repeats it.
 */
final class MatchCopy {

  /** Bytes behind a match that {@link #wide} may overwrite. */
  static final int SLACK = 16;

  /** The smallest multiple of each distance below 8 that is at least 8. */
  private static final int[] SPREAD = {8, 8, 8, 9, 8, 10, 12, 14};

  private MatchCopy() {}

  /**
   * Copies by words. Up to {@link #SLACK} bytes behind the match are overwritten with anything.
   *
   * @param bytes holds the source and receives the match
   * @param to where the match begins
   * @param distance how far before it the source begins
   * @param length its length, at least 1
   */
  static void wide(byte[] bytes, int to, int distance, int length) {
    int from = to - distance;
    if (distance >= 8) {
      BitReader.LONG.set(bytes, to, (long) BitReader.LONG.get(bytes, from));
      BitReader.LONG.set(bytes, to + 8, (long) BitReader.LONG.get(bytes, from + 8));
      if (length > 16) {
        words(bytes, to + 16, from + 16, to + length);
      }
    } else {
      for (int i = 0; i < 8; i++) {
        bytes[to + i] = bytes[from + i];
      }
      if (length > 8) {
        words(bytes, to + 8, to + 8 - SPREAD[distance], to + length);
      }
    }
  }

  private static void words(byte[] bytes, int to, int from, int end) {
    do {
      BitReader.LONG.set(bytes, to, (long) BitReader.LONG.get(bytes, from));
      to += 8;
      from += 8;
    } while (to < end);
  }

  /** Copies byte by byte and touches nothing else. */
  static void exact(byte[] bytes, int to, int distance, int length) {
    for (int i = to; i < to + length; i++) {
      bytes[i] = bytes[i - distance];
    }
  }
}
