package io.vhdboot.compression;

import java.util.Objects;

/**
 * Decodes XPRESS with Huffman codes, as WIM files and Windows's compressed system files hold it, in
 * chunks of up to 64 KiB.
 *
 * <pre>
 * 000  256  512 codeword lengths of 4 bits; symbol 2i is the low half of byte i
 * 100       bits, and bytes between them
 * </pre>
 *
 * Symbols below 256 are literals. Any other is a match: bits 0 to 3 its length, bits 4 to 7 the
 * count of bits that follow for the offset, which has a 1 above them. Length 15 goes on in the next
 * byte, and if that is 255 the next 16-bit number replaces it. The length counts from 3.
 *
 * <p>Source: [MS-XCA] 2.2, and the behaviour of libwim where a byte is read among the bits.
 */
public final class XpressDecompressor implements Decompressor {

  /** The longest chunk there is. */
  public static final int LONGEST_CHUNK = 1 << 16;

  static final int SYMBOLS = 512;
  static final int HEADER_SIZE = SYMBOLS / 2;
  static final int LONGEST_CODEWORD = 15;
  static final int SHORTEST_MATCH = 3;

  private static final int ROOT_BITS = 11;
  private static final int MATCH = 1 << 31;
  private static final int OFFSET_BITS_SHIFT = HuffmanTable.PAYLOAD_SHIFT;
  private static final int OFFSET_BITS_MASK = 15;
  private static final int LENGTH_SHIFT = 16;
  private static final int LENGTH_MASK = 15;
  private static final int LENGTH_GOES_ON = 15;

  /** Bits that a decoder has fetched at least when it comes to the byte of a length. */
  private static final int FETCHED_AT_LEAST = 16;

  /** Bytes before the output's end that are left to the careful loop. */
  private static final int OUTPUT_MARGIN = 32;

  /** Bytes before the input's end that are left to it: two refills and a long length. */
  private static final int INPUT_MARGIN = 24;

  private final byte[] lengths = new byte[SYMBOLS];
  private final HuffmanTable table = new HuffmanTable("the XPRESS code", ROOT_BITS, payloads());
  private final XpressBits bits = new XpressBits();

  /** Creates a decoder. */
  public XpressDecompressor() {}

  private static int[] payloads() {
    int[] payloads = HuffmanTable.plainPayloads(SYMBOLS);
    for (int symbol = 256; symbol < SYMBOLS; symbol++) {
      payloads[symbol] =
          MATCH | (symbol & 15) << LENGTH_SHIFT | (symbol >> 4 & 15) << OFFSET_BITS_SHIFT;
    }
    return payloads;
  }

  @Override
  public void decompress(
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset,
      int outputLength)
      throws MalformedChunkException {
    Objects.checkFromIndexSize(inputOffset, inputLength, input.length);
    Objects.checkFromIndexSize(outputOffset, outputLength, output.length);
    if (outputLength > LONGEST_CHUNK) {
      throw new MalformedChunkException(
          "an XPRESS chunk has at most 65536 bytes, not " + outputLength);
    }
    if (inputLength < HEADER_SIZE) {
      throw new MalformedChunkException(
          "an XPRESS chunk begins with 256 bytes, but " + inputLength + " are there");
    }
    for (int i = 0; i < HEADER_SIZE; i++) {
      int pair = input[inputOffset + i];
      lengths[2 * i] = (byte) (pair & 15);
      lengths[2 * i + 1] = (byte) (pair >> 4 & 15);
    }
    table.build(lengths);
    bits.begin(input, inputOffset + HEADER_SIZE, inputLength - HEADER_SIZE);
    try {
      int reached = decodeFast(output, outputOffset, outputLength);
      decodeCarefully(output, outputOffset, reached, outputOffset + outputLength);
    } finally {
      bits.release();
    }
  }

