package io.vhdboot.compression;

import java.util.Objects;

/**
 * Decodes LZMS, the format of .esd files and of WIM files that wimlib compresses most: chunks of up
 * to 1 GiB. Tables take about half a MiB, however long the chunk.
 *
 * <p>The format stands at {@code LzmsFormat}. A chunk that is cut short or damaged may decode to
 * wrong bytes without being noticed, as the format holds nothing to notice it by.
 */
public final class LzmsDecompressor implements Decompressor {

  private static final int LONG_ROOT_BITS = 11;
  private static final int SHORT_ROOT_BITS = 9;
  private static final int SHORTEST_INPUT = 4;
  private static final int NOWHERE = -1;

  /** The bytes that three decisions may take at the front. */
  private static final int FRONT_MARGIN = 3 * Short.BYTES;

  /** The bytes that two refills look at, at the back. */
  private static final int BACK_MARGIN = Long.BYTES + 3 * Short.BYTES;

  private static final int MAIN_CONTEXT_MASK = (1 << LzmsFormat.MAIN_CONTEXT) - 1;
  private static final int MATCH_CONTEXT_MASK = (1 << LzmsFormat.MATCH_CONTEXT) - 1;
  private static final int LZ_CONTEXT_MASK = (1 << LzmsFormat.LZ_CONTEXT) - 1;

  /** Where the decisions of each kind stand while they are together. */
  private static final int MATCH_PLACE = 1 << LzmsFormat.MAIN_CONTEXT;

  private static final int LZ_PLACE = MATCH_PLACE + (1 << LzmsFormat.MATCH_CONTEXT);
  private static final int FAST_DECISIONS = LZ_PLACE + (1 << LzmsFormat.LZ_CONTEXT);

  /** The bits that are valid after a refill are these and those above a multiple of 16 before. */
  private static final int FULL_UNITS = 48;

  private final LzmsDecisions main = new LzmsDecisions(LzmsFormat.MAIN_CONTEXT);
  private final LzmsDecisions match = new LzmsDecisions(LzmsFormat.MATCH_CONTEXT);
  private final LzmsDecisions lz = new LzmsDecisions(LzmsFormat.LZ_CONTEXT);
  private final LzmsDecisions delta = new LzmsDecisions(LzmsFormat.DELTA_CONTEXT);
  private final LzmsDecisions[] lzRepeats = repeatDecisions();
  private final LzmsDecisions[] deltaRepeats = repeatDecisions();

  private final LzmsCode literals =
      new LzmsCode(
          "the LZMS literal code",
          LzmsFormat.LITERAL_SYMBOLS,
          LzmsFormat.LITERAL_REBUILD,
          LONG_ROOT_BITS);
  private final LzmsCode lzOffsets =
      new LzmsCode(
          "the LZMS offset code",
          LzmsFormat.OFFSETS.count(),
          LzmsFormat.OFFSET_REBUILD,
          LONG_ROOT_BITS);
  private final LzmsCode deltaOffsets =
      new LzmsCode(
          "the LZMS delta offset code",
          LzmsFormat.OFFSETS.count(),
          LzmsFormat.OFFSET_REBUILD,
          LONG_ROOT_BITS);
  private final LzmsCode lengths =
      new LzmsCode(
          "the LZMS length code",
          LzmsFormat.LENGTHS.count(),
          LzmsFormat.LENGTH_REBUILD,
          SHORT_ROOT_BITS);
  private final LzmsCode powers =
      new LzmsCode(
          "the LZMS power code",
          LzmsFormat.POWER_SYMBOLS,
          LzmsFormat.POWER_REBUILD,
          SHORT_ROOT_BITS);

  private final LzmsRangeDecoder decisions = new LzmsRangeDecoder();
  private final LzmsBits bits = new LzmsBits();
  private final LzmsX86Filter filter = new LzmsX86Filter();

  /**
   * The offsets used last, the newest first; one more than can be named, see {@link #decodeItem}.
   */
  private final int[] recentOffsets = new int[LzmsFormat.REPEATS + 1];

  private final int[] recentDeltaOffsets = new int[LzmsFormat.REPEATS + 1];
  private final int[] recentPowers = new int[LzmsFormat.REPEATS + 1];

  private byte[] output;
  private int start;
  private int end;
  private int at;

  /** Where the last LZ match ended: directly behind it the offsets used last count otherwise. */
  private int lzEnd;

  private int deltaEnd;

  /** Creates a decoder. */
  public LzmsDecompressor() {}

