package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Finds all matches at a position that are longer than every nearer one. Earlier positions whose
 * first three bytes have the same hash stand in a binary tree that is ordered by what follows, the
 * newest at the root; a search splits the tree around the new position. The nearest match of two
 * bytes comes from a table of its own.
 */
final class MatchTrees {

  /** The bits of a match that hold its offset; its length stands above. */
  static final int OFFSET_BITS = 21;

  private static final int HASH_BITS = 15;
  private static final int HASH_FACTOR = 0x1E35A7BD;
  private static final int NONE = -1;

  private final int depth;
  private final int nice;
  private final int[] roots = new int[1 << HASH_BITS];
  private final int[] pairs = new int[1 << 16];
  private final int[] children;
  private byte[] bytes;

  /**
   * Always 1, which the compiler does not know: it would prepare loops that mostly run once or
   * twice for running long, and that takes more time than they do.
   */
  private int step = 1;

  /**
   * Creates a finder.
   *
   * @param largest the most bytes of a chunk
   * @param depth how many positions a search may visit
   * @param nice a length that ends the search
   */
  MatchTrees(int largest, int depth, int nice) {
    this.depth = depth;
    this.nice = nice;
    children = new int[2 * largest];
  }

  /** Forgets all positions and goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes) {
    this.bytes = bytes;
    Arrays.fill(roots, NONE);
    Arrays.fill(pairs, NONE);
  }

  /**
   * Puts a position in and stores its matches, shorter ones first.
   *
   * @param at the position; every one before it has been put in
   * @param most the longest match wanted, at least 3, and within the chunk
   * @param matches receives the matches, each as length and offset
   * @param from where in it the first goes
   * @return where in it the next would go
   */
  int find(int at, int most, int[] matches, int from) {
    byte[] bytes = this.bytes;
    int[] children = this.children;
    int step = this.step;
    int next = from;
    int best = 2;
    int word = (int) Words.LITTLE_32.get(bytes, at);
    int pair = pairs[word & 0xFFFF];
    pairs[word & 0xFFFF] = at;
    if (pair != NONE) {
      matches[next++] = 2 << OFFSET_BITS | at - pair;
    }
    int hash = (word & 0xFFFFFF) * HASH_FACTOR >>> 32 - HASH_BITS;
    int node = roots[hash];
    roots[hash] = at;
    int enough = Math.min(nice, most);
    // Where the next smaller and the next larger node are to be hung in.
    int smaller = 2 * at;
    int larger = 2 * at + 1;
    int smallerLength = 0;
    int largerLength = 0;
    for (int i = depth; node != NONE && i > 0; i -= step) {
      int length = Math.min(smallerLength, largerLength);
      length = Words.equalBytes(bytes, at, node, length, most);
      if (length > best) {
        best = length;
        matches[next++] = length << OFFSET_BITS | at - node;
        if (length >= enough) {
          children[smaller] = children[2 * node];
          children[larger] = children[2 * node + 1];
          return next;
        }
      }
      if (length < most && (bytes[node + length] & 0xFF) < (bytes[at + length] & 0xFF)) {
        children[smaller] = node;
        smaller = 2 * node + 1;
        node = children[smaller];
        smallerLength = length;
      } else {
        children[larger] = node;
        larger = 2 * node;
        node = children[larger];
        largerLength = length;
      }
    }
    children[smaller] = NONE;
    children[larger] = NONE;
    return next;
  }
}
