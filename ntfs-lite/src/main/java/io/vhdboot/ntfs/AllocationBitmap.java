package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bits of $Bitmap or of $MFT:$BITMAP, one for each cluster or record, set where it is in use.
 * Pages of them are held as they are wanted; those that changed, until they are written.
 *
 * <p>What is given back stays set until {@link #clearFreed}, so that nothing is given out twice
 * before the disk knows that it was free. Not for several threads.
 */
final class AllocationBitmap {

  private static final int PAGE_SIZE = 4096;
  private static final int PAGE_BITS = 8 * PAGE_SIZE;
  private static final int CACHED_PAGES = 512;

  private final WriteBack writeBack;
  private AttributeEdit attribute;
  private long size;
  private long count;
  private final Map<Long, Page> pages = new LinkedHashMap<>(64, 0.75f, true);
  private final BitSet full = new BitSet();
  private final List<DataRun> freed = new ArrayList<>();

  private static final class Page {
    final byte[] bytes = new byte[PAGE_SIZE];
    boolean isDirty;
  }

  /**
   * Opens a bitmap.
   *
   * @param attribute the attribute that holds it, in clusters
   * @param count how many bits mean something
   */
  AllocationBitmap(WriteBack writeBack, AttributeEdit attribute, long count) {
    this.writeBack = writeBack;
    this.attribute = attribute;
    this.size = attribute.size();
    this.count = count;
  }

  /** How many bits mean something. */
  long count() {
    return count;
  }

  /** Takes the attribute as it is now, whose size may have changed; new bits are clear. */
  void resize(AttributeEdit now, long newCount) {
    for (Map.Entry<Long, Page> entry : pages.entrySet()) {
      long position = entry.getKey() * PAGE_SIZE;
      int before = (int) Math.max(0, Math.min(PAGE_SIZE, size - position));
      int after = (int) Math.max(0, Math.min(PAGE_SIZE, now.size() - position));
      byte[] bytes = entry.getValue().bytes;
      if (after > before) {
        Arrays.fill(bytes, before, after, (byte) 0);
      } else {
        Arrays.fill(bytes, after, PAGE_SIZE, (byte) -1);
      }
    }
    attribute = now;
    size = now.size();
    count = newCount;
    full.clear();
  }

  boolean isSet(long bit) throws IOException {
    byte[] bytes = page(bit / PAGE_BITS).bytes;
    int in = (int) (bit % PAGE_BITS);
    return (bytes[in >> 3] >> (in & 7) & 1) != 0;
  }

  /** Sets bits that are clear. */
  void set(long from, long length) throws IOException {
    put(from, length, true);
    writeBack.onUndo(() -> putBack(from, length, false));
  }

  /** Gives bits back: they are clear after the next flush. */
  void free(long from, long length) {
    freed.add(new DataRun(from, length));
    writeBack.onUndo(() -> freed.remove(freed.size() - 1));
  }

  /** Whether a flush would give something back. */
  boolean hasFreed() {
    return !freed.isEmpty();
  }

  /** How many bits are clear, or will be after the next flush. Reads all. */
  long countClear() throws IOException {
    long clear = countClear(0, count);
    for (DataRun run : freed) {
      clear += run.length();
    }
    return clear;
  }

  /** How many bits are clear from one on, or so many as are wanted. */
  long countClear(long from, long wanted) throws IOException {
    long clear = 0;
    long bit = nextClear(from, count);
    while (bit < count && clear < wanted) {
      long end = nextSet(bit, Math.min(count, bit + wanted - clear));
      clear += end - bit;
      bit = nextClear(end, count);
    }
    return clear;
  }

  /** The first clear bit from one on, or the limit. */
  long nextClear(long from, long limit) throws IOException {
    long bit = from;
    while (bit < limit) {
      long number = bit / PAGE_BITS;
      if (full.get((int) number)) {
        bit = (number + 1) * PAGE_BITS;
        continue;
      }
      int start = (int) (bit % PAGE_BITS);
      int found = scan(page(number).bytes, start, 0L);
      if (found < PAGE_BITS) {
        return Math.min(number * PAGE_BITS + found, limit);
      }
      if (start == 0) {
        full.set((int) number);
      }
      bit = (number + 1) * PAGE_BITS;
    }
    return limit;
  }

  /** The first set bit from one on, or the limit. */
  long nextSet(long from, long limit) throws IOException {
    long bit = from;
    while (bit < limit) {
      long number = bit / PAGE_BITS;
      int found = scan(page(number).bytes, (int) (bit % PAGE_BITS), -1L);
      if (found < PAGE_BITS) {
        return Math.min(number * PAGE_BITS + found, limit);
      }
      bit = (number + 1) * PAGE_BITS;
    }
    return limit;
  }

  /** The first bit that is clear once the words are combined with a mask of all ones or none. */
  private static int scan(byte[] bytes, int from, long invert) {
    int word = from >> 6;
    long bits = ~(LittleEndian.i64(bytes, 8 * word) ^ invert) & -1L << from;
    while (bits == 0) {
      word++;
      if (word == PAGE_SIZE / 8) {
        return PAGE_BITS;
      }
      bits = ~(LittleEndian.i64(bytes, 8 * word) ^ invert);
    }
    return 64 * word + Long.numberOfTrailingZeros(bits);
  }

  /** Writes what changed; says whether anything did. */
  boolean write() throws IOException {
    boolean any = false;
    for (Map.Entry<Long, Page> entry : pages.entrySet()) {
      Page page = entry.getValue();
      if (page.isDirty) {
        long position = entry.getKey() * PAGE_SIZE;
        int length = (int) Math.min(PAGE_SIZE, size - position);
        attribute.write(position, ByteBuffer.wrap(page.bytes, 0, length));
        page.isDirty = false;
        any = true;
      }
    }
    trim();
    return any;
  }

  /** Clears what was given back, and writes it; says whether anything was. */
  boolean clearFreed() throws IOException {
    for (DataRun run : freed) {
      put(run.lcn(), run.length(), false);
    }
    freed.clear();
    return write();
  }

  private void put(long from, long length, boolean value) throws IOException {
    long bit = from;
    long end = from + length;
    while (bit < end) {
      long number = bit / PAGE_BITS;
      Page page = page(number);
      int start = (int) (bit % PAGE_BITS);
      int stop = (int) Math.min(PAGE_BITS, start + end - bit);
      put(page.bytes, start, stop, value);
      page.isDirty = true;
      if (!value) {
        full.clear((int) number);
      }
      bit += stop - start;
    }
  }

  private static void put(byte[] bytes, int start, int stop, boolean value) {
    int bit = start;
    while (bit < stop) {
      if ((bit & 7) == 0 && stop - bit >= 8) {
        int to = stop >> 3;
        Arrays.fill(bytes, bit >> 3, to, (byte) (value ? -1 : 0));
        bit = 8 * to;
        continue;
      }
      int mask = 1 << (bit & 7);
      bytes[bit >> 3] = (byte) (value ? bytes[bit >> 3] | mask : bytes[bit >> 3] & ~mask);
      bit++;
    }
  }

  /** Takes back what was set a moment ago, whose pages are held. */
  private void putBack(long from, long length, boolean value) {
    try {
      put(from, length, value);
    } catch (IOException e) {
      throw new IllegalStateException("a page that is held cannot be changed", e);
    }
  }

  private Page page(long number) throws IOException {
    Page page = pages.get(number);
    if (page == null) {
      page = new Page();
      long position = number * PAGE_SIZE;
      int length = (int) Math.max(0, Math.min(PAGE_SIZE, size - position));
      attribute.read(position, ByteBuffer.wrap(page.bytes, 0, length));
      Arrays.fill(page.bytes, length, PAGE_SIZE, (byte) -1);
      pages.put(number, page);
      if (pages.size() > 2 * CACHED_PAGES) {
        trim();
      }
    }
    return page;
  }

  /** Lets go of pages that are as on disk and were not wanted for long. */
  private void trim() {
    Iterator<Page> eldest = pages.values().iterator();
    int surplus = pages.size() - CACHED_PAGES;
    while (surplus > 0 && eldest.hasNext()) {
      if (!eldest.next().isDirty) {
        eldest.remove();
        surplus--;
      }
    }
  }
}
