package io.vhdboot.vhdx;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.WindowsGuid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An entry of the log ([MS-VHDX] 2.3.1), whole sectors of 4 KiB. First its header, with the
 * descriptors right behind and padded to whole sectors:
 *
 * <pre>
 * 00   4  "loge"
 * 04   4  {@link VhdxChecksum checksum} of the whole entry
 * 08   4  bytes of the whole entry
 * 0C   4  where in the log the oldest entry is that must be replayed with this one
 * 10   8  sequence number, one more than the entry before
 * 18   4  number of descriptors
 * 1C   4  0
 * 20  16  LogGuid, as in the {@link VhdxHeader header}
 * 30   8  bytes that the file had durably, a multiple of 1 MiB
 * 38   8  bytes that the file needs, a multiple of 1 MiB
 * </pre>
 *
 * <p>A descriptor of zeros, and one of data with its sector further behind:
 *
 * <pre>
 * 00   4  "zero"                          00   4  "desc"
 * 04   4  0                               04   4  the last 4 bytes of the page
 * 08   8  how many bytes                  08   8  the first 8 bytes of the page
 * 10   8  where in the file               10   8  where in the file
 * 18   8  sequence number of the entry    18   8  sequence number of the entry
 *
 * 000     4  "data"
 * 004     4  high half of the sequence number
 * 008  4084  the page but for its first 8 and last 4 bytes
 * FFC     4  low half of the sequence number
 * </pre>
 *
 * @param length bytes of the entry
 * @param tail where in the log the oldest entry is that must be replayed with this one
 * @param sequenceNumber the sequence number
 * @param flushedFileOffset bytes that the file had durably
 * @param lastFileOffset bytes that the file needs
 * @param updates what is to be done to the file, in order
 */
