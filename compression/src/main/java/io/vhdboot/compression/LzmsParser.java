package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Divides an LZMS chunk into items: in blocks of some hundred positions the cheapest way from
 * position to position is found under the prices of the moment; its items are written, and change
 * the prices for the next block. Each position remembers what the cheapest way to it makes of the
 * contexts of decisions and of the offsets used last.
 */
final class LzmsParser {

  /** The most positions of a block. */
  private static final int MOST_POSITIONS = 2048;

  /** The place of an item that is taken at once. */
  private static final int TAKEN = MOST_POSITIONS + 1;

  private static final int PLACES = TAKEN + 1;
  private static final int INFINITE = Integer.MAX_VALUE / 2;
  private static final int SHORTEST_MATCH = 2;
  private static final int QUEUE = LzmsFormat.REPEATS + 1;
  private static final int NICE_LENGTH = LzmsMatches.NICE_LENGTH;

  private final LzmsPrices prices;
  private final LzmsItemWriter writer;
  private final LzmsDeltaTable deltaTable = new LzmsDeltaTable();
  private final LzmsMatches matches;

  private final int[] costs = new int[PLACES];

  /** The last item on the cheapest way to each position. */
  private final long[] arrivals = new long[PLACES];

  private final long[] contexts = new long[PLACES];

  /** For each position, where in {@link #lzOffsets} its offsets used last stand. */
  private final int[] lzQueues = new int[PLACES];

  private final int[] lzOffsets = new int[PLACES * QUEUE];
  private final int[] deltaQueues = new int[PLACES];
  private final long[] deltaPairs = new long[PLACES * QUEUE];
  private final long[] path = new long[MOST_POSITIONS];

  private byte[] bytes;
  private int chunkLength;

  /** Always 1, as in {@link LzxParser}. */
  private int step = 1;

  /** Where the block begins. */
  private int start;

  /** The end of the block as far as it may go. */
  private int limit;

  /** The furthest position of the block that has a cost. */
  private int reach;

  LzmsParser(int largestChunk, LzmsPrices prices, LzmsItemWriter writer) {
    this.prices = prices;
    this.writer = writer;
    matches = new LzmsMatches(largestChunk, deltaTable);
  }

  /** Writes the items of a chunk that begins at 0 of its array, as long as they fit. */
  void write(byte[] bytes, int length) {
    this.bytes = bytes;
    chunkLength = length;
    matches.begin(bytes, length);
    contexts[0] = 0;
    lzQueues[0] = 0;
    deltaQueues[0] = 0;
    for (int i = 0; i < QUEUE; i++) {
      lzOffsets[i] = i + 1;
      deltaPairs[i] = LzmsItem.deltaPair(0, i + 1);
    }
    int at = 0;
    while (at < length && !writer.isFull()) {
      int section = at;
      int end = section + Math.min(LzmsMatches.LARGEST_SECTION, length - section);
      matches.find(section, end - section);
      while (at < end) {
        at = writeBlock(at, section, end);
      }
      matches.skip(end, at);
    }
  }

  /** Writes a block and says where the next one begins. */
  private int writeBlock(int at, int section, int end) {
    start = at;
    limit = Math.min(MOST_POSITIONS, end - at);
    reach = 0;
    costs[0] = 0;
    for (int i = 0; ; i++) {
      if (i > 0) {
        long item = arrivals[i];
        arrive(i, i - LzmsItem.length(item), item);
        if (i == reach || i == limit) {
          writePath(i);
          keep(i);
          return at + i;
        }
      }
      long taken = leave(i, at + i - section);
      if (taken != 0) {
        writePath(i);
        writer.match(taken);
        arrive(TAKEN, i, taken);
        keep(TAKEN);
        return at + i + LzmsItem.length(taken);
      }
    }
  }

  /** Works out what an item makes of the contexts and the offsets used last. */
  private void arrive(int place, int from, long item) {
    contexts[place] = LzmsItem.after(contexts[from], item);
    int lzQueue = lzQueues[from];
    int deltaQueue = deltaQueues[from];
    int kind = LzmsItem.kind(item);
    if (kind == LzmsItem.LZ) {
      int index = LzmsItem.index(item);
      int offset = LzmsItem.offset(item);
      index += index == LzmsItem.OWN_OFFSET ? 0 : LzmsItem.afterLz(contexts[from]);
      int to = place * QUEUE;
      lzOffsets[to] = offset;
      for (int i = 0; i < LzmsFormat.REPEATS; i++) {
        lzOffsets[to + i + 1] = lzOffsets[lzQueue + (i < index ? i : i + 1)];
      }
      lzQueue = to;
    } else if (kind == LzmsItem.DELTA) {
      int index = LzmsItem.index(item);
      index += index == LzmsItem.OWN_OFFSET ? 0 : LzmsItem.afterDelta(contexts[from]);
      int to = place * QUEUE;
      deltaPairs[to] = LzmsItem.deltaPair(LzmsItem.power(item), LzmsItem.offset(item));
      for (int i = 0; i < LzmsFormat.REPEATS; i++) {
        deltaPairs[to + i + 1] = deltaPairs[deltaQueue + (i < index ? i : i + 1)];
      }
      deltaQueue = to;
    }
    lzQueues[place] = lzQueue;
    deltaQueues[place] = deltaQueue;
  }

