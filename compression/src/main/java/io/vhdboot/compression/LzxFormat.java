package io.vhdboot.compression;

/**
 * What LZX's decoder and encoder both must know, in the flavour of WIM files: the window is the
 * chunk, and every chunk begins with fresh codes.
 *
 * <p>A chunk is a sequence of blocks:
 *
 * <pre>
 * 3 bits   kind: 1 verbatim, 2 aligned, 3 uncompressed
 * 1 bit    1: the block decodes to 32768 bytes
 * 16 bits  otherwise, its size; 24 bits where the window has 64 KiB or more
 * </pre>
 *
 * <p>In verbatim and aligned blocks follow, for the aligned code, 8 lengths of 3 bits; then the
 * lengths of the main code's literals, those of its matches and those of the length code, each of
 * the three behind a precode of 20 lengths of 4 bits. A length is coded as its difference, modulo
 * 17, to the one in the block before:
 *
 * <pre>
 * 0..16  (old - new) mod 17
 * 17     4 + (4 bits) zeros
 * 18     20 + (5 bits) zeros
 * 19     4 + (1 bit) times the difference that follows as another symbol
 * </pre>
 *
 * <p>A main symbol below 256 is a literal. From there up, its low 3 bits are the match's length
 * less 2, of which 7 means that a symbol of the length code is to be added; above them is the slot
 * of the offset. Slots 0 to 2 are the three offsets used last. In an uncompressed block these three
 * stand first, as 32-bit numbers, on a 16-bit boundary that is never the current one; then the
 * bytes, filled up to an even count.
 *
 * <p>Source: [MS-PATCH], and libwim where WIM files differ from it.
 */
final class LzxFormat {

  static final int SMALLEST_WINDOW = 1 << 15;
  static final int LARGEST_WINDOW = 1 << 21;

  static final int VERBATIM = 1;
  static final int ALIGNED = 2;
  static final int UNCOMPRESSED = 3;

  static final int KIND_BITS = 3;
  static final int DEFAULT_BLOCK_SIZE = 32768;

  /** Windows from here on give a block's size in 24 bits. */
  static final int LONG_SIZE_WINDOW = 1 << 16;

  static final int LITERALS = 256;
  static final int LENGTH_HEADERS = 8;

  /** The length header that means that a length symbol follows. */
  static final int LONG_LENGTH_HEADER = LENGTH_HEADERS - 1;

  static final int LENGTH_SYMBOLS = 249;
  static final int ALIGNED_SYMBOLS = 8;
  static final int ALIGNED_BITS = 3;
  static final int PRECODE_SYMBOLS = 20;

  static final int LONGEST_CODEWORD = 16;
  static final int LONGEST_ALIGNED_CODEWORD = 7;
  static final int LONGEST_PRECODE_CODEWORD = 15;
  static final int PRECODE_LENGTH_BITS = 4;

  static final int FEW_ZEROS = 17;
  static final int MANY_ZEROS = 18;
  static final int REPEAT = 19;
  static final int FEW_ZEROS_BITS = 4;
  static final int MANY_ZEROS_BITS = 5;
  static final int REPEAT_BITS = 1;
  static final int FEWEST_ZEROS = 4;
  static final int FEWEST_MANY_ZEROS = FEWEST_ZEROS + (1 << FEW_ZEROS_BITS);
  static final int FEWEST_REPEATS = 4;

  static final int SHORTEST_MATCH = 2;
  static final int LONGEST_MATCH = 257;

  /** The offsets used last that a slot of their own stands for. */
  static final int RECENT_OFFSETS = 3;

  /** What is added to an offset that has no slot of its own. */
  static final int OFFSET_ADJUSTMENT = 2;

  /** Slots there are for the largest window. */
  static final int MOST_SLOTS = 50;

  private static final int MOST_EXTRA_BITS = 17;
  private static final int[] EXTRA_BITS = new int[MOST_SLOTS];
  private static final int[] FIRST_OFFSETS = new int[MOST_SLOTS + 1];

  static {
    int first = -OFFSET_ADJUSTMENT;
    for (int slot = 0; slot < MOST_SLOTS; slot++) {
      EXTRA_BITS[slot] = Math.min(Math.max(0, slot / 2 - 1), MOST_EXTRA_BITS);
      FIRST_OFFSETS[slot] = first;
      first += 1 << EXTRA_BITS[slot];
    }
    FIRST_OFFSETS[MOST_SLOTS] = first;
  }

  private LzxFormat() {}

  /** Checks the size of a window, which is the largest chunk. */
  static int checkWindow(int windowSize) {
    if (windowSize < SMALLEST_WINDOW
        || windowSize > LARGEST_WINDOW
        || Integer.bitCount(windowSize) != 1) {
      throw new IllegalArgumentException(
          "windowSize (" + windowSize + ") must be a power of two from 32768 to 2097152");
    }
    return windowSize;
  }

  /** The count of slots for a window's offsets. */
  static int slots(int windowSize) {
    int largestOffset = windowSize - SHORTEST_MATCH - 1;
    int slot = RECENT_OFFSETS;
    while (FIRST_OFFSETS[slot + 1] <= largestOffset) {
      slot++;
    }
    return slot + 1;
  }

  /** Bits that follow for the offset. */
  static int extraBits(int slot) {
    return EXTRA_BITS[slot];
  }

  /** The smallest offset of a slot that is not one of the three used last. */
  static int firstOffset(int slot) {
    return FIRST_OFFSETS[slot];
  }

  /** The symbols of a window's main code. */
  static int mainSymbols(int windowSize) {
    return LITERALS + slots(windowSize) * LENGTH_HEADERS;
  }
}
