package io.vhdboot.compression;

import java.util.Arrays;

/**
 * A code of LZMS, which adapts to the symbols that were used, ready to decode.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables.
 */
final class LzmsCode {

  /** How often each symbol was used, of late more than before. */
  final int[] frequencies;

  /** The table of codewords as it is now. */
  final HuffmanTable table;

  /** The uses that are left before the code is built anew. */
  int left;

  private final int rebuildAfter;
  private final HuffmanCode code;
  private int symbols;

  /**
   * Creates a code.
   *
   * @param name what exceptions call it
   * @param mostSymbols the largest alphabet
   * @param rebuildAfter the number of uses after which it is built anew
   * @param rootBits how long a codeword may be to be found at once
   */
  LzmsCode(String name, int mostSymbols, int rebuildAfter, int rootBits) {
    this.rebuildAfter = rebuildAfter;
    this.code = new HuffmanCode(mostSymbols, LzmsFormat.LONGEST_CODEWORD);
    this.frequencies = code.frequencies;
    this.table = new HuffmanTable(name, rootBits, HuffmanTable.plainPayloads(mostSymbols));
  }

  /** Begins anew with all symbols equally frequent. */
  void begin(int symbolCount) throws MalformedChunkException {
    symbols = symbolCount;
    Arrays.fill(frequencies, 0);
    Arrays.fill(frequencies, 0, symbolCount, 1);
    build();
  }

  /** Counts a use. */
  void learn(int symbol) throws MalformedChunkException {
    frequencies[symbol]++;
    if (--left == 0) {
      rebuild();
    }
  }

  /** Builds the code anew, when no uses are left. */
  void rebuild() throws MalformedChunkException {
    build();
    for (int i = 0; i < symbols; i++) {
      frequencies[i] = (frequencies[i] >> 1) + 1;
    }
  }

  private void build() throws MalformedChunkException {
    left = rebuildAfter;
    // A code of one symbol takes the codeword of a second.
    int count = Math.max(2, symbols);
    code.buildLengths(count);
    table.build(code.lengths, code.counts, count);
  }
}
