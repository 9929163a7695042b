package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.util.List;

/**
 * A transaction log as Windows wrote it up to 8:
 *
 * <pre>
 * 000    200h  base block with file type 1 (2 in Windows 2000)
 * 200      4   "DIRT"
 * 204      n   bitmap, one bit for every 512 bytes of bins, lowest bit first
 * then, at the next multiple of 512, the pages whose bit is set, in order
 * </pre>
 */
final class OldLog {

  private static final int SIGNATURE = 0x54524944;
  private static final int PAGE_SIZE = 512;

  private final byte[] bytes;
  private final BaseBlock base;

  private OldLog(byte[] bytes, BaseBlock base) {
    this.bytes = bytes;
    this.base = base;
  }

  /** The log in these bytes, or null when they hold no complete one. */
  static OldLog of(byte[] bytes, BaseBlock base) {
    int start = sector(base);
    if (!base.isSound()
        || !base.hasEqualSequences()
        || start >= bytes.length - Integer.BYTES
        || LittleEndian.i32(bytes, start) != SIGNATURE) {
      return null;
    }
    OldLog log = new OldLog(bytes, base);
    return base.binsSize() % HiveBin.PAGE_SIZE == 0 && log.end() <= bytes.length ? log : null;
  }

  /**
   * A log that makes changes.
   *
   * @param block the first block after them
   * @param hive the hive after them
   */
  static byte[] toBytes(BaseBlock block, byte[] hive, List<InPlaceWrite.Run> runs) {
    BaseBlock base = BaseBlock.of(block.toBytes());
    base.setType(BaseBlock.TYPE_OLD_LOG);
    int start = sector(base);
    int bits = start + Integer.BYTES;
    int pages = (hive.length - BaseBlock.SIZE) / PAGE_SIZE;
    int first = roundUp(bits + pages / Byte.SIZE);
    int length = first + runs.stream().mapToInt(InPlaceWrite.Run::length).sum();
    byte[] log = new byte[length];
    System.arraycopy(base.toBytes(), 0, log, 0, BaseBlock.LOG_SIZE);
    LittleEndian.put32(log, start, SIGNATURE);
    int at = first;
    for (InPlaceWrite.Run run : runs) {
      for (int done = 0; done < run.length(); done += PAGE_SIZE) {
        int page = (run.offset() + done) / PAGE_SIZE;
        log[bits + page / Byte.SIZE] |= (byte) (1 << page % Byte.SIZE);
      }
      System.arraycopy(hive, BaseBlock.SIZE + run.offset(), log, at, run.length());
      at += run.length();
    }
    return log;
  }

  BaseBlock base() {
    return base;
  }

  /** Puts the logged pages into bins that have the size this log's base block says. */
  void apply(byte[] bins) {
    int from = firstPage();
    for (int page = 0; page < pageCount(); page++) {
      if (isDirty(page)) {
        System.arraycopy(bytes, from, bins, page * PAGE_SIZE, PAGE_SIZE);
        from += PAGE_SIZE;
      }
    }
  }

  private long end() {
    long bitmapEnd = sector(base) + Integer.BYTES + pageCountLong() / Byte.SIZE;
    if (bitmapEnd > bytes.length) {
      return bitmapEnd;
    }
    long end = firstPage();
    for (int page = 0; page < pageCount(); page++) {
      end += isDirty(page) ? PAGE_SIZE : 0;
    }
    return end;
  }

  private int firstPage() {
    int bitmapEnd = sector(base) + Integer.BYTES + pageCount() / Byte.SIZE;
    return roundUp(bitmapEnd);
  }

  private static int roundUp(int size) {
    return (size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
  }

  private boolean isDirty(int page) {
    int at = sector(base) + Integer.BYTES + page / Byte.SIZE;
    return (LittleEndian.u8(bytes, at) >> page % Byte.SIZE & 1) != 0;
  }

  private long pageCountLong() {
    return base.binsSize() / PAGE_SIZE;
  }

  private int pageCount() {
    return (int) pageCountLong();
  }

  private static int sector(BaseBlock base) {
    return BaseBlock.LOG_SIZE * (int) Math.max(1, Math.min(base.clustering(), 8));
  }
}
