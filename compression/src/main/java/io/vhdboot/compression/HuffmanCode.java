package io.vhdboot.compression;

import java.util.Arrays;

/**
 * A canonical Huffman code, ready to encode: the best lengths for given frequencies under a limit,
 * and the codewords that follow from them. Equal frequencies always give the same code.
 */
final class HuffmanCode {

  /** How often each symbol occurs; filled by the owner. */
  final int[] frequencies;

  /** Each symbol's codeword length, 0 where it does not occur. */
  final byte[] lengths;

  /** Each symbol's codeword, in the low bits. */
  final int[] codewords;

  private static final int FREQUENCY_SHIFT = 32;

  /** Frequencies from here on are rare, and sorted apart. */
  private static final int LARGE_FREQUENCY = 255;

  private final int longest;

  /** For each smaller frequency, and all larger ones, where the next symbol goes. */
  private final int[] places = new int[LARGE_FREQUENCY + 1];

  /** Frequency and symbol of each that occurs. */
  private final long[] sorted;

  /** The frequencies of the symbols that occur, ascending, and two larger ones. */
  private final int[] leaves;

  /** The frequencies of inner nodes in the order in which they are made, and two larger ones. */
  private final int[] nodes;

  /** For each inner node the one that it is below. */
  private final int[] parents;

  /** For each length the count of codewords that have it. */
  final int[] counts;

  /**
   * Creates a code without codewords.
   *
   * @param symbols the size of the alphabet
   * @param longest the most bits that a codeword may have
   */
  HuffmanCode(int symbols, int longest) {
    this.longest = longest;
    frequencies = new int[symbols];
    lengths = new byte[symbols];
    codewords = new int[symbols];
    sorted = new long[symbols];
    leaves = new int[symbols + 2];
    nodes = new int[symbols + 2];
    parents = new int[symbols + 2];
    counts = new int[Math.max(longest, HuffmanTable.LONGEST) + 2];
  }

  /** Sets all frequencies to 0. */
  void clear() {
    Arrays.fill(frequencies, 0);
  }

  /**
   * Builds the code. A code of a single symbol gets a second one, since decoders want the code
   * space used up.
   */
  void build() {
    buildLengths(frequencies.length);
    assignCodewords();
  }

  /**
   * As {@link #build}, for a decoder, which wants no codewords: finds lengths and {@link #counts}.
   *
   * @param symbols how many to look at, at least 2; those behind are left as they are
   */
  void buildLengths(int symbols) {
    int used = sort(symbols);
    Arrays.fill(lengths, 0, symbols, (byte) 0);
    Arrays.fill(counts, 0);
    if (used == 1) {
      int symbol = (int) sorted[0];
      lengths[symbol] = 1;
      lengths[symbol == 0 ? 1 : 0] = 1;
      counts[1] = 2;
    } else if (used > 1) {
      countLengths(used);
      limit();
      assignLengths();
    }
    counts[0] = used == 1 ? symbols - 2 : symbols - used;
  }

  private void assignLengths() {
    long[] sorted = this.sorted;
    byte[] lengths = this.lengths;
    int next = 0;
    for (int length = longest; length > 0; length--) {
      for (int i = counts[length]; i > 0; i--) {
        lengths[(int) sorted[next++]] = (byte) length;
      }
    }
  }

  /**
   * Sorts the symbols that occur by frequency, and those of equal frequency by symbol.
   *
   * @return how many occur
   */
  private int sort(int symbols) {
    int[] frequencies = this.frequencies;
    int[] places = this.places;
    long[] sorted = this.sorted;
    Arrays.fill(places, 0);
    for (int symbol = 0; symbol < symbols; symbol++) {
      places[Math.min(frequencies[symbol], LARGE_FREQUENCY)]++;
    }
    int used = symbols - places[0];
    int place = 0;
    for (int i = 1; i < LARGE_FREQUENCY; i++) {
      int count = places[i];
      places[i] = place;
      place += count;
    }
    places[LARGE_FREQUENCY] = place;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int frequency = frequencies[symbol];
      if (frequency != 0) {
        sorted[places[Math.min(frequency, LARGE_FREQUENCY)]++] =
            (long) frequency << FREQUENCY_SHIFT | symbol;
      }
    }
    if (used - place > 1) {
      Arrays.sort(sorted, place, used);
    }
    return used;
  }

  /** The bits that the coded symbols take. */
  long bits() {
    long bits = 0;
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      bits += (long) frequencies[symbol] * lengths[symbol];
    }
    return bits;
  }

  /**
   * Counts the leaves of the Huffman tree at each depth; what lies deeper than the limit is counted
   * at it.
   *
   * <p>Both the leaves and the nodes that are made of them stand in order of their frequencies, so
   * the next two to be joined are among the first two of either. Which they are cannot be foreseen,
   * so that no branch depends on it. Of equal frequencies the leaf comes first.
   */
  private void countLengths(int used) {
    int[] leaves = this.leaves;
    int[] nodes = this.nodes;
    int[] parents = this.parents;
    for (int i = 0; i < used; i++) {
      leaves[i] = (int) (sorted[i] >>> FREQUENCY_SHIFT);
    }
    leaves[used] = Integer.MAX_VALUE;
    leaves[used + 1] = Integer.MAX_VALUE;
    int root = used - 2;
    Arrays.fill(nodes, 0, used + 1, Integer.MAX_VALUE);
    int leaf = 0;
    int node = 0;
    for (int next = 0; next <= root; next++) {
      int leaf1 = leaves[leaf];
      int leaf2 = leaves[leaf + 1];
      int node1 = nodes[node];
      int node2 = nodes[node + 1];
      // All bits are set when one node at least is taken, or both.
      int one = node1 - leaf2 >> 31;
      int both = node2 - leaf1 >> 31;
      // If it was not taken, a later one overwrites this.
      parents[node] = next;
      parents[node + 1] = next;
      nodes[next] = (leaf1 & ~both) + (leaf2 & ~one) + (node1 & one) + (node2 & both);
      node -= one + both;
      leaf += 2 + one + both;
    }
    // From the root down: what is no inner node at a depth is a leaf.
    int firstAbove = root;
    int inner = root - 1;
    int available = 2;
    for (int depth = 1; available > 0; depth++) {
      int last = inner;
      while (inner >= 0 && parents[inner] >= firstAbove) {
        inner--;
      }
      int innerHere = last - inner;
      firstAbove = inner + 1;
      counts[Math.min(depth, longest)] += available - innerHere;
      available = 2 * innerHere;
    }
  }

  /** Makes the code fit where leaves deeper than the limit were counted at it. */
  private void limit() {
    long room = 1L << longest;
    long taken = 0;
    for (int length = 1; length <= longest; length++) {
      taken += (long) counts[length] << longest - length;
    }
    for (; taken > room; taken--) {
      // A leaf at the limit joins a shorter one, which moves down to be its neighbour.
      counts[longest]--;
      int length = longest - 1;
      while (counts[length] == 0) {
        length--;
      }
      counts[length]--;
      counts[length + 1] += 2;
    }
  }

  private void assignCodewords() {
    Arrays.fill(counts, 0);
    for (byte length : lengths) {
      counts[length]++;
    }
    int code = 0;
    counts[0] = 0;
    for (int length = 1; length <= longest; length++) {
      int count = counts[length];
      counts[length] = code;
      code = code + count << 1;
    }
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      codewords[symbol] = lengths[symbol] == 0 ? 0 : counts[lengths[symbol]]++;
    }
  }
}
