package io.vhdboot.compression;

/**
 * The three codes of an LZX block under construction, and what stands in the block: how often each
 * symbol occurs. An item is a literal (length 1 and the byte) or a match (length and slot value),
 * with the length above {@link #DATA_BITS}. A slot value below 3 names one of the offsets used
 * last; any other is the offset and 2.
 */
final class LzxCodes {

  /** The low bits of an item, which hold the byte or the slot value. */
  static final int DATA_BITS = 21;

  /** The mask of these bits. */
  static final int DATA_MASK = (1 << DATA_BITS) - 1;

  /** Lengths from here on take a symbol of the length code. */
  static final int LONG_LENGTH = LzxFormat.SHORTEST_MATCH + LzxFormat.LONG_LENGTH_HEADER;

  /** Slots from here on have extra bits that an aligned block codes. */
  private static final int FIRST_ALIGNED_SLOT = 8;

  /** From here on slots are of one size. */
  private static final int EVEN_SLOTS_FROM = 1 << 18;

  private static final int EVEN_SLOT_BITS = 17;
  private static final int EVEN_SLOT_BASE = 34;

  final HuffmanCode main;
  final HuffmanCode length = new HuffmanCode(LzxFormat.LENGTH_SYMBOLS, LzxFormat.LONGEST_CODEWORD);
  final HuffmanCode aligned =
      new HuffmanCode(LzxFormat.ALIGNED_SYMBOLS, LzxFormat.LONGEST_ALIGNED_CODEWORD);

  LzxCodes(int windowSize) {
    main = new HuffmanCode(LzxFormat.mainSymbols(windowSize), LzxFormat.LONGEST_CODEWORD);
  }

  /** The slot of a slot value. */
  static int slot(int value) {
    if (value < 4) {
      return value;
    }
    if (value >= EVEN_SLOTS_FROM) {
      return EVEN_SLOT_BASE + (value >> EVEN_SLOT_BITS);
    }
    int log = 31 - Integer.numberOfLeadingZeros(value);
    return 2 * log + (value >> log - 1 & 1);
  }

  /** The main symbol of a match. */
  static int mainSymbol(int matchLength, int slot) {
    int header = Math.min(matchLength - LzxFormat.SHORTEST_MATCH, LzxFormat.LONG_LENGTH_HEADER);
    return LzxFormat.LITERALS + slot * LzxFormat.LENGTH_HEADERS + header;
  }

  /** Whether an aligned block codes the low bits of a slot's offsets. */
  static boolean isAligned(int slot) {
    return slot >= FIRST_ALIGNED_SLOT;
  }

  /** Forgets what was counted. */
  void clear() {
    main.clear();
    length.clear();
    aligned.clear();
  }

  /** Counts the symbols of items. */
  void count(int[] items, int from, int to) {
    for (int i = from; i < to; i++) {
      count(items[i]);
    }
  }

  /** Counts the symbols of an item. */
  void count(int item) {
    int itemLength = item >>> DATA_BITS;
    int data = item & DATA_MASK;
    if (itemLength == 1) {
      main.frequencies[data]++;
      return;
    }
    int slot = slot(data);
    main.frequencies[mainSymbol(itemLength, slot)]++;
    if (itemLength >= LONG_LENGTH) {
      length.frequencies[itemLength - LONG_LENGTH]++;
    }
    if (isAligned(slot)) {
      aligned.frequencies[data & LzxFormat.ALIGNED_SYMBOLS - 1]++;
    }
  }

  /** Builds the codes from the counts. */
  void build() {
    main.build();
    length.build();
    aligned.build();
  }

  /** Whether an aligned block is smaller than a verbatim one. */
  boolean preferAligned() {
    long plain = 0;
    for (int frequency : aligned.frequencies) {
      plain += (long) frequency * LzxFormat.ALIGNED_BITS;
    }
    return aligned.bits() + LzxFormat.ALIGNED_SYMBOLS * LzxFormat.ALIGNED_BITS < plain;
  }
}
