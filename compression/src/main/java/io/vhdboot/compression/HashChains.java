package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Finds the longest match at a position of a chunk of up to 64 KiB, by following the chain of
 * earlier positions whose first four bytes have the same hash, nearest first; the nearest match of
 * three bytes comes from a table of its own.
 *
 * <p>Tables hold a position and 1; 0 is none.
 */
final class HashChains {

  /** The shortest match that is found. */
  static final int SHORTEST = 3;

  /** The longest chunk. */
  static final int LARGEST = 1 << 16;

  /** Beyond this offset a match of three bytes costs more than the literals. */
  private static final int FAR_FOR_SHORTEST = 4096;

  private static final int HASH_BITS = 14;
  private static final int HASH_BITS_3 = 12;
  private static final int HASH_FACTOR = 0x1E35A7BD;

  private final int nice;
  private final char[] heads = new char[1 << HASH_BITS];
  private final char[] heads3 = new char[1 << HASH_BITS_3];
  private final char[] previous = new char[LARGEST];
  private byte[] bytes;

  /** Always 1, as in {@link LzxParser}. */
  private int step = 1;

  private int offset;

  /**
   * Creates a finder.
   *
   * @param nice a length that ends the search
   */
  HashChains(int nice) {
    this.nice = nice;
  }

  /** Forgets all positions and goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes) {
    this.bytes = bytes;
    Arrays.fill(heads, (char) 0);
    Arrays.fill(heads3, (char) 0);
  }

  /**
   * Puts a position in without looking for a match.
   *
   * @param at the position, with at least three bytes of the chunk behind it
   */
  void insert(int at) {
    int word = word(bytes, at);
    heads3[hash3(word)] = (char) (at + 1);
    int hash = hash(word);
    previous[at] = heads[hash];
    heads[hash] = (char) (at + 1);
  }

  /**
   * Puts a position in and looks for its longest match.
   *
   * @param at the position; every one before it has been put in
   * @param end where a match must end at the latest
   * @param longer only a match longer than this is wanted
   * @param depth how many positions may be visited
   * @return the match's length, or a length that is not longer; {@link #offset} belongs to it
   */
  int find(int at, int end, int longer, int depth) {
    byte[] bytes = this.bytes;
    char[] previous = this.previous;
    int step = this.step;
    int first = word(bytes, at);
    int hash3 = hash3(first);
    int nearest = heads3[hash3] - 1;
    heads3[hash3] = (char) (at + 1);
    int hash = hash(first);
    int candidate = heads[hash] - 1;
    previous[at] = (char) (candidate + 1);
    heads[hash] = (char) (at + 1);
    int best = longer;
    int most = end - at;
    if (best >= most) {
      return longer;
    }
    if (best < SHORTEST
        && nearest >= 0
        && at - nearest < FAR_FOR_SHORTEST
        && ((word(bytes, nearest) ^ first) & 0xFFFFFF) == 0) {
      best = SHORTEST;
      offset = at - nearest;
    }
    if (most < Integer.BYTES) {
      return best;
    }
    int enough = Math.min(nice, most);
    // The last four bytes of a match that would be one longer.
    int probe = Math.max(best, SHORTEST) - SHORTEST;
    int wanted = word(bytes, at + probe);
    for (int i = depth; candidate >= 0 && i > 0; i -= step) {
      if (word(bytes, candidate + probe) == wanted && word(bytes, candidate) == first) {
        int length = Words.equalBytes(bytes, at, candidate, Integer.BYTES, most);
        if (length > best) {
          best = length;
          offset = at - candidate;
          if (length >= enough) {
            break;
          }
          probe = length - SHORTEST;
          wanted = word(bytes, at + probe);
        }
      }
      candidate = previous[candidate] - 1;
    }
    return best;
  }

  /** The offset of the match found last. */
  int offset() {
    return offset;
  }

  private static int hash(int word) {
    return word * HASH_FACTOR >>> 32 - HASH_BITS;
  }

  private static int hash3(int word) {
    return (word << 8) * HASH_FACTOR >>> 32 - HASH_BITS_3;
  }

  private static int word(byte[] bytes, int at) {
    return (int) Words.LITTLE_32.get(bytes, at);
  }
}
