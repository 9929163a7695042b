package io.vhdboot.servicing;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The record of what was changed in a Windows, kept in it: {@code \Windows\vhdboot\record}. It is a
 * hive itself, since a hive holds values of the registry exactly, and every tool for hives shows
 * it.
 *
 * <pre>
 * (root)
 *   Format        REG_DWORD 1
 *   0001          a key for each entry, in the order of the changes
 *     Kind        value, key, file, folder
 *     Option      what asked for it
 *     Hive, Key, Name      of a value or key; a boot store counts as a hive
 *     Before, After        the value, of its own type; missing where there was or is none
 *     Path        of a file or folder within the Windows folder
 *     BeforeHash, AfterHash     SHA-256 of a file's content; missing where there was or is none
 *     Backup      the name of the copy beside the record
 * </pre>
 *
 * <p>What was there before the first change stays in the entry, whatever is changed later. The
 * record is written before what it tells of, so that what is half done can be undone.
 */
final class ServicingRecord {

  static final String FOLDER = "vhdboot";
  static final String BACKUPS = FOLDER + "/before";
  private static final String FILE = FOLDER + "/record";

  private static final int FORMAT = 1;
  private static final long MAX_SIZE = 256L << 20;
  private static final String HASH_BEFORE = "BeforeHash";
  private static final String HASH_AFTER = "AfterHash";
  private static final int HASH_SIZE = 32;

  /** Administrators and the system may do everything, nobody else anything. */
  private static final byte[] SECURITY =
      HexFormat.of()
          .parseHex(
              "01000480480000005800000000000000140000000200340002000000"
                  + "000218003f000f0001020000000000052000000020020000"
                  + "000214003f000f00010100000000000512000000"
                  + "01020000000000052000000020020000"
                  + "010100000000000512000000");

  private final Map<String, RecordEntry> entries = new LinkedHashMap<>();

  /** The record of a Windows; an empty one where there is none. */
  static ServicingRecord read(WindowsFolder windows) throws IOException {
    ServicingRecord found = new ServicingRecord();
    Optional<Path> file = windows.findFile(FILE);
    if (file.isEmpty()) {
      return found;
    }
    if (Files.size(file.get()) > MAX_SIZE) {
      throw new CorruptFormatException(
          file.get().toString(), CorruptFormatException.NO_OFFSET, "is too large for a record");
    }
    Hive hive = Hive.read(file.get().toString(), Files.readAllBytes(file.get()));
    int format = hive.root().value("Format").map(HiveValue::asDword).orElse(0);
    if (format != FORMAT) {
      throw new UnsupportedFormatException(
          file.get().toString(),
          UnsupportedFormatException.NO_OFFSET,
          "is a record of format " + format + "; this program knows format " + FORMAT);
    }
    for (HiveKey key : hive.root().subkeys()) {
      found.put(readEntry(file.get().toString(), key));
    }
    return found;
  }

