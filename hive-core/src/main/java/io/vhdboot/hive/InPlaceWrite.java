package io.vhdboot.hive;

import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a hive over its file by way of a transaction log: the log; the first block with unequal
 * sequence numbers; the pages that changed; the first block with equal ones; a flush after each.
 * Then the logs are emptied. The log counts from the second step on, with which the hive becomes
 * dirty, to the fourth.
 *
 * <p>A hive that is dirty already is first brought up to date as its logs say, which changes
 * nothing that replaying them would not do again.
 */
final class InPlaceWrite {

  private static final int PAGE = HiveBin.PAGE_SIZE;

  private final ResizableBlockDevice file;
  private final List<? extends ResizableBlockDevice> logs;

  InPlaceWrite(ResizableBlockDevice file, List<? extends ResizableBlockDevice> logs) {
    if (logs.isEmpty()) {
      throw new IllegalArgumentException("logs must hold the one to use");
    }
    this.file = file;
    this.logs = logs;
  }

  /** A run of changed pages, by its offset from the first bin. */
  record Run(int offset, int length) {}

  /** Replaces the content by that of a clean hive. */
  void write(byte[] hive) throws IOException {
    boolean oldLogs = hasOldLogs();
    int sequence = settle();
    List<Run> runs = changes(hive);
    BaseBlock block = BaseBlock.of(Arrays.copyOf(hive, PAGE));
    block.setSequences(sequence, sequence);
    byte[] log =
        oldLogs ? OldLog.toBytes(block, hive, runs) : NewLog.toBytes(block, hive, runs, sequence);
    if (log.length > TransactionLog.MAX_LOG_SIZE) {
      throw new UnsupportedFormatException(
          file.name(),
          UnsupportedFormatException.NO_OFFSET,
          "so much of the hive changes (" + log.length + " bytes) that no log can hold it");
    }
    emptyLogs();
    logs.get(0).setSize(log.length);
    logs.get(0).write(0, ByteBuffer.wrap(log));
    if (file.size() < hive.length) {
      file.setSize(hive.length);
    }
    flush();
    block.setSequences(sequence, sequence - 1);
    put(block);
    for (Run run : runs) {
      file.write(
          BaseBlock.SIZE + (long) run.offset(),
          ByteBuffer.wrap(hive, BaseBlock.SIZE + run.offset(), run.length()));
    }
    flush();
    block.setSequences(sequence, sequence);
    put(block);
    emptyLogs();
    if (file.size() > hive.length) {
      file.setSize(hive.length);
      flush();
    }
  }

  private boolean hasOldLogs() throws IOException {
    for (ResizableBlockDevice log : logs) {
      if (log.size() >= BaseBlock.LOG_SIZE) {
        BaseBlock base = BaseBlock.of(Arrays.copyOf(log.read(0, BaseBlock.LOG_SIZE), PAGE));
        if (base.isSound()) {
          return base.type() != BaseBlock.TYPE_NEW_LOG;
        }
      }
    }
    return false;
  }

  /**
   * Makes the hive in the file clean.
   *
   * @return the sequence number of the write to come
   */
  private int settle() throws IOException {
    BaseBlock base = BaseBlock.of(file.read(0, PAGE));
    if (base.isSound() && base.hasEqualSequences()) {
      return base.primarySequence() + 1;
    }
    TransactionLog.Replayed replayed = TransactionLog.replay(file, base, logs);
    if (replayed == null) {
      // No log fits, and the caller has given up what is missing: the file counts as it is.
      return Math.max(base.primarySequence(), base.secondarySequence()) + 1;
    }
    byte[] bins = replayed.bins();
    if (file.size() < BaseBlock.SIZE + (long) bins.length) {
      file.setSize(BaseBlock.SIZE + (long) bins.length);
    }
    file.write(BaseBlock.SIZE, ByteBuffer.wrap(bins));
    flush();
    put(replayed.base());
    return replayed.base().primarySequence() + 1;
  }

  private List<Run> changes(byte[] hive) throws IOException {
    List<Run> runs = new ArrayList<>();
    byte[] old = new byte[PAGE];
    int start = -1;
    for (int at = BaseBlock.SIZE; at < hive.length; at += PAGE) {
      boolean same = false;
      if (at + PAGE <= file.size()) {
        file.read(at, ByteBuffer.wrap(old));
        same = Arrays.equals(old, 0, PAGE, hive, at, at + PAGE);
      }
      if (same && start >= 0) {
        runs.add(new Run(start - BaseBlock.SIZE, at - start));
        start = -1;
      } else if (!same && start < 0) {
        start = at;
      }
    }
    if (start >= 0) {
      runs.add(new Run(start - BaseBlock.SIZE, hive.length - start));
    }
    return runs;
  }

  private void emptyLogs() throws IOException {
    for (ResizableBlockDevice log : logs) {
      if (log.size() > 0) {
        log.setSize(0);
      }
    }
    flush();
  }

  private void put(BaseBlock block) throws IOException {
    file.write(0, ByteBuffer.wrap(block.toBytes()));
    flush();
  }

  private void flush() throws IOException {
    for (ResizableBlockDevice log : logs) {
      log.flush();
    }
    file.flush();
  }
}
