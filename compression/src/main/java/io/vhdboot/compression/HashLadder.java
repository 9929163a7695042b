package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Finds, at a position, the nearest matches of several least lengths: for each rung of 2 to 20
 * bytes, a table tells where bytes with the same hash stood last. Its time does not depend on the
 * chunk's length, and its memory is bounded.
 *
 * <p>In a large chunk the topmost rung holds only every fourth position, by its hash: who finds one
 * looks back for where the match begins.
 */
final class HashLadder {

  /** The most matches of a position. */
  static final int MOST_MATCHES = 7;

  /** Bytes behind the chunk that may be read. */
  static final int PADDING = 24 + Words.PADDING;

  /** Further back than this, a match of two bytes is worth nothing; likewise of three. */
  private static final int FAR_FOR_2 = 1 << 9;

  private static final int FAR_FOR_3 = 1 << 16;

  private static final int BITS_2 = 12;
  private static final int SHIFT_2 = Long.SIZE - BITS_2;
  private static final int SMALLEST_BITS = 10;
  private static final int MOST_BITS_3 = 16;
  private static final int MOST_BITS_4 = 20;
  private static final int MOST_BITS_6 = 22;
  private static final int MOST_BITS_8 = 23;
  private static final int MOST_BITS_12 = 23;
  private static final int MOST_BITS_20 = 24;

  /** Chunks up to this go without the topmost rung. */
  private static final int SMALL = 1 << 16;

  /** Chunks from here on keep every fourth position on the topmost rung. */
  private static final int LARGE = 1 << 24;

  private static final int SAMPLE_MASK = 3;

  private static final long FACTOR = 0x9E3779B97F4A7C15L;
  private static final long FACTOR_2 = 0xC2B2AE3D27D4EB4FL;
  private static final int NONE = -1;

  private final int[] last2 = new int[1 << BITS_2];
  private final int[] last3;
  private final int[] last4;
  private final int[] last6;
  private final int[] last8;
  private final int[] last12;
  private final int[] last20;

  // Of a hash, only the bits above these are taken: a short chunk uses the begin of each table.
  private int shift3;
  private int shift4;
  private int shift6;
  private int shift8;
  private int shift12;
  private int shift20;
  private boolean isLarge;
  private boolean hasTop;
  private byte[] bytes;
  private int[] matches;
  private int next;

  /**
   * Creates a finder.
   *
   * @param largest the most bytes of a chunk
   */
  HashLadder(int largest) {
    last3 = table(largest, MOST_BITS_3);
    last4 = table(largest, MOST_BITS_4);
    last6 = table(largest, MOST_BITS_6);
    last8 = table(largest, MOST_BITS_8);
    last12 = table(largest, MOST_BITS_12);
    last20 = table(largest > SMALL ? largest : 1, MOST_BITS_20);
  }

  private static int[] table(int chunkLength, int mostBits) {
    return new int[1 << bits(chunkLength, mostBits)];
  }

  private static int bits(int chunkLength, int mostBits) {
    int enough = Integer.SIZE - Integer.numberOfLeadingZeros(chunkLength - 1);
    return Math.min(mostBits, Math.max(SMALLEST_BITS, enough));
  }

  /** Whether the topmost rung holds only some of the positions of this chunk. */
  boolean isSampled() {
    return isLarge;
  }

  /** Forgets all positions and goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes, int length) {
    this.bytes = bytes;
    isLarge = length >= LARGE;
    hasTop = length > SMALL;
    Arrays.fill(last2, NONE);
    shift3 = clear(last3, length, MOST_BITS_3);
    shift4 = clear(last4, length, MOST_BITS_4);
    shift6 = clear(last6, length, MOST_BITS_6);
    shift8 = clear(last8, length, MOST_BITS_8);
    shift12 = clear(last12, length, MOST_BITS_12);
    if (hasTop) {
      shift20 = clear(last20, length, MOST_BITS_20);
    }
  }

  private static int clear(int[] table, int chunkLength, int mostBits) {
    int bits = bits(chunkLength, mostBits);
    Arrays.fill(table, 0, 1 << bits, NONE);
    return Long.SIZE - bits;
  }

  /** Puts a position in without looking for a match. */
  void insert(int at) {
    byte[] bytes = this.bytes;
    long word = (long) Words.LITTLE_64.get(bytes, at);
    last2[(int) ((word << 48) * FACTOR >>> SHIFT_2)] = at;
    last3[(int) ((word << 40) * FACTOR >>> shift3)] = at;
    last4[(int) ((word << 32) * FACTOR >>> shift4)] = at;
    last6[(int) ((word << 16) * FACTOR >>> shift6)] = at;
    long mixed = word * FACTOR;
    last8[(int) (mixed >>> shift8)] = at;
    last12[(int) (mix12(bytes, at, mixed) >>> shift12)] = at;
    if (!hasTop) {
      return;
    }
    long mixed20 = mix20(bytes, at, mixed);
    if (isOnTop(mixed20)) {
      last20[(int) (mixed20 >>> shift20)] = at;
    }
  }

