package io.vhdboot.ntfs;

import io.vhdboot.disk.ShortNames;
import java.util.Set;

/** What names of files and streams may be. */
final class NameRules {

  private static final Set<String> DEVICES = Set.of("CON", "PRN", "AUX", "NUL");
  private static final String STREAM_FORBIDDEN = "\0/\\:";

  private NameRules() {}

  /**
   * Checks the name of a file.
   *
   * @param isPosix whether all that NTFS can store is allowed
   * @throws IllegalArgumentException when it must not be
   */
  static void checkFile(String name, boolean isPosix) {
    checkLength(name);
    if (name.indexOf('\0') >= 0
        || name.indexOf('/') >= 0
        || name.equals(".")
        || name.equals("..")) {
      throw new IllegalArgumentException(
          "name (" + name + ") must not be . or .. or have NUL or a slash in it");
    }
    if (!isPosix && !isWin32(name)) {
      throw new IllegalArgumentException(
          "name (" + name + ") must be one that Windows can use, unless POSIX names are allowed");
    }
  }

  /** Whether Windows can use a name. */
  private static boolean isWin32(String name) {
    char last = name.charAt(name.length() - 1);
    return ShortNames.isWin32Name(name) && last != '.' && last != ' ' && !isDevice(name);
  }

  /** Whether Windows takes a name for that of a device, whatever its extension. */
  private static boolean isDevice(String name) {
    int dot = name.indexOf('.');
    StringBuilder base = new StringBuilder();
    for (char unit : name.substring(0, dot < 0 ? name.length() : dot).toCharArray()) {
      base.append(unit >= 'a' && unit <= 'z' ? (char) (unit - 'a' + 'A') : unit);
    }
    String plain = base.toString().stripTrailing();
    boolean isNumbered =
        plain.length() == 4
            && (plain.startsWith("COM") || plain.startsWith("LPT"))
            && plain.charAt(3) >= '1'
            && plain.charAt(3) <= '9';
    return isNumbered || DEVICES.contains(plain);
  }

  /**
   * Checks the name of a named stream.
   *
   * @throws IllegalArgumentException when it must not be
   */
  static void checkStream(String name) {
    checkLength(name);
    for (int i = 0; i < name.length(); i++) {
      if (STREAM_FORBIDDEN.indexOf(name.charAt(i)) >= 0) {
        throw new IllegalArgumentException(
            "stream (" + name + ") must not have NUL, a slash, a backslash or a colon in it");
      }
    }
  }

  private static void checkLength(String name) {
    if (name.isEmpty() || name.length() > FileName.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "name (" + name + ") must have 1 to " + FileName.MAX_LENGTH + " units");
    }
  }
}
