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
      Words.LITTLE_64.set(bytes, to, (long) Words.LITTLE_64.get(bytes, from));
      Words.LITTLE_64.set(bytes, to + 8, (long) Words.LITTLE_64.get(bytes, from + 8));
      if (length > 16) {
        words(bytes, to + 16, from + 16, to + length);
      }
    } else {
      bytes[to] = bytes[from];
      bytes[to + 1] = bytes[from + 1];
      bytes[to + 2] = bytes[from + 2];
      bytes[to + 3] = bytes[from + 3];
      bytes[to + 4] = bytes[from + 4];
      bytes[to + 5] = bytes[from + 5];
      bytes[to + 6] = bytes[from + 6];
      bytes[to + 7] = bytes[from + 7];
      if (length > 8) {
        words(bytes, to + 8, to + 8 - SPREAD[distance], to + length);
      }
    }
  }

  private static void words(byte[] bytes, int to, int from, int end) {
    do {
      Words.LITTLE_64.set(bytes, to, (long) Words.LITTLE_64.get(bytes, from));
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
