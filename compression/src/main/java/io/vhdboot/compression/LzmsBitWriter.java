package io.vhdboot.compression;

/** Writes codewords and plain bits to the back of an LZMS chunk, for {@link LzmsBits}. */
final class LzmsBitWriter {

  private LzmsOutput output;
  private long buffer;
  private int count;

  /** Starts a chunk. */
  void begin(LzmsOutput output) {
    this.output = output;
    buffer = 0;
    count = 0;
  }

  /** Writes up to 30 bits. */
  void bits(int value, int number) {
    buffer = buffer << number | value;
    count += number;
    while (count >= LzmsFormat.UNIT_BITS) {
      count -= LzmsFormat.UNIT_BITS;
      output.back((int) (buffer >>> count));
    }
  }

  /** Fills the last unit up. */
  void end() {
    if (count > 0) {
      bits(0, LzmsFormat.UNIT_BITS - count);
    }
  }
}
