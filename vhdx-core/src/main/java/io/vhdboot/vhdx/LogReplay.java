package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the log of a file holds that must be done to it before anything else is read ([MS-VHDX]
 * 2.3.3): the newest sequence of entries that is valid and complete.
 *
 * @param pages the last content of each page that the log writes, by position
 * @param zeros the ranges that the log zeroes, before the pages
 * @param fileSize bytes that the file shall have at least
 */
record LogReplay(NavigableMap<Long, byte[]> pages, List<LogEntry.Update> zeros, long fileSize) {

  /** How often the log's length may be looked through in search of entries, were it forged. */
  private static final int MAX_PASSES = 16;

  /**
   * Searches the log.
   *
   * @return empty when the headers say that there is nothing in it
   * @throws CorruptFormatException when they say that there is, and there is no valid sequence, or
   *     the file is shorter than it was
   */
  static Optional<LogReplay> find(BlockDevice file, HeaderPair headers) throws IOException {
    VhdxHeader header = headers.current();
    if (!header.hasLog()) {
      return Optional.empty();
    }
    if (header.logVersion() != 0) {
      throw new CorruptFormatException(
          file.name(),
          headers.currentOffset(),
          "a log of version " + header.logVersion() + " must be replayed; known is 0");
    }
    LogRing ring = LogRing.of(file, headers);
    List<LogEntry> sequence = activeSequence(ring, entries(ring, header));
    if (sequence.isEmpty()) {
      throw new CorruptFormatException(
          file.name(),
          ring.offset(),
          "the log must be replayed but holds no complete sequence of entries");
    }
    LogEntry head = sequence.get(sequence.size() - 1);
    if (head.flushedFileOffset() > file.size()) {
      throw new CorruptFormatException(
          file.name(),
          file.size(),
          "the log says that the file had " + head.flushedFileOffset() + " bytes: cut short?");
    }
    return Optional.of(collect(file, ring, sequence));
  }

  /** All valid entries of the log, by where they begin in it. */
  private static Map<Long, LogEntry> entries(LogRing ring, VhdxHeader header) throws IOException {
    Map<Long, LogEntry> entries = new TreeMap<>();
    byte[] start = new byte[LogEntry.HEADER_SIZE];
    long budget = MAX_PASSES * ring.length();
    for (long at = 0; at < ring.length(); at += LogEntry.SECTOR_SIZE) {
      ring.read(at, start);
      int length = LogEntry.claimedLength(start, header.logId(), ring.length());
      budget -= length;
      if (budget < 0) {
        throw new CorruptFormatException(
            ring.file().name(), ring.offset(), "the log's entries lie over one another");
      }
      if (length > 0) {
        byte[] bytes = new byte[length];
        ring.read(at, bytes);
        Optional<LogEntry> entry = LogEntry.get(bytes, ring.length());
        if (entry.isPresent()) {
          entries.put(at, entry.get());
        }
      }
    }
    return entries;
  }

  /** The valid sequence whose last entry has the greatest number. */
  private static List<LogEntry> activeSequence(LogRing ring, Map<Long, LogEntry> entries) {
    List<LogEntry> best = List.of();
    for (Map.Entry<Long, LogEntry> candidate : entries.entrySet()) {
      LogEntry head = candidate.getValue();
      boolean newer =
          best.isEmpty() || head.sequenceNumber() > best.get(best.size() - 1).sequenceNumber();
      LogEntry next = entries.get(ring.wrap(candidate.getKey() + head.length()));
      boolean isLast = next == null || next.sequenceNumber() != head.sequenceNumber() + 1;
      if (newer && isLast) {
        List<LogEntry> sequence = sequence(ring, entries, candidate.getKey());
        best = sequence.isEmpty() ? best : sequence;
      }
    }
    return best;
  }

  /** The entries from a head's tail up to the head; none when one is missing. */
  private static List<LogEntry> sequence(LogRing ring, Map<Long, LogEntry> entries, long headAt) {
    List<LogEntry> sequence = new ArrayList<>();
    long at = entries.get(headAt).tail();
    while (sequence.size() <= entries.size()) {
      LogEntry entry = entries.get(at);
      if (entry == null
          || !sequence.isEmpty()
              && entry.sequenceNumber() != sequence.get(sequence.size() - 1).sequenceNumber() + 1) {
        return List.of();
      }
      sequence.add(entry);
      if (at == headAt) {
        return sequence;
      }
      at = ring.wrap(at + entry.length());
    }
    return List.of();
  }

  private static LogReplay collect(BlockDevice file, LogRing ring, List<LogEntry> sequence)
      throws CorruptFormatException {
    NavigableMap<Long, byte[]> pages = new TreeMap<>();
    List<LogEntry.Update> zeros = new ArrayList<>();
    long fileSize = Math.max(file.size(), sequence.get(sequence.size() - 1).lastFileOffset());
    for (LogEntry entry : sequence) {
      for (LogEntry.Update update : entry.updates()) {
        if (update.bytes() != null) {
          pages.put(update.position(), update.bytes());
        } else if (update.length() > 0) {
          zeros.add(update);
          pages.subMap(update.position(), update.position() + update.length()).clear();
        }
        long end = update.position() + update.length();
        fileSize = Math.max(fileSize, end);
        if (end > ring.offset() && update.position() < ring.offset() + ring.length()
            || update.position() < RegionTable.OFFSETS[0] && update.length() > 0) {
          throw new CorruptFormatException(
              file.name(), update.position(), "the log would write over itself or the headers");
        }
      }
    }
    if (fileSize > Math.max(file.size(), FileMap.MAX_POSITION)) {
      throw new CorruptFormatException(
          file.name(), ring.offset(), "the log asks for a file of " + fileSize + " bytes");
    }
    return new LogReplay(Collections.unmodifiableNavigableMap(pages), List.copyOf(zeros), fileSize);
  }

  /** Makes a file as large as the log asks for. What fails here has changed nothing. */
  void reserve(BlockDevice file) throws IOException {
    FileSpace.grow(file, fileSize);
  }

  /** Does to a file what the log holds; the caller flushes and then empties the log. */
  void apply(BlockDevice file) throws IOException {
    for (LogEntry.Update zero : zeros) {
      file.zero(zero.position(), zero.length());
    }
    for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
      new LogPage(page.getKey(), page.getValue()).write(file);
    }
  }
}
