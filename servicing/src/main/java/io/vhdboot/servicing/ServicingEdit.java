package io.vhdboot.servicing;

import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.servicing.Change.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

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
  private final EditedHives hives;
  private final Map<String, FileContent> files = new LinkedHashMap<>();
  private final Map<String, FileContent.Digest> digests = new LinkedHashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<StagedDriver> drivers = new ArrayList<>();
  private String option = "";

  ServicingEdit(
      WindowsFolder folder,
      OfflineWindows windows,
      ServicingRecord record,
      EditedHives hives,
      Instant time) {
    this.folder = folder;
    this.windows = windows;
    this.record = record;
    this.time = time;
    this.hives = hives;
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

  List<StagedDriver> drivers() {
    return List.copyOf(drivers);
  }

  /** Tells of a driver package that is put in. */
  void staged(StagedDriver driver) {
    drivers.add(driver);
  }

  /** Tells people something that is no change. */
  void note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
  }

  /** Whether there is such a hive. */
  boolean hasHive(WindowsHive hive) throws IOException {
    return hives.find(hive.name()).isPresent();
  }

  /**
   * The key at a path, with what was changed so far. {@code CurrentControlSet} is the control set
   * that counts.
   */
  Optional<HiveKey> key(WindowsHive hive, String path) throws IOException {
    return key(hive.name(), resolve(hive, path));
  }

  private Optional<HiveKey> key(String hive, String path) throws IOException {
    return hives.get(hive).root().find(path);
  }

  /** The value at a path, with what was changed so far. */
  Optional<HiveValue> value(WindowsHive hive, String path, String name) throws IOException {
    return value(hive.name(), resolve(hive, path), name);
  }

  private Optional<HiveValue> value(String hive, String path, String name) throws IOException {
    Optional<HiveKey> key = key(hive, path);
    return key.isEmpty() ? Optional.empty() : key.get().value(name);
  }

  /** Sets a value; keys that are missing on the way are made. */
  void set(WindowsHive hive, String path, HiveValue value, String reason) throws IOException {
    set(hive.name(), resolve(hive, path), value, reason);
  }

  private void set(String hive, String path, HiveValue value, String reason) throws IOException {
    Optional<HiveValue> before = value(hive, path, value.name());
    if (before.filter(old -> isSame(old, value)).isPresent()) {
      add(hive, path, value.name(), before, before, reason, Outcome.ALREADY_SO);
      return;
    }
    makeKeys(hive, path, reason);
    key(hive, path).orElseThrow().setValue(value);
    changed(hive, path, value.name(), before, Optional.of(value), reason);
  }

  /** The names of the boot stores that were told. */
  List<String> bootStores() {
    return hives.stores();
  }

  /** A boot store, with what was changed so far; to look at only. */
  BcdStore bootStore(String store) throws IOException {
    return BcdStore.of(hives.get(store));
  }

  /** Sets an element of an object of a boot store. */
  void setElement(String store, UUID object, int element, BcdValue value, String reason)
      throws IOException {
    set(
        store,
        String.format(
            Locale.ROOT, "Objects\\%s\\Elements\\%08x", WindowsGuid.toString(object), element),
        value.encode("Element"),
        reason);
  }

  /** Deletes a value. */
  void delete(WindowsHive hive, String path, String name, String reason) throws IOException {
    String resolved = resolve(hive, path);
    Optional<HiveValue> before = value(hive, resolved, name);
    if (before.isEmpty()) {
      add(hive.name(), resolved, name, before, before, reason, Outcome.ALREADY_SO);
      return;
    }
    key(hive, resolved).orElseThrow().deleteValue(name);
    changed(hive.name(), resolved, before.get().name(), before, Optional.empty(), reason);
  }

  /** Makes a key, with those that are missing on the way. */
  void createKey(WindowsHive hive, String path, String reason) throws IOException {
    String resolved = resolve(hive, path);
    if (key(hive, resolved).isPresent()) {
      changes.add(new Change.OfKey(option, hive.name(), resolved, reason, Outcome.ALREADY_SO));
      return;
    }
    makeKeys(hive.name(), resolved, reason);
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
   * The content of a file at a path within the Windows folder, with what was changed so far.
   *
   * @throws CorruptFormatException when it is larger than it can sensibly be
   */
  Optional<byte[]> read(String path, int limit) throws IOException {
    Optional<Path> there = folder.findFile(path);
    FileContent content = files.getOrDefault(path, there.map(FileContent::of).orElse(null));
    if (content == null) {
      return Optional.empty();
    }
    try (InputStream in = content.open()) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new CorruptFormatException(
            path, CorruptFormatException.NO_OFFSET, "has more than " + limit + " bytes");
      }
      return Optional.of(bytes);
    }
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
    Optional<FileContent.Digest> stored =
        there.isEmpty()
            ? Optional.empty()
            : Optional.of(FileContent.Digest.of(FileContent.of(there.get())));
    Optional<FileContent.Digest> before = Optional.ofNullable(digests.get(path)).or(() -> stored);
    boolean isStored = stored.filter(after::isSame).isPresent();
    if (isStored) {
      // What options before this one made of it comes to the same in the end.
      files.remove(path);
      changes.replaceAll(change -> alreadySo(change, path));
    } else {
      files.put(path, content);
    }
    digests.put(path, after);
    changes.add(
        new Change.OfFile(
            option,
            path,
            before.map(FileContent.Digest::size),
            Optional.of(after.size()),
            reason,
            isStored || before.filter(after::isSame).isPresent()
                ? Outcome.ALREADY_SO
                : Outcome.CHANGED));
  }

  private static Change alreadySo(Change change, String path) {
    return change instanceof Change.OfFile file && file.path().equals(path)
        ? new Change.OfFile(
            file.option(),
            path,
            file.sizeBefore(),
            file.sizeAfter(),
            file.reason(),
            Outcome.ALREADY_SO)
        : change;
  }

  private void makeKeys(String hive, String path, String reason) throws IOException {
    HiveKey at = hives.get(hive).root();
    for (String name : path.split("\\\\")) {
      Optional<HiveKey> next = at.subkey(name);
      if (next.isEmpty()) {
        at = at.createSubkey(name);
        hives.markChanged(hive);
        record.put(new RecordEntry.OfKey(option, hive, at.path()));
        changes.add(new Change.OfKey(option, hive, at.path(), reason, Outcome.CHANGED));
      } else {
        at = next.get();
      }
    }
  }

  private void changed(
      String hive,
      String path,
      String name,
      Optional<HiveValue> before,
      Optional<HiveValue> after,
      String reason) {
    hives.markChanged(hive);
    add(hive, path, name, before, after, reason, Outcome.CHANGED);
    Optional<HiveValue> first =
        record
            .find(RecordEntry.OfValue.targetOf(hive, path, name))
            .map(entry -> ((RecordEntry.OfValue) entry).before())
            .orElse(before);
    record.put(new RecordEntry.OfValue(option, hive, path, name, first, after));
  }

  private void add(
      String hive,
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

  static boolean isSame(HiveValue one, HiveValue other) {
    return one.type().equals(other.type()) && Arrays.equals(one.data(), other.data());
  }

  /** Writes all that was changed; nothing where all was so already. */
  void write() throws IOException {
    if (!hives.isChanged() && files.isEmpty()) {
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
    hives.save(true);
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
