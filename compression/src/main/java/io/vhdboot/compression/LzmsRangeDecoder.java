package io.vhdboot.compression;

/**
 * Takes decisions from the front of an LZMS chunk. Behind the chunk's end stand zeros.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables.
 */
final class LzmsRangeDecoder {

  private static final long FULL_RANGE = 0xFFFFFFFFL;

  /** A range below this is widened by a unit. */
  static final long SMALLEST_RANGE = 1 << LzmsFormat.UNIT_BITS;

  /** Where the next unit is fetched from. */
  int position;

  /** The end of the chunk. */
  int end;

  long range;
  long code;

  private byte[] input;

  /** Starts at the front of a range that has been checked, of at least two units. */
  void begin(byte[] input, int offset, int length) {
    this.input = input;
    position = offset;
    end = offset + length;
    range = FULL_RANGE;
    code = (long) unit() << LzmsFormat.UNIT_BITS;
    code |= unit();
  }

  /** Goes on from where an inner loop got to. */
  void seek(int position, long range, long code) {
    this.position = position;
    this.range = range;
    this.code = code;
  }

  /** Takes a decision of a kind. */
  int decide(LzmsDecisions kind) {
    if (range < SMALLEST_RANGE) {
      range <<= LzmsFormat.UNIT_BITS;
      code = code << LzmsFormat.UNIT_BITS | unit();
    }
    long bound = (range >>> LzmsFormat.PROBABILITY_BITS) * kind.probabilityOfZero();
    int decision;
    if (code < bound) {
      range = bound;
      decision = 0;
    } else {
      range -= bound;
      code -= bound;
      decision = 1;
    }
    kind.learn(decision);
    return decision;
  }

  private int unit() {
    if (position >= end) {
      return 0;
    }
    int unit = (short) Words.LITTLE_16.get(input, position) & 0xFFFF;
    position += 2;
    return unit;
  }
}
