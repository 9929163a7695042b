package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Divides a section of a chunk into items. The matches of all positions are found once; then there
 * is a draft by simple rules, from which prices can be taken, and the cheapest way through a part
 * of the section under given prices. Each position remembers the offsets that are the last ones on
 * the cheapest way to it.
 */
final class LzxParser {

  /** The most bytes of a section. */
  static final int LARGEST_SECTION = 1 << 15;

  /** A match of this length is taken at once. */
  private static final int NICE_LENGTH = 32;

  private static final int INFINITE = Integer.MAX_VALUE / 2;

  // The draft's prices, in bits: of a literal, and of a match before its offset is counted.
  private static final int DRAFT_LITERAL = 7;
  private static final int DRAFT_MATCH = 7;

  private final HashLadder ladder;

  /** Lengths and offsets in turns, those of a position from shorter and nearer to longer. */
  private final int[] matches = new int[2 * HashLadder.MOST_MATCHES * LARGEST_SECTION];

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

  /**
   * Always 1, which the compiler does not know: it would prepare loops that mostly run once or
   * twice for running long, and that takes more time than they do.
   */
  private int step = 1;

  LzxParser(int windowSize) {
    ladder = new HashLadder(windowSize);
  }

  /** Goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes, int length) {
    this.bytes = bytes;
    chunkLength = length;
    ladder.begin(bytes, length);
    recent0[0] = 1;
    recent1[0] = 1;
    recent2[0] = 1;
  }

  /** Makes the offsets that the last part ended with those that the next section begins with. */
  void carryOver() {
    recent0[0] = recent0[sectionLength];
    recent1[0] = recent1[sectionLength];
    recent2[0] = recent2[sectionLength];
  }

  /** Finds the matches of the chunk's next section. */
  void findMatches(int start, int length) {
    section = start;
    sectionLength = length;
    int next = 0;
    int covered = 0;
    for (int i = 0; i < length; i++) {
      firstMatch[i] = next;
      int at = start + i;
      if (i < covered) {
        // A long match from before reaches beyond: nobody will begin another one here.
        ladder.insert(at);
        continue;
      }
      int most = Math.min(LzxFormat.LONGEST_MATCH, chunkLength - at);
      int end = ladder.find(at, most, matches, next);
      if (end > next && matches[end - 2] >= NICE_LENGTH) {
        covered = i + matches[end - 2];
      }
      next = end;
    }
    firstMatch[length] = next;
  }

