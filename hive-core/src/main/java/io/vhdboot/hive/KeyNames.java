package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.nio.charset.StandardCharsets;

/**
 * Names of keys and values: how they are stored, how subkeys are ordered, and the hints that subkey
 * lists hold.
 *
 * <p>A name is stored as Latin-1 when every character fits, else as UTF-16; a flag beside it tells.
 * Letter case does not matter, by the upper-case table that Windows 7 to 11 use, which is not that
 * of any Java release.
 */
final class KeyNames {

  /** Characters a key's name may have. */
  static final int MAX_KEY_NAME = 255;

  /** Characters a value's name may have. */
  static final int MAX_VALUE_NAME = 16383;

  /** Characters a class name may have. */
  static final int MAX_CLASS_NAME = 32767;

  /**
   * Upper case where it is another character: first[-last[/step]]:delta, characters in hexadecimal.
   */
  private static final String UPPER_CASE_RUNS =
      """
      61-7A:-32 E0-F6:-32 F8-FE:-32 FF:+121 101-12F/2:-1 133-137/2:-1 13A-148/2:-1
      14B-177/2:-1 17A-17E/2:-1 180:+195 183-185/2:-1 188:-1 18C:-1 192:-1 195:+97 199:-1
      19A:+163 19E:+130 1A1-1A5/2:-1 1A8:-1 1AD:-1 1B0:-1 1B4-1B6/2:-1 1B9:-1 1BD:-1 1BF:+56
      1C6:-2 1C9:-2 1CC:-2 1CE-1DC/2:-1 1DD:-79 1DF-1EF/2:-1 1F3:-2 1F5:-1 1F9-21F/2:-1
      223-233/2:-1 23C:-1 242:-1 247-24F/2:-1 250:+10783 251:+10780 253:-210 254:-206
      256-257:-205 259:-202 25B:-203 260:-205 263:-207 268:-209 269:-211 26B:+10743 26F:-211
      271:+10749 272:-213 275:-214 27D:+10727 280:-218 283:-218 288:-218 289:-69 28A-28B:-217
      28C:-71 292:-219 371-373/2:-1 377:-1 37B-37D:+130 3AC:-38 3AD-3AF:-37 3B1-3C1:-32
      3C3-3CB:-32 3CC:-64 3CD-3CE:-63 3D7:-8 3D9-3EF/2:-1 3F2:+7 3F8:-1 3FB:-1 430-44F:-32
      450-45F:-80 461-481/2:-1 48B-4BF/2:-1 4C2-4CE/2:-1 4CF:-15 4D1-523/2:-1 561-586:-48
      1D79:+35332 1D7D:+3814 1E01-1E95/2:-1 1EA1-1EFF/2:-1 1F00-1F07:+8 1F10-1F15:+8
      1F20-1F27:+8 1F30-1F37:+8 1F40-1F45:+8 1F51-1F57/2:+8 1F60-1F67:+8 1F70-1F71:+74
      1F72-1F75:+86 1F76-1F77:+100 1F78-1F79:+128 1F7A-1F7B:+112 1F7C-1F7D:+126 1F80-1F87:+8
      1F90-1F97:+8 1FA0-1FA7:+8 1FB0-1FB1:+8 1FB3:+9 1FC3:+9 1FD0-1FD1:+8 1FE0-1FE1:+8 1FE5:+7
      1FF3:+9 214E:-28 2170-217F:-16 2184:-1 24D0-24E9:-26 2C30-2C5E:-48 2C61:-1 2C65:-10795
      2C66:-10792 2C68-2C6C/2:-1 2C73:-1 2C76:-1 2C81-2CE3/2:-1 2D00-2D25:-7264 A641-A65F/2:-1
      A663-A66D/2:-1 A681-A697/2:-1 A723-A72F/2:-1 A733-A76F/2:-1 A77A-A77C/2:-1
      A77F-A787/2:-1 A78C:-1 FF41-FF5A:-32
      """;

  private static final char[] UPPER_CASE = upperCaseTable();
  private static final int HASH_FACTOR = 37;
  private static final int HINT_LENGTH = 4;

  private KeyNames() {}

  static char upperCase(char c) {
    return UPPER_CASE[c];
  }

  static String upperCase(String name) {
    char[] upper = name.toCharArray();
    for (int i = 0; i < upper.length; i++) {
      upper[i] = UPPER_CASE[upper[i]];
    }
    return new String(upper);
  }

  /** Orders names as subkey lists are ordered: by upper-cased character code, shorter first. */
  static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      int difference = UPPER_CASE[left.charAt(i)] - UPPER_CASE[right.charAt(i)];
      if (difference != 0) {
        return difference;
      }
    }
    return left.length() - right.length();
  }

  /** {@link #compare(String, String)} with a name where it is stored. */
  static int compare(byte[] bytes, int offset, int length, boolean latin1, String right) {
    int units = latin1 ? length : length / 2;
    int common = Math.min(units, right.length());
    for (int i = 0; i < common; i++) {
      int left = latin1 ? bytes[offset + i] & 0xFF : LittleEndian.u16(bytes, offset + 2 * i);
      int difference = UPPER_CASE[left] - UPPER_CASE[right.charAt(i)];
      if (difference != 0) {
        return difference;
      }
    }
    return units - right.length();
  }

  static boolean isLatin1(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) > 0xFF) {
        return false;
      }
    }
    return true;
  }

  static byte[] toBytes(String name) {
    return isLatin1(name) ? name.getBytes(StandardCharsets.ISO_8859_1) : Utf16.toBytes(name);
  }

  static String decode(byte[] bytes, int offset, int length, boolean latin1) {
    return latin1
        ? new String(bytes, offset, length, StandardCharsets.ISO_8859_1)
        : Utf16.get(bytes, offset, length / 2);
  }

  /** What an {@code lh} list holds beside the key: a hash over the upper-cased name. */
  static int hash(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = hash * HASH_FACTOR + UPPER_CASE[name.charAt(i)];
    }
    return hash;
  }

  /**
   * What an {@code lf} list holds beside the key: its first four characters as bytes, nothing at
   * all when one of them does not fit.
   */
  static int hint(String name) {
    byte[] hint = new byte[HINT_LENGTH];
    for (int i = 0; i < Math.min(HINT_LENGTH, name.length()); i++) {
      if (name.charAt(i) > 0xFF) {
        return 0;
      }
      hint[i] = (byte) name.charAt(i);
    }
    return LittleEndian.i32(hint, 0);
  }

  private static char[] upperCaseTable() {
    char[] table = new char[1 << Character.SIZE];
    for (int c = 0; c < table.length; c++) {
      table[c] = (char) c;
    }
    for (String run : UPPER_CASE_RUNS.strip().split("\\s+")) {
      String[] rangeAndDelta = run.split(":");
      String[] rangeAndStep = rangeAndDelta[0].split("/");
      String[] ends = rangeAndStep[0].split("-");
      int step = rangeAndStep.length > 1 ? Integer.parseInt(rangeAndStep[1]) : 1;
      int last = Integer.parseInt(ends[ends.length - 1], 16);
      for (int c = Integer.parseInt(ends[0], 16); c <= last; c += step) {
        table[c] = (char) (c + Integer.parseInt(rangeAndDelta[1]));
      }
    }
    return table;
  }
}
