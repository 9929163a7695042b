package io.vhdboot.fat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table that links each cluster to the next one of its file. Pages of it are kept in memory,
 * never more than 2 MiB; what was changed goes to all copies of the table when it is flushed or
 * leaves the memory. Thread-safe.
 *
 * <pre>
 * entry 0  media descriptor in the low 8 bits, ones above
 * entry 1  ones, but for the bits that say that the volume was not dismounted
 * entry n  0 free, 2 and more the next cluster, 0FFFFFF7h bad, 0FFFFFF8h and more the last one
 * </pre>
 *
 * <p>Source: Microsoft's FAT specification, "FAT data structure".
 */
final class AllocationTable {

  private static final int PAGE_SIZE = 1 << 16;
  private static final int MAX_PAGES = 32;
  static final int FIRST_CLUSTER = 2;

  private final BlockDevice device;
  private final FatBootSector boot;
  private final FatType type;
  private final long clusterCount;
  private final Map<Integer, Page> pages = new LinkedHashMap<>(16, 0.75f, true);
  private Page last;
  private long free = FatInfoSector.UNKNOWN;
  private long hint = FIRST_CLUSTER;

  /** A piece of the table. */
  private static final class Page {
    private final int number;
    private final byte[] bytes;
    private boolean isChanged;

    Page(int number, byte[] bytes) {
      this.number = number;
      this.bytes = bytes;
    }
  }

  /** Clusters that lie one behind the other. */
  record Run(long first, long count) {

    long end() {
      return first + count;
    }
  }

  private AllocationTable(BlockDevice device, FatBootSector boot) {
    this.device = device;
    this.boot = boot;
    this.type = boot.type();
    this.clusterCount = boot.clusterCount();
  }

  static AllocationTable open(BlockDevice device, FatBootSector boot) {
    return new AllocationTable(device, boot);
  }

  /** The cluster behind the last one. */
  long endCluster() {
    return clusterCount + FIRST_CLUSTER;
  }

  boolean isCluster(long number) {
    return number >= FIRST_CLUSTER && number < endCluster();
  }

  boolean isEndOfChain(long entry) {
    return entry >= type.endOfChain() - 7;
  }

  boolean isBad(long entry) {
    return entry == type.badCluster();
  }

  /** The entry of a cluster, or of 0 or 1. */
  synchronized int get(long cluster) throws IOException {
    long position = cluster * type.bits() / 8;
    byte[] bytes = page(position).bytes;
    int offset = (int) (position % PAGE_SIZE);
    return switch (type) {
      case FAT12 -> LittleEndian.u16(bytes, offset) >> (cluster & 1) * 4 & 0xFFF;
      case FAT16 -> LittleEndian.u16(bytes, offset);
      case FAT32 -> LittleEndian.i32(bytes, offset) & type.mask();
    };
  }

  synchronized void set(long cluster, int value) throws IOException {
    if (free != FatInfoSector.UNKNOWN && cluster >= FIRST_CLUSTER) {
      free += (get(cluster) == 0 ? -1 : 0) + (value == 0 ? 1 : 0);
    }
    long position = cluster * type.bits() / 8;
    Page page = page(position);
    int offset = (int) (position % PAGE_SIZE);
    page.isChanged = true;
    switch (type) {
      case FAT12 -> {
        int shift = (int) (cluster & 1) * 4;
        int kept = LittleEndian.u16(page.bytes, offset) & ~(0xFFF << shift);
        LittleEndian.put16(page.bytes, offset, kept | (value & 0xFFF) << shift);
      }
      case FAT16 -> LittleEndian.put16(page.bytes, offset, value);
      case FAT32 -> {
        int kept = LittleEndian.i32(page.bytes, offset) & ~type.mask();
        LittleEndian.put32(page.bytes, offset, kept | value & type.mask());
      }
      default -> throw new AssertionError(type);
    }
  }

  /** Makes the first two entries those of an empty, dismounted volume. */
  void reset(int media) throws IOException {
    set(0, type.mask() & ~0xFF | media);
    set(1, type.mask());
  }

