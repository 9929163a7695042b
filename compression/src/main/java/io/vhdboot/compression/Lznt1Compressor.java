package io.vhdboot.compression;

import java.util.Arrays;
import java.util.Objects;

/**
 * Encodes LZNT1, whose format stands at {@link Lznt1Decompressor}, in chunks of 4096 bytes. A chunk
 * that does not shrink is stored as it is, and of all ways to cut a chunk into literals and the
 * longest matches that are found at each position, the cheapest is taken: every literal costs 9
 * bits and every match 17, however long and far.
 *
 * <p>What is encoded is not ended by a 0, which belongs behind it where the unit has room left.
 * NTFS expects units of whole chunks: what a file has less is to be filled up with zeros.
 */
public final class Lznt1Compressor implements Compressor {

  private static final int CHUNK_SIZE = Lznt1Decompressor.CHUNK_SIZE;
  private static final int HEADER_SIZE = Lznt1Decompressor.HEADER_SIZE;
  private static final int SHORTEST_MATCH = Lznt1Decompressor.SHORTEST_MATCH;

  private static final int LITERAL_BITS = 9;
  private static final int MATCH_BITS = 17;

  /** Positions that a search may visit. */
  private static final int DEPTH = 40;

  /** Shorter cuts of a match that are weighed: two bytes less may spare a literal behind it. */
  private static final int CUTS = 2;

  private static final int HASH_BITS = 12;
  private static final int HASH_FACTOR = 0x1E35A7BD;

  private final byte[] chunk = new byte[CHUNK_SIZE + Words.PADDING];

  /** The latest position of each hash, and of each position the one before; base and up. */
  private final int[] heads = new int[1 << HASH_BITS];

  private final int[] previous = new int[CHUNK_SIZE];

  /** Where the current chunk begins: what earlier ones left in the tables is below it. */
  private int base;

  /** The longest match at each position, length above offset; 0 for none. */
  private final int[] matches = new int[CHUNK_SIZE];

  /** The bits that all from a position on cost, and the length of its first item. */
  private final int[] costs = new int[CHUNK_SIZE + 1];

  private final short[] lengths = new short[CHUNK_SIZE];

  /** Creates an encoder. */
  public Lznt1Compressor() {
    forget();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Here a chunk is a whole compression unit, of any length; the encoded one may be longer by 2
   * bytes for every 4096.
   */
  @Override
  public int compress(
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset,
      int outputLimit) {
    Objects.checkFromIndexSize(inputOffset, inputLength, input.length);
    Objects.checkFromIndexSize(outputOffset, outputLimit, output.length);
    int end = inputOffset + inputLength;
    int outputEnd = outputOffset + outputLimit;
    int to = outputOffset;
    for (int at = inputOffset; at < end; at += CHUNK_SIZE) {
      int length = Math.min(CHUNK_SIZE, end - at);
      System.arraycopy(input, at, chunk, 0, length);
      Arrays.fill(chunk, length, length + Words.PADDING, (byte) 0);
      find(length);
      int encoded = parse(length);
      boolean shrinks = encoded < length;
      int stored = shrinks ? encoded : length;
      if (stored > outputEnd - to - HEADER_SIZE) {
        return DOES_NOT_FIT;
      }
      int header = stored - 1 | Lznt1Decompressor.SIGNATURE;
      put16(output, to, shrinks ? header | Lznt1Decompressor.COMPRESSED : header);
      if (shrinks) {
        write(length, output, to + HEADER_SIZE);
      } else {
        System.arraycopy(input, at, output, to + HEADER_SIZE, length);
      }
      to += HEADER_SIZE + stored;
    }
    return to - outputOffset;
  }

  private void forget() {
    Arrays.fill(heads, -1);
    base = 0;
  }

  /** Finds the longest match at each position. */
  private void find(int end) {
    base += CHUNK_SIZE;
    if (base > Integer.MAX_VALUE - 2 * CHUNK_SIZE) {
      forget();
    }
    int most = longest(Lznt1Decompressor.FEWEST_OFFSET_BITS);
    int bits = Lznt1Decompressor.FEWEST_OFFSET_BITS;
    for (int at = 0; at < end; at++) {
      if (at > 1 << bits) {
        most = longest(++bits);
      }
      matches[at] = at > end - SHORTEST_MATCH ? 0 : find(at, Math.min(most, end - at));
    }
  }

  private int find(int at, int most) {
    int word = (int) Words.LITTLE_32.get(chunk, at);
    int hash = (word << 8) * HASH_FACTOR >>> 32 - HASH_BITS;
    int candidate = heads[hash];
    heads[hash] = base + at;
    previous[at] = candidate;
    int best = SHORTEST_MATCH - 1;
    int bestOffset = 0;
    for (int i = DEPTH; candidate >= base && i > 0; i--) {
      int from = candidate - base;
      if (chunk[from + best] == chunk[at + best]) {
        int length = Words.equalBytes(chunk, at, from, 0, most);
        if (length > best) {
          best = length;
          bestOffset = at - from;
          if (best == most) {
            break;
          }
        }
      }
      candidate = previous[from];
    }
    return bestOffset == 0 ? 0 : best << 16 | bestOffset;
  }

  /** The longest match that can be told where offsets take so many bits. */
  private static int longest(int offsetBits) {
    return (1 << 16 - offsetBits) - 1 + SHORTEST_MATCH;
  }

  /** Finds the cheapest items, from the end to the begin; gives the bytes that they take. */
  private int parse(int end) {
    costs[end] = 0;
    for (int at = end - 1; at >= 0; at--) {
      int cost = LITERAL_BITS + costs[at + 1];
      int length = 1;
      int longest = matches[at] >>> 16;
      for (int i = longest; i >= Math.max(SHORTEST_MATCH, longest - CUTS); i--) {
        if (MATCH_BITS + costs[at + i] < cost) {
          cost = MATCH_BITS + costs[at + i];
          length = i;
        }
      }
      costs[at] = cost;
      lengths[at] = (short) length;
    }
    return (costs[0] + 7) / 8;
  }

  private void write(int end, byte[] output, int offset) {
    int to = offset;
    int bits = Lznt1Decompressor.FEWEST_OFFSET_BITS;
    int at = 0;
    while (at < end) {
      int flagsAt = to++;
      int flags = 0;
      for (int i = 0; i < 8 && at < end; i++) {
        int length = lengths[at];
        if (length == 1) {
          output[to++] = chunk[at];
        } else {
          while (at > 1 << bits) {
            bits++;
          }
          int offsetLess1 = (matches[at] & 0xFFFF) - 1;
          put16(output, to, offsetLess1 << 16 - bits | length - SHORTEST_MATCH);
          to += 2;
          flags |= 1 << i;
        }
        at += length;
      }
      output[flagsAt] = (byte) flags;
    }
  }

  private static void put16(byte[] bytes, int offset, int value) {
    Words.LITTLE_16.set(bytes, offset, (short) value);
  }
}
