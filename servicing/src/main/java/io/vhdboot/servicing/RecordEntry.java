package io.vhdboot.servicing;

import io.vhdboot.hive.HiveValue;
import java.util.Locale;
import java.util.Optional;

/** What the record keeps of one change, so that it can be undone. */
sealed interface RecordEntry {

  /** What asked for the change. */
  String option();

  /** What is the same for two entries about the same thing. */
  String target();

  /** A value of the registry: what was there before anything was changed, and what is now. */
  record OfValue(
      String option,
      String hive,
      String key,
      String name,
      Optional<HiveValue> before,
      Optional<HiveValue> after)
      implements RecordEntry {

    @Override
    public String target() {
      return targetOf(hive, key, name);
    }

    static String targetOf(String hive, String key, String name) {
      return "value|" + hive + "|" + lower(key) + "|" + lower(name);
    }
  }

  /** A key of the registry that was not there. */
  record OfKey(String option, String hive, String key) implements RecordEntry {

    @Override
    public String target() {
      return "key|" + hive + "|" + lower(key);
    }
  }

  /**
   * A file.
   *
   * @param before the hash of what was there; nothing where nothing was
   * @param backup the name of the copy of it beside the record
   * @param after the hash of what is there now
   */
  record OfFile(
      String option,
      String path,
      Optional<byte[]> before,
      Optional<String> backup,
      Optional<byte[]> after)
      implements RecordEntry {

    @Override
    public String target() {
      return targetOf(path);
    }

    static String targetOf(String path) {
      return "file|" + lower(path);
    }
  }

  /** A folder that was not there. */
  record OfFolder(String option, String path) implements RecordEntry {

    @Override
    public String target() {
      return "folder|" + lower(path);
    }
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
