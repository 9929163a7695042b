package io.vhdboot.compression;

/**
 * The decisions of one kind: their probabilities, each by the context that the last few of the same
 * kind make. A probability is the share of zeros among the last 64 decisions in its context.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables.
 */
final class LzmsDecisions {

  private static final int LARGEST = LzmsFormat.LEARNT_FROM - 1;

  /** The last decisions of all, the newest in the lowest bit. */
  int context;

  private final long[] seen;
  private final int first;
  private final int contextMask;

  /**
   * Creates a kind of decisions.
   *
   * @param seen holds, for each context, its last decisions, the newest in the lowest bit
   * @param first where those of context 0 are there
   * @param contextBits how many decisions make the context
   */
  LzmsDecisions(long[] seen, int first, int contextBits) {
    this.seen = seen;
    this.first = first;
    contextMask = (1 << contextBits) - 1;
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
    return probabilityOfZero(seen[first + context]);
  }

  /** Learns what was decided. */
  void learn(int decision) {
    seen[first + context] = seen[first + context] << 1 | decision;
    context = context << 1 & contextMask | decision;
  }
}
