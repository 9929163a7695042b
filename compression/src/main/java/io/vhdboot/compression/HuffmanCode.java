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

  private final int[] tree;
  private final int[] counts;

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
    tree = new int[symbols];
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
    buildLengths();
    assignCodewords();
  }

  /** As {@link #build}, for a decoder, which wants no codewords. */
  void buildLengths() {
    int used = sort();
    Arrays.fill(lengths, (byte) 0);
    if (used == 1) {
      int symbol = (int) sorted[0];
      lengths[symbol] = 1;
      lengths[symbol == 0 ? 1 : 0] = 1;
    } else if (used > 1) {
      depths(used);
      limit(used);
      int next = 0;
      for (int length = longest; length > 0; length--) {
        for (int i = counts[length]; i > 0; i--) {
          lengths[(int) sorted[next++]] = (byte) length;
        }
      }
    }
  }

  /**
   * Sorts the symbols that occur by frequency, and those of equal frequency by symbol.
   *
   * @return how many occur
   */
  private int sort() {
    int[] places = this.places;
    Arrays.fill(places, 0);
    for (int frequency : frequencies) {
      places[Math.min(frequency, LARGE_FREQUENCY)]++;
    }
    int used = frequencies.length - places[0];
    int place = 0;
    for (int i = 1; i < LARGE_FREQUENCY; i++) {
      int count = places[i];
      places[i] = place;
      place += count;
    }
    places[LARGE_FREQUENCY] = place;
    for (int symbol = 0; symbol < frequencies.length; symbol++) {
      int frequency = frequencies[symbol];
      if (frequency != 0) {
        sorted[places[Math.min(frequency, LARGE_FREQUENCY)]++] =
            (long) frequency << FREQUENCY_SHIFT | symbol;
      }
    }
    Arrays.sort(sorted, place, used);
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
   * Finds the depth of each leaf of the Huffman tree in the array that holds the tree: first the
   * weights of leaves and inner nodes, then the inner nodes' parents, then depths.
   *
   * <p>Source: A. Moffat and J. Katajainen, "In-Place Calculation of Minimum-Redundancy Codes".
   */
  private void depths(int used) {
    for (int i = 0; i < used; i++) {
      tree[i] = (int) (sorted[i] >>> FREQUENCY_SHIFT);
    }
    int leaf = 0;
    int node = 0;
    for (int next = 0; next < used - 1; next++) {
      int weight = 0;
      for (int child = 0; child < 2; child++) {
        if (leaf >= used || node < next && tree[node] < tree[leaf]) {
          weight += tree[node];
          tree[node++] = next;
        } else {
          weight += tree[leaf++];
        }
      }
      tree[next] = weight;
    }
    Arrays.fill(counts, 0);
    tree[used - 2] = 0;
    for (int i = used - 3; i >= 0; i--) {
      tree[i] = tree[tree[i]] + 1;
    }
    // From the root down: what is no inner node at a depth is a leaf.
    int available = 1;
    int inner = used - 2;
    for (int depth = 0; available > 0; depth++) {
      int innerHere = 0;
      while (inner >= 0 && tree[inner] == depth) {
        innerHere++;
        inner--;
      }
      counts[Math.min(depth, longest)] += available - innerHere;
      available = 2 * innerHere;
    }
  }

  /** Makes the code fit where leaves deeper than the limit were counted at it. */
  private void limit(int used) {
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