record LogEntry(
    int length,
    long tail,
    long sequenceNumber,
    long flushedFileOffset,
    long lastFileOffset,
    List<Update> updates) {

  static final int SECTOR_SIZE = 4096;
  static final int HEADER_SIZE = 64;

  /** Pages that an entry of ours holds at most: as many as have room beside the header. */
  static final int MAX_PAGES = 126;

  private static final int DESCRIPTOR_SIZE = 32;
  private static final int LEADING = 8;
  private static final int TRAILING = 4;
  private static final int TRAILING_OFFSET = SECTOR_SIZE - TRAILING;
  private static final int ENTRY_SIGNATURE = signature("loge");
  private static final int ZERO_SIGNATURE = signature("zero");
  private static final int DATA_SIGNATURE = signature("desc");
  private static final int SECTOR_SIGNATURE = signature("data");

  /** A range of the file to write zeros to, or a page when there are bytes. */
  record Update(long position, long length, byte[] bytes) {}

  private static int signature(String text) {
    return LittleEndian.i32(text.getBytes(StandardCharsets.US_ASCII), 0);
  }

  /**
   * The length that a header claims, when it may be one of the wanted log; 0 otherwise.
   *
   * @param header at least {@link #HEADER_SIZE} bytes
   */
  static int claimedLength(byte[] header, UUID logId, long logLength) {
    long length = LittleEndian.u32(header, 0x08);
    boolean possible =
        LittleEndian.i32(header, 0) == ENTRY_SIGNATURE
            && length >= SECTOR_SIZE
            && length % SECTOR_SIZE == 0
            && length <= logLength
            && length <= Integer.MAX_VALUE / 2
            && WindowsGuid.get(header, 0x20).equals(logId);
    return possible ? (int) length : 0;
  }

  /** Reads an entry whose header {@link #claimedLength} was right; empty when it is not valid. */
  static Optional<LogEntry> get(byte[] bytes, long logLength) {
    long tail = LittleEndian.u32(bytes, 0x0C);
    long sequence = LittleEndian.i64(bytes, 0x10);
    long count = LittleEndian.u32(bytes, 0x18);
    long flushed = LittleEndian.i64(bytes, 0x30);
    long last = LittleEndian.i64(bytes, 0x38);
    long descriptorsEnd = HEADER_SIZE + count * DESCRIPTOR_SIZE;
    if (sequence == 0
        || tail % SECTOR_SIZE != 0
        || tail >= logLength
        || descriptorsEnd > bytes.length
        || !isSize(flushed)
        || !isSize(last)
        || !VhdxChecksum.isRight(bytes)) {
      return Optional.empty();
    }
    List<Update> updates = new ArrayList<>((int) count);
    int sector = (int) BlockFormat.alignUp(descriptorsEnd, SECTOR_SIZE);
    for (int i = 0; i < count; i++) {
      int at = HEADER_SIZE + i * DESCRIPTOR_SIZE;
      int signature = LittleEndian.i32(bytes, at);
      long position = LittleEndian.i64(bytes, at + 0x10);
      if (LittleEndian.i64(bytes, at + 0x18) != sequence
          || position < 0
          || position % SECTOR_SIZE != 0) {
        return Optional.empty();
      }
      if (signature == ZERO_SIGNATURE) {
        long length = LittleEndian.i64(bytes, at + 0x08);
        if (length < 0 || length % SECTOR_SIZE != 0 || position > Long.MAX_VALUE - length) {
          return Optional.empty();
        }
        updates.add(new Update(position, length, null));
      } else if (signature == DATA_SIGNATURE
          && sector < bytes.length
          && isDataSector(bytes, sector, sequence)) {
        byte[] page = Arrays.copyOfRange(bytes, sector, sector + SECTOR_SIZE);
        System.arraycopy(bytes, at + 0x08, page, 0, LEADING);
        System.arraycopy(bytes, at + 0x04, page, TRAILING_OFFSET, TRAILING);
        updates.add(new Update(position, SECTOR_SIZE, page));
        sector += SECTOR_SIZE;
      } else {
        return Optional.empty();
      }
    }
    return sector == bytes.length
        ? Optional.of(new LogEntry(bytes.length, tail, sequence, flushed, last, updates))
        : Optional.empty();
  }

  private static boolean isSize(long offset) {
    return offset >= 0 && offset % BlockFormat.MIB == 0;
  }

  private static boolean isDataSector(byte[] bytes, int at, long sequence) {
    return LittleEndian.i32(bytes, at) == SECTOR_SIGNATURE
        && LittleEndian.i32(bytes, at + 4) == (int) (sequence >>> 32)
        && LittleEndian.i32(bytes, at + TRAILING_OFFSET) == (int) sequence;
  }

  /** The bytes of an entry that writes some pages, at most {@link #MAX_PAGES}. */
  static byte[] toBytes(
      UUID logId, long tail, long sequence, long flushed, long last, List<LogPage> pages) {
    byte[] bytes = new byte[SECTOR_SIZE * (1 + pages.size())];
    LittleEndian.put32(bytes, 0, ENTRY_SIGNATURE);
    LittleEndian.put32(bytes, 0x08, bytes.length);
    LittleEndian.put32(bytes, 0x0C, tail);
    LittleEndian.put64(bytes, 0x10, sequence);
    LittleEndian.put32(bytes, 0x18, pages.size());
    WindowsGuid.put(bytes, 0x20, logId);
    LittleEndian.put64(bytes, 0x30, flushed);
    LittleEndian.put64(bytes, 0x38, last);
    for (int i = 0; i < pages.size(); i++) {
      byte[] page = pages.get(i).bytes();
      int at = HEADER_SIZE + i * DESCRIPTOR_SIZE;
      LittleEndian.put32(bytes, at, DATA_SIGNATURE);
      System.arraycopy(page, TRAILING_OFFSET, bytes, at + 0x04, TRAILING);
      System.arraycopy(page, 0, bytes, at + 0x08, LEADING);
      LittleEndian.put64(bytes, at + 0x10, pages.get(i).position());
      LittleEndian.put64(bytes, at + 0x18, sequence);
      int sector = SECTOR_SIZE * (1 + i);
      System.arraycopy(page, LEADING, bytes, sector + LEADING, TRAILING_OFFSET - LEADING);
      LittleEndian.put32(bytes, sector, SECTOR_SIGNATURE);
      LittleEndian.put32(bytes, sector + 4, sequence >>> 32);
      LittleEndian.put32(bytes, sector + TRAILING_OFFSET, sequence);
    }
    VhdxChecksum.seal(bytes);
    return bytes;
  }
}