  /**
   * The cluster behind one, or 0 behind the last.
   *
   * @throws CorruptFormatException when it is none
   */
  long next(long cluster) throws IOException {
    long entry = Integer.toUnsignedLong(get(cluster));
    if (isEndOfChain(entry)) {
      return 0;
    }
    if (!isCluster(entry)) {
      throw new CorruptFormatException(
          device.name(),
          boot.tablePosition() + cluster * type.bits() / 8,
          "cluster " + cluster + " is followed by " + entry + ", which is none of the volume");
    }
    return entry;
  }

  private Page page(long position) throws IOException {
    int number = (int) (position / PAGE_SIZE);
    if (last != null && last.number == number) {
      return last;
    }
    Page page = pages.get(number);
    if (page == null) {
      page = new Page(number, read(number));
      pages.put(number, page);
      evict();
    }
    last = page;
    return page;
  }

  private long tableSize() {
    return boot.sectorsPerTable() * boot.bytesPerSector();
  }

  /** Where the copy that is read begins. */
  private long tablePosition(int copy) {
    return boot.tablePosition() + copy * tableSize();
  }

  private byte[] read(int number) throws IOException {
    long from = (long) number * PAGE_SIZE;
    int size = (int) Math.min(PAGE_SIZE, tableSize() - from);
    // An entry of 12 bits may be read with a byte that is not there.
    byte[] bytes = new byte[size + 1];
    device.read(
        tablePosition(Math.max(boot.activeTable(), 0)) + from, ByteBuffer.wrap(bytes, 0, size));
    return bytes;
  }

  private void evict() throws IOException {
    if (pages.size() > MAX_PAGES) {
      Iterator<Page> oldest = pages.values().iterator();
      write(oldest.next());
      oldest.remove();
    }
  }

  private void write(Page page) throws IOException {
    if (!page.isChanged) {
      return;
    }
    for (int copy = 0; copy < boot.tableCount(); copy++) {
      if (boot.activeTable() < 0 || boot.activeTable() == copy) {
        device.write(
            tablePosition(copy) + (long) page.number * PAGE_SIZE,
            ByteBuffer.wrap(page.bytes, 0, page.bytes.length - 1));
      }
    }
    page.isChanged = false;
  }

  /** Writes what was changed; the device is not flushed. */
  synchronized void flush() throws IOException {
    for (Page page : pages.values()) {
      write(page);
    }
  }

  /** Counts the free clusters; later calls know. */
  synchronized long countFree() throws IOException {
    if (free == FatInfoSector.UNKNOWN) {
      long count = 0;
      for (long cluster = FIRST_CLUSTER; cluster < endCluster(); cluster++) {
        count += get(cluster) == 0 ? 1 : 0;
      }
      free = count;
    }
    return free;
  }

  /** Where the next free cluster is looked for. */
  synchronized long hint() {
    return hint;
  }

  synchronized void setHint(long cluster) {
    hint = isCluster(cluster) ? cluster : FIRST_CLUSTER;
  }

  /**
   * Takes clusters, linked to each other, the last one marked as such.
   *
   * @param after the cluster to link to the first of them and to be near to, or 0
   * @throws NoSpaceException when there are fewer; nothing is changed then
   */
  synchronized List<Run> allocate(long count, long after) throws IOException {
    if (count > countFree()) {
      long size = boot.clusterSize();
      throw new NoSpaceException(device.name(), count * size, countFree() * size);
    }
    long at = after != 0 && after + 1 < endCluster() && get(after + 1) == 0 ? after + 1 : hint;
    List<Run> runs = new ArrayList<>();
    long previous = after;
    long first = 0;
    for (long left = count; left > 0; at++) {
      if (at >= endCluster()) {
        at = FIRST_CLUSTER;
      }
      if (get(at) != 0) {
        continue;
      }
      set(at, type.endOfChain());
      if (previous != 0) {
        set(previous, (int) at);
      }
      if (first != 0 && previous + 1 != at) {
        runs.add(new Run(first, previous + 1 - first));
        first = 0;
      }
      first = first == 0 ? at : first;
      previous = at;
      left--;
    }
    if (first != 0) {
      runs.add(new Run(first, previous + 1 - first));
      hint = isCluster(previous + 1) ? previous + 1 : FIRST_CLUSTER;
    }
    return runs;
  }

  /** Frees runs of a chain. */
  synchronized void free(List<Run> runs) throws IOException {
    for (Run run : runs) {
      for (long cluster = run.first; cluster < run.end(); cluster++) {
        set(cluster, 0);
      }
    }
  }
}
