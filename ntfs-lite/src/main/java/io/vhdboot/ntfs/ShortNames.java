package io.vhdboot.ntfs;

/** The rules for short names, of 8 characters, a dot and 3 more. */
final class ShortNames {

  private static final int MAX_BASE = 8;
  private static final int MAX_EXTENSION = 3;
  private static final String FORBIDDEN_IN_SHORT = "\"*+,/:;<=>?[\\]| ";
  private static final String FORBIDDEN_IN_WIN32 = "\"*/:<>?\\|";

  private ShortNames() {}

  /** Whether a name can stand in the DOS namespace. */
  static boolean isShortName(String name) {
    int dot = name.indexOf('.');
    int base = dot < 0 ? name.length() : dot;
    int extension = dot < 0 ? 0 : name.length() - dot - 1;
    if (base < 1
        || base > MAX_BASE
        || extension > MAX_EXTENSION
        || dot >= 0 && (extension < 1 || name.indexOf('.', dot + 1) >= 0)) {
      return false;
    }
    return hasNone(name, FORBIDDEN_IN_SHORT);
  }

  /** Whether a name can stand in the Win32 namespace, as one that has a short name must. */
  static boolean isWin32Name(String name) {
    return hasNone(name, FORBIDDEN_IN_WIN32);
  }

  private static boolean hasNone(String name, String forbidden) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < ' ' || forbidden.indexOf(name.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }
}