  /**
   * Divides the section by simple rules: what saves most at a position is taken, unless the next
   * position has something better.
   *
   * @param items receives the items from 0 on
   * @return how many there are
   */
  int draft(int[] items) {
    int count = 0;
    int first = recent0[0];
    int second = recent1[0];
    int third = recent2[0];
    int i = 0;
    while (i < sectionLength) {
      long choice = choose(i, first, second, third);
      int item = (int) choice;
      int length = item >>> LzxCodes.DATA_BITS;
      if (choice == 0
          || length < NICE_LENGTH
              && i + 1 < sectionLength
              && choose(i + 1, first, second, third) >> 32 > choice >> 32) {
        items[count++] = 1 << LzxCodes.DATA_BITS | bytes[section + i] & 0xFF;
        i++;
        continue;
      }
      items[count++] = item;
      i += length;
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
    return count;
  }

  /** The match that saves most, below the bits that it saves; 0 if there is none. */
  private long choose(int i, int first, int second, int third) {
    int at = section + i;
    int most = Math.min(LzxFormat.LONGEST_MATCH, sectionLength - i);
    if (most < LzxFormat.SHORTEST_MATCH) {
      return 0;
    }
    long best = 0;
    if (firstMatch[i] != firstMatch[i + 1]) {
      int length = Math.min(most, matches[firstMatch[i + 1] - 2]);
      int offset = matches[firstMatch[i + 1] - 1];
      int saved = DRAFT_LITERAL * length - DRAFT_MATCH - log(offset);
      if (saved > 0) {
        best = (long) saved << 32 | item(length, offset + LzxFormat.OFFSET_ADJUSTMENT);
      }
    }
    short pair = (short) Words.LITTLE_16.get(bytes, at);
    for (int index = 0; index < LzxFormat.RECENT_OFFSETS; index += step) {
      int offset = index == 0 ? first : index == 1 ? second : third;
      if (offset <= at && (short) Words.LITTLE_16.get(bytes, at - offset) == pair) {
        int length = Words.equalBytes(bytes, at, at - offset, 2, most);
        int saved = DRAFT_LITERAL * length - DRAFT_MATCH;
        if (saved > best >> 32) {
          best = (long) saved << 32 | item(length, index);
        }
      }
    }
    return best;
  }

  private static int item(int length, int value) {
    return length << LzxCodes.DATA_BITS | value;
  }

  private static int log(int value) {
    return 31 - Integer.numberOfLeadingZeros(value);
  }

  /**
   * Finds the cheapest items for a part of the section. Parts are asked for in order: each begins
   * with the offsets that the one before ended with.
   *
   * @param from where the part begins, counted within the section
   * @param to where it ends
   * @param items receives the items from 0 on
   * @return how many there are
   */
  int cheapest(LzxCosts prices, int from, int to, int[] items) {
    int[] costs = this.costs;
    int[] arrivals = this.arrivals;
    int[] main = prices.main;
    Arrays.fill(costs, from + 1, to + 1, INFINITE);
    costs[from] = 0;
    int i = from;
    while (i < to) {
      if (i > from) {
        arrive(i);
      }
      int literal = bytes[section + i] & 0xFF;
      int cost = costs[i] + main[literal];
      if (cost < costs[i + 1]) {
        costs[i + 1] = cost;
        arrivals[i + 1] = item(1, literal);
      }
      int most = Math.min(LzxFormat.LONGEST_MATCH, to - i);
      int jump = 0;
      if (most >= LzxFormat.SHORTEST_MATCH) {
        jump = tryRecent(prices, i, most);
        if (jump == 0) {
          jump = tryMatches(prices, i, most);
        }
      }
      i += Math.max(jump, 1);
    }
    arrive(to);
    return collect(from, to, items);
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

  /** Tries the last offsets; gives the length of a match that makes all others needless, or 0. */
  private int tryRecent(LzxCosts prices, int i, int most) {
    byte[] bytes = this.bytes;
    int at = section + i;
    int here = costs[i];
    int step = this.step;
    short pair = (short) Words.LITTLE_16.get(bytes, at);
    for (int index = 0; index < LzxFormat.RECENT_OFFSETS; index += step) {
      int offset = index == 0 ? recent0[i] : index == 1 ? recent1[i] : recent2[i];
      if (offset > at || (short) Words.LITTLE_16.get(bytes, at - offset) != pair) {
        continue;
      }
      int length = Words.equalBytes(bytes, at, at - offset, 2, most);
      if (length >= NICE_LENGTH) {
        offer(prices, here, i, length, length, index, index);
        return length;
      }
      offer(prices, here, i, LzxFormat.SHORTEST_MATCH, length, index, index);
    }
    return 0;
  }

  /** Tries the matches found, each at the lengths that no nearer one has. */
  private int tryMatches(LzxCosts prices, int i, int most) {
    int[] matches = this.matches;
    int here = costs[i];
    int step = 2 * this.step;
    int shortest = LzxFormat.SHORTEST_MATCH;
    int last = firstMatch[i + 1];
    for (int m = firstMatch[i]; m < last; m += step) {
      int length = Math.min(matches[m], most);
      int value = matches[m + 1] + LzxFormat.OFFSET_ADJUSTMENT;
      int slot = LzxCodes.slot(value);
      int base = here + prices.ofOffset(value, slot);
      if (length >= NICE_LENGTH) {
        offer(prices, base, i, length, length, value, slot);
        return length;
      }
      offer(prices, base, i, shortest, length, value, slot);
      shortest = length + 1;
    }
    return 0;
  }

  /** Tries a match at each of some lengths. */
  private void offer(
      LzxCosts prices, int base, int i, int shortest, int longest, int value, int slot) {
    int[] costs = this.costs;
    int[] arrivals = this.arrivals;
    int[] main = prices.main;
    int step = this.step;
    int symbol = LzxFormat.LITERALS + slot * LzxFormat.LENGTH_HEADERS - LzxFormat.SHORTEST_MATCH;
    int length = shortest;
    for (; length <= longest && length < LzxCodes.LONG_LENGTH; length += step) {
      int cost = base + main[symbol + length];
      if (cost < costs[i + length]) {
        costs[i + length] = cost;
        arrivals[i + length] = item(length, value);
      }
    }
    if (length > longest) {
      return;
    }
    int longBase = base + main[symbol + LzxCodes.LONG_LENGTH];
    int[] longer = prices.length;
    for (; length <= longest; length += step) {
      int cost = longBase + longer[length];
      if (cost < costs[i + length]) {
        costs[i + length] = cost;
        arrivals[i + length] = item(length, value);
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
