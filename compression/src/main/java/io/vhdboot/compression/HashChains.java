package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Finds the longest match at a position by following the chain of earlier positions whose first
 * three bytes have the same hash, nearest first.
 */
final class HashChains {

  /** The shortest match that is found. */
  static final int SHORTEST = 3;

  /** Bytes that must exist behind a position for it to be put in or looked up. */
  static final int LOOK_AHEAD = Integer.BYTES;

  private static final int HASH_BITS = 15;
  private static final int HASH_FACTOR = 0x1E35A7BD;
  private static final int NONE = -1;

  private final int depth;
  private final int nice;
  private final int[] heads = new int[1 << HASH_BITS];
  private final int[] previous;
  private byte[] bytes;
  private int start;
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

  /** Forgets all positions and goes over to a chunk. */
  void begin(byte[] bytes, int start) {
    this.bytes = bytes;
    this.start = start;
    Arrays.fill(heads, NONE);
  }

  /** Lets the chunk's array go. */
  void release() {
    bytes = null;
  }

  /** Puts a position in without looking for a match. */
  void insert(int at) {
    int hash = hash(at);
    previous[at - start] = heads[hash];
    heads[hash] = at - start;
  }

  /**
   * Puts a position in and looks for its longest match.
   *
   * @param at the position, counted within the array
   * @param end where a match must end at the latest
   * @param longer only a match longer than this is wanted
   * @return the match's length, or a length that is not longer; {@link #offset} belongs to it
   */
  int find(int at, int end, int longer) {
    byte[] bytes = this.bytes;
    int hash = hash(at);
    int candidate = heads[hash];
    int here = at - start;
    previous[here] = candidate;
    heads[hash] = here;
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
    for (int i = depth; candidate != NONE && i > 0; i--) {
      int from = start + candidate;
      if (((word(bytes, from + probe) ^ wanted) & mask) == 0) {
        int length = matchLength(bytes, at, from, most);
        if (length > best) {
          best = length;
          found = length;
          offset = at - from;
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

  /** How many bytes from two positions on are equal. */
  static int matchLength(byte[] bytes, int at, int from, int most) {
    int length = 0;
    while (length <= most - Long.BYTES) {
      long difference =
          (long) Words.LITTLE_64.get(bytes, at + length)
              ^ (long) Words.LITTLE_64.get(bytes, from + length);
      if (difference != 0) {
        return length + (Long.numberOfTrailingZeros(difference) >> 3);
      }
      length += Long.BYTES;
    }
    while (length < most && bytes[at + length] == bytes[from + length]) {
      length++;
    }
    return length;
  }

  private int hash(int at) {
    return (word(bytes, at) & 0xFFFFFF) * HASH_FACTOR >>> 32 - HASH_BITS;
  }

  private static int word(byte[] bytes, int at) {
    return (int) Words.LITTLE_32.get(bytes, at);
  }
}
