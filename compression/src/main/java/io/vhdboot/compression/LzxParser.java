package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Divides a section of a chunk into the cheapest items. The matches of all positions are found
 * once; then a first division by simple rules gives costs, and the cheapest way through the section
 * under given costs can be asked for again and again. Each position remembers the offsets that are
 * the last ones on the cheapest way to it.
 */
final class LzxParser {

  /** The most bytes of a section. */
  static final int LARGEST_SECTION = 1 << 15;

  private static final int DEPTH = 32;
  private static final int NICE_LENGTH = 48;

  /** Matches that a position has room for on average; where there are more, some are left out. */
  private static final int MATCHES_PER_POSITION = 10;

  private static final int MOST_MATCHES = DEPTH + 1;
  private static final int INFINITE = Integer.MAX_VALUE / 2;

  private final MatchTrees trees;
  private final int[] matches = new int[LARGEST_SECTION * MATCHES_PER_POSITION + MOST_MATCHES];
  private final int[] firstMatch = new int[LARGEST_SECTION + 1];
  private final int[] costs = new int[LARGEST_SECTION + 1];
  private final int[] arrivals = new int[LARGEST_SECTION + 1];
  private final int[] recent0 = new int[LARGEST_SECTION + 1];
  private final int[] recent1 = new int[LARGEST_SECTION + 1];
  private final int[] recent2 = new int[LARGEST_SECTION + 1];
  private byte[] bytes;
  private int chunkLength;
  private int section;
  private int sectionLength;

  LzxParser(int windowSize) {
    trees = new MatchTrees(windowSize, DEPTH, NICE_LENGTH);
  }

  /** Goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes, int length) {
    this.bytes = bytes;
    chunkLength = length;
    trees.begin(bytes);
    recent0[0] = 1;
    recent1[0] = 1;
    recent2[0] = 1;
  }

  /** Finds the matches of the chunk's next section. */
  void findMatches(int start, int length) {
    section = start;
    sectionLength = length;
    int next = 0;
    int covered = 0;
    for (int i = 0; i < length; i++) {
      firstMatch[i] = next;
      int most = Math.min(LzxFormat.LONGEST_MATCH, chunkLength - start - i);
      if (most < HashChains.SHORTEST) {
        continue;
      }
      int found = trees.find(start + i, most, matches, next);
      if (i < covered || found > matches.length - MOST_MATCHES) {
        // A long match from before reaches beyond: nobody will begin another one here.
        continue;
      }
      if (found > next) {
        int longest = matches[found - 1] >>> MatchTrees.OFFSET_BITS;
        if (longest >= NICE_LENGTH) {
          covered = i + longest;
        }
      }
      next = found;
    }
    firstMatch[length] = next;
  }

  /** Counts the symbols of a division by simple rules: the longest match, or one put off once. */
  void estimate(LzxCodes codes) {
    int i = 0;
    while (i < sectionLength) {
      int match = longest(i);
      int length = match >>> MatchTrees.OFFSET_BITS;
      if (length < HashChains.SHORTEST
          || i + 1 < sectionLength && longest(i + 1) >>> MatchTrees.OFFSET_BITS > length) {
        codes.count(1 << LzxCodes.DATA_BITS | bytes[section + i] & 0xFF);
        i++;
        continue;
      }
      length = Math.min(length, sectionLength - i);
      if (length < LzxFormat.SHORTEST_MATCH) {
        codes.count(1 << LzxCodes.DATA_BITS | bytes[section + i] & 0xFF);
      } else {
        int offset = match & LzxCodes.DATA_MASK;
        codes.count(length << LzxCodes.DATA_BITS | offset + LzxFormat.OFFSET_ADJUSTMENT);
      }
      i += length;
    }
  }

  private int longest(int i) {
    return firstMatch[i] == firstMatch[i + 1] ? 0 : matches[firstMatch[i + 1] - 1];
  }

  /**
   * Finds the cheapest items for a part of the section.
   *
   * @param from where the part begins, counted within the section
   * @param to where it ends
   * @param items receives the items from 0 on
   * @return how many there are
   */
  int cheapest(LzxCosts prices, int from, int to, int[] items) {
    Arrays.fill(costs, from + 1, to + 1, INFINITE);
    costs[from] = 0;
    int i = from;
    while (i < to) {
      if (i > from) {
        arrive(i);
      }
      i += step(prices, i, to);
    }
    arrive(to);
    return collect(from, to, items);
  }

