package io.vhdboot.compression;

import java.util.Arrays;
import java.util.Objects;

/**
 * Decodes LZX as WIM files and Windows's compressed system files hold it: chunks of up to 2 MiB,
 * each with fresh codes, and with the targets of x86 calls made absolute. Cabinets hold another
 * flavour of LZX, which this is not.
 *
 * <p>The format stands at {@code LzxFormat}.
 */
public final class LzxDecompressor implements Decompressor {

  private static final int MAIN_ROOT_BITS = 11;
  private static final int LENGTH_ROOT_BITS = 10;
  private static final int ALIGNED_ROOT_BITS = LzxFormat.LONGEST_ALIGNED_CODEWORD;
  private static final int PRECODE_ROOT_BITS = 7;

  // The payload of a match: its length less what a length symbol adds, how many bits of the offset
  // follow, and what stands above these; or which of the offsets used last is meant.
  private static final int MATCH = 1 << 31;
  private static final int RECENT = 1 << 29;
  private static final int LENGTH_SHIFT = HuffmanTable.PAYLOAD_SHIFT;
  private static final int LENGTH_MASK = 15;
  private static final int EXTRA_SHIFT = 12;
  private static final int EXTRA_MASK = 31;
  private static final int HIGH_SHIFT = 17;
  private static final int HIGH_MASK = 15;

  /** How many windows an encoded chunk may fill; who encodes more has a fault. */
  private static final int MOST_INPUT_PER_WINDOW = 2;

  /** The three offsets at the start of an uncompressed block. */
  private static final int UNCOMPRESSED_HEADER_SIZE = 12;

  /** The length that a length symbol is added to. */
  private static final int LONG_LENGTH = LzxFormat.LONG_LENGTH_HEADER + LzxFormat.SHORTEST_MATCH;

  /** Literals that the inner loop takes at a time. */
  private static final int LITERALS_AT_ONCE = 3;

  /** Bytes before the output's end that are left to the careful loop. */
  private static final int OUTPUT_MARGIN =
      LzxFormat.LONGEST_MATCH + MatchCopy.SLACK + LITERALS_AT_ONCE;

  private final int windowSize;
  private final byte[] mainLengths;
  private final byte[] lengthLengths = new byte[LzxFormat.LENGTH_SYMBOLS];
  private final byte[] shortLengths = new byte[LzxFormat.PRECODE_SYMBOLS];
  private final HuffmanTable main;
  private final HuffmanTable length =
      new HuffmanTable(
          "the LZX length code",
          LENGTH_ROOT_BITS,
          HuffmanTable.plainPayloads(LzxFormat.LENGTH_SYMBOLS));
  private final HuffmanTable aligned =
      new HuffmanTable(
          "the LZX aligned code",
          ALIGNED_ROOT_BITS,
          HuffmanTable.plainPayloads(LzxFormat.ALIGNED_SYMBOLS));
  private final HuffmanTable precode =
      new HuffmanTable(
          "an LZX precode",
          PRECODE_ROOT_BITS,
          HuffmanTable.plainPayloads(LzxFormat.PRECODE_SYMBOLS));
  private final LzxBits bits = new LzxBits();

  private byte[] output;
  private int start;
  private int end;
  private int at;
  private int recent0;
  private int recent1;
  private int recent2;

  /**
   * Creates a decoder.
   *
   * @param windowSize the chunk size of the file, which the codes depend on even where a chunk is
   *     shorter: a power of two from 32 KiB to 2 MiB
   */
  public LzxDecompressor(int windowSize) {
    this.windowSize = LzxFormat.checkWindow(windowSize);
    mainLengths = new byte[LzxFormat.mainSymbols(windowSize)];
    main = new HuffmanTable("the LZX main code", MAIN_ROOT_BITS, mainPayloads(windowSize));
  }

  private static int[] mainPayloads(int windowSize) {
    int[] payloads = HuffmanTable.plainPayloads(LzxFormat.mainSymbols(windowSize));
    for (int symbol = LzxFormat.LITERALS; symbol < payloads.length; symbol++) {
      int header = symbol - LzxFormat.LITERALS & LzxFormat.LENGTH_HEADERS - 1;
      int slot = (symbol - LzxFormat.LITERALS) / LzxFormat.LENGTH_HEADERS;
      payloads[symbol] =
          MATCH | header + LzxFormat.SHORTEST_MATCH << LENGTH_SHIFT | offsetPayload(slot);
    }
    return payloads;
  }

