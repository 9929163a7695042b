package io.vhdboot.servicing;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.servicing.Change.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Takes back what the record of a Windows tells of, the last change first. What somebody else
 * changed since, such as Windows when it ran, stays unless that is forced, and so does its entry in
 * the record.
 *
 * <p>Hives come first, SYSTEM before all others, then files, then the record: after a stop in
 * between, undoing again does the rest.
 */
final class Undo {

  private final WindowsFolder folder;
  private final ServicingRecord record;
  private final Instant time;
  private final boolean force;
  private final EditedHives hives;
  private final List<FileStep> fileSteps = new ArrayList<>();
  private final List<RecordEntry> kept = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  Undo(
      WindowsFolder folder,
      ServicingRecord record,
      EditedHives hives,
      Instant time,
      boolean force) {
    this.folder = folder;
    this.record = record;
    this.hives = hives;
    this.time = time;
    this.force = force;
  }

  /** Something that is done to files in the end. */
  private interface FileStep {
    void run() throws IOException;
  }

  List<Change> changes() {
    return List.copyOf(changes);
  }

  /** Finds what is to be taken back. */
  void plan() throws IOException {
    List<RecordEntry> last = new ArrayList<>(record.entries());
    Collections.reverse(last);
    for (RecordEntry entry : last) {
      if (entry instanceof RecordEntry.OfValue value) {
        restore(value);
      } else if (entry instanceof RecordEntry.OfKey key) {
        remove(key);
      } else if (entry instanceof RecordEntry.OfFile file) {
        restore(file);
      } else if (entry instanceof RecordEntry.OfFolder made) {
        fileSteps.add(() -> removeFolder(made));
      }
    }
  }

  /** Does it. */
  void write() throws IOException {
    hives.save(false);
    for (FileStep step : fileSteps) {
      step.run();
    }
    if (record.isEmpty()) {
      return;
    }
    if (kept.isEmpty()) {
      record.delete(folder);
      return;
    }
    for (RecordEntry entry : record.entries()) {
      if (!kept.contains(entry)) {
        record.remove(entry);
      }
    }
    record.write(folder, time);
  }

  private void restore(RecordEntry.OfValue entry) throws IOException {
    Optional<Hive> hive = hives.find(entry.hive());
    Optional<HiveKey> key = hive.isEmpty() ? Optional.empty() : hive.get().root().find(entry.key());
    Optional<HiveValue> now = key.isEmpty() ? Optional.empty() : key.get().value(entry.name());
    Outcome outcome;
    if (hive.isPresent() && isSame(now, entry.before())) {
      outcome = Outcome.ALREADY_SO;
    } else if (hive.isEmpty() || !force && !isSame(now, entry.after())) {
      outcome = Outcome.KEPT;
      kept.add(entry);
    } else {
      outcome = Outcome.RESTORED;
      hives.markChanged(entry.hive());
      if (entry.before().isPresent()) {
        hive.get().root().createPath(entry.key()).setValue(entry.before().get());
      } else {
        key.orElseThrow().deleteValue(entry.name());
      }
    }
    changes.add(
        new Change.OfValue(
            entry.option(),
            entry.hive(),
            entry.key(),
            entry.name(),
            now,
            outcome == Outcome.RESTORED ? entry.before() : now,
            reason(entry.hive(), hive, outcome),
            outcome));
  }

  private static String reason(String name, Optional<Hive> hive, Outcome outcome) {
    return hive.isEmpty() && EditedHives.isStore(name)
        ? "its boot store was not named"
        : reason(outcome);
  }

  private void remove(RecordEntry.OfKey entry) throws IOException {
    Optional<Hive> hive = hives.find(entry.hive());
    Optional<HiveKey> key = hive.isEmpty() ? Optional.empty() : hive.get().root().find(entry.key());
    Outcome outcome;
    if (hive.isPresent() && key.isEmpty()) {
      outcome = Outcome.ALREADY_SO;
    } else if (key.isPresent()
        && key.get().parent().isPresent()
        && key.get().subkeys().isEmpty()
        && key.get().values().isEmpty()) {
      outcome = Outcome.RESTORED;
      hives.markChanged(entry.hive());
      key.get().parent().get().deleteSubkey(key.get().name());
    } else {
      outcome = Outcome.KEPT;
      kept.add(entry);
    }
    changes.add(
        new Change.OfKey(
            entry.option(),
            entry.hive(),
            entry.key(),
            reason(entry.hive(), hive, outcome),
            outcome));
  }

  private void restore(RecordEntry.OfFile entry) throws IOException {
    Optional<Path> file = folder.findFile(entry.path());
    Optional<FileContent.Digest> now =
        file.isEmpty()
            ? Optional.empty()
            : Optional.of(FileContent.Digest.of(FileContent.of(file.get())));
    Optional<byte[]> hash = now.map(FileContent.Digest::hash);
    Optional<Path> backup =
        entry.backup().isEmpty()
            ? Optional.empty()
            : folder.findFile(ServicingRecord.BACKUPS + "/" + entry.backup().get());
    Optional<Long> sizeNow = now.map(FileContent.Digest::size);
    Optional<Long> sizeAfter = sizeNow;
    Outcome outcome;
    if (isSameHash(hash, entry.before()) && !isSameHash(hash, entry.after())) {
      outcome = Outcome.ALREADY_SO;
      fileSteps.add(() -> deleteBackup(backup));
    } else if (!force && !isSameHash(hash, entry.after())
        || entry.before().isPresent() && backup.isEmpty()) {
      outcome = Outcome.KEPT;
      kept.add(entry);
    } else {
      outcome = Outcome.RESTORED;
      sizeAfter = backup.isEmpty() ? Optional.empty() : Optional.of(Files.size(backup.get()));
      fileSteps.add(() -> putBack(entry, file, backup));
    }
    changes.add(
        new Change.OfFile(
            entry.option(), entry.path(), sizeNow, sizeAfter, reason(outcome), outcome));
  }

  private void putBack(RecordEntry.OfFile entry, Optional<Path> file, Optional<Path> backup)
      throws IOException {
    if (backup.isPresent()) {
      WindowsFiles.replace(backup.get(), folder.resolve(entry.path()));
    } else if (file.isPresent()) {
      Files.delete(file.get());
    }
  }

  private static void deleteBackup(Optional<Path> backup) throws IOException {
    if (backup.isPresent()) {
      Files.delete(backup.get());
    }
  }

  private void removeFolder(RecordEntry.OfFolder entry) throws IOException {
    Optional<Path> made = folder.find(entry.path());
    if (made.isPresent() && Files.isDirectory(made.get()) && WindowsFiles.isEmpty(made.get())) {
      Files.delete(made.get());
    }
  }

  private static boolean isSame(Optional<HiveValue> one, Optional<HiveValue> other) {
    return one.isPresent() == other.isPresent()
        && (one.isEmpty() || ServicingEdit.isSame(one.get(), other.get()));
  }

  private static boolean isSameHash(Optional<byte[]> one, Optional<byte[]> other) {
    return one.isPresent() == other.isPresent()
        && (one.isEmpty() || Arrays.equals(one.get(), other.get()));
  }

  private static String reason(Outcome outcome) {
    return switch (outcome) {
      case KEPT -> "somebody else has changed it since";
      case ALREADY_SO -> "is as it was";
      default -> "as it was before";
    };
  }
}
