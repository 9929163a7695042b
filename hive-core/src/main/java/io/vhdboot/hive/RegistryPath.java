package io.vhdboot.hive;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a hive lies in the registry of the Windows that it belongs to, such as {@code
 * HKEY_LOCAL_MACHINE\SYSTEM}, and paths from there. Immutable, but asks the hive.
 */
public final class RegistryPath {

  private static final String LOCAL_MACHINE = "HKEY_LOCAL_MACHINE";
  private static final String CURRENT_CONTROL_SET = "CurrentControlSet";

  private static final Map<String, String> SHORT_NAMES =
      Map.of(
          "HKLM", LOCAL_MACHINE,
          "HKCU", "HKEY_CURRENT_USER",
          "HKCR", "HKEY_CLASSES_ROOT",
          "HKU", "HKEY_USERS",
          "HKCC", "HKEY_CURRENT_CONFIG");

  private final Hive hive;
  private final String prefix;

  private RegistryPath(Hive hive, String prefix) {
    this.hive = hive;
    this.prefix = prefix;
  }

  /** Where a hive of that file name lies in Windows. */
  public static String prefixOf(String fileName) {
    String name =
        fileName.substring(1 + Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')));
    String upper = name.toUpperCase(Locale.ROOT);
    return switch (upper) {
      case "NTUSER.DAT" -> "HKEY_CURRENT_USER";
      case "DEFAULT" -> "HKEY_USERS\\.DEFAULT";
      case "USRCLASS.DAT" -> "HKEY_CURRENT_USER\\Software\\Classes";
      case "BCD" -> LOCAL_MACHINE + "\\BCD00000000";
      case "" -> LOCAL_MACHINE + "\\HIVE";
      default -> LOCAL_MACHINE + "\\" + name;
    };
  }

  /** The place of a hive in a registry. */
  public static RegistryPath of(Hive hive, String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException("prefix must not be empty");
    }
    return new RegistryPath(hive, longForm(prefix));
  }

  /** The prefix, with the names of the registry's roots written out. */
  public String prefix() {
    return prefix;
  }

  /**
   * The path within the hive that a path of the registry leads to.
   *
   * @throws CorruptFormatException when it leads elsewhere
   */
  public String within(String path) throws IOException {
    String whole = longForm(path);
    if (!whole.regionMatches(true, 0, prefix, 0, prefix.length())
        || whole.length() > prefix.length() && whole.charAt(prefix.length()) != '\\') {
      throw new CorruptFormatException(
          "\"" + path + "\"",
          CorruptFormatException.NO_OFFSET,
          "does not lie below " + prefix + ", where the hive does; say another prefix");
    }
    return whole.length() == prefix.length()
        ? ""
        : currentControlSet(whole.substring(prefix.length() + 1));
  }

  /**
   * The path within the hive that a path leads to, be it from the hive's root or the registry's.
   */
  public String from(String path) throws IOException {
    String plain = path.startsWith("\\") ? path.substring(1) : path;
    String whole = longForm(plain);
    return whole.regionMatches(true, 0, "HKEY_", 0, 5) && hive.root().find(plain).isEmpty()
        ? within(whole)
        : currentControlSet(plain);
  }

  /** {@code CurrentControlSet} is a link that exists while Windows runs only. */
  private String currentControlSet(String path) throws IOException {
    int end = path.indexOf('\\');
    String first = end < 0 ? path : path.substring(0, end);
    if (!first.equalsIgnoreCase(CURRENT_CONTROL_SET) || hive.root().subkey(first).isPresent()) {
      return path;
    }
    Optional<HiveKey> select = hive.root().subkey("Select");
    Optional<HiveValue> current =
        select.isEmpty() ? Optional.empty() : select.get().value("Current");
    return current.isEmpty()
        ? path
        : String.format("ControlSet%03d", current.get().asDword()) + path.substring(first.length());
  }

  private static String longForm(String path) {
    int end = path.indexOf('\\');
    String first = end < 0 ? path : path.substring(0, end);
    String longName = SHORT_NAMES.get(first.toUpperCase(Locale.ROOT));
    return longName == null ? path : longName + path.substring(first.length());
  }

  @Override
  public String toString() {
    return prefix;
  }
}
