package io.vhdboot.compression;

/**
 * Writes decisions to the front of an LZMS chunk, for {@link LzmsRangeDecoder}. The last unit is
 * held back, as are those of all ones behind it, since later decisions may add 1 to it.
 */
final class LzmsRangeEncoder {

  private static final long FULL_RANGE = 0xFFFFFFFFL;
  private static final int UNIT_MASK = (1 << LzmsFormat.UNIT_BITS) - 1;
  private static final int NOTHING_HELD = -1;

  private LzmsOutput output;

  /** What is still to be written from, 32 bits, and a carry above them. */
  private long low;

  private long range;
  private int held;
  private int heldOnes;

  /** Starts a chunk. */
  void begin(LzmsOutput output) {
    this.output = output;
    low = 0;
    range = FULL_RANGE;
    held = NOTHING_HELD;
    heldOnes = 0;
  }

  /**
   * Writes a decision.
   *
   * @param decision 0 or 1
   * @param probabilityOfZero in 64ths, from 1 to 63
   */
  void write(int decision, int probabilityOfZero) {
    if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
      range <<= LzmsFormat.UNIT_BITS;
      shift();
    }
    long bound = (range >>> LzmsFormat.PROBABILITY_BITS) * probabilityOfZero;
    if (decision == 0) {
      range = bound;
    } else {
      range -= bound;
      low += bound;
    }
  }

  /** Writes as much as makes all decisions plain, whatever may follow. */
  void end() {
    shift();
    shift();
    // Now nothing is left in the range, so that the last unit cannot change any more.
    shift();
  }

  private void shift() {
    int carry = (int) (low >>> 32);
    int unit = (int) (low >>> LzmsFormat.UNIT_BITS) & UNIT_MASK;
    low = (low & UNIT_MASK) << LzmsFormat.UNIT_BITS;
    if (carry == 0 && unit == UNIT_MASK) {
      heldOnes++;
      return;
    }
    // The number as a whole is below 1, hence the first unit gets no carry.
    if (held != NOTHING_HELD) {
      output.front(held + carry);
    }
    for (; heldOnes > 0; heldOnes--) {
      output.front(UNIT_MASK + carry);
    }
    held = unit;
  }
}