  private static int offsetPayload(int slot) {
    if (slot < LzxFormat.RECENT_OFFSETS) {
      return RECENT | slot << HIGH_SHIFT;
    }
    int extra = LzxFormat.extraBits(slot);
    int high = LzxFormat.firstOffset(slot) + LzxFormat.OFFSET_ADJUSTMENT >> extra;
    return extra << EXTRA_SHIFT | high << HIGH_SHIFT;
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
    if (outputLength > windowSize) {
      throw new MalformedChunkException(
          "an LZX chunk has at most " + windowSize + " bytes, not " + outputLength);
    }
    if (inputLength > MOST_INPUT_PER_WINDOW * windowSize) {
      throw new MalformedChunkException(
          "an LZX chunk cannot take " + inputLength + " bytes for " + outputLength);
    }
    this.output = output;
    start = outputOffset;
    end = outputOffset + outputLength;
    at = outputOffset;
    recent0 = 1;
    recent1 = 1;
    recent2 = 1;
    Arrays.fill(mainLengths, (byte) 0);
    Arrays.fill(lengthLengths, (byte) 0);
    bits.begin(input, inputOffset, inputLength);
    try {
      boolean mayHoldCalls = false;
      while (at < end) {
        mayHoldCalls |= decodeBlock(input, inputOffset, inputLength);
      }
      if (mayHoldCalls) {
        E8Filter.undo(output, outputOffset, outputLength);
      }
    } finally {
      this.output = null;
    }
  }

  /** Decodes the next block and says whether it could hold the opcode of a call. */
  private boolean decodeBlock(byte[] input, int inputOffset, int inputLength)
      throws MalformedChunkException {
    int kind = bits.bits(LzxFormat.KIND_BITS);
    int size = LzxFormat.DEFAULT_BLOCK_SIZE;
    if (bits.bits(1) == 0) {
      size = bits.bits(16);
      if (windowSize >= LzxFormat.LONG_SIZE_WINDOW) {
        size = size << 8 | bits.bits(8);
      }
    }
    if (size == 0 || size > end - at) {
      throw new MalformedChunkException(
          "an LZX block of " + size + " bytes where " + (end - at) + " are missing");
    }
    switch (kind) {
      case LzxFormat.VERBATIM, LzxFormat.ALIGNED -> {
        if (kind == LzxFormat.ALIGNED) {
          readAlignedCode();
        }
        readMainAndLengthCodes();
        int blockEnd = at + size;
        decodeFast(blockEnd, kind == LzxFormat.ALIGNED);
        decodeCarefully(blockEnd, kind == LzxFormat.ALIGNED);
        return mainLengths[E8Filter.OPCODE] != 0;
      }
      case LzxFormat.UNCOMPRESSED -> {
        copyUncompressed(input, inputOffset, inputLength, size);
        return true;
      }
      default -> throw new MalformedChunkException("there is no LZX block of kind " + kind);
    }
  }

  private void readAlignedCode() throws MalformedChunkException {
    byte[] lengths = shortLengths;
    for (int i = 0; i < LzxFormat.ALIGNED_SYMBOLS; i++) {
      lengths[i] = (byte) bits.bits(LzxFormat.ALIGNED_BITS);
    }
    aligned.build(lengths);
  }

  private void readMainAndLengthCodes() throws MalformedChunkException {
    readLengths(mainLengths, 0, LzxFormat.LITERALS);
    readLengths(mainLengths, LzxFormat.LITERALS, mainLengths.length);
    readLengths(lengthLengths, 0, LzxFormat.LENGTH_SYMBOLS);
    main.build(mainLengths);
    length.build(lengthLengths);
  }

  private void readLengths(byte[] lengths, int from, int to) throws MalformedChunkException {
    for (int i = 0; i < LzxFormat.PRECODE_SYMBOLS; i++) {
      shortLengths[i] = (byte) bits.bits(LzxFormat.PRECODE_LENGTH_BITS);
    }
    precode.build(shortLengths);
    int next = from;
    while (next < to) {
      int symbol = bits.symbol(precode) >> HuffmanTable.PAYLOAD_SHIFT;
      if (symbol < LzxFormat.FEW_ZEROS) {
        lengths[next] = difference(lengths[next], symbol);
        next++;
        continue;
      }
      int run;
      byte value = 0;
      if (symbol == LzxFormat.FEW_ZEROS) {
        run = LzxFormat.FEWEST_ZEROS + bits.bits(LzxFormat.FEW_ZEROS_BITS);
      } else if (symbol == LzxFormat.MANY_ZEROS) {
        run = LzxFormat.FEWEST_MANY_ZEROS + bits.bits(LzxFormat.MANY_ZEROS_BITS);
      } else {
        run = LzxFormat.FEWEST_REPEATS + bits.bits(LzxFormat.REPEAT_BITS);
        symbol = bits.symbol(precode) >> HuffmanTable.PAYLOAD_SHIFT;
        if (symbol > LzxFormat.FEW_ZEROS) {
          throw new MalformedChunkException("an LZX code length is repeated by symbol " + symbol);
        }
        value = difference(lengths[next], symbol);
      }
      if (run > to - next) {
        throw new MalformedChunkException("a run of LZX code lengths leaves its group");
      }
      Arrays.fill(lengths, next, next + run, value);
      next += run;
    }
  }

