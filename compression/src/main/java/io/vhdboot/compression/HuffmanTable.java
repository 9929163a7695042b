package io.vhdboot.compression;

import java.util.Arrays;

/**
 * A canonical Huffman code, ready to decode: shorter codes come first, and symbols in order within
 * a length. What a symbol means is worked out beforehand: the table gives an entry, the codeword's
 * length in the low 6 bits and above it the payload that its owner chose for the symbol.
 *
 * <p>Codewords of up to {@code rootBits} bits are found by one look-up. The longer ones, which are
 * rare by their nature, stand in order behind: they are found by comparing with the end of each
 * length.
 */
final class HuffmanTable {

  /** The longest codeword of all formats. */
  static final int LONGEST = 16;

  /** The bits of an entry that hold the codeword's length. */
  static final int LENGTH_MASK = 0x3F;

  /** The lowest bit of a payload. */
  static final int PAYLOAD_SHIFT = 8;

  /** The entry of the root table where a longer codeword begins. No payload equals it. */
  static final int ESCAPE = 0xC0000000;

  /** The table of codewords by their first bits; its inner loops index it themselves. */
  final int[] root;

  private final String name;
  private final int rootBits;
  private final int[] payloads;
  private final int[] sorted;
  private final int[] counts = new int[LONGEST + 1];
  private final int[] places = new int[LONGEST + 1];
  private final int[] ends = new int[LONGEST + 1];
  private final int[] bases = new int[LONGEST + 1];

  /**
   * Creates a table that is not built yet.
   *
   * @param name what exceptions call the code
   * @param rootBits how long a codeword may be to be found at once
   * @param payloads for each symbol, what its entry holds above the low 8 bits
   */
  HuffmanTable(String name, int rootBits, int[] payloads) {
    this.name = name;
    this.rootBits = rootBits;
    this.payloads = payloads;
    this.root = new int[1 << rootBits];
    this.sorted = new int[payloads.length];
  }

  /** Payloads that are the symbols themselves, above {@link #PAYLOAD_SHIFT}. */
  static int[] plainPayloads(int symbols) {
    int[] payloads = new int[symbols];
    Arrays.setAll(payloads, symbol -> symbol << PAYLOAD_SHIFT);
    return payloads;
  }

  /**
   * Builds the table from the codewords' lengths. A code without any codeword is accepted until a
   * symbol is wanted of it; any other must use up the code space exactly.
   */
  void build(byte[] lengths) throws MalformedChunkException {
    int symbols = payloads.length;
    Arrays.fill(counts, 0);
    for (int symbol = 0; symbol < symbols; symbol++) {
      counts[lengths[symbol]]++;
    }
    layOut(symbols);
    for (int symbol = 0; symbol < symbols; symbol++) {
      int length = lengths[symbol];
      sorted[places[length]++] = payloads[symbol] | length;
    }
    fillRoot();
  }

  private void layOut(int symbols) throws MalformedChunkException {
    int place = counts[0];
    int code = 0;
    places[0] = 0;
    for (int length = 1; length <= LONGEST; length++) {
      int count = counts[length];
      places[length] = place;
      bases[length] = place - code;
      place += count;
      code += count;
      ends[length] = code << LONGEST - length;
      if (code > 1 << length) {
        throw new MalformedChunkException(name + " has more codewords than there is room for");
      }
      code <<= 1;
    }
    if (ends[LONGEST] != 1 << LONGEST && counts[0] != symbols) {
      throw new MalformedChunkException(name + " has fewer codewords than there is room for");
    }
  }

  private void fillRoot() {
    int at = 0;
    int next = counts[0];
    for (int length = 1; length <= rootBits; length++) {
      int span = 1 << rootBits - length;
      for (int i = counts[length]; i > 0; i--) {
        int entry = sorted[next++];
        int to = at + span;
        do {
          root[at++] = entry;
        } while (at < to);
      }
    }
    while (at < root.length) {
      root[at++] = ESCAPE;
    }
  }

  /** The entry of the codeword that the buffer's top bits begin with. */
  int lookUp(long buffer) throws MalformedChunkException {
    int entry = root[(int) (buffer >>> 64 - rootBits)];
    return entry == ESCAPE ? lookUpLong(buffer) : entry;
  }

  /** The entry of a codeword that is longer than the root table's bits. */
  int lookUpLong(long buffer) throws MalformedChunkException {
    int code = (int) (buffer >>> 64 - LONGEST);
    for (int length = rootBits + 1; length <= LONGEST; length++) {
      if (code < ends[length]) {
        return sorted[bases[length] + (code >>> LONGEST - length)];
      }
    }
    throw new MalformedChunkException(name + " has no codeword, but a symbol of it is used");
  }
}
