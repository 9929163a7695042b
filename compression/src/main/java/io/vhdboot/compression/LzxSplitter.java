package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Decides where a section's items are to be divided into blocks, each with codes of its own: where
 * the symbols before and after differ by more than another set of codes costs. Sizes are estimated
 * from the entropy, in whole numbers, so that every machine decides alike.
 */
final class LzxSplitter {

  /** Pieces that a section is cut into; blocks begin at one. */
  private static final int PIECES = 16;

  private static final int SMALLEST_PIECE = 1024;

  /** The fractions of a bit that sizes are estimated in. */
  private static final int BIT = 256;

  /** What another block costs, whatever it holds: its kind, size and three precodes. */
  private static final int BLOCK_COST = 300 * BIT;

  /** What a symbol that occurs costs for its length. */
  private static final int SYMBOL_COST = 3 * BIT;

  private static final int LOG_TABLE_BITS = 12;
  private static final int[] LOGARITHMS = logarithms();

  private final int mainSymbols;
  private final int symbols;

  /** Counts of each symbol up to each piece, one row behind the other. */
  private final int[] sums;

  /** The first item of each piece. */
  private final int[] pieceItems = new int[PIECES + 1];

  private final int[] piecePositions = new int[PIECES + 1];
  private int pieces;

  /** The pieces that blocks begin at, and the end. */
  private final int[] cuts = new int[PIECES + 1];

  private int cutCount;

  LzxSplitter(int windowSize) {
    mainSymbols = LzxFormat.mainSymbols(windowSize);
    symbols = mainSymbols + LzxFormat.LENGTH_SYMBOLS;
    sums = new int[(PIECES + 1) * symbols];
  }

  private static int[] logarithms() {
    int[] table = new int[1 << LOG_TABLE_BITS];
    for (int i = 1; i < table.length; i++) {
      table[i] = (int) StrictMath.round(StrictMath.log(i) / StrictMath.log(2) * BIT);
    }
    return table;
  }

  /** Divides a section and says how many blocks it should have. */
  int split(int[] items, int itemCount, int length) {
    count(items, itemCount, length);
    boolean[] isCut = new boolean[pieces + 1];
    isCut[0] = true;
    isCut[pieces] = true;
    int from = 0;
    while (from < pieces) {
      int to = from + 1;
      while (!isCut[to]) {
        to++;
      }
      int cut = bestCut(from, to);
      if (cut > from) {
        isCut[cut] = true;
      } else {
        from = to;
      }
    }
    cutCount = 0;
    for (int piece = 0; piece <= pieces; piece++) {
      if (isCut[piece]) {
        cuts[cutCount++] = piece;
      }
    }
    return cutCount - 1;
  }

  /** The first item of a block; of the count of blocks, the end. */
  int firstItem(int block) {
    return pieceItems[cuts[block]];
  }

  /** Where in the section a block begins; of the count of blocks, the end. */
  int position(int block) {
    return piecePositions[cuts[block]];
  }

  private void count(int[] items, int itemCount, int length) {
    int pieceSize = Math.max(SMALLEST_PIECE, (length + PIECES - 1) / PIECES);
    Arrays.fill(sums, 0, symbols, 0);
    pieces = 0;
    int position = 0;
    int row = symbols;
    System.arraycopy(sums, 0, sums, row, symbols);
    for (int i = 0; i < itemCount; i++) {
      int item = items[i];
      int itemLength = item >>> LzxCodes.DATA_BITS;
      int data = item & LzxCodes.DATA_MASK;
      if (itemLength == 1) {
        sums[row + data]++;
      } else {
        sums[row + LzxCodes.mainSymbol(itemLength, LzxCodes.slot(data))]++;
        if (itemLength >= LzxCodes.LONG_LENGTH) {
          sums[row + mainSymbols + itemLength - LzxCodes.LONG_LENGTH]++;
        }
      }
      position += itemLength;
      boolean isLast = i == itemCount - 1;
      if (isLast || pieces < PIECES - 1 && position >= (pieces + 1) * pieceSize) {
        pieces++;
        pieceItems[pieces] = i + 1;
        piecePositions[pieces] = position;
        if (!isLast) {
          System.arraycopy(sums, row, sums, row + symbols, symbols);
          row += symbols;
        }
      }
    }
  }

  /** The piece before which a second block pays most, or the first one where none does. */
  private int bestCut(int from, int to) {
    int best = from;
    if (to - from < 2) {
      return best;
    }
    long least = size(from, to) - BLOCK_COST;
    for (int cut = from + 1; cut < to; cut++) {
      long size = size(from, cut) + size(cut, to);
      if (size < least) {
        least = size;
        best = cut;
      }
    }
    return best;
  }

  private long size(int from, int to) {
    return size(from, to, 0, mainSymbols) + size(from, to, mainSymbols, symbols);
  }

  private long size(int from, int to, int firstSymbol, int endSymbol) {
    long size = 0;
    int total = 0;
    int low = from * symbols;
    int high = to * symbols;
    for (int symbol = firstSymbol; symbol < endSymbol; symbol++) {
      int frequency = sums[high + symbol] - sums[low + symbol];
      if (frequency != 0) {
        total += frequency;
        size -= (long) frequency * logarithm(frequency);
        size += SYMBOL_COST;
      }
    }
    return size + (long) total * logarithm(total);
  }

  private static int logarithm(int value) {
    int shift = Math.max(0, 32 - LOG_TABLE_BITS - Integer.numberOfLeadingZeros(value));
    return LOGARITHMS[value >> shift] + shift * BIT;
  }
}