  /** Makes the state at a place that of the next block's begin. */
  private void keep(int place) {
    contexts[0] = contexts[place];
    System.arraycopy(lzOffsets, lzQueues[place], lzOffsets, 0, QUEUE);
    System.arraycopy(deltaPairs, deltaQueues[place], deltaPairs, 0, QUEUE);
    lzQueues[0] = 0;
    deltaQueues[0] = 0;
  }

  private void writePath(int to) {
    int count = 0;
    for (int i = to; i > 0; i -= LzmsItem.length(arrivals[i])) {
      path[count++] = arrivals[i];
    }
    int at = start;
    while (count > 0) {
      long item = path[--count];
      if (LzmsItem.kind(item) == LzmsItem.LITERAL) {
        writer.literal(bytes[at]);
      } else {
        writer.match(item);
      }
      at += LzmsItem.length(item);
    }
  }

  /**
   * Tries all items that can follow a position.
   *
   * @param i the position in the block
   * @param inSection the same in the section
   * @return a match that is to be taken at once, or 0
   */
  private long leave(int i, int inSection) {
    long here = contexts[i];
    int[] ofDecision = prices.ofDecision;
    int at = start + i;
    int main =
        2 * (LzmsPrices.MAIN + LzmsItem.context(here, LzmsItem.MAIN, LzmsFormat.MAIN_CONTEXT));
    if (reach == i) {
      costs[++reach] = INFINITE;
    }
    int literal = costs[i] + ofDecision[main] + prices.literals.prices[bytes[at] & 0xFF];
    if (literal < costs[i + 1]) {
      costs[i + 1] = literal;
      arrivals[i + 1] = LzmsItem.literal();
    }
    int match =
        2 * (LzmsPrices.MATCH + LzmsItem.context(here, LzmsItem.MATCH, LzmsFormat.MATCH_CONTEXT));
    int base = costs[i] + ofDecision[main + 1];
    long taken = leaveByLz(i, inSection, here, base + ofDecision[match]);
    if (taken != 0) {
      return taken;
    }
    return leaveByDelta(i, inSection, here, base + ofDecision[match + 1]);
  }

  private long leaveByLz(int i, int inSection, long here, int base) {
    int[] ofDecision = prices.ofDecision;
    int at = start + i;
    int room = limit - i;
    int most = Math.min(LzmsItem.LONGEST_MATCH, chunkLength - at);
    int own =
        2 * (LzmsPrices.OWN_LZ + LzmsItem.context(here, LzmsItem.OWN_LZ, LzmsFormat.LZ_CONTEXT));
    int repeatBase = base + ofDecision[own + 1];
    int first =
        2
            * (LzmsPrices.LZ_REPEAT
                + LzmsItem.context(here, LzmsItem.LZ_REPEAT, LzmsFormat.REPEAT_CONTEXT));
    int later =
        2
            * (LzmsPrices.LZ_REPEAT_LATER
                + LzmsItem.context(here, LzmsItem.LZ_REPEAT_LATER, LzmsFormat.REPEAT_CONTEXT));
    int queue = lzQueues[i] + LzmsItem.afterLz(here);
    for (int index = 0; index < LzmsFormat.REPEATS; index++) {
      int offset = lzOffsets[queue + index];
      if (offset > at
          || (short) Words.LITTLE_16.get(bytes, at)
              != (short) Words.LITTLE_16.get(bytes, at - offset)) {
        continue;
      }
      int length = Words.equalBytes(bytes, at, at - offset, 0, most);
      if (length < SHORTEST_MATCH) {
        continue;
      }
      long item = LzmsItem.lz(index, offset);
      if (length >= NICE_LENGTH) {
        return item | (long) length << LzmsItem.LENGTH_SHIFT;
      }
      int cost =
          repeatBase
              + (index == 0
                  ? ofDecision[first]
                  : ofDecision[first + 1] + ofDecision[later + index - 1]);
      offer(i, cost, SHORTEST_MATCH, Math.min(length, room), item);
    }
    int ownBase = base + ofDecision[own];
    int shortest = SHORTEST_MATCH;
    int[] found = matches.found;
    int end = matches.first[inSection + 1];
    if (matches.farOffsets[inSection] != 0 && matches.farLengths[inSection] >= NICE_LENGTH) {
      return LzmsItem.lz(LzmsItem.OWN_OFFSET, matches.farOffsets[inSection])
          | (long) matches.farLengths[inSection] << LzmsItem.LENGTH_SHIFT;
    }
    for (int m = matches.first[inSection]; m < end; m += 2) {
      int length = found[m];
      int offset = found[m + 1];
      long item = LzmsItem.lz(LzmsItem.OWN_OFFSET, offset);
      if (length >= NICE_LENGTH) {
        return item | (long) length << LzmsItem.LENGTH_SHIFT;
      }
      int cost = ownBase + prices.lzOffsets.prices[LzmsFormat.OFFSETS.of(offset)];
      offer(i, cost, shortest, Math.min(length, room), item);
      shortest = length + 1;
    }
    if (matches.farOffsets[inSection] != 0) {
      int offset = matches.farOffsets[inSection];
      int cost = ownBase + prices.lzOffsets.prices[LzmsFormat.OFFSETS.of(offset)];
      long item = LzmsItem.lz(LzmsItem.OWN_OFFSET, offset);
      offer(i, cost, shortest, Math.min(matches.farLengths[inSection], room), item);
    }
    return 0;
  }