  private static LzmsDecisions[] repeatDecisions() {
    return new LzmsDecisions[] {
      new LzmsDecisions(LzmsFormat.REPEAT_CONTEXT), new LzmsDecisions(LzmsFormat.REPEAT_CONTEXT)
    };
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
    if (outputLength > LzmsFormat.LARGEST_CHUNK) {
      throw new MalformedChunkException(
          "an LZMS chunk has at most " + LzmsFormat.LARGEST_CHUNK + " bytes, not " + outputLength);
    }
    if (inputLength < SHORTEST_INPUT || inputLength % 2 != 0) {
      throw new MalformedChunkException(
          "an LZMS chunk takes an even number of bytes from 4 on, not " + inputLength);
    }
    begin(input, inputOffset, inputLength, outputLength);
    this.output = output;
    start = outputOffset;
    end = outputOffset + outputLength;
    at = outputOffset;
    lzEnd = NOWHERE;
    deltaEnd = NOWHERE;
    try {
      decodeFast(input, inputOffset);
      while (at < end) {
        decodeItem();
      }
    } finally {
      this.output = null;
    }
    filter.undo(output, outputOffset, outputLength);
  }

  private void begin(byte[] input, int inputOffset, int inputLength, int outputLength)
      throws MalformedChunkException {
    decisions.begin(input, inputOffset, inputLength);
    bits.begin(input, inputOffset, inputLength);
    main.clear();
    match.clear();
    lz.clear();
    delta.clear();
    for (int i = 0; i < lzRepeats.length; i++) {
      lzRepeats[i].clear();
      deltaRepeats[i].clear();
    }
    int offsetSymbols = LzmsFormat.offsetSymbols(outputLength);
    literals.begin(LzmsFormat.LITERAL_SYMBOLS);
    lzOffsets.begin(offsetSymbols);
    deltaOffsets.begin(offsetSymbols);
    lengths.begin(LzmsFormat.LENGTHS.count());
    powers.begin(LzmsFormat.POWER_SYMBOLS);
    for (int i = 0; i <= LzmsFormat.REPEATS; i++) {
      recentOffsets[i] = i + 1;
      recentDeltaOffsets[i] = i + 1;
      recentPowers[i] = 0;
    }
  }

