package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Changes pages of the file through its log ([MS-VHDX] 2.3), so that after a stop at any point
 * either all of them are changed or none.
 *
 * <p>Each entry is a sequence of its own: the caller makes the pages of the one before durable
 * first. The one before is never written over by the next, so that a stop amid it leaves a log that
 * can be replayed. The first entry is in the file before the headers name the log, since a log that
 * they name must not be empty.
 *
 * <p>Not safe for several threads.
 */
final class MetadataLog {

  private final BlockDevice file;
  private final HeaderPair headers;
  private final Supplier<UUID> ids;
  private final LogRing ring;
  private UUID logId;
  private boolean named;
  private long position;
  private long sequence;

  MetadataLog(BlockDevice file, HeaderPair headers, Supplier<UUID> ids) throws IOException {
    this.file = file;
    this.headers = headers;
    this.ids = ids;
    this.ring = LogRing.of(file, headers);
  }

  /**
   * Changes pages at once. When it returns the change is durable.
   *
   * @param pages at most {@link LogEntry#MAX_PAGES}; all that they rely on must be durable, and so
   *     must be what was written before
   */
  void write(List<LogPage> pages) throws IOException {
    if (logId == null) {
      logId = ids.get();
      position = 0;
      sequence = 0;
    }
    sequence++;
    long flushed = file.size() & -BlockFormat.MIB;
    long last = BlockFormat.alignUp(file.size(), BlockFormat.MIB);
    byte[] entry = LogEntry.toBytes(logId, position, sequence, flushed, last, pages);
    ring.write(position, entry);
    file.flush();
    if (!named) {
      headers.update(header -> header.withLogId(logId));
      named = true;
    }
    position = ring.wrap(position + entry.length);
    for (LogPage page : pages) {
      page.write(file);
    }
  }

  /** Makes durable what the log wrote, and the log empty. */
  void clear() throws IOException {
    if (named) {
      file.flush();
      headers.update(header -> header.withLogId(VhdxHeader.NO_LOG));
    }
    named = false;
    logId = null;
  }
}