  /** The entries, in the order of the changes. */
  List<RecordEntry> entries() {
    return List.copyOf(entries.values());
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  Optional<RecordEntry> find(String target) {
    return Optional.ofNullable(entries.get(target));
  }

  /** Adds an entry, or puts it in the place of the one about the same thing. */
  void put(RecordEntry entry) {
    entries.put(entry.target(), entry);
  }

  void remove(RecordEntry entry) {
    entries.remove(entry.target());
  }

  /** A name for a copy that no entry has. */
  String newBackupName() {
    for (int number = 1; ; number++) {
      String name = String.format(Locale.ROOT, "%04d", number);
      if (entries.values().stream()
          .noneMatch(
              entry ->
                  entry instanceof RecordEntry.OfFile file
                      && file.backup().filter(name::equals).isPresent())) {
        return name;
      }
    }
  }

  /** Writes the record; at any moment the old one or the new one is there. */
  void write(WindowsFolder windows, Instant time) throws IOException {
    Hive hive = Hive.create("vhdboot", SECURITY, time, 5);
    hive.root().setValue(HiveValue.dword("Format", FORMAT));
    int number = 1;
    for (RecordEntry entry : entries.values()) {
      writeEntry(hive.root().createSubkey(String.format(Locale.ROOT, "%06d", number++)), entry);
    }
    WindowsFiles.write(windows.resolve(FILE), FileContent.of(hive.toBytes()));
  }

  /** Deletes the record, and its folder when nothing else is in it. */
  void delete(WindowsFolder windows) throws IOException {
    for (String path : List.of(FILE, BACKUPS, FOLDER)) {
      Optional<Path> file = windows.find(path);
      if (file.isPresent()
          && (!Files.isDirectory(file.get()) || WindowsFiles.isEmpty(file.get()))) {
        Files.delete(file.get());
      }
    }
  }

  private static void writeEntry(HiveKey key, RecordEntry entry) throws IOException {
    key.setValue(HiveValue.string("Option", entry.option()));
    if (entry instanceof RecordEntry.OfValue value) {
      key.setValue(HiveValue.string("Kind", "value"));
      writeKey(key, value.hive(), value.key());
      key.setValue(HiveValue.string("Name", value.name()));
      writeValue(key, "Before", value.before());
      writeValue(key, "After", value.after());
    } else if (entry instanceof RecordEntry.OfKey made) {
      key.setValue(HiveValue.string("Kind", "key"));
      writeKey(key, made.hive(), made.key());
    } else if (entry instanceof RecordEntry.OfFile file) {
      key.setValue(HiveValue.string("Kind", "file"));
      key.setValue(HiveValue.string("Path", file.path()));
      if (file.before().isPresent()) {
        key.setValue(HiveValue.binary(HASH_BEFORE, file.before().get()));
      }
      if (file.after().isPresent()) {
        key.setValue(HiveValue.binary(HASH_AFTER, file.after().get()));
      }
      if (file.backup().isPresent()) {
        key.setValue(HiveValue.string("Backup", file.backup().get()));
      }
    } else if (entry instanceof RecordEntry.OfFolder folder) {
      key.setValue(HiveValue.string("Kind", "folder"));
      key.setValue(HiveValue.string("Path", folder.path()));
    }
  }

  private static void writeKey(HiveKey key, String hive, String path) throws IOException {
    key.setValue(HiveValue.string("Hive", hive));
    key.setValue(HiveValue.string("Key", path));
  }

  private static void writeValue(HiveKey key, String name, Optional<HiveValue> value)
      throws IOException {
    if (value.isPresent()) {
      key.setValue(new HiveValue(name, value.get().type(), value.get().data()));
    }
  }

  private static RecordEntry readEntry(String source, HiveKey key) throws IOException {
    String option = text(source, key, "Option");
    String kind = text(source, key, "Kind");
    return switch (kind) {
      case "value" -> {
        String name = text(source, key, "Name");
        yield new RecordEntry.OfValue(
            option,
            hive(source, key),
            text(source, key, "Key"),
            name,
            value(key, "Before", name),
            value(key, "After", name));
      }
      case "key" -> new RecordEntry.OfKey(option, hive(source, key), text(source, key, "Key"));
      case "file" ->
          new RecordEntry.OfFile(
              option,
              path(source, key, "Path"),
              hash(source, key, HASH_BEFORE),
              key.value("Backup").isPresent() ? Optional.of(backup(source, key)) : Optional.empty(),
              hash(source, key, HASH_AFTER));
      case "folder" -> new RecordEntry.OfFolder(option, path(source, key, "Path"));
      default -> throw corrupt(source, key, "Kind");
    };
  }

  private static String hive(String source, HiveKey key) throws IOException {
    String name = text(source, key, "Hive");
    boolean isKnown =
        EditedHives.isStore(name)
            || Arrays.stream(WindowsHive.values()).anyMatch(each -> each.name().equals(name));
    if (!isKnown) {
      throw corrupt(source, key, "Hive");
    }
    return name;
  }

  private static Optional<HiveValue> value(HiveKey key, String name, String realName)
      throws IOException {
    return key.value(name).map(value -> new HiveValue(realName, value.type(), value.data()));
  }

  private static Optional<byte[]> hash(String source, HiveKey key, String name) throws IOException {
    Optional<byte[]> hash = key.value(name).map(HiveValue::data);
    if (hash.isPresent() && hash.get().length != HASH_SIZE) {
      throw corrupt(source, key, name);
    }
    return hash;
  }

  private static String text(String source, HiveKey key, String name) throws IOException {
    return key.value(name).map(HiveValue::asString).orElseThrow(() -> corrupt(source, key, name));
  }

  private static String backup(String source, HiveKey key) throws IOException {
    String name = text(source, key, "Backup");
    if (!name.matches("[0-9]{4,9}")) {
      throw corrupt(source, key, "Backup");
    }
    return name;
  }

  /** A path that must not lead out of the Windows folder. */
  private static String path(String source, HiveKey key, String name) throws IOException {
    String path = text(source, key, name);
    for (String step : path.split("/", -1)) {
      if (step.isEmpty() || step.equals(".") || step.equals("..") || step.indexOf('\\') >= 0) {
        throw corrupt(source, key, name);
      }
    }
    return path;
  }

  private static CorruptFormatException corrupt(String source, HiveKey key, String name) {
    return new CorruptFormatException(
        source,
        CorruptFormatException.NO_OFFSET,
        "entry " + key.name() + " has no usable value \"" + name + "\"");
  }
}
