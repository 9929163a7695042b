package io.vhdboot.servicing;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.servicing.Change.Outcome;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes to a Windows while they are collected: hives in memory, contents of files to be written.
 * What an option asks for is compared with what is there at once, so that one option sees what
 * those before it did. Nothing is written before {@link #write}.
 *
 * <p>{@link #write} keeps to an order: copies of files that are replaced, the record, files, hives
 * with SYSTEM last. Each of them is there whole or not at all. After a stop in between, the record
 * tells of more than was done: the same servicing done again does the rest, and undoing finds that
 * the rest is as it was.
 */
final class ServicingEdit {

  private final WindowsFolder folder;
  private final OfflineWindows windows;
  private final ServicingRecord record;
  private final Instant time;
  private final boolean asItIs;
  private final Map<WindowsHive, Hive> hives = new EnumMap<>(WindowsHive.class);
  private final Map<WindowsHive, StoredHive> stored = new EnumMap<>(WindowsHive.class);
  private final Set<WindowsHive> changedHives = EnumSet.noneOf(WindowsHive.class);
  private final Map<String, FileContent> files = new LinkedHashMap<>();
  private final Map<String, FileContent.Digest> digests = new LinkedHashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private String option = "";

  ServicingEdit(
      WindowsFolder folder,
      OfflineWindows windows,
      ServicingRecord record,
      Instant time,
      boolean asItIs) {
    this.folder = folder;
    this.windows = windows;
    this.record = record;
    this.time = time;
    this.asItIs = asItIs;
  }

  /** What the Windows is. */
  OfflineWindows windows() {
    return windows;
  }

  /** Says what asks for the changes from now on. */
  void begin(String name) {
    option = name;
  }

  List<Change> changes() {
    return List.copyOf(changes);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Tells people something that is no change. */
  void note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
  }

  /** Whether there is such a hive. */
  boolean hasHive(WindowsHive hive) throws IOException {
    return hives.containsKey(hive) || StoredHive.find(folder, hive).isPresent();
  }

  /**
   * The key at a path, with what was changed so far. {@code CurrentControlSet} is the control set
   * that counts.
   */
  Optional<HiveKey> key(WindowsHive hive, String path) throws IOException {
    return hive(hive).root().find(resolve(hive, path));
  }

  /** The value at a path, with what was changed so far. */
  Optional<HiveValue> value(WindowsHive hive, String path, String name) throws IOException {
    Optional<HiveKey> key = key(hive, path);
    return key.isEmpty() ? Optional.empty() : key.get().value(name);
  }

  /** Sets a value; keys that are missing on the way are made. */
  void set(WindowsHive hive, String path, HiveValue value, String reason) throws IOException {
    String resolved = resolve(hive, path);
    Optional<HiveValue> before = value(hive, resolved, value.name());
    if (before.filter(old -> isSame(old, value)).isPresent()) {
      add(hive, resolved, value.name(), before, before, reason, Outcome.ALREADY_SO);
      return;
    }
    makeKeys(hive, resolved, reason);
    key(hive, resolved).orElseThrow().setValue(value);
    changed(hive, resolved, value.name(), before, Optional.of(value), reason);
  }

  /** Deletes a value. */
  void delete(WindowsHive hive, String path, String name, String reason) throws IOException {
    String resolved = resolve(hive, path);
    Optional<HiveValue> before = value(hive, resolved, name);
    if (before.isEmpty()) {
      add(hive, resolved, name, before, before, reason, Outcome.ALREADY_SO);
      return;
    }
    key(hive, resolved).orElseThrow().deleteValue(name);
    changed(hive, resolved, before.get().name(), before, Optional.empty(), reason);
  }

  /** Makes a key, with those that are missing on the way. */
  void createKey(WindowsHive hive, String path, String reason) throws IOException {
    String resolved = resolve(hive, path);
    if (key(hive, resolved).isPresent()) {
      changes.add(new Change.OfKey(option, hive, resolved, reason, Outcome.ALREADY_SO));
      return;
    }
    makeKeys(hive, resolved, reason);
  }

  /** The file at a path within the Windows folder, as it is before these changes. */
  Optional<Path> find(String path) throws IOException {
    return folder.find(path);
  }

  /** Whether there is a file at a path within the Windows folder, with what was changed so far. */
  boolean hasFile(String path) throws IOException {
    return files.containsKey(path) || folder.findFile(path).isPresent();
  }

  /**
   * Puts a file to its place; folders that are missing on the way are made.
   *
   * @param path within the Windows folder, with slashes
   */
  void putFile(String path, FileContent content, String reason) throws IOException {
    FileContent.Digest after = FileContent.Digest.of(content);
    Optional<Path> there = folder.find(path);
    if (there.isPresent() && !Files.isRegularFile(there.get())) {
      throw new FileSystemException(there.get().toString(), null, "is in the way of a file");
    }
    Optional<FileContent.Digest> before = Optional.ofNullable(digests.get(path));
    if (before.isEmpty() && there.isPresent()) {
      before = Optional.of(FileContent.Digest.of(FileContent.of(there.get())));
    }
    Optional<Long> sizeBefore = before.map(FileContent.Digest::size);
    boolean isSame = before.filter(after::isSame).isPresent();
    changes.add(
        new Change.OfFile(
            option,
            path,
            sizeBefore,
            Optional.of(after.size()),
            reason,
            isSame ? Outcome.ALREADY_SO : Outcome.CHANGED));
    if (!isSame) {
      files.put(path, content);
      digests.put(path, after);
    }
  }

  private void makeKeys(WindowsHive hive, String path, String reason) throws IOException {
    HiveKey at = hive(hive).root();
    for (String name : path.split("\\\\")) {
      Optional<HiveKey> next = at.subkey(name);
      if (next.isEmpty()) {
        at = at.createSubkey(name);
        changedHives.add(hive);
        record.put(new RecordEntry.OfKey(option, hive, at.path()));
        changes.add(new Change.OfKey(option, hive, at.path(), reason, Outcome.CHANGED));
      } else {
        at = next.get();
      }
    }
  }

  private void changed(
      WindowsHive hive,
      String path,
      String name,
      Optional<HiveValue> before,
      Optional<HiveValue> after,
      String reason) {
    changedHives.add(hive);
    add(hive, path, name, before, after, reason, Outcome.CHANGED);
    Optional<HiveValue> first =
        record
            .find(RecordEntry.OfValue.targetOf(hive, path, name))
            .map(entry -> ((RecordEntry.OfValue) entry).before())
            .orElse(before);
    record.put(new RecordEntry.OfValue(option, hive, path, name, first, after));
  }

  private void add(
      WindowsHive hive,
      String path,
      String name,
      Optional<HiveValue> before,
      Optional<HiveValue> after,
      String reason,
      Outcome outcome) {
    changes.add(new Change.OfValue(option, hive, path, name, before, after, reason, outcome));
  }

  private String resolve(WindowsHive hive, String path) {
    return hive == WindowsHive.SYSTEM && windows.controlSet().isPresent()
        ? windows.controlSet().get().resolve(path)
        : path;
  }

  private Hive hive(WindowsHive name) throws IOException {
    Hive hive = hives.get(name);
    if (hive == null) {
      Optional<StoredHive> found = StoredHive.find(folder, name);
      if (found.isEmpty()) {
        throw new NoSuchFileException(
            folder.resolve(name.path()).toString(), null, "the hive is missing");
      }
      hive = found.get().read(time, asItIs);
      stored.put(name, found.get());
      hives.put(name, hive);
    }
    return hive;
  }

  static boolean isSame(HiveValue one, HiveValue other) {
    return one.type().equals(other.type()) && Arrays.equals(one.data(), other.data());
  }

  /** Writes all that was changed; nothing where all was so already. */
  void write() throws IOException {
    if (changedHives.isEmpty() && files.isEmpty()) {
      return;
    }
    for (String path : files.keySet()) {
      recordFolders(path);
    }
    makeFolder(ServicingRecord.FOLDER);
    for (String path : files.keySet()) {
      recordFile(path);
    }
    record.write(folder, time);
    for (Map.Entry<String, FileContent> file : files.entrySet()) {
      makeFolder(parent(file.getKey()));
      WindowsFiles.write(folder.resolve(file.getKey()), file.getValue());
    }
    List<WindowsHive> last = new ArrayList<>(changedHives);
    last.sort(Comparator.comparing(hive -> hive == WindowsHive.SYSTEM));
    for (WindowsHive hive : last) {
      stored.get(hive).save(hives.get(hive));
    }
  }

  /** Keeps what a file was before it was first replaced. */
  private void recordFile(String path) throws IOException {
    Optional<byte[]> after = Optional.of(digests.get(path).hash());
    Optional<RecordEntry> known = record.find(RecordEntry.OfFile.targetOf(path));
    if (known.isPresent()) {
      RecordEntry.OfFile first = (RecordEntry.OfFile) known.get();
      record.put(new RecordEntry.OfFile(option, path, first.before(), first.backup(), after));
      return;
    }
    Optional<Path> there = folder.findFile(path);
    if (there.isEmpty()) {
      record.put(new RecordEntry.OfFile(option, path, Optional.empty(), Optional.empty(), after));
      return;
    }
    String backup = record.newBackupName();
    makeFolder(ServicingRecord.BACKUPS);
    WindowsFiles.copy(there.get(), folder.resolve(ServicingRecord.BACKUPS + "/" + backup));
    record.put(
        new RecordEntry.OfFile(
            option,
            path,
            Optional.of(FileContent.Digest.of(FileContent.of(there.get())).hash()),
            Optional.of(backup),
            after));
  }

  private void recordFolders(String path) throws IOException {
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      String above = path.substring(0, end);
      if (folder.find(above).isEmpty()) {
        record.put(new RecordEntry.OfFolder(option, above));
      }
    }
  }

  private void makeFolder(String path) throws IOException {
    if (!path.isEmpty()) {
      Files.createDirectories(folder.resolve(path));
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
