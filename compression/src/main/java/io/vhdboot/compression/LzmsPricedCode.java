package io.vhdboot.compression;

import java.util.Arrays;

/** A code of LZMS as the encoder has it: it adapts as {@link LzmsCode} does, and has prices. */
final class LzmsPricedCode {

  /** For each symbol, what it costs together with its extra bits; see {@link LzmsPrices#BIT}. */
  final int[] prices;

  /** The extra bits of each symbol. */
  final byte[] extraBits;

  private final int rebuildAfter;
  private final HuffmanCode code;
  private int symbols;
  private int left;

  /**
   * Creates a code.
   *
   * @param rebuildAfter the number of uses after which it is built anew
   * @param extraBits the extra bits of each symbol of the largest alphabet
   */
  LzmsPricedCode(int rebuildAfter, byte[] extraBits) {
    this.rebuildAfter = rebuildAfter;
    this.extraBits = extraBits;
    code = new HuffmanCode(extraBits.length, LzmsFormat.LONGEST_CODEWORD);
    prices = new int[extraBits.length];
  }

  /** Begins anew with all symbols equally frequent. */
  void begin(int symbolCount) {
    symbols = symbolCount;
    code.clear();
    Arrays.fill(code.frequencies, 0, symbolCount, 1);
    build();
  }

  /**
   * Writes a symbol and learns from it.
   *
   * @return whether the code, and hence the prices, were built anew
   */
  boolean write(LzmsBitWriter bits, int symbol) {
    bits.bits(code.codewords[symbol], code.lengths[symbol]);
    code.frequencies[symbol]++;
    if (--left > 0) {
      return false;
    }
    build();
    for (int i = 0; i < symbols; i++) {
      code.frequencies[i] = (code.frequencies[i] >> 1) + 1;
    }
    return true;
  }

  private void build() {
    left = rebuildAfter;
    code.build();
    for (int i = 0; i < symbols; i++) {
      prices[i] = (code.lengths[i] + extraBits[i]) * LzmsPrices.BIT;
    }
  }
}
