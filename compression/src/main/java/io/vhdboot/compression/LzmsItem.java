package io.vhdboot.compression;

/**
 * An item of an LZMS chunk, packed into a long, and what an item does to the contexts of the
 * decisions that follow it, which are packed into another.
 *
 * <pre>
 * item      30 bits  LZ offset or raw delta offset; not kept for a literal
 *            3 bits  power of a delta match
 *            2 bits  which offset used last it repeats; 3 for an offset of its own
 *            2 bits  kind
 *           26 bits  length
 * contexts  as at {@link LzmsFormat}, each kind's last decisions at the place of its constant
 *            1 bit   the item before was an LZ match
 *            1 bit   the item before was a delta match
 * </pre>
 */
final class LzmsItem {

  static final int LITERAL = 0;
  static final int LZ = 1;
  static final int DELTA = 2;

  /** The index of a match that repeats no offset. */
  static final int OWN_OFFSET = LzmsFormat.REPEATS;

  static final int LENGTH_SHIFT = 37;

  /** Longer matches are written as several. */
  static final int LONGEST_MATCH = (1 << 26) - 1;

  /** Where each kind of decision has its context. */
  static final int MAIN = 0;

  static final int MATCH = MAIN + LzmsFormat.MAIN_CONTEXT;
  static final int OWN_LZ = MATCH + LzmsFormat.MATCH_CONTEXT;
  static final int LZ_REPEAT = OWN_LZ + LzmsFormat.LZ_CONTEXT;
  static final int LZ_REPEAT_LATER = LZ_REPEAT + LzmsFormat.REPEAT_CONTEXT;
  static final int OWN_DELTA = LZ_REPEAT_LATER + LzmsFormat.REPEAT_CONTEXT;
  static final int DELTA_REPEAT = OWN_DELTA + LzmsFormat.DELTA_CONTEXT;
  static final int DELTA_REPEAT_LATER = DELTA_REPEAT + LzmsFormat.REPEAT_CONTEXT;

  private static final int KIND_SHIFT = 35;
  private static final int INDEX_SHIFT = 33;
  private static final int POWER_SHIFT = 30;
  private static final int OFFSET_MASK = (1 << POWER_SHIFT) - 1;
  private static final int AFTER_LZ_SHIFT = DELTA_REPEAT_LATER + LzmsFormat.REPEAT_CONTEXT;
  private static final int AFTER_DELTA_SHIFT = AFTER_LZ_SHIFT + 1;
  private static final long NOT_AFTER_MATCH = (1L << AFTER_LZ_SHIFT) - 1;

  private LzmsItem() {}

  /** A literal. */
  static long literal() {
    return 1L << LENGTH_SHIFT;
  }

  /** An LZ match without its length. */
  static long lz(int index, int offset) {
    return (long) LZ << KIND_SHIFT | (long) index << INDEX_SHIFT | offset;
  }

  /** A delta match without its length. */
  static long delta(int index, int power, int rawOffset) {
    return (long) DELTA << KIND_SHIFT
        | (long) index << INDEX_SHIFT
        | (long) power << POWER_SHIFT
        | rawOffset;
  }

  static int length(long item) {
    return (int) (item >>> LENGTH_SHIFT);
  }

  static int kind(long item) {
    return (int) (item >>> KIND_SHIFT) & 3;
  }

  static int index(long item) {
    return (int) (item >>> INDEX_SHIFT) & 3;
  }

  static int power(long item) {
    return (int) (item >>> POWER_SHIFT) & 7;
  }

  static int offset(long item) {
    return (int) item & OFFSET_MASK;
  }

  /** The offset and power of a delta match, as one number. */
  static long deltaPair(int power, int rawOffset) {
    return (long) power << POWER_SHIFT | rawOffset;
  }

  /** The last decisions of a kind. */
  static int context(long contexts, int kind, int bits) {
    return (int) (contexts >>> kind) & (1 << bits) - 1;
  }

  /** 1 directly behind an LZ match, otherwise 0. */
  static int afterLz(long contexts) {
    return (int) (contexts >>> AFTER_LZ_SHIFT) & 1;
  }

  /** 1 directly behind a delta match, otherwise 0. */
  static int afterDelta(long contexts) {
    return (int) (contexts >>> AFTER_DELTA_SHIFT) & 1;
  }

  /** The contexts behind an item. */
  static long after(long contexts, long item) {
    int kind = kind(item);
    long next = contexts & NOT_AFTER_MATCH;
    if (kind == LITERAL) {
      return push(next, MAIN, LzmsFormat.MAIN_CONTEXT, 0);
    }
    next = push(next, MAIN, LzmsFormat.MAIN_CONTEXT, 1);
    int index = index(item);
    int own = index == OWN_OFFSET ? 0 : 1;
    if (kind == LZ) {
      next = push(next, MATCH, LzmsFormat.MATCH_CONTEXT, 0);
      next = push(next, OWN_LZ, LzmsFormat.LZ_CONTEXT, own);
      if (own != 0) {
        next = repeat(next, LZ_REPEAT, LZ_REPEAT_LATER, index);
      }
      return next | 1L << AFTER_LZ_SHIFT;
    }
    next = push(next, MATCH, LzmsFormat.MATCH_CONTEXT, 1);
    next = push(next, OWN_DELTA, LzmsFormat.DELTA_CONTEXT, own);
    if (own != 0) {
      next = repeat(next, DELTA_REPEAT, DELTA_REPEAT_LATER, index);
    }
    return next | 1L << AFTER_DELTA_SHIFT;
  }

  private static long repeat(long contexts, int first, int later, int index) {
    if (index == 0) {
      return push(contexts, first, LzmsFormat.REPEAT_CONTEXT, 0);
    }
    long next = push(contexts, first, LzmsFormat.REPEAT_CONTEXT, 1);
    return push(next, later, LzmsFormat.REPEAT_CONTEXT, index - 1);
  }

  private static long push(long contexts, int kind, int bits, int decision) {
    long mask = (1L << bits) - 1 << kind;
    return contexts & ~mask | (contexts & mask) << 1 & mask | (long) decision << kind;
  }
}
