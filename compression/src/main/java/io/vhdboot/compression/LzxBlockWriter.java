package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Writes verbatim and aligned LZX blocks. The lengths of the codes of one block are coded against
 * those of the block before, which a writer remembers until the next chunk.
 */
final class LzxBlockWriter {

  private static final int MODULUS = LzxFormat.LONGEST_CODEWORD + 1;
  private static final int MOST_FEW_ZEROS = LzxFormat.FEWEST_MANY_ZEROS - 1;
  private static final int MOST_MANY_ZEROS =
      LzxFormat.FEWEST_MANY_ZEROS + (1 << LzxFormat.MANY_ZEROS_BITS) - 1;
  private static final int MOST_REPEATS = LzxFormat.FEWEST_REPEATS + 1;

  private final int windowSize;
  private final byte[] mainBefore;
  private final byte[] lengthBefore = new byte[LzxFormat.LENGTH_SYMBOLS];
  private final HuffmanCode precode =
      new HuffmanCode(LzxFormat.PRECODE_SYMBOLS, LzxFormat.LONGEST_PRECODE_CODEWORD);

  /** Precode symbols, with what follows them above the low 8 bits. */
  private final int[] tokens = new int[LzxFormat.mainSymbols(LzxFormat.LARGEST_WINDOW) + 1];

  private LzxBitWriter bits;

  LzxBlockWriter(int windowSize) {
    this.windowSize = windowSize;
    mainBefore = new byte[LzxFormat.mainSymbols(windowSize)];
  }

  /** Starts a chunk. */
  void begin(LzxBitWriter bits) {
    this.bits = bits;
    Arrays.fill(mainBefore, (byte) 0);
    Arrays.fill(lengthBefore, (byte) 0);
  }

  /** Writes the block of some items, whose codes are built. */
  void write(LzxCodes codes, int[] items, int itemCount, int size) {
    boolean isAligned = codes.preferAligned();
    bits.bits(isAligned ? LzxFormat.ALIGNED : LzxFormat.VERBATIM, LzxFormat.KIND_BITS);
    if (size == LzxFormat.DEFAULT_BLOCK_SIZE) {
      bits.bits(1, 1);
    } else {
      bits.bits(0, 1);
      bits.bits(size, windowSize >= LzxFormat.LONG_SIZE_WINDOW ? 24 : 16);
    }
    if (isAligned) {
      for (byte length : codes.aligned.lengths) {
        bits.bits(length, LzxFormat.ALIGNED_BITS);
      }
    }
    byte[] main = codes.main.lengths;
    writeLengths(main, mainBefore, 0, LzxFormat.LITERALS);
    writeLengths(main, mainBefore, LzxFormat.LITERALS, main.length);
    writeLengths(codes.length.lengths, lengthBefore, 0, LzxFormat.LENGTH_SYMBOLS);
    for (int i = 0; i < itemCount && !bits.isFull(); i++) {
      writeItem(codes, items[i], isAligned);
    }
  }

  private void writeItem(LzxCodes codes, int item, boolean isAligned) {
    int length = item >>> LzxCodes.DATA_BITS;
    int data = item & LzxCodes.DATA_MASK;
    if (length == 1) {
      bits.bits(codes.main.codewords[data], codes.main.lengths[data]);
      return;
    }
    int slot = LzxCodes.slot(data);
    int symbol = LzxCodes.mainSymbol(length, slot);
    bits.bits(codes.main.codewords[symbol], codes.main.lengths[symbol]);
    if (length >= LzxCodes.LONG_LENGTH) {
      int longer = length - LzxCodes.LONG_LENGTH;
      bits.bits(codes.length.codewords[longer], codes.length.lengths[longer]);
    }
    if (slot < LzxFormat.RECENT_OFFSETS) {
      return;
    }
    int extraBits = LzxFormat.extraBits(slot);
    int extra = data - LzxFormat.OFFSET_ADJUSTMENT - LzxFormat.firstOffset(slot);
    if (isAligned && LzxCodes.isAligned(slot)) {
      bits.bits(extra >> LzxFormat.ALIGNED_BITS, extraBits - LzxFormat.ALIGNED_BITS);
      int low = extra & LzxFormat.ALIGNED_SYMBOLS - 1;
      bits.bits(codes.aligned.codewords[low], codes.aligned.lengths[low]);
    } else {
      bits.bits(extra, extraBits);
    }
  }

  private void writeLengths(byte[] lengths, byte[] before, int from, int to) {
    precode.clear();
    int count = tokenize(lengths, before, from, to);
    precode.build();
    for (byte length : precode.lengths) {
      bits.bits(length, LzxFormat.PRECODE_LENGTH_BITS);
    }
    for (int i = 0; i < count; i++) {
      int symbol = tokens[i] & 0xFF;
      int rest = tokens[i] >> 8;
      bits.bits(precode.codewords[symbol], precode.lengths[symbol]);
      switch (symbol) {
        case LzxFormat.FEW_ZEROS -> bits.bits(rest, LzxFormat.FEW_ZEROS_BITS);
        case LzxFormat.MANY_ZEROS -> bits.bits(rest, LzxFormat.MANY_ZEROS_BITS);
        // The difference follows as a symbol of its own.
        case LzxFormat.REPEAT -> bits.bits(rest, LzxFormat.REPEAT_BITS);
        default -> {}
      }
    }
    System.arraycopy(lengths, from, before, from, to - from);
  }

  private int tokenize(byte[] lengths, byte[] before, int from, int to) {
    int count = 0;
    int at = from;
    while (at < to) {
      int run = 1;
      while (at + run < to && lengths[at + run] == lengths[at]) {
        run++;
      }
      int left = run;
      if (lengths[at] == 0) {
        while (left >= LzxFormat.FEWEST_MANY_ZEROS) {
          int zeros = Math.min(left, MOST_MANY_ZEROS);
          count = token(count, LzxFormat.MANY_ZEROS, zeros - LzxFormat.FEWEST_MANY_ZEROS);
          left -= zeros;
        }
        if (left >= LzxFormat.FEWEST_ZEROS) {
          int zeros = Math.min(left, MOST_FEW_ZEROS);
          count = token(count, LzxFormat.FEW_ZEROS, zeros - LzxFormat.FEWEST_ZEROS);
          left -= zeros;
        }
      } else {
        while (left >= LzxFormat.FEWEST_REPEATS) {
          int repeats = Math.min(left, MOST_REPEATS);
          int first = at + run - left;
          count = token(count, LzxFormat.REPEAT, repeats - LzxFormat.FEWEST_REPEATS);
          count = token(count, difference(lengths, before, first), 0);
          left -= repeats;
        }
      }
      for (int i = at + run - left; i < at + run; i++) {
        count = token(count, difference(lengths, before, i), 0);
      }
      at += run;
    }
    return count;
  }

  private static int difference(byte[] lengths, byte[] before, int at) {
    return Math.floorMod(before[at] - lengths[at], MODULUS);
  }

  private int token(int count, int symbol, int rest) {
    tokens[count] = symbol | rest << 8;
    precode.frequencies[symbol]++;
    return count + 1;
  }
}
