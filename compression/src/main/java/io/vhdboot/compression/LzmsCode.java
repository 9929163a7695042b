package io.vhdboot.compression;

import java.util.Arrays;

/**
 * A code of LZMS, which adapts to the symbols that were used, ready to decode.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables.
 */
final class LzmsCode {

  /** The table of codewords as it is now: one of the two below. */
  HuffmanTable table;

  private final int[] learnt;
  private final int place;
  private final int rebuildAfter;
  private final HuffmanCode code;

  /** What every chunk begins with: built once for all those with as many symbols. */
  private final HuffmanTable first;

  private final HuffmanTable adapted;
  private int symbols = -1;

  /**
   * Creates a code.
   *
   * @param name what exceptions call it
   * @param learnt holds at the place the uses that are left before the code is built anew; behind
   *     it, how often each symbol was used, of late more than before
   * @param mostSymbols the largest alphabet
   * @param rebuildAfter the number of uses after which it is built anew
   * @param rootBits how long a codeword may be to be found at once
   */
  LzmsCode(String name, int[] learnt, int place, int mostSymbols, int rebuildAfter, int rootBits) {
    this.learnt = learnt;
    this.place = place;
    this.rebuildAfter = rebuildAfter;
    this.code = new HuffmanCode(mostSymbols, LzmsFormat.LONGEST_CODEWORD);
    int[] payloads = HuffmanTable.plainPayloads(mostSymbols);
    this.first = new HuffmanTable(name, rootBits, payloads);
    this.adapted = new HuffmanTable(name, rootBits, payloads);
  }

  /** Begins anew with all symbols equally frequent. */
  void begin(int symbolCount) throws MalformedChunkException {
    Arrays.fill(learnt, place + 1, place + 1 + symbolCount, 1);
    if (symbolCount != symbols) {
      symbols = symbolCount;
      code.clear();
      Arrays.fill(code.frequencies, 0, symbolCount, 1);
      build(first);
    }
    table = first;
    learnt[place] = rebuildAfter;
  }

  /** Counts a use. */
  void learn(int symbol) throws MalformedChunkException {
    learnt[place + 1 + symbol]++;
    if (--learnt[place] == 0) {
      rebuild();
    }
  }

  private void rebuild() throws MalformedChunkException {
    int[] learnt = this.learnt;
    int[] frequencies = code.frequencies;
    for (int symbol = 0, i = place + 1; symbol < symbols; symbol++, i++) {
      int frequency = learnt[i];
      frequencies[symbol] = frequency;
      learnt[i] = (frequency >> 1) + 1;
    }
    build(adapted);
    table = adapted;
    learnt[place] = rebuildAfter;
  }

  private void build(HuffmanTable table) throws MalformedChunkException {
    // A code of one symbol takes the codeword of a second.
    int count = Math.max(2, symbols);
    code.buildLengths(count);
    table.build(code.lengths, code.counts, count);
  }
}
