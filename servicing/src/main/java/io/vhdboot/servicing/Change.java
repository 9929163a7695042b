package io.vhdboot.servicing;

import io.vhdboot.hive.HiveValue;
import java.util.Optional;

/** One thing that was changed in a Windows, or found to be so already. */
public sealed interface Change {

  /** What became of it. */
  enum Outcome {
    /** It was changed, or would be. */
    CHANGED,
    /** It was as it shall be. */
    ALREADY_SO,
    /** It is again as it was before. */
    RESTORED,
    /** Somebody else changed it meanwhile, so it stays as it is. */
    KEPT
  }

  /** What asked for it, such as {@code usb-boot}. */
  String option();

  /** Where it is: a file, or a key and value of the registry. */
  String place();

  /** What was there, for people; empty for nothing. */
  String before();

  /** What is there now, for people; empty for nothing. */
  String after();

  /** What it is good for. */
  String reason();

  /** What became of it. */
  Outcome outcome();

  /**
   * A value of the registry.
   *
   * @param option what asked for it
   * @param hive the hive's name, such as {@code SYSTEM}; of a boot store {@code BCD} and its path
   * @param key the key's path in it
   * @param name the value's name; empty for the default value
   * @param valueBefore what was there
   * @param valueAfter what is there now
   * @param reason what it is good for
   * @param outcome what became of it
   */
  record OfValue(
      String option,
      String hive,
      String key,
      String name,
      Optional<HiveValue> valueBefore,
      Optional<HiveValue> valueAfter,
      String reason,
      Outcome outcome)
      implements Change {

    @Override
    public String place() {
      return keyPlace(hive, key) + "\\" + (name.isEmpty() ? "@" : name);
    }

    @Override
    public String before() {
      return valueBefore.map(OfValue::text).orElse("");
    }

    @Override
    public String after() {
      return valueAfter.map(OfValue::text).orElse("");
    }

    private static String text(HiveValue value) {
      return new HiveValue("", value.type(), value.data()).toString().substring("\"\" ".length());
    }
  }

  /**
   * A key of the registry that was made, or is gone again.
   *
   * @param option what asked for it
   * @param hive the hive's name, such as {@code SYSTEM}; of a boot store {@code BCD} and its path
   * @param key the key's path in it
   * @param reason what it is good for
   * @param outcome what became of it
   */
  record OfKey(String option, String hive, String key, String reason, Outcome outcome)
      implements Change {

    @Override
    public String place() {
      return keyPlace(hive, key);
    }

    @Override
    public String before() {
      return outcome == Outcome.CHANGED ? "" : "key";
    }

    @Override
    public String after() {
      return outcome == Outcome.RESTORED ? "" : "key";
    }
  }

  /**
   * A file.
   *
   * @param option what asked for it
   * @param path its path within the Windows folder, with slashes
   * @param sizeBefore bytes that it had; nothing where it was not there
   * @param sizeAfter bytes that it has; nothing where it is not there
   * @param reason what it is good for
   * @param outcome what became of it
   */
  record OfFile(
      String option,
      String path,
      Optional<Long> sizeBefore,
      Optional<Long> sizeAfter,
      String reason,
      Outcome outcome)
      implements Change {

    @Override
    public String place() {
      return "\\Windows\\" + path.replace('/', '\\');
    }

    @Override
    public String before() {
      return sizeBefore.map(size -> size + " bytes").orElse("");
    }

    @Override
    public String after() {
      return sizeAfter.map(size -> size + " bytes").orElse("");
    }
  }

  private static String keyPlace(String hive, String key) {
    return (EditedHives.isStore(hive) ? hive : "HKLM\\" + hive) + "\\" + key;
  }
}
