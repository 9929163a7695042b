package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Finds delta matches, as {@link LzmsFormat} has them: for each power, a table tells where the same
 * three differences between a byte and the one a span before stood last.
 */
final class LzmsDeltaTable {

  private static final int HASH_BITS = 12;
  private static final int HASH_SHIFT = Integer.SIZE - HASH_BITS;
  private static final int FACTOR = 0x9E3779B1;
  private static final int NONE = -1;
  private static final int SHORTEST = 3;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final int[] last = new int[LzmsFormat.POWER_SYMBOLS << HASH_BITS];
  private byte[] bytes;

  /** The item of the match found last, without its length. */
  private long item;

  /** Forgets all positions and goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes) {
    this.bytes = bytes;
    Arrays.fill(last, NONE);
  }

  /**
   * Puts a position in and looks for its longest match.
   *
   * @param at the position
   * @param most the longest match wanted, within the chunk
   * @return its length, or 0
   */
  int find(int at, int most) {
    byte[] bytes = this.bytes;
    int best = SHORTEST - 1;
    int here = (int) Words.LITTLE_32.get(bytes, at);
    for (int power = 0; power < LzmsFormat.POWER_SYMBOLS; power++) {
      int span = 1 << power;
      if (at < span) {
        break;
      }
      int before = (int) Words.LITTLE_32.get(bytes, at - span);
      int differences = (int) difference(here, before);
      int index = (power << HASH_BITS) + ((differences << 8) * FACTOR >>> HASH_SHIFT);
      int candidate = last[index];
      last[index] = at;
      int offset = at - candidate;
      if (candidate < span || (offset & span - 1) != 0) {
        continue;
      }
      int length = length(at, offset, span, most);
      if (length > best) {
        best = length;
        item = LzmsItem.delta(LzmsItem.OWN_OFFSET, power, offset >> power);
      }
    }
    return best < SHORTEST ? 0 : best;
  }

  /** The item of the match found last, without its length. */
  long item() {
    return item;
  }

  /** How many bytes from a position on a delta match gives. */
  int length(int at, int offset, int span, int most) {
    byte[] bytes = this.bytes;
    int length = 0;
    while (length < most) {
      int to = at + length;
      long wrong =
          difference(
                  (long) Words.LITTLE_64.get(bytes, to),
                  (long) Words.LITTLE_64.get(bytes, to - span))
              ^ difference(
                  (long) Words.LITTLE_64.get(bytes, to - offset),
                  (long) Words.LITTLE_64.get(bytes, to - offset - span));
      if (wrong != 0) {
        return Math.min(most, length + (Long.numberOfTrailingZeros(wrong) >> 3));
      }
      length += Long.BYTES;
    }
    return most;
  }

  /** The differences of all bytes of two words, each modulo 256. */
  private static long difference(long one, long other) {
    return (one | HIGH_BITS) - (other & ~HIGH_BITS) ^ (one ^ ~other) & HIGH_BITS;
  }
}
