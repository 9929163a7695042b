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

  private static final int SHORTEST_INPUT = 4;

  /**
   * The bytes between the front and the back that leave either enough: four decisions may take a
   * unit each, and two refills look at a word and three units.
   */
  private static final int MARGIN = Long.BYTES + 3 * Short.BYTES;

  private static final int MAIN_CONTEXT_MASK = (1 << LzmsFormat.MAIN_CONTEXT) - 1;
  private static final int MATCH_CONTEXT_MASK = (1 << LzmsFormat.MATCH_CONTEXT) - 1;
  private static final int LZ_CONTEXT_MASK = (1 << LzmsFormat.LZ_CONTEXT) - 1;

  /** Constants here, so that the compiler knows where they are and how long. */
  private static final long[] OFFSET_SLOTS = LzmsFormat.OFFSETS.packed;

  private static final long[] LENGTH_SLOTS = LzmsFormat.LENGTHS.packed;

  /** What may be left to do of an item: all of it, or what follows some of its decisions. */
  private static final int ITEM = 0;

  private static final int LITERAL = 1;
  private static final int MATCH = 2;
  private static final int DELTA = 3;
  private static final int OFFSET = 4;
  private static final int LENGTH = 5;
  private static final int COPY = 6;

  /** The bits that are valid after a refill are these and those above a multiple of 16 before. */
  private static final int FULL_UNITS = 48;

  private final LzmsModel model = new LzmsModel();
  private final LzmsRangeDecoder decisions = new LzmsRangeDecoder();
  private final LzmsBits bits = new LzmsBits();
  private final LzmsX86Filter filter = new LzmsX86Filter();

  /** The offsets used last, the newest first; one more than can be named, see {@link #decodeLz}. */
  private final int[] recentOffsets = new int[LzmsFormat.REPEATS + 1];

  private final int[] recentDeltaOffsets = new int[LzmsFormat.REPEATS + 1];
  private final int[] recentPowers = new int[LzmsFormat.REPEATS + 1];

  private byte[] output;
  private int start;
  private int end;
  private int at;

  /** The length of an LZ match that is left to be copied. */
  private int length;

  /** Creates a decoder. */
  public LzmsDecompressor() {}

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
    try {
      while (at < end) {
        finish(decodeFast(input));
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
    model.begin(outputLength);
    for (int i = 0; i <= LzmsFormat.REPEATS; i++) {
      recentOffsets[i] = i + 1;
      recentDeltaOffsets[i] = i + 1;
      recentPowers[i] = 0;
    }
  }

  /**
   * Decodes literals and LZ matches while the chunk's ends are far. Whatever is rarer is left to
   * {@link #finish}.
   *
   * <p>The loop calls nothing that the compiler does not inline: a call would have it keep all of
   * the local variables in memory, in the whole loop. What is needed at every item is kept in such
   * variables, and as few of these as possible.
   *
   * @return which part of an item is left to do
   */
  private int decodeFast(byte[] input) {
    byte[] output = this.output;
    int at = this.at;
    int limit = end - MatchCopy.SLACK;
    int front = decisions.position;
    long range = decisions.range;
    long code = decisions.code;
    int back = bits.position;
    long buffer = bits.buffer;
    int count = bits.count;
    long[] seen = model.seen;
    int[] learnt = model.learnt;
    int mainContext = model.main.context;
    int[] literalRoot = model.literals.table.root;
    int matchContext = model.match.context;
    int lzContext = model.lz.context;
    int[] offsetRoot = model.lzOffsets.table.root;
    int[] lengthRoot = model.lengths.table.root;
    int recent0 = recentOffsets[0];
    int recent1 = recentOffsets[1];
    int recent2 = recentOffsets[2];
    int recent3 = recentOffsets[3];
    int left = ITEM;

    while (at < limit) {
      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        if (back - front < MARGIN) {
          break;
        }
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      long decided = seen[LzmsModel.MAIN + mainContext];
      long bound =
          (range >>> LzmsFormat.PROBABILITY_BITS) * LzmsDecisions.probabilityOfZero(decided);
      if (code < bound) {
        range = bound;
        seen[LzmsModel.MAIN + mainContext] = decided << 1;
        mainContext = mainContext << 1 & MAIN_CONTEXT_MASK;
        if (count < LzmsFormat.LONGEST_CODEWORD) {
          // Seldom: whoever did it every time would wait for it every time.
          if (back - front < MARGIN) {
            left = LITERAL;
            break;
          }
          buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
          back -= FULL_UNITS >> 3;
          count += FULL_UNITS;
        }
        int entry = literalRoot[(int) (buffer >>> 64 - LzmsModel.LONG_ROOT_BITS)];
        if (entry == HuffmanTable.ESCAPE || learnt[LzmsModel.LITERALS] == 1) {
          left = LITERAL;
          break;
        }
        learnt[LzmsModel.LITERALS]--;
        buffer <<= entry;
        count -= entry & HuffmanTable.LENGTH_MASK;
        output[at++] = (byte) (entry >> HuffmanTable.PAYLOAD_SHIFT);
        learnt[LzmsModel.LITERALS + 1 + (entry >> HuffmanTable.PAYLOAD_SHIFT)]++;
        continue;
      }
      range -= bound;
      code -= bound;
      seen[LzmsModel.MAIN + mainContext] = decided << 1 | 1;
      mainContext = (mainContext << 1 | 1) & MAIN_CONTEXT_MASK;
      if (back - front < MARGIN) {
        left = MATCH;
        break;
      }

      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      decided = seen[LzmsModel.MATCH + matchContext];
      bound = (range >>> LzmsFormat.PROBABILITY_BITS) * LzmsDecisions.probabilityOfZero(decided);
      if (code >= bound) {
        seen[LzmsModel.MATCH + matchContext] = decided << 1 | 1;
        matchContext = (matchContext << 1 | 1) & MATCH_CONTEXT_MASK;
        range -= bound;
        code -= bound;
        left = DELTA;
        break;
      }
      range = bound;
      seen[LzmsModel.MATCH + matchContext] = decided << 1;
      matchContext = matchContext << 1 & MATCH_CONTEXT_MASK;

      if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
        range <<= LzmsFormat.UNIT_BITS;
        code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
        front += 2;
      }
      decided = seen[LzmsModel.LZ + lzContext];
      bound = (range >>> LzmsFormat.PROBABILITY_BITS) * LzmsDecisions.probabilityOfZero(decided);
      // Enough for the longest codeword and the most extra bits.
      buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
      back -= (~count & FULL_UNITS) >> 3;
      count |= FULL_UNITS;
      int offset;
      if (code < bound) {
        range = bound;
        seen[LzmsModel.LZ + lzContext] = decided << 1;
        lzContext = lzContext << 1 & LZ_CONTEXT_MASK;
        int entry = offsetRoot[(int) (buffer >>> 64 - LzmsModel.LONG_ROOT_BITS)];
        if (entry == HuffmanTable.ESCAPE || learnt[LzmsModel.LZ_OFFSETS] == 1) {
          left = OFFSET;
          break;
        }
        learnt[LzmsModel.LZ_OFFSETS]--;
        int symbol = entry >> HuffmanTable.PAYLOAD_SHIFT;
        long slot = OFFSET_SLOTS[symbol];
        buffer <<= entry;
        offset = (int) (slot >>> Byte.SIZE) + (int) (buffer >>> 1 >>> ~slot);
        buffer <<= slot;
        count -= (entry & HuffmanTable.LENGTH_MASK) + (byte) slot;
        learnt[LzmsModel.LZ_OFFSETS + 1 + symbol]++;
        recent3 = recent2;
        recent2 = recent1;
        recent1 = recent0;
        recent0 = offset;
        buffer |= (long) Words.LITTLE_64.get(input, back - Long.BYTES) >>> count;
        back -= (~count & FULL_UNITS) >> 3;
        count |= FULL_UNITS;
      } else {
        range -= bound;
        code -= bound;
        seen[LzmsModel.LZ + lzContext] = decided << 1 | 1;
        lzContext = (lzContext << 1 | 1) & LZ_CONTEXT_MASK;
        int index = mainContext >> 1 & ~matchContext >> 1 & 1;
        if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
          range <<= LzmsFormat.UNIT_BITS;
          code = code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
          front += 2;
        }
        LzmsDecisions kind = model.lzRepeats[0];
        bound = (range >>> LzmsFormat.PROBABILITY_BITS) * kind.probabilityOfZero();
        if (code < bound) {
          range = bound;
          kind.learn(0);
        } else {
          range -= bound;
          code -= bound;
          kind.learn(1);
          index++;
          if (range < LzmsRangeDecoder.SMALLEST_RANGE) {
            range <<= LzmsFormat.UNIT_BITS;
            code =
                code << LzmsFormat.UNIT_BITS | (short) Words.LITTLE_16.get(input, front) & 0xFFFF;
            front += 2;
          }
          kind = model.lzRepeats[1];
          bound = (range >>> LzmsFormat.PROBABILITY_BITS) * kind.probabilityOfZero();
          if (code < bound) {
            range = bound;
            kind.learn(0);
          } else {
            range -= bound;
            code -= bound;
            kind.learn(1);
            index++;
          }
        }
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

      int entry = lengthRoot[(int) (buffer >>> 64 - LzmsModel.SHORT_ROOT_BITS)];
      if (entry == HuffmanTable.ESCAPE || learnt[LzmsModel.LENGTHS] == 1) {
        left = LENGTH;
        break;
      }
      learnt[LzmsModel.LENGTHS]--;
      int symbol = entry >> HuffmanTable.PAYLOAD_SHIFT;
      long slot = LENGTH_SLOTS[symbol];
      buffer <<= entry;
      int length = (int) (slot >>> Byte.SIZE) + (int) (buffer >>> 1 >>> ~slot);
      buffer <<= slot;
      count -= (entry & HuffmanTable.LENGTH_MASK) + (byte) slot;
      learnt[LzmsModel.LENGTHS + 1 + symbol]++;
      if (offset < Long.BYTES || offset > at - start || length > limit - at) {
        this.length = length;
        left = COPY;
        break;
      }
      int from = at - offset;
      int to = at;
      at += length;
      do {
        Words.LITTLE_64.set(output, to, (long) Words.LITTLE_64.get(output, from));
        Words.LITTLE_64.set(output, to + 8, (long) Words.LITTLE_64.get(output, from + 8));
        to += 16;
        from += 16;
      } while (to < at);
    }
    decisions.seek(front, range, code);
    bits.seek(back, buffer, count);
    model.main.context = mainContext;
    model.match.context = matchContext;
    model.lz.context = lzContext;
    recentOffsets[0] = recent0;
    recentOffsets[1] = recent1;
    recentOffsets[2] = recent2;
    recentOffsets[3] = recent3;
    this.at = at;
    return left;
  }

  /** Does what is left of an item. */
  private void finish(int left) throws MalformedChunkException {
    switch (left) {
      case LITERAL -> output[at++] = (byte) bits.symbol(model.literals);
      case MATCH -> decodeMatch();
      case DELTA -> decodeDelta();
      case OFFSET -> {
        toFront(
            recentOffsets, LzmsFormat.REPEATS, bits.number(model.lzOffsets, LzmsFormat.OFFSETS));
        copy(bits.number(model.lengths, LzmsFormat.LENGTHS));
      }
      case LENGTH -> copy(bits.number(model.lengths, LzmsFormat.LENGTHS));
      case COPY -> copy(length);
      default -> decodeItem();
    }
  }

  private void decodeItem() throws MalformedChunkException {
    if (decisions.decide(model.main) == 1) {
      decodeMatch();
      return;
    }
    output[at++] = (byte) bits.symbol(model.literals);
  }

  private void decodeMatch() throws MalformedChunkException {
    if (decisions.decide(model.match) == 0) {
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
    if (decisions.decide(model.lz) == 0) {
      offset = bits.number(model.lzOffsets, LzmsFormat.OFFSETS);
      toFront(recent, LzmsFormat.REPEATS, offset);
    } else {
      int index = repeat(model.lzRepeats) + directlyBehind();
      offset = recent[index];
      toFront(recent, index, offset);
    }
    copy(bits.number(model.lengths, LzmsFormat.LENGTHS));
  }

  /** Copies an LZ match, whose offset is the newest, by words when it ends before the slack. */
  private void copy(int length) throws MalformedChunkException {
    int offset = recentOffsets[0];
    if (length > end - at || Integer.compareUnsigned(offset - 1, at - start) >= 0) {
      throw outside(offset, length);
    }
    if (length <= end - MatchCopy.SLACK - at) {
      MatchCopy.wide(output, at, offset, length);
    } else {
      MatchCopy.exact(output, at, offset, length);
    }
    at += length;
  }

  private void decodeDelta() throws MalformedChunkException {
    int power;
    int rawOffset;
    int index = LzmsFormat.REPEATS;
    if (decisions.decide(model.delta) == 0) {
      power = bits.symbol(model.powers);
      rawOffset = bits.number(model.deltaOffsets, LzmsFormat.OFFSETS);
    } else {
      index = repeat(model.deltaRepeats) + directlyBehind();
      power = recentPowers[index];
      rawOffset = recentDeltaOffsets[index];
    }
    toFront(recentPowers, index, power);
    toFront(recentDeltaOffsets, index, rawOffset);
    int length = bits.number(model.lengths, LzmsFormat.LENGTHS);
    int span = 1 << power;
    long distance = ((long) rawOffset << power) + span;
    if (length > end - at || distance > at - start) {
      throw outside(distance, length);
    }
    byte[] bytes = output;
    int offset = (int) distance - span;
    // The offset is a multiple of the span, so that each byte's place in its span goes by itself.
    for (int place = 0; place < Math.min(span, length); place++) {
      byte value = bytes[at + place - span];
      byte before = bytes[at + place - offset - span];
      for (int i = place; i < length; i += span) {
        byte here = bytes[at + i - offset];
        value = (byte) (value + here - before);
        before = here;
        bytes[at + i] = value;
      }
    }
    at += length;
  }

  /** 1 when the item before this match was a match of the same kind, otherwise 0. */
  private int directlyBehind() {
    int match = model.match.context;
    return model.main.context >> 1 & ~(match ^ match >> 1) & 1;
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