  /** Makes the offsets that the last part ended with those that the next section begins with. */
  void carryOver() {
    recent0[0] = recent0[sectionLength];
    recent1[0] = recent1[sectionLength];
    recent2[0] = recent2[sectionLength];
  }

  /** Works out the last offsets at a position whose cheapest arrival is settled. */
  private void arrive(int i) {
    int item = arrivals[i];
    int length = item >>> LzxCodes.DATA_BITS;
    int before = i - length;
    int first = recent0[before];
    int second = recent1[before];
    int third = recent2[before];
    if (length > 1) {
      int value = item & LzxCodes.DATA_MASK;
      if (value >= LzxFormat.RECENT_OFFSETS) {
        third = second;
        second = first;
        first = value - LzxFormat.OFFSET_ADJUSTMENT;
      } else if (value == 1) {
        int swap = first;
        first = second;
        second = swap;
      } else if (value == 2) {
        int swap = first;
        first = third;
        third = swap;
      }
    }
    recent0[i] = first;
    recent1[i] = second;
    recent2[i] = third;
  }

  /** Tries every item that can begin at a position and says how far to go on. */
  private int step(LzxCosts prices, int i, int to) {
    int at = section + i;
    int[] costs = this.costs;
    int here = costs[i];
    int literal = bytes[at] & 0xFF;
    int cost = here + prices.main[literal];
    if (cost < costs[i + 1]) {
      costs[i + 1] = cost;
      arrivals[i + 1] = 1 << LzxCodes.DATA_BITS | literal;
    }
    int most = Math.min(LzxFormat.LONGEST_MATCH, to - i);
    if (most < LzxFormat.SHORTEST_MATCH) {
      return 1;
    }
    int jump = tryRecent(prices, i, most, 0, recent0[i]);
    if (jump == 1) {
      jump = tryRecent(prices, i, most, 1, recent1[i]);
    }
    if (jump == 1) {
      jump = tryRecent(prices, i, most, 2, recent2[i]);
    }
    if (jump > 1) {
      return jump;
    }
    int shortest = LzxFormat.SHORTEST_MATCH;
    int last = firstMatch[i + 1];
    for (int m = firstMatch[i]; m < last; m++) {
      int match = matches[m];
      int length = Math.min(match >>> MatchTrees.OFFSET_BITS, most);
      int value = (match & LzxCodes.DATA_MASK) + LzxFormat.OFFSET_ADJUSTMENT;
      if (length >= NICE_LENGTH) {
        offer(prices, i, length, length, value);
        return length;
      }
      offer(prices, i, shortest, length, value);
      shortest = length + 1;
    }
    return 1;
  }

  private int tryRecent(LzxCosts prices, int i, int most, int index, int offset) {
    int at = section + i;
    if (offset > at || bytes[at] != bytes[at - offset] || bytes[at + 1] != bytes[at + 1 - offset]) {
      return 1;
    }
    int length = HashChains.matchLength(bytes, at, at - offset, most);
    if (length >= NICE_LENGTH) {
      offer(prices, i, length, length, index);
      return length;
    }
    offer(prices, i, LzxFormat.SHORTEST_MATCH, length, index);
    return 1;
  }

  /** Tries a match at each of some lengths. */
  private void offer(LzxCosts prices, int i, int shortest, int longest, int value) {
    int slot = LzxCodes.slot(value);
    int base = costs[i] + prices.ofOffset(value, slot);
    int symbol = LzxFormat.LITERALS + slot * LzxFormat.LENGTH_HEADERS - LzxFormat.SHORTEST_MATCH;
    int[] main = prices.main;
    int length = shortest;
    for (; length <= longest && length < LzxCodes.LONG_LENGTH; length++) {
      int cost = base + main[symbol + length];
      if (cost < costs[i + length]) {
        costs[i + length] = cost;
        arrivals[i + length] = length << LzxCodes.DATA_BITS | value;
      }
    }
    base += main[symbol + LzxCodes.LONG_LENGTH];
    for (; length <= longest; length++) {
      int cost = base + prices.length[length];
      if (cost < costs[i + length]) {
        costs[i + length] = cost;
        arrivals[i + length] = length << LzxCodes.DATA_BITS | value;
      }
    }
  }

  /** Follows the cheapest way back and stores its items in order. */
  private int collect(int from, int to, int[] items) {
    int count = 0;
    for (int i = to; i > from; i -= arrivals[i] >>> LzxCodes.DATA_BITS) {
      count++;
    }
    for (int i = to, item = count; i > from; i -= arrivals[i] >>> LzxCodes.DATA_BITS) {
      items[--item] = arrivals[i];
    }
    return count;
  }
}
