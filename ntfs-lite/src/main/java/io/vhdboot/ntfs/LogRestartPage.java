package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One of the two pages that $LogFile begins with, which tell how the volume was left; the one with
 * the higher log sequence number counts:
 *
 * <pre>
 * 00  4  RSTR; CHKD after a checker
 * 04  4  place and count of the update sequence array
 * 08  8  log sequence number of the checker
 * 10  4  size of these pages: the second one begins there
 * 14  4  size of log pages
 * 18  2  offset of the restart area
 * 1A  2  minor version
 * 1C  2  major version: 1; 2 while Windows 8 or later has it mounted
 * </pre>
 *
 * The restart area:
 *
 * <pre>
 * 00  8  current log sequence number
 * 08  2  log clients
 * 0A  2  first free client
 * 0C  2  first client in use, FFFFh for none
 * 0E  2  flags: 2 the volume is clean
 * </pre>
 *
 * @param pageSize the size of these pages
 * @param sequence the current log sequence number
 * @param isClean whether the volume was dismounted
 */
record LogRestartPage(int pageSize, long sequence, boolean isClean) {

  private static final int SIGNATURE_RSTR = 0x52545352;
  private static final int SIGNATURE_CHKD = 0x444B4843;
  private static final int MIN_PAGE_SIZE = 512;
  private static final int MAX_PAGE_SIZE = 64 << 10;
  private static final int DEFAULT_PAGE_SIZE = 4096;
  private static final int HEADER_SIZE = 0x1E;
  private static final int AREA_SIZE = 0x10;
  private static final int NO_CLIENT = 0xFFFF;
  private static final int FLAG_CLEAN = 2;

  /** Judges a log by its first pages. */
  static LogState judge(StreamContent log, String source) throws IOException {
    byte[] start = new byte[(int) Math.min(log.size(), DEFAULT_PAGE_SIZE)];
    log.read(0, ByteBuffer.wrap(start));
    if (isErased(start)) {
      return LogState.EMPTY;
    }
    LogRestartPage first = read(log, 0, source);
    LogRestartPage second = read(log, first == null ? DEFAULT_PAGE_SIZE : first.pageSize(), source);
    if (first == null && second == null) {
      return LogState.UNREADABLE;
    }
    boolean secondCounts = first == null || second != null && second.sequence() > first.sequence();
    return (secondCounts ? second : first).isClean() ? LogState.CLEAN : LogState.PENDING;
  }

  private static boolean isErased(byte[] bytes) {
    byte[] ones = new byte[bytes.length];
    Arrays.fill(ones, (byte) 0xFF);
    return Arrays.equals(bytes, ones);
  }

  /** The page at a position, or null when there is none that is sound. */
  private static LogRestartPage read(StreamContent log, long position, String source)
      throws IOException {
    if (position > log.size() - MIN_PAGE_SIZE) {
      return null;
    }
    byte[] head = new byte[MIN_PAGE_SIZE];
    log.read(position, ByteBuffer.wrap(head));
    int signature = LittleEndian.i32(head, 0);
    int pageSize = LittleEndian.i32(head, 0x10);
    if (signature != SIGNATURE_RSTR && signature != SIGNATURE_CHKD
        || pageSize < MIN_PAGE_SIZE
        || pageSize > MAX_PAGE_SIZE
        || Integer.bitCount(pageSize) != 1
        || position > log.size() - pageSize) {
      return null;
    }
    byte[] page = new byte[pageSize];
    log.read(position, ByteBuffer.wrap(page));
    try {
      UpdateSequence.remove(page, 0, pageSize, source);
    } catch (CorruptFormatException e) {
      return null;
    }
    return get(page);
  }

  /** Reads a page whose update sequence has been removed; null when it contradicts itself. */
  static LogRestartPage get(byte[] page) {
    int area = LittleEndian.u16(page, 0x18);
    if (area < HEADER_SIZE || area % 8 != 0 || area > page.length - AREA_SIZE) {
      return null;
    }
    boolean isClean =
        LittleEndian.u16(page, area + 0x0C) == NO_CLIENT
            || (LittleEndian.u16(page, area + 0x0E) & FLAG_CLEAN) != 0;
    return new LogRestartPage(page.length, LittleEndian.i64(page, area), isClean);
  }
}
