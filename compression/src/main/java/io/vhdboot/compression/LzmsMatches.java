package io.vhdboot.compression;

import java.util.Arrays;

/**
 * The matches of all positions of a section of an LZMS chunk. Where a match is so long that nobody
 * would begin another one within it, none are looked for.
 */
final class LzmsMatches {

  /** The most bytes of a section. */
  static final int LARGEST_SECTION = 1 << 14;

  /** A match of this length is taken at once. */
  static final int NICE_LENGTH = 64;

  /** Where there is an LZ match of this length, no delta match is looked for. */
  private static final int ENOUGH_WITHOUT_DELTA = 12;

  /** Of a run longer than this, only so many positions at its end are put in. */
  private static final int LONG_RUN = 1 << 12;

  /** How far before a position of the topmost rung a match is looked for that it belongs to. */
  private static final int LOOK_BACK = 64;

  private static final int LONG_ENOUGH_TO_LOOK_BACK = 16;

  /** Lengths and offsets in turns, those of a position from shorter and nearer to longer. */
  final int[] found = new int[2 * HashLadder.MOST_MATCHES * LARGEST_SECTION];

  /** Where those of each position begin, and the end. */
  final int[] first = new int[LARGEST_SECTION + 1];

  /** The offset of a match that was found by looking back, or 0. */
  final int[] farOffsets = new int[LARGEST_SECTION];

  /** The length of a match that was found by looking back. */
  final int[] farLengths = new int[LARGEST_SECTION];

  /** The delta match of each position with its length, or 0. */
  final long[] deltas = new long[LARGEST_SECTION];

  private final HashLadder ladder;
  private final LzmsDeltaTable deltaTable;
  private byte[] bytes;
  private int chunkLength;

  LzmsMatches(int largestChunk, LzmsDeltaTable deltaTable) {
    ladder = new HashLadder(largestChunk);
    this.deltaTable = deltaTable;
  }

  /** Goes over to a chunk that begins at 0 of its array. */
  void begin(byte[] bytes, int length) {
    this.bytes = bytes;
    chunkLength = length;
    ladder.begin(bytes, length);
    deltaTable.begin(bytes);
  }

  /** Finds the matches of the next section. */
  void find(int start, int length) {
    Arrays.fill(farOffsets, 0, length, 0);
    Arrays.fill(deltas, 0, length, 0);
    int next = 0;
    int i = 0;
    while (i < length) {
      first[i] = next;
      int at = start + i;
      int most = Math.min(LzmsItem.LONGEST_MATCH, chunkLength - at);
      int end = ladder.find(at, most, found, next);
      int longest = end == next ? 0 : found[end - 2];
      next = end;
      if (ladder.isSampled() && longest >= LONG_ENOUGH_TO_LOOK_BACK) {
        lookBack(start, i, longest, found[end - 1]);
      }
      if (longest < ENOUGH_WITHOUT_DELTA) {
        int deltaLength = deltaTable.find(at, most);
        if (deltaLength > longest) {
          deltas[i] = deltaTable.item() | (long) deltaLength << LzmsItem.LENGTH_SHIFT;
          longest = deltaLength;
        }
      }
      i++;
      if (longest >= NICE_LENGTH) {
        int covered = Math.min(length, i + longest - 1);
        skip(start + i, start + covered);
        Arrays.fill(first, i, covered, next);
        i = covered;
      }
    }
    first[length] = next;
  }

  /** Puts positions in that are part of a match. */
  void skip(int from, int to) {
    for (int at = Math.max(from, to - LONG_RUN); at < to; at++) {
      ladder.insert(at);
    }
  }

  private void lookBack(int start, int i, int length, int offset) {
    int at = start + i;
    int most = Math.min(LOOK_BACK, Math.min(i, at - offset));
    for (int back = 1; back <= most; back++) {
      int before = i - back;
      if (bytes[at - back] != bytes[at - back - offset]
          || farOffsets[before] == offset
          || first[before + 1] > first[before] && found[first[before + 1] - 2] >= length + back) {
        return;
      }
      farOffsets[before] = offset;
      farLengths[before] = length + back;
    }
  }
}
