package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of an index that is loaded at once: full leaves from left to right, one entry between
 * each two of them moved up, and so on until what is left fits the root.
 *
 * <p>A level is known by its cuts: the positions, in the level below, of the entries that were
 * moved up. Blocks are numbered level by level from the leaves.
 */
final class IndexPlan {

  /** Bytes that the entry takes that ends a node with sub-nodes. */
  private static final int INNER_END = IndexEntry.HEADER_SIZE + IndexEntry.CHILD_SIZE;

  /** Bytes of entries in the smallest root that has blocks below it. */
  static final int LEAST_ROOT = INNER_END;

  private final IndexSource source;
  private final int blockSize;
  private final List<int[]> cuts;

  private IndexPlan(IndexSource source, int blockSize, List<int[]> cuts) {
    this.source = source;
    this.blockSize = blockSize;
    this.cuts = cuts;
  }

  /** An index whose entries all stand in the root. */
  static IndexPlan inRoot(IndexSource source, int blockSize) {
    return new IndexPlan(source, blockSize, List.of());
  }

  /**
   * An index with blocks.
   *
   * @param rootRoom bytes for the root's entries, at least {@link #LEAST_ROOT}
   */
  static IndexPlan inBlocks(IndexSource source, int blockSize, int rootRoom) {
    IndexPlan plan = new IndexPlan(source, blockSize, new ArrayList<>());
    do {
      plan.addLevel();
    } while (plan.rootSize() > rootRoom);
    return plan;
  }

  IndexSource source() {
    return source;
  }

  boolean hasBlocks() {
    return !cuts.isEmpty();
  }

  /** The number of blocks. */
  int blockCount() {
    int count = 0;
    for (int[] level : cuts) {
      count += level.length + 1;
    }
    return count;
  }

  /** Bytes that the entries of the root take. */
  int rootSize() {
    int level = cuts.size();
    int size = endSize(level);
    for (int i = 0; i < length(level); i++) {
      size += entrySize(level, i);
    }
    return size;
  }

  /** Bytes of a bitmap with a bit for each block. */
  static int bitmapSize(int blockCount) {
    return (blockCount + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
  }

  /** The bitmap in which all blocks are in use. */
  byte[] bitmap() {
    byte[] bitmap = new byte[bitmapSize(blockCount())];
    for (int i = 0; i < blockCount(); i++) {
      bitmap[i >> 3] |= (byte) (1 << (i & 7));
    }
    return bitmap;
  }

  /** Puts the entries of the root; gives the offset behind. */
  int putRoot(byte[] bytes, int offset, int unitsPerBlock, ImageState state) {
    int level = cuts.size();
    return putEntries(level, 0, length(level), bytes, offset, unitsPerBlock, state);
  }

  /** Puts a block; the rest of its bytes must be zero. */
  void putBlock(int block, byte[] bytes, int offset, int unitsPerBlock, ImageState state) {
    int level = 0;
    int index = block;
    while (index > cuts.get(level).length) {
      index -= cuts.get(level).length + 1;
      level++;
    }
    int[] own = cuts.get(level);
    int from = index == 0 ? 0 : own[index - 1] + 1;
    int to = index == own.length ? length(level) : own[index];
    int end =
        putEntries(
            level,
            from,
            to,
            bytes,
            offset + IndexBlock.firstEntry(blockSize),
            unitsPerBlock,
            state);
    IndexBlock.put(bytes, offset, blockSize, (long) block * unitsPerBlock, end, level > 0);
  }

  private int putEntries(
      int level, int from, int to, byte[] bytes, int offset, int unitsPerBlock, ImageState state) {
    int at = offset;
    for (int i = from; i < to; i++) {
      at = source.put(entry(level, i), bytes, at, child(level, i, unitsPerBlock), state);
    }
    return IndexEntry.putEnd(bytes, at, child(level, to, unitsPerBlock));
  }

  /** The block below an entry, or below the end of its node. */
  private long child(int level, int position, int unitsPerBlock) {
    if (level == 0) {
      return IndexEntry.NO_CHILD;
    }
    long block = position;
    for (int i = 0; i < level - 1; i++) {
      block += cuts.get(i).length + 1;
    }
    return block * unitsPerBlock;
  }

  /** Entries on a level: all on the lowest, on others what was moved up there. */
  private int length(int level) {
    return level == 0 ? source.count() : cuts.get(level - 1).length;
  }

  /** The entry of the source that stands at a position of a level. */
  private int entry(int level, int position) {
    int entry = position;
    for (int i = level - 1; i >= 0; i--) {
      entry = cuts.get(i)[entry];
    }
    return entry;
  }

  private int entrySize(int level, int position) {
    return source.entrySize(entry(level, position)) + (level == 0 ? 0 : IndexEntry.CHILD_SIZE);
  }

  private static int endSize(int level) {
    return level == 0 ? IndexEntry.HEADER_SIZE : INNER_END;
  }

  /** Packs the entries of the highest level into blocks. */
  private void addLevel() {
    int level = cuts.size();
    int room = blockSize - IndexBlock.firstEntry(blockSize) - endSize(level);
    int length = length(level);
    int[] own = new int[8];
    int count = 0;
    int used = 0;
    for (int i = 0; i < length; i++) {
      int size = entrySize(level, i);
      if (used + size <= room) {
        used += size;
        continue;
      }
      if (count == own.length) {
        own = Arrays.copyOf(own, 2 * count);
      }
      // The last entry cannot go up, for nothing would be left to stand behind it.
      if (i == length - 1) {
        own[count++] = i - 1;
        break;
      }
      own[count++] = i;
      used = 0;
    }
    cuts.add(Arrays.copyOf(own, count));
  }
}
