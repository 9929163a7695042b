package io.vhdboot.compression;

/** What items cost under given codes, in fractions of a bit. */
final class LzxCosts {

  /** The fractions that a bit has. */
  static final int BIT = 16;

  private static final int UNUSED_MAIN = 13 * BIT;
  private static final int UNUSED_LENGTH = 11 * BIT;
  private static final int UNUSED_ALIGNED = 6 * BIT;

  /** The cost of each main symbol. */
  final int[] main;

  /** What a match of each length costs more for its length symbol, if it has one. */
  final int[] length = new int[LzxFormat.LONGEST_MATCH + 1];

  private final int[] extra;
  private final int[] aligned = new int[LzxFormat.ALIGNED_SYMBOLS];

  LzxCosts(int windowSize) {
    main = new int[LzxFormat.mainSymbols(windowSize)];
    extra = new int[LzxFormat.slots(windowSize)];
  }

  /** Takes over the lengths of built codes. */
  void take(LzxCodes codes) {
    take(codes.main, main, 0, UNUSED_MAIN);
    take(codes.length, length, LzxCodes.LONG_LENGTH, UNUSED_LENGTH);
    boolean isAligned = codes.preferAligned();
    if (isAligned) {
      take(codes.aligned, aligned, 0, UNUSED_ALIGNED);
    }
    for (int i = 0; !isAligned && i < aligned.length; i++) {
      aligned[i] = LzxFormat.ALIGNED_BITS * BIT;
    }
    for (int slot = 0; slot < extra.length; slot++) {
      int bits = LzxFormat.extraBits(slot);
      extra[slot] = (LzxCodes.isAligned(slot) ? bits - LzxFormat.ALIGNED_BITS : bits) * BIT;
    }
  }

  private static void take(HuffmanCode code, int[] costs, int from, int unused) {
    for (int symbol = 0; symbol < code.lengths.length; symbol++) {
      int bits = code.lengths[symbol];
      costs[from + symbol] = bits == 0 ? unused : bits * BIT;
    }
  }

  /** What the bits behind the main and the length symbol cost. */
  int ofOffset(int value, int slot) {
    int cost = extra[slot];
    return LzxCodes.isAligned(slot) ? cost + aligned[value & LzxFormat.ALIGNED_SYMBOLS - 1] : cost;
  }
}