  private static byte difference(int old, int symbol) {
    int length = old - symbol;
    return (byte) (length < 0 ? length + LzxFormat.LONGEST_CODEWORD + 1 : length);
  }

  private void copyUncompressed(byte[] input, int inputOffset, int inputLength, int size)
      throws MalformedChunkException {
    int position = bits.nextUnit();
    int from = position + UNCOMPRESSED_HEADER_SIZE;
    if (size > inputLength - from) {
      throw new MalformedChunkException("the chunk ends within an uncompressed LZX block");
    }
    recent0 = (int) Words.LITTLE_32.get(input, inputOffset + position);
    recent1 = (int) Words.LITTLE_32.get(input, inputOffset + position + 4);
    recent2 = (int) Words.LITTLE_32.get(input, inputOffset + position + 8);
    System.arraycopy(input, inputOffset + from, output, at, size);
    at += size;
    bits.seek(from + size + (size & 1));
  }

  /** Decodes while input and output are far from their ends and the block from its own. */
  private void decodeFast(int blockEnd, boolean isAligned) throws MalformedChunkException {
    byte[] input = bits.bytes;
    int position = bits.position;
    long buffer = bits.buffer;
    int count = bits.count;
    // Two words may be fetched in a round.
    int inputLimit = bits.limit - Long.BYTES;
    byte[] output = this.output;
    int start = this.start;
    int at = this.at;
    int limit = Math.min(blockEnd - LITERALS_AT_ONCE, end - OUTPUT_MARGIN);
    int recent0 = this.recent0;
    int recent1 = this.recent1;
    int recent2 = this.recent2;
    int[] mainRoot = main.root;
    int[] lengthRoot = length.root;
    int[] alignedRoot = aligned.root;
    // With this many extra bits or more, the low three come from the aligned code.
    int alignedFrom = isAligned ? LzxFormat.ALIGNED_BITS : Integer.MAX_VALUE;

    if (at >= limit || position >= inputLimit) {
      return;
    }
    do {
      buffer |= (long) Words.BIG_64.get(input, position) >>> count;
      position += 63 - count >>> 3;
      count |= 56;
      // With one way back to its head the loop is compiled better than with several.
      item:
      {
        int entry = mainRoot[(int) (buffer >>> 64 - MAIN_ROOT_BITS)];
        if (entry >= 0) {
          output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
          buffer <<= entry;
          count -= entry & HuffmanTable.LENGTH_MASK;
          entry = mainRoot[(int) (buffer >>> 64 - MAIN_ROOT_BITS)];
          if (entry >= 0) {
            output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
            buffer <<= entry;
            count -= entry & HuffmanTable.LENGTH_MASK;
            entry = mainRoot[(int) (buffer >>> 64 - MAIN_ROOT_BITS)];
            if (entry >= 0) {
              output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
              buffer <<= entry;
              count -= entry & HuffmanTable.LENGTH_MASK;
              break item;
            }
          }
          buffer |= (long) Words.BIG_64.get(input, position) >>> count;
          position += 63 - count >>> 3;
          count |= 56;
        }
        if (entry == HuffmanTable.ESCAPE) {
          entry = main.lookUpLong(buffer);
          if (entry >= 0) {
            output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
            buffer <<= entry;
            count -= entry & HuffmanTable.LENGTH_MASK;
            break item;
          }
        }
        // A match takes at most 16 + 16 + 17 bits, or 16 + 16 + 14 + 7, of at least 56.
        buffer <<= entry;
        count -= entry & HuffmanTable.LENGTH_MASK;
        int matchLength = entry >> LENGTH_SHIFT & LENGTH_MASK;
        if (matchLength == LONG_LENGTH) {
          int lengthEntry = lengthRoot[(int) (buffer >>> 64 - LENGTH_ROOT_BITS)];
          if (lengthEntry == HuffmanTable.ESCAPE) {
            lengthEntry = length.lookUpLong(buffer);
          }
          buffer <<= lengthEntry;
          count -= lengthEntry & HuffmanTable.LENGTH_MASK;
          matchLength += lengthEntry >> HuffmanTable.PAYLOAD_SHIFT;
        }
        int high = entry >> HIGH_SHIFT & HIGH_MASK;
        int offset;
        if ((entry & RECENT) == 0) {
          int extra = entry >> EXTRA_SHIFT & EXTRA_MASK;
          offset = (high << extra) - LzxFormat.OFFSET_ADJUSTMENT;
          if (extra >= alignedFrom) {
            extra -= LzxFormat.ALIGNED_BITS;
            offset += (int) (buffer >>> 1 >>> 63 - extra) << LzxFormat.ALIGNED_BITS;
            buffer <<= extra;
            count -= extra;
            // Without an aligned code this is the escape, whose payload no offset survives.
            int alignedEntry = alignedRoot[(int) (buffer >>> 64 - ALIGNED_ROOT_BITS)];
            buffer <<= alignedEntry;
            count -= alignedEntry & HuffmanTable.LENGTH_MASK;
            offset += alignedEntry >> HuffmanTable.PAYLOAD_SHIFT;
          } else {
            offset += (int) (buffer >>> 1 >>> 63 - extra);
            buffer <<= extra;
            count -= extra;
          }
          recent2 = recent1;
          recent1 = recent0;
          recent0 = offset;
        } else if (high == 0) {
          offset = recent0;
        } else if (high == 1) {
          offset = recent1;
          recent1 = recent0;
          recent0 = offset;
        } else {
          offset = recent2;
          recent2 = recent0;
          recent0 = offset;
        }
        if (Integer.compareUnsigned(offset - 1, at - start) >= 0) {
          throw tooFar();
        }
        if (matchLength > blockEnd - at) {
          throw tooLong();
        }
        MatchCopy.wide(output, at, offset, matchLength);
        at += matchLength;
      }
    } while (at < limit && position < inputLimit);
    bits.position = position;
    bits.buffer = buffer;
    bits.count = count;
    this.at = at;
    this.recent0 = recent0;
    this.recent1 = recent1;
    this.recent2 = recent2;
  }

