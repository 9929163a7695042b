package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The sector bitmap blocks of a differencing VHDX ([MS-VHDX] 2.4): a bit per sector of the disk,
 * the lowest bit of a byte first. In a block that is partially present a set bit says that the
 * sector is in this file, a clear one that it is the parent's; elsewhere bits say nothing.
 *
 * <p>Pages of 4 KiB are held in memory: a few that were read, and those that are changed and not
 * yet written. Safe for several threads.
 */
final class SectorBitmaps {

  private static final int PAGE_SIZE = LogEntry.SECTOR_SIZE;
  private static final int SECTORS_PER_PAGE = PAGE_SIZE * 8;
  private static final int PAGES_PER_BLOCK = (int) (BlockFormat.MIB / PAGE_SIZE);
  private static final int MAX_CACHED = 256;

  private final BlockDevice view;
  private final VhdxStructures structures;
  private final NavigableMap<Long, byte[]> changed = new TreeMap<>();
  private final Map<Long, byte[]> cached =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > MAX_CACHED;
        }
      };

  SectorBitmaps(BlockDevice view, VhdxStructures structures) {
    this.view = view;
    this.structures = structures;
  }

  synchronized boolean isSet(long sector) throws IOException {
    return isSet(page(sector / SECTORS_PER_PAGE), (int) (sector % SECTORS_PER_PAGE));
  }

  private static boolean isSet(byte[] page, int bit) {
    return (page[bit >>> 3] & 1 << (bit & 7)) != 0;
  }

  /** The first sector from one on whose bit differs from that one's; the limit where none does. */
  synchronized long endOfRun(long sector, long limit) throws IOException {
    boolean set = isSet(sector);
    byte same = (byte) (set ? 0xFF : 0);
    long at = sector + 1;
    while (at < limit) {
      byte[] page = page(at / SECTORS_PER_PAGE);
      int bit = (int) (at % SECTORS_PER_PAGE);
      if ((bit & 7) == 0 && page[bit >>> 3] == same) {
        at += 8;
      } else if (isSet(page, bit) == set) {
        at++;
      } else {
        break;
      }
    }
    return Math.min(at, limit);
  }

  /** Sets the bits of sectors or clears them, in memory only. */
  synchronized void set(long first, long end, boolean value) throws IOException {
    for (long sector = first; sector < end; ) {
      long number = sector / SECTORS_PER_PAGE;
      byte[] page = page(number);
      byte[] old = page.clone();
      int bit = (int) (sector % SECTORS_PER_PAGE);
      int count = (int) Math.min(end - sector, SECTORS_PER_PAGE - bit);
      for (int i = bit; i < bit + count; ) {
        if ((i & 7) == 0 && i + 8 <= bit + count) {
          page[i >>> 3] = (byte) (value ? 0xFF : 0);
          i += 8;
        } else {
          int mask = 1 << (i & 7);
          page[i >>> 3] = (byte) (value ? page[i >>> 3] | mask : page[i >>> 3] & ~mask);
          i++;
        }
      }
      if (!Arrays.equals(page, old)) {
        cached.remove(number);
        changed.put(number, page);
      }
      sector += count;
    }
  }

  /** The number of pages that are changed and not yet written. */
  synchronized int changedCount() {
    return changed.size();
  }

  /** Where and what is to be written, in order. */
  synchronized Map<Long, LogPage> changes() throws IOException {
    Map<Long, LogPage> pages = new TreeMap<>();
    for (Map.Entry<Long, byte[]> entry : changed.entrySet()) {
      pages.put(entry.getKey(), new LogPage(positionOf(entry.getKey()), entry.getValue()));
    }
    return pages;
  }

  /** Says that a changed page is written. */
  synchronized void written(long number) {
    byte[] page = changed.remove(number);
    if (page != null) {
      cached.put(number, page);
    }
  }

  /** Forgets what was read, since bitmaps were given up. Nothing must be unwritten. */
  synchronized void forget() {
    cached.clear();
  }

  private byte[] page(long number) throws IOException {
    byte[] page = changed.get(number);
    if (page == null) {
      page = cached.get(number);
    }
    if (page == null) {
      page = view.read(positionOf(number), PAGE_SIZE);
      cached.put(number, page);
    }
    return page;
  }

  private long positionOf(long number) throws IOException {
    int chunk = BlockFormat.chunkOfSector(number * SECTORS_PER_PAGE);
    long entry = structures.table().get(structures.format().indexOfBitmap(chunk));
    if (!BatEntry.isBitmapPresent(entry)) {
      throw new CorruptFormatException(
          view.name(),
          structures.table().offset(),
          "the sector bitmap of chunk " + chunk + " is needed but not present");
    }
    return BatEntry.position(entry) + number % PAGES_PER_BLOCK * PAGE_SIZE;
  }
}
