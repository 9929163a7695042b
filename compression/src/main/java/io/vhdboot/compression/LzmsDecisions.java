package io.vhdboot.compression;

import java.util.Arrays;

/**
 * The decisions of one kind: their probabilities, each by the context that the last few of the same
 * kind make. A probability is the share of zeros among the last 64 decisions in its context.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables.
 */
final class LzmsDecisions {

  private static final int LARGEST = LzmsFormat.LEARNT_FROM - 1;

  /** For each context its last decisions, the newest in the lowest bit. */
  final long[] seen;

  /** The last decisions of all, the newest in the lowest bit. */
  int context;

  /**
   * Creates a kind of decisions.
   *
   * @param contextBits how many decisions make the context
   */
  LzmsDecisions(int contextBits) {
    seen = new long[1 << contextBits];
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(seen, LzmsFormat.FIRST_DECISIONS);
    context = 0;
  }

  /** The probability of a 0, in 64ths, from 1 to 63, after these decisions. */
  static int probabilityOfZero(long decisions) {
    // All alike is rare: cheaper to jump over than to limit every probability.
    if (decisions + 1 >>> 1 == 0) {
      return decisions == 0 ? LARGEST : 1;
    }
    return LzmsFormat.LEARNT_FROM - Long.bitCount(decisions);
  }

  /** The probability of a 0 in the context, in 64ths. */
  int probabilityOfZero() {
    return probabilityOfZero(seen[context]);
  }

  /** Learns what was decided. */
  void learn(int decision) {
    seen[context] = seen[context] << 1 | decision;
    context = context << 1 & seen.length - 1 | decision;
  }
}
