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

  /** The bytes that three decisions may take at the front. */
  private static final int FRONT_MARGIN = 3 * Short.BYTES;

  /** The bytes that two refills look at, at the back. */
  private static final int BACK_MARGIN = Long.BYTES + 3 * Short.BYTES;

  private static final int MAIN_CONTEXT_MASK = (1 << LzmsFormat.MAIN_CONTEXT) - 1;
  private static final int MATCH_CONTEXT_MASK = (1 << LzmsFormat.MATCH_CONTEXT) - 1;
  private static final int LZ_CONTEXT_MASK = (1 << LzmsFormat.LZ_CONTEXT) - 1;

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

  /** 1 directly behind an LZ match, otherwise 0: how the offsets used last are counted. */
  private int afterLz;

  private int afterDelta;

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
    afterLz = 0;
    afterDelta = 0;
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
    long[] mainSeen = main.seen;
    int[] mainProbabilities = main.probabilities;
    long[] matchSeen = match.seen;
    int[] matchProbabilities = match.probabilities;
    long[] lzSeen = lz.seen;
    int[] lzProbabilities = lz.probabilities;
    int mainContext = main.context;
    int matchContext = match.context;
    int lzContext = lz.context;
    int[] literalRoot = literals.table.root;
    int[] literalFrequencies = literals.frequencies;
    int[] offsetRoot = lzOffsets.table.root;
    int[] offsetFrequencies = lzOffsets.frequencies;
    int[] firstOffsets = LzmsFormat.OFFSETS.first;
    byte[] offsetBits = LzmsFormat.OFFSETS.extraBits;
    int[] lengthRoot = lengths.table.root;
    int[] lengthFrequencies = lengths.frequencies;
    int[] firstLengths = LzmsFormat.LENGTHS.first;
    byte[] lengthBits = LzmsFormat.LENGTHS.extraBits;
    int[] recent = recentOffsets;
    int afterLz = this.afterLz;

    while (at < limit && front < frontLimit && back > backLimit) {
      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      long seen = mainSeen[mainContext];
      long bound = (range >>> LzmsFormat.PROBABILITY_BITS) * mainProbabilities[mainContext];
      if (code < bound) {
        range = bound;
        seen = seen << 1;
        mainSeen[mainContext] = seen;
        mainProbabilities[mainContext] = LzmsDecisions.probabilityOfZero(seen);
        mainContext = mainContext << 1 & MAIN_CONTEXT_MASK;
        if (count < LzmsFormat.LONGEST_CODEWORD) {
          // Seldom: whoever did it every time would wait for it every time.
          buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
          int units = 63 - count >>> 4;
          back -= units << 1;
          count += units << 4;
        }
        int entry = literalRoot[(int) (buffer >>> 64 - LONG_ROOT_BITS)];
        if (entry == HuffmanTable.ESCAPE) {
          entry = literals.table.lookUpLong(buffer);
        }
        buffer <<= entry;
        count -= entry & HuffmanTable.LENGTH_MASK;
        output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
        literalFrequencies[entry >> HuffmanTable.PAYLOAD_SHIFT]++;
        if (--literals.left == 0) {
          literals.rebuild();
        }
        afterLz = 0;
        this.afterDelta = 0;
        continue;
      }
      range -= bound;
      code -= bound;
      seen = seen << 1 | 1;
      mainSeen[mainContext] = seen;
      mainProbabilities[mainContext] = LzmsDecisions.probabilityOfZero(seen);
      mainContext = (mainContext << 1 | 1) & MAIN_CONTEXT_MASK;

      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      seen = matchSeen[matchContext];
      bound = (range >>> LzmsFormat.PROBABILITY_BITS) * matchProbabilities[matchContext];
      if (code >= bound) {
        seen = seen << 1 | 1;
        matchSeen[matchContext] = seen;
        matchProbabilities[matchContext] = LzmsDecisions.probabilityOfZero(seen);
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
        afterLz = 0;
        continue;
      }
      range = bound;
      seen = seen << 1;
      matchSeen[matchContext] = seen;
      matchProbabilities[matchContext] = LzmsDecisions.probabilityOfZero(seen);
      matchContext = matchContext << 1 & MATCH_CONTEXT_MASK;

      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      seen = lzSeen[lzContext];
      bound = (range >>> LzmsFormat.PROBABILITY_BITS) * lzProbabilities[lzContext];
      int offset;
      if (code < bound) {
        range = bound;
        seen = seen << 1;
        lzSeen[lzContext] = seen;
        lzProbabilities[lzContext] = LzmsDecisions.probabilityOfZero(seen);
        lzContext = lzContext << 1 & LZ_CONTEXT_MASK;
        // Enough for the longest codeword and the most extra bits.
        buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
        int units = 63 - count >>> 4;
        back -= units << 1;
        count += units << 4;
        int entry = offsetRoot[(int) (buffer >>> 64 - LONG_ROOT_BITS)];
        if (entry == HuffmanTable.ESCAPE) {
          entry = lzOffsets.table.lookUpLong(buffer);
        }
        int slot = entry >> HuffmanTable.PAYLOAD_SHIFT;
        int extra = offsetBits[slot];
        buffer <<= entry;
        offset = firstOffsets[slot] + (int) (buffer >>> 1 >>> 63 - extra);
        buffer <<= extra;
        count -= (entry & HuffmanTable.LENGTH_MASK) + extra;
        offsetFrequencies[slot]++;
        if (--lzOffsets.left == 0) {
          lzOffsets.rebuild();
        }
        recent[3] = recent[2];
        recent[2] = recent[1];
        recent[1] = recent[0];
        recent[0] = offset;
      } else {
        seen = seen << 1 | 1;
        lzSeen[lzContext] = seen;
        lzProbabilities[lzContext] = LzmsDecisions.probabilityOfZero(seen);
        lzContext = (lzContext << 1 | 1) & LZ_CONTEXT_MASK;
        decisions.seek(front, range - bound, code - bound);
        int index = repeat(lzRepeats) + afterLz;
        front = decisions.position;
        range = decisions.range;
        code = decisions.code;
        offset = recent[index];
        toFront(recent, index, offset);
      }

      buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
      int units = 63 - count >>> 4;
      back -= units << 1;
      count += units << 4;
      int entry = lengthRoot[(int) (buffer >>> 64 - SHORT_ROOT_BITS)];
      if (entry == HuffmanTable.ESCAPE) {
        entry = lengths.table.lookUpLong(buffer);
      }
      int slot = entry >> HuffmanTable.PAYLOAD_SHIFT;
      int extra = lengthBits[slot];
      buffer <<= entry;
      int length = firstLengths[slot] + (int) (buffer >>> 1 >>> 63 - extra);
      buffer <<= extra;
      count -= (entry & HuffmanTable.LENGTH_MASK) + extra;
      lengthFrequencies[slot]++;
      if (--lengths.left == 0) {
        lengths.rebuild();
      }
      if (length > end - at || Integer.compareUnsigned(offset - 1, at - start) >= 0) {
        throw outside(offset, length);
      }
      copy(output, at, offset, length, limit);
      at += length;
      afterLz = 1;
      this.afterDelta = 0;
    }
    decisions.seek(front, range, code);
    bits.seek(back, buffer, count);
    main.context = mainContext;
    match.context = matchContext;
    lz.context = lzContext;
    this.afterLz = afterLz;
    this.at = at;
  }

  private void decodeItem() throws MalformedChunkException {
    if (decisions.decide(main) == 1) {
      decodeMatch();
      return;
    }
    output[at++] = (byte) bits.symbol(literals);
    afterLz = 0;
    afterDelta = 0;
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
      int index = repeat(lzRepeats) + afterLz;
      offset = recent[index];
      toFront(recent, index, offset);
    }
    int length = bits.number(lengths, LzmsFormat.LENGTHS);
    if (length > end - at || Integer.compareUnsigned(offset - 1, at - start) >= 0) {
      throw outside(offset, length);
    }
    copy(output, at, offset, length, end - MatchCopy.SLACK);
    at += length;
    afterLz = 1;
    afterDelta = 0;
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
      index = repeat(deltaRepeats) + afterDelta;
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
    afterLz = 0;
    afterDelta = 1;
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
