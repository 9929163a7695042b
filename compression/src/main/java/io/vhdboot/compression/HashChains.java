package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Finds the longest match at a position by following the chain of earlier positions whose first
 * three bytes have the same hash, nearest first.
 */
final class HashChains {

  /** The shortest match that is found. */
  static final int SHORTEST = 3;

  private static final int HASH_BITS = 15;
  private static final int HASH_FACTOR = 0x1E35A7BD;
  private static final int NONE = -1;

  private final int depth;
  private final int nice;
  private final int[] heads = new int[1 << HASH_BITS];
  private final int[] previous;
  private byte[] bytes;

  /** Always 1, as in {@link MatchTrees}. */
  private int step = 1;

  private int offset;

  /**
   * Creates a finder.
   *
   * @param largest the most bytes of a chunk
   * @param depth how many positions a search may visit
   * @param nice a length that ends the search
   */
  HashChains(int largest, int depth, int nice) {
    this.depth = depth;
    this.nice = nice;
    previous = new int[largest];
  }

  /** Forgets all positions and goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes) {
    this.bytes = bytes;
    Arrays.fill(heads, NONE);
  }

  /** Puts a position in without looking for a match. */
  void insert(int at) {
    int hash = hash(at);
    previous[at] = heads[hash];
    heads[hash] = at;
  }

  /**
   * Puts a position in and looks for its longest match.
   *
   * @param at the position; every one before it has been put in
   * @param end where a match must end at the latest
   * @param longer only a match longer than this is wanted
   * @return the match's length, or a length that is not longer; {@link #offset} belongs to it
   */
  int find(int at, int end, int longer) {
    byte[] bytes = this.bytes;
    int step = this.step;
    int hash = hash(at);
    int candidate = heads[hash];
    previous[at] = candidate;
    heads[hash] = at;
    int best = Math.max(longer, SHORTEST - 1);
    int most = end - at;
    if (best >= most) {
      return longer;
    }
    int found = longer;
    int enough = Math.min(nice, most);
    // The last four bytes of a match that would be one longer, or its first three and another.
    int probe = Math.max(0, best - 3);
    int wanted = word(bytes, at + probe);
    int mask = best < SHORTEST ? 0xFFFFFF : -1;
    for (int i = depth; candidate != NONE && i > 0; i -= step) {
      if (((word(bytes, candidate + probe) ^ wanted) & mask) == 0) {
        int length = Words.equalBytes(bytes, at, candidate, 0, most);
        if (length > best) {
          best = length;
          found = length;
          offset = at - candidate;
          if (length >= enough) {
            break;
          }
          probe = length - 3;
          wanted = word(bytes, at + probe);
          mask = -1;
        }
      }
      candidate = previous[candidate];
    }
    return found;
  }

  /** The offset of the match found last. */
  int offset() {
    return offset;
  }

  private int hash(int at) {
    return (word(bytes, at) & 0xFFFFFF) * HASH_FACTOR >>> 32 - HASH_BITS;
  }

  private static int word(byte[] bytes, int at) {
    return (int) Words.LITTLE_32.get(bytes, at);
  }
}