  private long leaveByDelta(int i, int inSection, long here, int base) {
    int[] ofDecision = prices.ofDecision;
    int at = start + i;
    int room = limit - i;
    int most = Math.min(LzmsItem.LONGEST_MATCH, chunkLength - at);
    int own =
        2
            * (LzmsPrices.OWN_DELTA
                + LzmsItem.context(here, LzmsItem.OWN_DELTA, LzmsFormat.DELTA_CONTEXT));
    int queue = deltaQueues[i] + LzmsItem.afterDelta(here);
    for (int index = 0; index < LzmsFormat.REPEATS; index++) {
      long pair = deltaPairs[queue + index];
      int power = LzmsItem.power(pair);
      int raw = LzmsItem.offset(pair);
      int span = 1 << power;
      int offset = raw << power;
      if (offset + span > at) {
        continue;
      }
      int length = deltaTable.length(at, offset, span, most);
      if (length < SHORTEST_MATCH) {
        continue;
      }
      long item = LzmsItem.delta(index, power, raw);
      if (length >= NICE_LENGTH) {
        return item | (long) length << LzmsItem.LENGTH_SHIFT;
      }
      int first =
          2
              * (LzmsPrices.DELTA_REPEAT
                  + LzmsItem.context(here, LzmsItem.DELTA_REPEAT, LzmsFormat.REPEAT_CONTEXT));
      int later =
          2
              * (LzmsPrices.DELTA_REPEAT_LATER
                  + LzmsItem.context(here, LzmsItem.DELTA_REPEAT_LATER, LzmsFormat.REPEAT_CONTEXT));
      int cost =
          base
              + ofDecision[own + 1]
              + (index == 0
                  ? ofDecision[first]
                  : ofDecision[first + 1] + ofDecision[later + index - 1]);
      offer(i, cost, SHORTEST_MATCH, Math.min(length, room), item);
    }
    long delta = matches.deltas[inSection];
    if (delta == 0) {
      return 0;
    }
    int length = LzmsItem.length(delta);
    if (length >= NICE_LENGTH) {
      return delta;
    }
    int cost =
        base
            + ofDecision[own]
            + prices.powers.prices[LzmsItem.power(delta)]
            + prices.deltaOffsets.prices[LzmsFormat.OFFSETS.of(LzmsItem.offset(delta))];
    long item = delta & (1L << LzmsItem.LENGTH_SHIFT) - 1;
    offer(i, cost, SHORTEST_MATCH, Math.min(length, room), item);
    return 0;
  }

  /** Tries a match at each of some lengths. */
  private void offer(int i, int base, int shortest, int longest, long item) {
    int[] costs = this.costs;
    if (i + longest > reach) {
      Arrays.fill(costs, reach + 1, i + longest + 1, INFINITE);
      reach = i + longest;
    }
    long[] arrivals = this.arrivals;
    int[] ofLength = prices.ofLength;
    int step = this.step;
    for (int length = shortest; length <= longest; length += step) {
      int cost = base + ofLength[length];
      if (cost < costs[i + length]) {
        costs[i + length] = cost;
        arrivals[i + length] = item | (long) length << LzmsItem.LENGTH_SHIFT;
      }
    }
  }
}