  /** Decodes while input and output are far from their ends, and says how far it came. */
  private int decodeFast(byte[] output, int start, int outputLength)
      throws MalformedChunkException {
    byte[] input = bits.input;
    int position = bits.position;
    long buffer = 0;
    int count = 0;
    int[] root = table.root;
    int inputLimit = bits.end - INPUT_MARGIN;
    int end = start + outputLength;
    int limit = end - OUTPUT_MARGIN;
    int at = start;

    if (at >= limit || position >= inputLimit) {
      return at;
    }
    do {
      buffer |= XpressBits.word(input, position) >>> count;
      int units = 63 - count >>> 4;
      position += units << 1;
      count += units << 4;

      // With one way back to its head the loop is compiled better than with several.
      item:
      {
        int entry = root[(int) (buffer >>> 64 - ROOT_BITS)];
        if (entry >= 0) {
          output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
          buffer <<= entry;
          count -= entry & HuffmanTable.LENGTH_MASK;
          entry = root[(int) (buffer >>> 64 - ROOT_BITS)];
          if (entry >= 0) {
            output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
            buffer <<= entry;
            count -= entry & HuffmanTable.LENGTH_MASK;
            break item;
          }
        }
        if (entry == HuffmanTable.ESCAPE) {
          entry = table.lookUpLong(buffer);
          if (entry >= 0) {
            output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
            buffer <<= entry;
            count -= entry & HuffmanTable.LENGTH_MASK;
            break item;
          }
        }
        // At most 11 + 15 bits are gone of at least 48.
        buffer <<= entry;
        count -= entry & HuffmanTable.LENGTH_MASK;
        int offsetBits = entry >> OFFSET_BITS_SHIFT & OFFSET_BITS_MASK;
        int length = entry >> LENGTH_SHIFT & LENGTH_MASK;
        if (length == LENGTH_GOES_ON) {
          int ahead = count - FETCHED_AT_LEAST >> 4;
          position -= ahead << 1;
          count -= ahead << 4;
          buffer &= -1L << 64 - count;
          length += input[position++] & 0xFF;
          if (length == LENGTH_GOES_ON + 255) {
            length = Short.toUnsignedInt((short) Words.LITTLE_16.get(input, position));
            position += 2;
          }
          if (length + SHORTEST_MATCH > end - at) {
            throw tooLong();
          }
        }
        length += SHORTEST_MATCH;
        int offset = 1 << offsetBits | (int) (buffer >>> 1 >>> 63 - offsetBits);
        buffer <<= offsetBits;
        count -= offsetBits;
        if (offset > at - start) {
          throw tooFar();
        }
        if (at + length < end - MatchCopy.SLACK) {
          MatchCopy.wide(output, at, offset, length);
        } else {
          MatchCopy.exact(output, at, offset, length);
        }
        at += length;
      }
    } while (at < limit && position < inputLimit);
    bits.position = position;
    bits.buffer = buffer;
    bits.count = count;
    return at;
  }

  private void decodeCarefully(byte[] output, int start, int reached, int end)
      throws MalformedChunkException {
    int at = reached;
    while (at < end) {
      int entry = bits.symbol(table);
      if (entry >= 0) {
        output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
        continue;
      }
      int offsetBits = entry >> OFFSET_BITS_SHIFT & OFFSET_BITS_MASK;
      int length = entry >> LENGTH_SHIFT & LENGTH_MASK;
      if (bits.count < FETCHED_AT_LEAST) {
        bits.refill();
      }
      if (length == LENGTH_GOES_ON) {
        bits.giveBack(FETCHED_AT_LEAST);
        length += bits.nextByte();
        if (length == LENGTH_GOES_ON + 255) {
          length = bits.nextByte() | bits.nextByte() << 8;
        }
      }
      length += SHORTEST_MATCH;
      int offset = 1 << offsetBits | bits.bits(offsetBits);
      if (offset > at - start) {
        throw tooFar();
      }
      if (length > end - at) {
        throw tooLong();
      }
      MatchCopy.exact(output, at, offset, length);
      at += length;
    }
  }

  private static MalformedChunkException tooFar() {
    return new MalformedChunkException("an XPRESS match reaches before the chunk");
  }

  private static MalformedChunkException tooLong() {
    return new MalformedChunkException("an XPRESS match reaches behind the chunk");
  }
}