  private void decodeCarefully(int blockEnd, boolean isAligned) throws MalformedChunkException {
    while (at < blockEnd) {
      int entry = bits.symbol(main);
      if (entry >= 0) {
        output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
        continue;
      }
      int matchLength = entry >> LENGTH_SHIFT & LENGTH_MASK;
      if (matchLength == LONG_LENGTH) {
        matchLength += bits.symbol(length) >> HuffmanTable.PAYLOAD_SHIFT;
      }
      int high = entry >> HIGH_SHIFT & HIGH_MASK;
      int offset =
          (entry & RECENT) != 0
              ? reused(high)
              : explicit(high, entry >> EXTRA_SHIFT & EXTRA_MASK, isAligned);
      recent0 = offset;
      if (Integer.compareUnsigned(offset - 1, at - start) >= 0) {
        throw tooFar();
      }
      if (matchLength > blockEnd - at) {
        throw tooLong();
      }
      MatchCopy.exact(output, at, offset, matchLength);
      at += matchLength;
    }
  }

  private int reused(int high) {
    int offset = recent0;
    if (high == 1) {
      offset = recent1;
      recent1 = recent0;
    } else if (high == 2) {
      offset = recent2;
      recent2 = recent0;
    }
    return offset;
  }

  private int explicit(int high, int extra, boolean isAligned) throws MalformedChunkException {
    int offset = (high << extra) - LzxFormat.OFFSET_ADJUSTMENT;
    if (isAligned && extra >= LzxFormat.ALIGNED_BITS) {
      offset += bits.bits(extra - LzxFormat.ALIGNED_BITS) << LzxFormat.ALIGNED_BITS;
      offset += bits.symbol(aligned) >> HuffmanTable.PAYLOAD_SHIFT;
    } else {
      offset += bits.bits(extra);
    }
    recent2 = recent1;
    recent1 = recent0;
    return offset;
  }

  private static MalformedChunkException tooFar() {
    return new MalformedChunkException("an LZX match reaches before the chunk");
  }

  private static MalformedChunkException tooLong() {
    return new MalformedChunkException("an LZX match reaches behind its block");
  }
}
