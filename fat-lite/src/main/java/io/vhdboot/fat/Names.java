package io.vhdboot.fat;

import io.vhdboot.disk.ShortNames;
import java.nio.file.FileSystemException;

/** What names of files may be, and when two are alike. */
final class Names {

  private Names() {}

  /** The name in capitals: names with the same are alike. */
  static String capitals(String name) {
    char[] units = name.toCharArray();
    for (int i = 0; i < units.length; i++) {
      units[i] = Character.toUpperCase(units[i]);
    }
    return new String(units);
  }

  /**
   * Checks the name of a new file.
   *
   * @throws FileSystemException when it must not be
   */
  static void check(String name) throws FileSystemException {
    if (name.isEmpty() || name.length() > LongName.MAX_LENGTH) {
      throw new FileSystemException(
          name, null, "a name has 1 to " + LongName.MAX_LENGTH + " characters");
    }
    char last = name.charAt(name.length() - 1);
    if (!ShortNames.isWin32Name(name) || last == '.' || last == ' ') {
      throw new FileSystemException(
          name,
          null,
          "is no name that a FAT volume can have: it has a character that is not allowed");
    }
  }
}
