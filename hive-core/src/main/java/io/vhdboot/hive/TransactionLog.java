package io.vhdboot.hive;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Brings a dirty hive up to date from its transaction logs, as Windows does when it loads one.
 *
 * <p>A log of the old kind fits when its time is that of the hive. Of logs of the new kind, both
 * are used, older entries first, when the hive's base block is sound; else only the one with the
 * newest entries, whose base block then stands for the hive's.
 */
final class TransactionLog {

  private static final List<String> EXTENSIONS = List.of(".LOG", ".LOG1", ".LOG2");

  /** No log may be larger; Windows moves on to the other one long before. */
  static final long MAX_LOG_SIZE = 512 << 20;

  /** How far beyond its file a hive may have grown, in sizes of all logs together. */
  private static final int MAX_GROWTH = 4;

  private final byte[] file;
  private final BaseBlock base;
  private final List<OldLog> oldLogs = new ArrayList<>();
  private final List<NewLog> newLogs = new ArrayList<>();
  private long logBytes;

  private TransactionLog(byte[] file, BaseBlock base) {
    this.file = file;
    this.base = base;
  }

  /** A hive's content after its logs. */
  record Replayed(BaseBlock base, byte[] bins) {}

  /** The logs that lie beside a hive file, empty ones left out. */
  static List<Path> besideOf(Path file) throws IOException {
    List<Path> logs = new ArrayList<>();
    for (String extension : EXTENSIONS) {
      for (String ending : List.of(extension, extension.toLowerCase(Locale.ROOT))) {
        Path log = file.resolveSibling(file.getFileName() + ending);
        if (Files.isRegularFile(log) && Files.size(log) > 0 && !containsFile(logs, log)) {
          logs.add(log);
        }
      }
    }
    return logs;
  }

  /** The hive after its logs, or null when none of them fits. */
  static Replayed replay(BlockDevice hive, BaseBlock base, List<? extends BlockDevice> logs)
      throws IOException {
    if (hive.size() > Cells.MAX_SIZE) {
      return null;
    }
    byte[] file = hive.read(0, (int) hive.size());
    TransactionLog log = new TransactionLog(file, base);
    for (BlockDevice device : logs) {
      if (device.size() > BaseBlock.LOG_SIZE && device.size() <= MAX_LOG_SIZE) {
        log.add(device.read(0, (int) device.size()));
      }
    }
    Replayed replayed = log.replayNew();
    return replayed != null ? replayed : log.replayOld();
  }

  private void add(byte[] bytes) {
    logBytes += bytes.length;
    BaseBlock logBase = BaseBlock.of(Arrays.copyOf(bytes, BaseBlock.SIZE));
    NewLog newLog = NewLog.of(bytes, logBase);
    if (newLog != null) {
      newLogs.add(newLog);
    }
    OldLog oldLog = newLog == null ? OldLog.of(bytes, logBase) : null;
    if (oldLog != null) {
      oldLogs.add(oldLog);
    }
  }

  private Replayed replayNew() {
    List<NewLog> usable = new ArrayList<>(newLogs);
    usable.sort(Comparator.comparing(NewLog::firstSequence, Integer::compareUnsigned));
    BaseBlock result = base;
    if (!base.isSound() && !usable.isEmpty()) {
      usable = List.of(usable.get(usable.size() - 1));
      result = withRestOfBlock(usable.get(0).base());
    }
    byte[] bins = Arrays.copyOfRange(file, BaseBlock.SIZE, file.length);
    NewLog.Entry last = null;
    for (NewLog log : usable) {
      if (last != null && log.firstSequence() != last.sequence() + 1) {
        break;
      }
      for (NewLog.Entry entry : log.entries()) {
        boolean isNews =
            !base.isSound()
                || Integer.compareUnsigned(entry.sequence(), base.secondarySequence()) >= 0;
        if (isNews) {
          if (!isPlausible(entry.binsSize())) {
            return null;
          }
          bins = Arrays.copyOf(bins, (int) Math.max(bins.length, entry.binsSize()));
          entry.apply(bins);
          last = entry;
        }
      }
    }
    return last == null ? null : finished(result, bins, last.binsSize(), last.sequence());
  }

  private Replayed replayOld() {
    for (OldLog log : oldLogs) {
      long time = base.isSound() ? base.time() : firstBinTime();
      long size = log.base().binsSize();
      if (log.base().time() == time && isPlausible(size)) {
        byte[] bins =
            Arrays.copyOf(
                Arrays.copyOfRange(file, BaseBlock.SIZE, file.length),
                (int) Math.max(size, file.length - BaseBlock.SIZE));
        log.apply(bins);
        return finished(withRestOfBlock(log.base()), bins, size, log.base().primarySequence());
      }
    }
    return null;
  }

  private long firstBinTime() {
    return HiveBin.time(file, BaseBlock.SIZE);
  }

  /** A log's base block as the hive's: what lies behind the part a log has is the hive's own. */
  private BaseBlock withRestOfBlock(BaseBlock logBase) {
    byte[] bytes = Arrays.copyOf(file, BaseBlock.SIZE);
    System.arraycopy(logBase.toBytes(), 0, bytes, 0, BaseBlock.LOG_SIZE);
    BaseBlock block = BaseBlock.of(bytes);
    block.setType(BaseBlock.TYPE_HIVE);
    return block;
  }

  private boolean isPlausible(long size) {
    return size > 0 && size <= Math.min(Cells.MAX_SIZE, file.length + MAX_GROWTH * logBytes);
  }

  private static Replayed finished(BaseBlock block, byte[] bins, long size, int sequence) {
    BaseBlock result = BaseBlock.of(block.toBytes());
    result.setSequence(sequence);
    result.setBinsSize((int) size);
    return new Replayed(
        BaseBlock.of(result.toBytes()),
        bins.length == size ? bins : Arrays.copyOf(bins, (int) size));
  }

  private static boolean containsFile(List<Path> logs, Path log) throws IOException {
    for (Path known : logs) {
      if (Files.isSameFile(known, log)) {
        return true;
      }
    }
    return false;
  }
}
