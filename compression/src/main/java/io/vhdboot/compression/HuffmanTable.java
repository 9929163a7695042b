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
  private final int[] ownCounts = new int[LONGEST + 1];
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
    Arrays.fill(ownCounts, 0);
    for (int symbol = 0; symbol < payloads.length; symbol++) {
      ownCounts[lengths[symbol]]++;
    }
    build(lengths, ownCounts, payloads.length);
  }

  /**
   * Builds the table for the first symbols of the alphabet.
   *
   * @param counts how many of them have each length
   */
  void build(byte[] lengths, int[] counts, int symbols) throws MalformedChunkException {
    layOut(counts, symbols);
    int[] sorted = this.sorted;
    int[] payloads = this.payloads;
    int[] places = this.places;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int length = lengths[symbol];
      sorted[places[length]++] = payloads[symbol] | length;
    }
    fillRoot(counts);
  }

  private void layOut(int[] counts, int symbols) throws MalformedChunkException {
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

  private void fillRoot(int[] counts) {
    int[] root = this.root;
    int[] sorted = this.sorted;
    int at = 0;
    int next = counts[0];
    for (int length = 1; length <= rootBits; length++) {
      int end = next + counts[length];
      at = fill(root, at, sorted, next, end, 1 << rootBits - length);
      next = end;
    }
    Arrays.fill(root, at, root.length, ESCAPE);
  }

  /** Repeats each entry in the table as often as the span says. */
  private static int fill(int[] root, int from, int[] sorted, int next, int end, int span) {
    int at = from;
    switch (span) {
      case 1 -> {
        System.arraycopy(sorted, next, root, at, end - next);
        at += end - next;
      }
      case 2 -> {
        for (int i = next; i < end; i++) {
          root[at] = sorted[i];
          root[at + 1] = sorted[i];
          at += 2;
        }
      }
      case 4 -> {
        for (int i = next; i < end; i++) {
          int entry = sorted[i];
          root[at] = entry;
          root[at + 1] = entry;
          root[at + 2] = entry;
          root[at + 3] = entry;
          at += 4;
        }
      }
      default -> {
        for (int i = next; i < end; i++) {
          int entry = sorted[i];
          int to = at + span;
          do {
            root[at] = entry;
            root[at + 1] = entry;
            root[at + 2] = entry;
            root[at + 3] = entry;
            root[at + 4] = entry;
            root[at + 5] = entry;
            root[at + 6] = entry;
            root[at + 7] = entry;
            at += 8;
          } while (at < to);
        }
      }
    }
    return at;
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
