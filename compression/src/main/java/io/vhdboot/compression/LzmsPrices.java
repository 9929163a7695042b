package io.vhdboot.compression;

import java.util.Arrays;

/**
 * What an LZMS encoder has learnt so far, as its decoder will: the probabilities of all decisions
 * and the codes, and what either costs for now.
 */
final class LzmsPrices {

  /** The fractions that a bit has. */
  static final int BIT = 64;

  /** Longer matches have no price at hand, since they are taken without asking for it. */
  static final int LONGEST_PRICED = 256;

  /** Where the decisions of each kind begin. */
  static final int MAIN = 0;

  static final int MATCH = MAIN + (1 << LzmsFormat.MAIN_CONTEXT);
  static final int OWN_LZ = MATCH + (1 << LzmsFormat.MATCH_CONTEXT);
  static final int LZ_REPEAT = OWN_LZ + (1 << LzmsFormat.LZ_CONTEXT);
  static final int LZ_REPEAT_LATER = LZ_REPEAT + (1 << LzmsFormat.REPEAT_CONTEXT);
  static final int OWN_DELTA = LZ_REPEAT_LATER + (1 << LzmsFormat.REPEAT_CONTEXT);
  static final int DELTA_REPEAT = OWN_DELTA + (1 << LzmsFormat.DELTA_CONTEXT);
  static final int DELTA_REPEAT_LATER = DELTA_REPEAT + (1 << LzmsFormat.REPEAT_CONTEXT);

  private static final int DECISIONS = DELTA_REPEAT_LATER + (1 << LzmsFormat.REPEAT_CONTEXT);

  /** What a decision costs, by its probability in 64ths. */
  private static final int[] DECISION_PRICES = decisionPrices();

  final LzmsPricedCode literals =
      new LzmsPricedCode(LzmsFormat.LITERAL_REBUILD, new byte[LzmsFormat.LITERAL_SYMBOLS]);
  final LzmsPricedCode lzOffsets =
      new LzmsPricedCode(LzmsFormat.OFFSET_REBUILD, LzmsFormat.OFFSETS.extraBits);
  final LzmsPricedCode deltaOffsets =
      new LzmsPricedCode(LzmsFormat.OFFSET_REBUILD, LzmsFormat.OFFSETS.extraBits);
  final LzmsPricedCode lengths =
      new LzmsPricedCode(LzmsFormat.LENGTH_REBUILD, LzmsFormat.LENGTHS.extraBits);
  final LzmsPricedCode powers =
      new LzmsPricedCode(LzmsFormat.POWER_REBUILD, new byte[LzmsFormat.POWER_SYMBOLS]);

  /** The price of each length up to {@link #LONGEST_PRICED}. */
  final int[] ofLength = new int[LONGEST_PRICED + 1];

  /** The prices of 0 and 1 for each decision in each context. */
  final int[] ofDecision = new int[2 * DECISIONS];

  private final long[] seen = new long[DECISIONS];

  private static int[] decisionPrices() {
    int[] prices = new int[LzmsFormat.LEARNT_FROM + 1];
    for (int i = 0; i < prices.length; i++) {
      double probability =
          Math.max(1, Math.min(LzmsFormat.LEARNT_FROM - 1, i)) / (double) LzmsFormat.LEARNT_FROM;
      prices[i] = (int) StrictMath.round(-StrictMath.log(probability) / StrictMath.log(2) * BIT);
    }
    return prices;
  }

  /** Forgets everything, for a chunk of some length. */
  void begin(int chunkLength) {
    Arrays.fill(seen, LzmsFormat.FIRST_DECISIONS);
    for (int decision = 0; decision < DECISIONS; decision++) {
      price(decision, LzmsFormat.FIRST_DECISIONS);
    }
    int offsetSymbols = LzmsFormat.offsetSymbols(chunkLength);
    literals.begin(LzmsFormat.LITERAL_SYMBOLS);
    lzOffsets.begin(offsetSymbols);
    deltaOffsets.begin(offsetSymbols);
    lengths.begin(LzmsFormat.LENGTHS.count());
    powers.begin(LzmsFormat.POWER_SYMBOLS);
    priceLengths();
  }

  /** The probability that a decision is 0, in 64ths, from 1 to 63. */
  int probabilityOfZero(int decision) {
    return LzmsDecisions.probabilityOfZero(seen[decision]);
  }

  /** Learns how a decision was made. */
  void learn(int decision, int made) {
    long now = seen[decision] << 1 | made;
    seen[decision] = now;
    price(decision, now);
  }

  /** Takes over the prices of lengths from their code. */
  void priceLengths() {
    int slot = 0;
    int last = LzmsFormat.LENGTHS.count() - 1;
    for (int length = 1; length <= LONGEST_PRICED; length++) {
      if (slot < last && LzmsFormat.LENGTHS.first[slot + 1] <= length) {
        slot++;
      }
      ofLength[length] = lengths.prices[slot];
    }
  }

  private void price(int decision, long now) {
    int ones = Long.bitCount(now);
    ofDecision[2 * decision] = DECISION_PRICES[LzmsFormat.LEARNT_FROM - ones];
    ofDecision[2 * decision + 1] = DECISION_PRICES[ones];
  }
}