  private static int replace(int[] table, int index, int at) {
    int before = table[index];
    table[index] = at;
    return before;
  }

  private static long mix12(byte[] bytes, int at, long mixed) {
    return ((mixed ^ mixed >>> 32) + (int) Words.LITTLE_32.get(bytes, at + 8)) * FACTOR_2;
  }

  private static long mix20(byte[] bytes, int at, long mixed) {
    long second = (long) Words.LITTLE_64.get(bytes, at + 8);
    long third = (int) Words.LITTLE_32.get(bytes, at + 16);
    long both = ((mixed ^ mixed >>> 32) + second) * FACTOR_2;
    long all = ((both ^ both >>> 32) + third) * FACTOR;
    return all ^ all >>> 32;
  }

  private boolean isOnTop(long mixed20) {
    return !isLarge || (mixed20 & SAMPLE_MASK) == 0;
  }

  /**
   * Puts a position in and stores its matches, shorter and nearer ones first.
   *
   * @param at the position; every one before it has been put in
   * @param most the longest match wanted, within the chunk
   * @param matches receives the matches, each as length and offset in two elements
   * @param from where in it the first goes
   * @return where in it the next would go
   */
  int find(int at, int most, int[] matches, int from) {
    this.matches = matches;
    next = from;
    byte[] bytes = this.bytes;
    long word = (long) Words.LITTLE_64.get(bytes, at);
    long mixed = word * FACTOR;
    // All tables are read before the first comparison, so that the memory answers them together.
    int candidate2 = replace(last2, (int) ((word << 48) * FACTOR >>> SHIFT_2), at);
    int candidate3 = replace(last3, (int) ((word << 40) * FACTOR >>> shift3), at);
    int candidate4 = replace(last4, (int) ((word << 32) * FACTOR >>> shift4), at);
    int candidate6 = replace(last6, (int) ((word << 16) * FACTOR >>> shift6), at);
    int candidate8 = replace(last8, (int) (mixed >>> shift8), at);
    int candidate12 = replace(last12, (int) (mix12(bytes, at, mixed) >>> shift12), at);
    int candidate20 = NONE;
    if (hasTop) {
      long mixed20 = mix20(bytes, at, mixed);
      if (isOnTop(mixed20)) {
        candidate20 = replace(last20, (int) (mixed20 >>> shift20), at);
      }
    }
    int best = 1;
    if (candidate2 >= 0 && at - candidate2 < FAR_FOR_2) {
      best = longer(at, candidate2, best, most);
    }
    if (candidate3 >= 0 && best < 3 && at - candidate3 < FAR_FOR_3) {
      best = longer(at, candidate3, best, most);
    }
    if (candidate4 >= 0 && best < 4) {
      best = longer(at, candidate4, best, most);
    }
    if (candidate6 >= 0 && best < 6) {
      best = longer(at, candidate6, best, most);
    }
    if (candidate8 >= 0 && best < 8) {
      best = longer(at, candidate8, best, most);
    }
    if (candidate12 >= 0 && best < 12) {
      best = longer(at, candidate12, best, most);
    }
    if (candidate20 >= 0 && best < 20) {
      longer(at, candidate20, best, most);
    }
    return next;
  }

  /** Stores the match with a candidate if it is longer than the best one so far. */
  private int longer(int at, int candidate, int best, int most) {
    byte[] bytes = this.bytes;
    if (best >= most || bytes[candidate + best] != bytes[at + best]) {
      return best;
    }
    int length = Words.equalBytes(bytes, at, candidate, 0, most);
    if (length <= best) {
      return best;
    }
    matches[next++] = length;
    matches[next++] = at - candidate;
    return length;
  }
}
