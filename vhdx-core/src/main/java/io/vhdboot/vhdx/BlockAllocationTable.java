package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The table that says of each block how and where it is stored ([MS-VHDX] 2.5): {@link BatEntry
 * entries} in the order of {@link BlockFormat}.
 *
 * <p>In memory it is pages of 4 KiB, the unit of the log, and a page of zeros takes none: the table
 * of a disk of 64 TiB takes as much as its file. Entries may be read while another thread sets one.
 */
final class BlockAllocationTable {

  static final int PAGE_SIZE = LogEntry.SECTOR_SIZE;

  private static final int ENTRIES_PER_PAGE = PAGE_SIZE / BatEntry.SIZE;
  private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(ENTRIES_PER_PAGE);
  private static final int CHUNK = 1 << 18;

  private final long offset;
  private final int count;
  private final AtomicReferenceArray<AtomicLongArray> pages;

  private BlockAllocationTable(long offset, int count) {
    this.offset = offset;
    this.count = count;
    this.pages = new AtomicReferenceArray<>((count + ENTRIES_PER_PAGE - 1) >>> PAGE_SHIFT);
  }

  /**
   * Reads the entries that the disk needs; there may be more, which say nothing.
   *
   * @throws CorruptFormatException when the region has fewer
   */
  static BlockAllocationTable read(BlockDevice view, Region region, int needed) throws IOException {
    if ((long) needed * BatEntry.SIZE > region.length()) {
      throw new CorruptFormatException(
          view.name(),
          region.offset(),
          "the disk needs "
              + needed
              + " entries but the block allocation table has only "
              + region.length() / BatEntry.SIZE);
    }
    BlockAllocationTable table = new BlockAllocationTable(region.offset(), needed);
    long end = region.offset() + (long) table.pages.length() * PAGE_SIZE;
    byte[] chunk = new byte[(int) Math.min(CHUNK, end - region.offset())];
    long at = region.offset();
    while (at < end) {
      MappedExtent extent = view.map(at);
      long dataEnd = Math.min(end, extent.end());
      if (extent.kind() == MappedExtent.Kind.ZERO) {
        at = Math.max(at + PAGE_SIZE, dataEnd & -PAGE_SIZE);
        continue;
      }
      int some = (int) Math.min(chunk.length, end - at);
      view.read(at, ByteBuffer.wrap(chunk, 0, some));
      for (int i = 0; i < some; i += PAGE_SIZE) {
        table.put((int) ((at - region.offset() + i) / PAGE_SIZE), chunk, i);
      }
      at += some;
    }
    return table;
  }

  private void put(int page, byte[] bytes, int at) {
    AtomicLongArray entries = null;
    for (int i = 0; i < ENTRIES_PER_PAGE; i++) {
      long entry = LittleEndian.i64(bytes, at + i * BatEntry.SIZE);
      if (entry != 0) {
        entries = entries == null ? new AtomicLongArray(ENTRIES_PER_PAGE) : entries;
        entries.setPlain(i, entry);
      }
    }
    pages.setPlain(page, entries);
  }

  /** The same entries at another place, and more of them or fewer. */
  BlockAllocationTable resized(long newOffset, int newCount) {
    BlockAllocationTable table = new BlockAllocationTable(newOffset, newCount);
    for (int page = 0; page < Math.min(pages.length(), table.pages.length()); page++) {
      AtomicLongArray entries = pages.getAcquire(page);
      if (entries != null) {
        for (int i = 0; i < ENTRIES_PER_PAGE; i++) {
          int index = (page << PAGE_SHIFT) + i;
          if (index < Math.min(count, newCount) && entries.get(i) != 0) {
            table.set(index, entries.get(i));
          }
        }
      }
    }
    return table;
  }

  int count() {
    return count;
  }

  int pageCount() {
    return pages.length();
  }

  /** Where the table is in the file. */
  long offset() {
    return offset;
  }

  /** The entry with an index. */
  long get(int index) {
    AtomicLongArray page = pages.getAcquire(index >>> PAGE_SHIFT);
    return page == null ? BatEntry.NONE : page.getAcquire(index & ENTRIES_PER_PAGE - 1);
  }

  /** Sets an entry, in memory only. To be called by one thread at a time. */
  void set(int index, long entry) {
    AtomicLongArray page = pages.getAcquire(index >>> PAGE_SHIFT);
    if (page == null) {
      page = new AtomicLongArray(ENTRIES_PER_PAGE);
      pages.setRelease(index >>> PAGE_SHIFT, page);
    }
    page.setRelease(index & ENTRIES_PER_PAGE - 1, entry);
  }

  /** The first index from one on whose entry may not be zero: a page of zeros is passed over. */
  int skipZeroPages(int index) {
    int at = index;
    while (at < count && pages.getAcquire(at >>> PAGE_SHIFT) == null) {
      at = (at | ENTRIES_PER_PAGE - 1) + 1;
    }
    return Math.min(at, count);
  }

  static int pageOf(int index) {
    return index >>> PAGE_SHIFT;
  }

  boolean isZeroPage(int page) {
    return pages.getAcquire(page) == null;
  }

  /** A page as it is to be written. */
  LogPage page(int page) {
    byte[] bytes = new byte[PAGE_SIZE];
    AtomicLongArray entries = pages.getAcquire(page);
    for (int i = 0; entries != null && i < ENTRIES_PER_PAGE; i++) {
      LittleEndian.put64(bytes, i * BatEntry.SIZE, entries.getAcquire(i));
    }
    return new LogPage(offset + (long) page * PAGE_SIZE, bytes);
  }
}