  /**
   * Decodes literals and LZ matches while the chunk's ends are far; what is rarer is done by the
   * methods below.
   *
   * <p>What is needed at every item is kept in local variables, and as few of these as possible.
   */
  private void decodeFast(byte[] input, int inputOffset) throws MalformedChunkException {
    byte[] output = this.output;
    int start = this.start;
    int at = this.at;
    int limit = end - MatchCopy.SLACK;
    int frontLimit = decisions.end - FRONT_MARGIN;
    int backLimit = inputOffset + BACK_MARGIN;
    int front = decisions.position;
    long range = decisions.range;
    long code = decisions.code;
    int back = bits.position;
    long buffer = bits.buffer;
    int count = bits.count;
    // The compiler knows the length of an array that is made here, and that no context exceeds it.
    long[] seen = new long[FAST_DECISIONS];
    System.arraycopy(main.seen, 0, seen, 0, MATCH_PLACE);
    System.arraycopy(match.seen, 0, seen, MATCH_PLACE, LZ_PLACE - MATCH_PLACE);
    System.arraycopy(lz.seen, 0, seen, LZ_PLACE, FAST_DECISIONS - LZ_PLACE);
    int mainContext = main.context;
    int matchContext = match.context;
    int lzContext = lz.context;
    int[] literalRoot = literals.table.root;
    int[] literalFrequencies = literals.frequencies;
    int literalsLeft = literals.left;
    int[] offsetRoot = lzOffsets.table.root;
    int[] offsetFrequencies = lzOffsets.frequencies;
    long[] offsetSlots = LzmsFormat.OFFSETS.packed;
    int[] lengthRoot = lengths.table.root;
    int[] lengthFrequencies = lengths.frequencies;
    long[] lengthSlots = LzmsFormat.LENGTHS.packed;
    int recent0 = recentOffsets[0];
    int recent1 = recentOffsets[1];
    int recent2 = recentOffsets[2];
    int recent3 = recentOffsets[3];
    int lzEnd = this.lzEnd;

    while (at < limit && front < frontLimit && back > backLimit) {
      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      long decided = seen[mainContext];
      long bound =
          (range >>> LzmsFormat.PROBABILITY_BITS) * LzmsDecisions.probabilityOfZero(decided);
      if (code < bound) {
        range = bound;
        seen[mainContext] = decided << 1;
        mainContext = mainContext << 1 & MAIN_CONTEXT_MASK;
        if (count < LzmsFormat.LONGEST_CODEWORD) {
          // Seldom: whoever did it every time would wait for it every time.
          buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
          back -= FULL_UNITS >> 3;
          count += FULL_UNITS;
        }
        int entry = literalRoot[(int) (buffer >>> 64 - LONG_ROOT_BITS)];
        if (entry == HuffmanTable.ESCAPE) {
          entry = literals.table.lookUpLong(buffer);
        }
        buffer <<= entry;
        count -= entry & HuffmanTable.LENGTH_MASK;
        output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
        literalFrequencies[entry >> HuffmanTable.PAYLOAD_SHIFT]++;
        if (--literalsLeft == 0) {
          literals.rebuild();
          literalsLeft = literals.left;
        }
        continue;
      }
      range -= bound;
      code -= bound;
      seen[mainContext] = decided << 1 | 1;
      mainContext = (mainContext << 1 | 1) & MAIN_CONTEXT_MASK;

      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      decided = seen[MATCH_PLACE + matchContext];
      bound = (range >>> LzmsFormat.PROBABILITY_BITS) * LzmsDecisions.probabilityOfZero(decided);
      if (code >= bound) {
        seen[MATCH_PLACE + matchContext] = decided << 1 | 1;
        matchContext = (matchContext << 1 | 1) & MATCH_CONTEXT_MASK;
        decisions.seek(front, range - bound, code - bound);
        bits.seek(back, buffer, count);
        this.at = at;
        decodeDelta();
        at = this.at;
        front = decisions.position;
        range = decisions.range;
        code = decisions.code;
        back = bits.position;
        buffer = bits.buffer;
        count = bits.count;
        continue;
      }
      range = bound;
      seen[MATCH_PLACE + matchContext] = decided << 1;
      matchContext = matchContext << 1 & MATCH_CONTEXT_MASK;

      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      decided = seen[LZ_PLACE + lzContext];
      bound = (range >>> LzmsFormat.PROBABILITY_BITS) * LzmsDecisions.probabilityOfZero(decided);
      // Enough for the longest codeword and the most extra bits.
      buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
      back -= (~count & FULL_UNITS) >> 3;
      count |= FULL_UNITS;
      int offset;
      if (code < bound) {
        range = bound;
        seen[LZ_PLACE + lzContext] = decided << 1;
        lzContext = lzContext << 1 & LZ_CONTEXT_MASK;
        int entry = offsetRoot[(int) (buffer >>> 64 - LONG_ROOT_BITS)];
        if (entry == HuffmanTable.ESCAPE) {
          entry = lzOffsets.table.lookUpLong(buffer);
        }
        int symbol = entry >> HuffmanTable.PAYLOAD_SHIFT;
        long slot = offsetSlots[symbol];
        buffer <<= entry;
        offset = (int) (slot >>> Byte.SIZE) + (int) (buffer >>> 1 >>> ~slot);
        buffer <<= slot;
        count -= (entry & HuffmanTable.LENGTH_MASK) + (byte) slot;
        offsetFrequencies[symbol]++;
        if (--lzOffsets.left == 0) {
          lzOffsets.rebuild();
        }
        recent3 = recent2;
        recent2 = recent1;
        recent1 = recent0;
        recent0 = offset;
        buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
        back -= (~count & FULL_UNITS) >> 3;
        count |= FULL_UNITS;
      } else {
        seen[LZ_PLACE + lzContext] = decided << 1 | 1;
        lzContext = (lzContext << 1 | 1) & LZ_CONTEXT_MASK;
        decisions.seek(front, range - bound, code - bound);
        int index = repeat(lzRepeats) + (at == lzEnd ? 1 : 0);
        front = decisions.position;
        range = decisions.range;
        code = decisions.code;
        if (index == 0) {
          offset = recent0;
        } else {
          if (index == 1) {
            offset = recent1;
          } else {
            if (index == 2) {
              offset = recent2;
            } else {
              offset = recent3;
              recent3 = recent2;
            }
            recent2 = recent1;
          }
          recent1 = recent0;
          recent0 = offset;
        }
      }

      int entry = lengthRoot[(int) (buffer >>> 64 - SHORT_ROOT_BITS)];
      if (entry == HuffmanTable.ESCAPE) {
        entry = lengths.table.lookUpLong(buffer);
      }
      int symbol = entry >> HuffmanTable.PAYLOAD_SHIFT;
      long slot = lengthSlots[symbol];
      buffer <<= entry;
      int length = (int) (slot >>> Byte.SIZE) + (int) (buffer >>> 1 >>> ~slot);
      buffer <<= slot;
      count -= (entry & HuffmanTable.LENGTH_MASK) + (byte) slot;
      lengthFrequencies[symbol]++;
      if (--lengths.left == 0) {
        lengths.rebuild();
      }
      if (length > end - at || Integer.compareUnsigned(offset - 1, at - start) >= 0) {
        throw outside(offset, length);
      }
      copy(output, at, offset, length, limit);
      at += length;
      lzEnd = at;
    }
    decisions.seek(front, range, code);
    bits.seek(back, buffer, count);
    System.arraycopy(seen, 0, main.seen, 0, MATCH_PLACE);
    System.arraycopy(seen, MATCH_PLACE, match.seen, 0, LZ_PLACE - MATCH_PLACE);
    System.arraycopy(seen, LZ_PLACE, lz.seen, 0, FAST_DECISIONS - LZ_PLACE);
    recentOffsets[0] = recent0;
    recentOffsets[1] = recent1;
    recentOffsets[2] = recent2;
    recentOffsets[3] = recent3;
    main.context = mainContext;
    match.context = matchContext;
    lz.context = lzContext;
    literals.left = literalsLeft;
    this.lzEnd = lzEnd;
    this.at = at;
  }

