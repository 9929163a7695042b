package io.vhdboot.hive;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A {@code .reg} file of version 5, Windows' own text form of keys and values: what it asks for, in
 * its order. Values of every type go through it unchanged; class names, security descriptors and
 * times have no place in it.
 *
 * <p>A file names keys by their place in a whole registry, such as {@code
 * HKEY_LOCAL_MACHINE\SYSTEM\Select}; the part before the hive's own keys is its <em>prefix</em>:
 * see {@link RegistryPath}. Immutable.
 */
public final class RegFile {

  /** The line that a file begins with. */
  static final String HEADER = "Windows Registry Editor Version 5.00";

  /** Files that are larger are refused; a whole SOFTWARE hive is a third of it. */
  private static final long MAX_SIZE = 1 << 30;

  private final List<Change> changes;

  private RegFile(List<Change> changes) {
    this.changes = List.copyOf(changes);
  }

  /** Something that a file asks for, and the path of the key that it is asked of. */
  public sealed interface Change {

    /** The key's path, as in the file. */
    String path();
  }

  /** That there is a key. */
  public record AddKey(String path) implements Change {}

  /** That there is no such key, nor anything in it. */
  public record DeleteKey(String path) implements Change {}

  /** That a key has a value. */
  public record SetValue(String path, HiveValue value) implements Change {}

  /** That a key has no value of a name. */
  public record DeleteValue(String path, String name) implements Change {}

  /**
   * Reads a file: UTF-16 as Windows writes it, or UTF-8.
   *
   * @throws CorruptFormatException when a line is not understood; the message says which
   * @throws UnsupportedFormatException when it is of version 4 or none
   */
  public static RegFile read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_SIZE) {
      throw new UnsupportedFormatException(
          file.toString(),
          UnsupportedFormatException.NO_OFFSET,
          "a .reg file of " + size + " bytes; at most 1 GiB is read");
    }
    return parse(file.toString(), Files.readAllBytes(file));
  }

  /** Reads a file from bytes; the name is for messages. */
  public static RegFile parse(String name, byte[] bytes) throws IOException {
    return new RegFile(new RegFileParser(name, bytes).parse());
  }

  /**
   * Writes a key with all that is in it, UTF-16 as Windows does.
   *
   * @param key the key
   * @param path what the file calls it, such as {@code HKEY_LOCAL_MACHINE\SYSTEM}
   * @param out where to; it stays open
   * @throws UnsupportedFormatException when a key's name has a line break or NUL in it, which no
   *     such file can hold
   */
  public static void write(HiveKey key, String path, OutputStream out) throws IOException {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("path must not be empty");
    }
    new RegFileWriter(out).write(key, path);
  }

  /** What the file asks for. */
  public List<Change> changes() {
    return changes;
  }

  /**
   * Makes all changes.
   *
   * @param hive the hive
   * @param prefix where the hive lies in the registry that the file speaks of; {@code HKLM} and its
   *     like count as what they stand for, and {@code CurrentControlSet} as the control set that is
   *     current
   * @throws CorruptFormatException when a key lies elsewhere; nothing is changed then
   */
  public void apply(Hive hive, String prefix) throws IOException {
    RegistryPath place = RegistryPath.of(hive, prefix);
    String[] paths = new String[changes.size()];
    String lastText = null;
    for (int i = 0; i < paths.length; i++) {
      // The values of a key follow each other, and have the very same text.
      String text = changes.get(i).path();
      paths[i] = text.equals(lastText) ? paths[i - 1] : place.within(text);
      lastText = text;
      checkNames(paths[i]);
    }
    KeyCursor cursor = new KeyCursor(hive.root());
    for (int i = 0; i < paths.length; i++) {
      Change change = changes.get(i);
      if (change instanceof AddKey) {
        cursor.created(paths[i]);
      } else if (change instanceof DeleteKey) {
        cursor.delete(paths[i]);
      } else if (change instanceof SetValue set) {
        cursor.created(paths[i]).setValue(set.value());
      } else if (change instanceof DeleteValue delete) {
        cursor.created(paths[i]).deleteValue(delete.name());
      }
    }
  }

  private static void checkNames(String path) throws IOException {
    int from = 0;
    while (from <= path.length() && !path.isEmpty()) {
      int end = path.indexOf('\\', from);
      end = end < 0 ? path.length() : end;
      if (end == from || end - from > KeyNames.MAX_KEY_NAME) {
        throw new CorruptFormatException(
            "\"" + path + "\"",
            CorruptFormatException.NO_OFFSET,
            "a key's name has 1 to 255 characters");
      }
      from = end + 1;
    }
  }

  /** Goes to keys by their paths, and remembers the last ones: files name neighbours in a row. */
  private static final class KeyCursor {

    private final HiveKey root;
    private String path = "";
    private HiveKey key;
    private String parentPath = "";
    private HiveKey parent;

    KeyCursor(HiveKey root) {
      this.root = root;
      this.key = root;
      this.parent = root;
    }

    HiveKey created(String wanted) throws IOException {
      if (wanted.equals(path)) {
        return key;
      }
      int split = wanted.lastIndexOf('\\');
      String above = split < 0 ? "" : wanted.substring(0, split);
      if (above.equals(path)) {
        parent = key;
        parentPath = path;
      } else if (!above.equals(parentPath)) {
        parent = root.createPath(above);
        parentPath = above;
      }
      key = wanted.isEmpty() ? root : parent.createSubkey(wanted.substring(split + 1));
      path = wanted;
      return key;
    }

    void delete(String wanted) throws IOException {
      if (wanted.isEmpty()) {
        for (HiveKey subkey : root.subkeys()) {
          root.deleteSubkey(subkey.name());
        }
        for (HiveValue value : root.values()) {
          root.deleteValue(value.name());
        }
      } else {
        int split = wanted.lastIndexOf('\\');
        var above = root.find(split < 0 ? "" : wanted.substring(0, split));
        if (above.isPresent()) {
          above.get().deleteSubkey(wanted.substring(split + 1));
        }
      }
      path = "";
      key = root;
      parentPath = "";
      parent = root;
    }
  }
}
