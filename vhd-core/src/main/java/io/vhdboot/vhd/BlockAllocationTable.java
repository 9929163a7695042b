package io.vhdboot.vhd;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The table that says where each block is (specification, "Block Allocation Table and Data
 * Blocks"):
 *
 * <pre>
 * 0  4  sector of the file at which block 0's bitmap begins; FFFFFFFF when the block is absent
 * 4  4  the same of block 1, and so on
 * </pre>
 *
 * <p>Ones follow up to the next 4 KiB boundary of the file (observed in files of Hyper-V 2012 R2
 * and Windows 10; QEMU fills up the sector). Entries may be read while another thread sets one.
 */
final class BlockAllocationTable {

  static final int ENTRY_SIZE = 4;

  /** What {@link #positionOf} gives for an absent block. */
  static final long ABSENT = -1;

  private static final int ABSENT_ENTRY = 0xFFFF_FFFF;
  private static final int CHUNK = 1 << 16;

  private final long offset;
  private final AtomicIntegerArray entries;

  private BlockAllocationTable(long offset, int count) {
    this.offset = offset;
    this.entries = new AtomicIntegerArray(count);
  }

  /** A table without blocks, at an offset of the file. */
  static BlockAllocationTable empty(long offset, int count) {
    BlockAllocationTable table = new BlockAllocationTable(offset, count);
    for (int i = 0; i < count; i++) {
      table.entries.setPlain(i, ABSENT_ENTRY);
    }
    return table;
  }

  /**
   * Reads the entries that the disk needs; there may be more, which say nothing.
   *
   * @throws CorruptFormatException when the table has fewer or is not wholly in the file
   */
  static BlockAllocationTable read(BlockDevice file, DynamicHeader header, int needed)
      throws IOException {
    if (header.maxTableEntries() < needed) {
      throw new CorruptFormatException(
          file.name(),
          header.tableOffset(),
          "the disk has "
              + needed
              + " blocks but the table only "
              + header.maxTableEntries()
              + " entries");
    }
    long size = header.maxTableEntries() * ENTRY_SIZE;
    if (header.tableOffset() < 0 || header.tableOffset() > file.size() - size) {
      throw new CorruptFormatException(
          file.name(),
          header.tableOffset(),
          "a table of "
              + size
              + " bytes does not fit in a file of "
              + file.size()
              + " bytes: cut short?");
    }
    BlockAllocationTable table = new BlockAllocationTable(header.tableOffset(), needed);
    byte[] chunk = new byte[Math.min(CHUNK, needed * ENTRY_SIZE)];
    int done = 0;
    while (done < needed) {
      int count = Math.min(chunk.length / ENTRY_SIZE, needed - done);
      file.read(
          header.tableOffset() + (long) done * ENTRY_SIZE,
          ByteBuffer.wrap(chunk, 0, count * ENTRY_SIZE));
      for (int i = 0; i < count; i++) {
        table.entries.setPlain(done + i, BigEndian.i32(chunk, i * ENTRY_SIZE));
      }
      done += count;
    }
    return table;
  }

  /** A table elsewhere that has the same blocks as far as it reaches, and no others. */
  BlockAllocationTable resized(long newOffset, int newCount) {
    BlockAllocationTable table = empty(newOffset, newCount);
    for (int i = 0; i < Math.min(count(), newCount); i++) {
      table.entries.setPlain(i, entries.getAcquire(i));
    }
    return table;
  }

  int count() {
    return entries.length();
  }

  /** The number of blocks that are present. */
  int presentCount() {
    int count = 0;
    for (int block = 0; block < count(); block++) {
      if (isPresent(block)) {
        count++;
      }
    }
    return count;
  }

  /** The blocks that are present, in the order of the disk. */
  List<Integer> presentBlocks() {
    List<Integer> blocks = new ArrayList<>();
    for (int block = 0; block < count(); block++) {
      if (isPresent(block)) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  boolean isPresent(int block) {
    return entries.getAcquire(block) != ABSENT_ENTRY;
  }

  /** Where a block's bitmap is in the file, or {@link #ABSENT}. */
  long positionOf(int block) {
    int entry = entries.getAcquire(block);
    return entry == ABSENT_ENTRY ? ABSENT : Integer.toUnsignedLong(entry) * BlockFormat.SECTOR_SIZE;
  }

  /** Whether an entry can say this position. */
  static boolean canHold(long position) {
    return position / BlockFormat.SECTOR_SIZE < Integer.toUnsignedLong(ABSENT_ENTRY);
  }

  /** Sets where a block's bitmap is, in memory only. */
  void set(int block, long position) {
    entries.setRelease(block, (int) (position / BlockFormat.SECTOR_SIZE));
  }

  /** Takes a block out, in memory only. */
  void remove(int block) {
    entries.setRelease(block, ABSENT_ENTRY);
  }

  /** Writes one entry to the file. */
  void writeEntry(BlockDevice file, int block) throws IOException {
    byte[] bytes = new byte[ENTRY_SIZE];
    BigEndian.put32(bytes, 0, entries.getAcquire(block));
    file.write(offset + (long) block * ENTRY_SIZE, ByteBuffer.wrap(bytes));
  }

  /** Writes the whole table with its padding. */
  void write(BlockDevice file) throws IOException {
    int padded = (int) ((paddedEnd() - offset) / ENTRY_SIZE);
    byte[] chunk = new byte[Math.min(CHUNK, padded * ENTRY_SIZE)];
    int done = 0;
    while (done < padded) {
      int some = Math.min(chunk.length / ENTRY_SIZE, padded - done);
      for (int i = 0; i < some; i++) {
        int block = done + i;
        int entry = block < count() ? entries.getAcquire(block) : ABSENT_ENTRY;
        BigEndian.put32(chunk, i * ENTRY_SIZE, entry);
      }
      file.write(offset + (long) done * ENTRY_SIZE, ByteBuffer.wrap(chunk, 0, some * ENTRY_SIZE));
      done += some;
    }
  }

  /** Where the padding ends that {@link #write} puts behind the table. */
  long paddedEnd() {
    return BlockFormat.alignUp(offset + (long) count() * ENTRY_SIZE, BlockFormat.SECTOR_SIZE);
  }
}
