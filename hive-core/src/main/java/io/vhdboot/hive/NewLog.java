package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction log as Windows writes it since 8.1: 512 bytes of base block with file type 6, then
 * entries:
 *
 * <pre>
 * 00  4  "HvLE"
 * 04  4  size of the entry, a multiple of 512
 * 08  4  flags
 * 0C  4  sequence number
 * 10  4  size of all bins after this entry
 * 14  4  number of pages
 * 18  8  hash of what follows from 28 on
 * 20  8  hash of the first 20h bytes
 * 28  n  for each page: offset from the first bin (4), size (4)
 * then the pages, one behind the other
 * </pre>
 */
final class NewLog {

  private static final int SIGNATURE = 0x454C7648;
  private static final int HEADER_SIZE = 0x28;
  private static final int REFERENCE_SIZE = 8;
  private static final int UNIT = 512;

  private final BaseBlock base;
  private final List<Entry> entries;

  private NewLog(BaseBlock base, List<Entry> entries) {
    this.base = base;
    this.entries = entries;
  }

  /** One sound entry: where it lies in the log's bytes. */
  record Entry(byte[] bytes, int offset) {

    int sequence() {
      return LittleEndian.i32(bytes, offset + 0x0C);
    }

    long binsSize() {
      return LittleEndian.u32(bytes, offset + 0x10);
    }

    /** Puts the pages into bins that are as large as this entry says. */
    void apply(byte[] bins) {
      int count = LittleEndian.i32(bytes, offset + 0x14);
      int from = offset + HEADER_SIZE + count * REFERENCE_SIZE;
      for (int i = 0; i < count; i++) {
        int reference = offset + HEADER_SIZE + i * REFERENCE_SIZE;
        int size = LittleEndian.i32(bytes, reference + 4);
        System.arraycopy(bytes, from, bins, LittleEndian.i32(bytes, reference), size);
        from += size;
      }
    }

    private int size() {
      return LittleEndian.i32(bytes, offset + 4);
    }

    private boolean isSound() {
      if (offset > bytes.length - HEADER_SIZE || LittleEndian.i32(bytes, offset) != SIGNATURE) {
        return false;
      }
      long size = LittleEndian.u32(bytes, offset + 4);
      long count = LittleEndian.u32(bytes, offset + 0x14);
      return size >= UNIT
          && size % UNIT == 0
          && size <= bytes.length - offset
          && binsSize() % HiveBin.PAGE_SIZE == 0
          && HEADER_SIZE + count * REFERENCE_SIZE <= size
          && LittleEndian.i64(bytes, offset + 0x20) == Marvin32.hash(bytes, offset, 0x20)
          && LittleEndian.i64(bytes, offset + 0x18)
              == Marvin32.hash(bytes, offset + HEADER_SIZE, (int) size - HEADER_SIZE)
          && hasSoundPages((int) count, (int) size);
    }

    private boolean hasSoundPages(int count, int size) {
      long used = HEADER_SIZE + (long) count * REFERENCE_SIZE;
      for (int i = 0; i < count; i++) {
        int reference = offset + HEADER_SIZE + i * REFERENCE_SIZE;
        long pageOffset = LittleEndian.u32(bytes, reference);
        long pageSize = LittleEndian.u32(bytes, reference + 4);
        used += pageSize;
        if (used > size || pageOffset + pageSize > binsSize()) {
          return false;
        }
      }
      return true;
    }
  }

  /** The log in these bytes with its sound entries up to the first unsound or old one. */
  static NewLog of(byte[] bytes, BaseBlock base) {
    if (!base.isSound() || base.type() != BaseBlock.TYPE_NEW_LOG) {
      return null;
    }
    List<Entry> entries = new ArrayList<>();
    int at = UNIT;
    Entry entry = new Entry(bytes, at);
    int expected = base.primarySequence();
    while (entry.isSound()
        && (entries.isEmpty()
            ? Integer.compareUnsigned(entry.sequence(), expected) >= 0
            : entry.sequence() == expected)) {
      entries.add(entry);
      expected = entry.sequence() + 1;
      at += entry.size();
      entry = new Entry(bytes, at);
    }
    return entries.isEmpty() ? null : new NewLog(base, entries);
  }

  /**
   * A log of one entry that makes changes.
   *
   * @param block the first block after them
   * @param hive the hive after them
   */
  static byte[] toBytes(BaseBlock block, byte[] hive, List<InPlaceWrite.Run> runs, int sequence) {
    BaseBlock base = BaseBlock.of(block.toBytes());
    base.setType(BaseBlock.TYPE_NEW_LOG);
    int at = HEADER_SIZE + runs.size() * REFERENCE_SIZE;
    int pages = runs.stream().mapToInt(InPlaceWrite.Run::length).sum();
    int size = (at + pages + UNIT - 1) / UNIT * UNIT;
    byte[] entry = new byte[size];
    LittleEndian.put32(entry, 0x00, SIGNATURE);
    LittleEndian.put32(entry, 0x04, size);
    LittleEndian.put32(entry, 0x0C, sequence);
    LittleEndian.put32(entry, 0x10, hive.length - BaseBlock.SIZE);
    LittleEndian.put32(entry, 0x14, runs.size());
    int reference = HEADER_SIZE;
    for (InPlaceWrite.Run run : runs) {
      LittleEndian.put32(entry, reference, run.offset());
      LittleEndian.put32(entry, reference + 4, run.length());
      System.arraycopy(hive, BaseBlock.SIZE + run.offset(), entry, at, run.length());
      reference += REFERENCE_SIZE;
      at += run.length();
    }
    LittleEndian.put64(entry, 0x18, Marvin32.hash(entry, HEADER_SIZE, size - HEADER_SIZE));
    LittleEndian.put64(entry, 0x20, Marvin32.hash(entry, 0, 0x20));
    byte[] log = new byte[UNIT + size];
    System.arraycopy(base.toBytes(), 0, log, 0, BaseBlock.LOG_SIZE);
    System.arraycopy(entry, 0, log, UNIT, size);
    return log;
  }

  BaseBlock base() {
    return base;
  }

  List<Entry> entries() {
    return entries;
  }

  int firstSequence() {
    return entries.get(0).sequence();
  }

  int lastSequence() {
    return entries.get(entries.size() - 1).sequence();
  }
}
