package io.vhdboot.compression;

import java.util.Arrays;
import java.util.Objects;

/**
 * Encodes XPRESS with Huffman codes, in chunks of up to 64 KiB. The format stands at {@link
 * XpressDecompressor}. Matches come from hash chains, and one is put off as long as the next two
 * positions have a better one.
 */
public final class XpressCompressor implements Compressor {

  /** How many positions may be visited for a match, for a better one behind it, and so on. */
  private static final int DEPTH = 8;

  private static final int NEXT_DEPTH = 4;
  private static final int LAST_DEPTH = 2;

  /** Nothing better is looked for behind a match of this length. */
  private static final int NICE_LENGTH = 32;

  private static final int LENGTH_GOES_ON = 15;

  private final HashChains chains = new HashChains(NICE_LENGTH);
  private final HuffmanCode code =
      new HuffmanCode(XpressDecompressor.SYMBOLS, XpressDecompressor.LONGEST_CODEWORD);

  private final byte[] chunk = new byte[XpressDecompressor.LONGEST_CHUNK + Words.PADDING];

  /** Matches as length and offset in the two halves, literals with an offset of 0. */
  private final int[] items = new int[XpressDecompressor.LONGEST_CHUNK];

  private int itemCount;

  /** Creates an encoder. */
  public XpressCompressor() {}

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the chunk has more than 65536 bytes
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
    if (inputLength > XpressDecompressor.LONGEST_CHUNK) {
      throw new IllegalArgumentException(
          "inputLength (" + inputLength + ") must be at most 65536 in XPRESS");
    }
    if (outputLimit <= XpressDecompressor.HEADER_SIZE) {
      return DOES_NOT_FIT;
    }
    code.clear();
    itemCount = 0;
    System.arraycopy(input, inputOffset, chunk, 0, inputLength);
    Arrays.fill(chunk, inputLength, inputLength + Words.PADDING, (byte) 0);
    chains.begin(chunk);
    parse(inputLength);
    code.build();
    return write(output, outputOffset, outputLimit);
  }

  private void parse(int end) {
    byte[] input = chunk;
    // The last positions have too few bytes behind them for a match.
    int lookUpEnd = end - HashChains.SHORTEST;
    int at = 0;
    while (at < end) {
      if (at > lookUpEnd) {
        literal(input[at++]);
        continue;
      }
      int length = chains.find(at, end, 0, DEPTH);
      int offset = chains.offset();
      if (length < HashChains.SHORTEST) {
        literal(input[at++]);
        continue;
      }
      int inserted = at + 1;
      while (length < NICE_LENGTH && at + 2 <= lookUpEnd) {
        int nextLength = chains.find(at + 1, end, length, NEXT_DEPTH);
        inserted = at + 2;
        if (nextLength > length) {
          literal(input[at++]);
          length = nextLength;
          offset = chains.offset();
          continue;
        }
        nextLength = chains.find(at + 2, end, length + 1, LAST_DEPTH);
        inserted = at + 3;
        if (nextLength <= length + 1) {
          break;
        }
        literal(input[at++]);
        literal(input[at++]);
        length = nextLength;
        offset = chains.offset();
      }
      match(length, offset);
      at += length;
      for (int i = inserted; i < Math.min(at, lookUpEnd + 1); i++) {
        chains.insert(i);
      }
    }
  }

  private void literal(byte value) {
    items[itemCount++] = (value & 0xFF) << 16;
    code.frequencies[value & 0xFF]++;
  }

  private void match(int length, int offset) {
    items[itemCount++] = length << 16 | offset;
    code.frequencies[symbol(length, offset)]++;
  }

  private static int symbol(int length, int offset) {
    int header = Math.min(length - XpressDecompressor.SHORTEST_MATCH, LENGTH_GOES_ON);
    return 256 + (offsetBits(offset) << 4) + header;
  }

  private static int offsetBits(int offset) {
    return 31 - Integer.numberOfLeadingZeros(offset);
  }

  private int write(byte[] output, int outputOffset, int outputLimit) {
    byte[] lengths = code.lengths;
    for (int i = 0; i < XpressDecompressor.HEADER_SIZE; i++) {
      output[outputOffset + i] = (byte) (lengths[2 * i] | lengths[2 * i + 1] << 4);
    }
    XpressBitWriter bits =
        new XpressBitWriter(
            output, outputOffset + XpressDecompressor.HEADER_SIZE, outputOffset + outputLimit);
    for (int i = 0; i < itemCount && !bits.isFull(); i++) {
      int offset = items[i] & 0xFFFF;
      int length = items[i] >>> 16;
      int symbol = offset == 0 ? length : symbol(length, offset);
      bits.bits(code.codewords[symbol], lengths[symbol]);
      if (offset != 0) {
        int more = length - XpressDecompressor.SHORTEST_MATCH - LENGTH_GOES_ON;
        if (more >= 255) {
          bits.writeByte(255);
          bits.writeShort(more + LENGTH_GOES_ON);
        } else if (more >= 0) {
          bits.writeByte(more);
        }
        int offsetBits = offsetBits(offset);
        bits.bits(offset ^ 1 << offsetBits, offsetBits);
      }
    }
    int end = bits.end();
    return bits.isFull() ? DOES_NOT_FIT : end - outputOffset;
  }
}
