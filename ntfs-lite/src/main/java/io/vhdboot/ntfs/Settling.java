package io.vhdboot.ntfs;

import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What files that changed do not say of themselves yet, and directories of them: times, and what
 * names repeat. It is brought up to date for many changes at once, at the latest by a flush.
 */
final class Settling {

  private static final int AT_ONCE = 64;
  private static final int MAX_STALE = 4096;

  private final VolumeEdit volume;
  private final Map<Long, Long> written = new LinkedHashMap<>();
  private final Set<Long> stale = new LinkedHashSet<>();

  /** What was settled within an edit that is not through yet. */
  private final Set<Long> settledInEdit = new LinkedHashSet<>();

  Settling(VolumeEdit volume) {
    this.volume = volume;
  }

  /**
   * Notes that the content of a file was written. Its times are set when it is settled, not with
   * each write.
   */
  void contentWritten(long number) {
    written.put(number, volume.now());
    addStale(number);
  }

  /** Notes that what names repeat of a file has changed. */
  void isStale(FileEdit file) {
    addStale(file.number());
  }

  private void addStale(long number) {
    stale.add(number);
    settledInEdit.remove(number);
  }

  /** Sets the time at which the record of a file changed, and that of its content if wanted. */
  void touch(FileEdit file, boolean isModified) throws IOException {
    StandardInformation standard = file.standard();
    long now = volume.now();
    file.setStandard(standard.withChange(isModified ? now : standard.modified(), now));
    isStale(file);
  }

  /** Whether so many files are to be settled that a flush is due. */
  boolean isDue() {
    return stale.size() > MAX_STALE;
  }

  /** Brings the times of a file and what names repeat of it up to date. */
  void settle(long number) throws IOException {
    if (stale.contains(number)) {
      volume.editWithReserve(
          () -> {
            settleNow(number);
            return null;
          });
      if (volume.isEditing()) {
        settledInEdit.add(number);
      } else {
        settled(number);
      }
    }
  }

  /** Notes that an edit is through, or was taken back. */
  void editEnded(boolean isDone) {
    if (isDone) {
      settledInEdit.forEach(this::settled);
    }
    settledInEdit.clear();
  }

  /** Forgets what was to be settled, once the edit that does so is through. */
  private void settled(long number) {
    written.remove(number);
    stale.remove(number);
  }

  /** Settles all files. */
  void settleAll() throws IOException {
    while (!stale.isEmpty()) {
      List<Long> some = stale.stream().limit(AT_ONCE).toList();
      try {
        volume.editOnceWithReserve(
            () -> {
              for (long number : some) {
                settleNow(number);
              }
              return null;
            });
      } catch (NoSpaceException e) {
        for (long number : some) {
          settleAlone(number);
        }
      }
      some.forEach(this::settled);
    }
  }

  /**
   * Settles a file of a volume that is full. A record that another system filled to its last byte
   * may have to be relieved, by clusters or records that are given back but not free yet; where
   * even then there are none, names keep what they repeat.
   */
  private void settleAlone(long number) throws IOException {
    volume.bringDown();
    try {
      volume.editOnceWithReserve(
          () -> {
            settleNow(number);
            return null;
          });
    } catch (NoSpaceException e) {
      volume.bringDown();
      volume.editOnceWithReserve(
          () -> {
            settleTimes(number);
            return null;
          });
    }
  }

  private void settleNow(long number) throws IOException {
    settleTimes(number);
    if (volume.isFile(number)) {
      new LinkEdit(volume.file(number)).refresh();
    }
  }

  private void settleTimes(long number) throws IOException {
    Long time = written.get(number);
    if (time == null || !volume.isFile(number)) {
      return;
    }
    FileEdit file = volume.file(number);
    StandardInformation standard = file.standard();
    int attributes = standard.attributes();
    if (!file.isDirectory()) {
      attributes = attributes & ~FileAttributes.NORMAL | FileAttributes.ARCHIVE;
    }
    file.setStandard(standard.withChange(time, time).withAttributes(attributes));
  }
}
