package io.vhdboot.compression;

/** Writes the items of an LZMS chunk and learns from each, as the decoder will. */
final class LzmsItemWriter {

  private final LzmsPrices prices;
  private final LzmsRangeEncoder decisions = new LzmsRangeEncoder();
  private final LzmsBitWriter bits = new LzmsBitWriter();
  private LzmsOutput output;
  private long contexts;

  LzmsItemWriter(LzmsPrices prices) {
    this.prices = prices;
  }

  /** Starts a chunk, for which the prices have been made ready. */
  void begin(LzmsOutput output) {
    this.output = output;
    decisions.begin(output);
    bits.begin(output);
    contexts = 0;
  }

  /** Whether the chunk did not fit. */
  boolean isFull() {
    return output.isFull();
  }

  /** Ends the chunk and gives its length. */
  int end() {
    decisions.end();
    bits.end();
    return output.join();
  }

  /** Writes a literal. */
  void literal(byte value) {
    decide(LzmsPrices.MAIN, LzmsItem.MAIN, LzmsFormat.MAIN_CONTEXT, 0);
    prices.literals.write(bits, value & 0xFF);
    contexts = LzmsItem.after(contexts, LzmsItem.literal());
  }

  /** Writes a match. */
  void match(long item) {
    boolean isDelta = LzmsItem.kind(item) == LzmsItem.DELTA;
    decide(LzmsPrices.MAIN, LzmsItem.MAIN, LzmsFormat.MAIN_CONTEXT, 1);
    decide(LzmsPrices.MATCH, LzmsItem.MATCH, LzmsFormat.MATCH_CONTEXT, isDelta ? 1 : 0);
    if (isDelta) {
      delta(item);
    } else {
      lz(item);
    }
    int length = LzmsItem.length(item);
    if (number(prices.lengths, LzmsFormat.LENGTHS, length)) {
      prices.priceLengths();
    }
    contexts = LzmsItem.after(contexts, item);
  }

  private void lz(long item) {
    int index = LzmsItem.index(item);
    if (index == LzmsItem.OWN_OFFSET) {
      decide(LzmsPrices.OWN_LZ, LzmsItem.OWN_LZ, LzmsFormat.LZ_CONTEXT, 0);
      number(prices.lzOffsets, LzmsFormat.OFFSETS, LzmsItem.offset(item));
      return;
    }
    decide(LzmsPrices.OWN_LZ, LzmsItem.OWN_LZ, LzmsFormat.LZ_CONTEXT, 1);
    repeat(LzmsPrices.LZ_REPEAT, LzmsItem.LZ_REPEAT, index > 0 ? 1 : 0);
    if (index > 0) {
      repeat(LzmsPrices.LZ_REPEAT_LATER, LzmsItem.LZ_REPEAT_LATER, index - 1);
    }
  }

  private void delta(long item) {
    int index = LzmsItem.index(item);
    if (index == LzmsItem.OWN_OFFSET) {
      decide(LzmsPrices.OWN_DELTA, LzmsItem.OWN_DELTA, LzmsFormat.DELTA_CONTEXT, 0);
      prices.powers.write(bits, LzmsItem.power(item));
      number(prices.deltaOffsets, LzmsFormat.OFFSETS, LzmsItem.offset(item));
      return;
    }
    decide(LzmsPrices.OWN_DELTA, LzmsItem.OWN_DELTA, LzmsFormat.DELTA_CONTEXT, 1);
    repeat(LzmsPrices.DELTA_REPEAT, LzmsItem.DELTA_REPEAT, index > 0 ? 1 : 0);
    if (index > 0) {
      repeat(LzmsPrices.DELTA_REPEAT_LATER, LzmsItem.DELTA_REPEAT_LATER, index - 1);
    }
  }

  private boolean number(LzmsPricedCode code, LzmsFormat.Slots slots, int number) {
    int slot = slots.of(number);
    boolean built = code.write(bits, slot);
    bits.bits(number - slots.first[slot], slots.extraBits[slot]);
    return built;
  }

  private void repeat(int firstDecision, int kind, int made) {
    decide(firstDecision, kind, LzmsFormat.REPEAT_CONTEXT, made);
  }

  private void decide(int firstDecision, int kind, int contextBits, int made) {
    int decision = firstDecision + LzmsItem.context(contexts, kind, contextBits);
    decisions.write(made, prices.probabilityOfZero(decision));
    prices.learn(decision, made);
  }
}