  private void decodeItem() throws MalformedChunkException {
    if (decisions.decide(main) == 1) {
      decodeMatch();
      return;
    }
    output[at++] = (byte) bits.symbol(literals);
  }

  private void decodeMatch() throws MalformedChunkException {
    if (decisions.decide(match) == 0) {
      decodeLz();
    } else {
      decodeDelta();
    }
  }

  /**
   * Decodes an LZ match.
   *
   * <p>An offset can be named again one item late: a match directly behind another of its kind
   * cannot name that one's offset, and counts from the one before. The same holds for delta
   * matches.
   */
  private void decodeLz() throws MalformedChunkException {
    int[] recent = recentOffsets;
    int offset;
    if (decisions.decide(lz) == 0) {
      offset = bits.number(lzOffsets, LzmsFormat.OFFSETS);
      toFront(recent, LzmsFormat.REPEATS, offset);
    } else {
      int index = repeat(lzRepeats) + (at == lzEnd ? 1 : 0);
      offset = recent[index];
      toFront(recent, index, offset);
    }
    int length = bits.number(lengths, LzmsFormat.LENGTHS);
    if (length > end - at || Integer.compareUnsigned(offset - 1, at - start) >= 0) {
      throw outside(offset, length);
    }
    copy(output, at, offset, length, end - MatchCopy.SLACK);
    at += length;
    lzEnd = at;
  }

  /** Copies a match, by words when it ends before the limit. */
  private static void copy(byte[] bytes, int at, int offset, int length, int limit) {
    if (length <= limit - at) {
      MatchCopy.wide(bytes, at, offset, length);
    } else {
      MatchCopy.exact(bytes, at, offset, length);
    }
  }

  private void decodeDelta() throws MalformedChunkException {
    int power;
    int rawOffset;
    int index = LzmsFormat.REPEATS;
    if (decisions.decide(delta) == 0) {
      power = bits.symbol(powers);
      rawOffset = bits.number(deltaOffsets, LzmsFormat.OFFSETS);
    } else {
      index = repeat(deltaRepeats) + (at == deltaEnd ? 1 : 0);
      power = recentPowers[index];
      rawOffset = recentDeltaOffsets[index];
    }
    toFront(recentPowers, index, power);
    toFront(recentDeltaOffsets, index, rawOffset);
    int length = bits.number(lengths, LzmsFormat.LENGTHS);
    int span = 1 << power;
    long distance = ((long) rawOffset << power) + span;
    if (length > end - at || distance > at - start) {
      throw outside(distance, length);
    }
    byte[] bytes = output;
    int offset = (int) distance - span;
    int to = at + length;
    for (int i = at; i < to; i++) {
      bytes[i] = (byte) (bytes[i - offset] + bytes[i - span] - bytes[i - offset - span]);
    }
    at = to;
    deltaEnd = to;
  }

  private int repeat(LzmsDecisions[] kinds) {
    if (decisions.decide(kinds[0]) == 0) {
      return 0;
    }
    return decisions.decide(kinds[1]) == 0 ? 1 : 2;
  }

  private static void toFront(int[] recent, int index, int value) {
    for (int i = index; i > 0; i--) {
      recent[i] = recent[i - 1];
    }
    recent[0] = value;
  }

  private static MalformedChunkException outside(long offset, int length) {
    return new MalformedChunkException(
        "an LZMS match of " + length + " bytes, " + offset + " before, leaves the chunk");
  }
}
