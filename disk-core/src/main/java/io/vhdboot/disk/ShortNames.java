package io.vhdboot.disk;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes short names, of 8 characters, a dot and 3 more, for the files of one directory, as Windows
 * 7 and later do:
 *
 * <ul>
 *   <li>leading dots, blanks, control characters, dots but the last, and what is not ASCII go;
 *   <li>what DOS forbids becomes {@code _}, letters become capitals;
 *   <li>6 characters stay before the dot and 3 behind it; {@code ~1} to {@code ~4} tells apart
 *       those that are then alike;
 *   <li>after those, and at once where 2 characters or fewer are left, 4 digits of a hash of the
 *       whole name stand behind the first 2, and {@code ~1} and so on behind them; as the number
 *       grows, what stands before it is cut.
 * </ul>
 *
 * <p>The lowest number that is free is found without trying all below it, however many names of the
 * directory are alike.
 *
 * <p>The rules are those that the documentation of RtlGenerate8dot3Name and names on real volumes
 * show; the hash is known by names that Windows 8 and git for Windows give. Not for use by several
 * threads at once.
 */
public final class ShortNames {

  private static final int MAX_BASE = 8;
  private static final int MAX_EXTENSION = 3;
  private static final String FORBIDDEN_IN_SHORT = "\"*+,/:;<=>?[\\]| ";
  private static final String FORBIDDEN_IN_WIN32 = "\"*/:<>?\\|";
  private static final String MADE_UNDERSCORE = "\"*+,/:;<=>?[\\]|";

  /** Characters of the name that stand before the tilde. */
  private static final int MAX_STEM = 6;

  /** Characters of the name that stand before the hash. */
  private static final int HASHED_STEM = 2;

  /** Names that are told apart without the hash. */
  private static final int MAX_PLAIN = 4;

  /** Windows gives up at a million. */
  private static final int MAX_DIGITS = 6;

  private static final int HASH_FACTOR = 37;
  private static final int SCRAMBLE_FACTOR = 314_159_269;
  private static final int SCRAMBLE_PRIME = 1_000_000_007;

  /** Tells which names a directory has. */
  public interface Taken {

    /** Whether one of the long or short names is the same but for its case. */
    boolean contains(String name) throws IOException;
  }

  private final Taken taken;

  /** For the characters around a number, with as many digits, the lowest one that may be free. */
  private final Map<String, Integer> lowest = new HashMap<>();

  /** Creates what makes the short names of a directory. */
  public ShortNames(Taken taken) {
    this.taken = taken;
  }

  /** Whether a name can stand in the DOS namespace. */
  public static boolean isShortName(String name) {
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
  public static boolean isWin32Name(String name) {
    return hasNone(name, FORBIDDEN_IN_WIN32);
  }

  /** Whether Windows makes no short name for a name since it is one itself. */
  public static boolean needsNone(String name) {
    return isShortName(name) && name.chars().allMatch(ShortNames::isKept);
  }

  /**
   * Makes a short name that the directory does not have yet, and that this object does not give
   * again before it is {@link #release released}.
   *
   * @param name a long name that {@link #needsNone needs} one
   * @return the short name, or nothing where a million are taken
   */
  public Optional<String> next(String name) throws IOException {
    int from = 0;
    while (from < name.length() && name.charAt(from) == '.') {
      from++;
    }
    int lastDot = name.lastIndexOf('.');
    int dot = lastDot < from || lastDot == name.length() - 1 ? name.length() : lastDot;
    String stem = kept(name, from, dot, MAX_STEM);
    String extension = kept(name, dot, name.length(), MAX_EXTENSION);
    if (!extension.isEmpty()) {
      extension = "." + extension;
    }
    if (stem.length() > HASHED_STEM) {
      Optional<String> plain = lowestFree(stem, extension, 1, MAX_PLAIN);
      if (plain.isPresent()) {
        return plain;
      }
      stem = stem.substring(0, HASHED_STEM);
    }
    String hashed = stem + hash(name);
    Optional<String> free = Optional.empty();
    int first = 1;
    for (int digits = 1; digits <= MAX_DIGITS && free.isEmpty(); digits++) {
      int room = Math.min(hashed.length(), MAX_BASE - 1 - digits);
      free = lowestFree(hashed.substring(0, room), extension, first, 10 * first - 1);
      first *= 10;
    }
    return free;
  }

  /** Makes a short name free again, once the directory has it no more. */
  public void release(String shortName) {
    int dot = shortName.lastIndexOf('.');
    int end = dot < 0 ? shortName.length() : dot;
    int tilde = shortName.lastIndexOf('~', end);
    if (tilde < 0 || end - tilde - 1 < 1 || end - tilde - 1 > MAX_DIGITS) {
      return;
    }
    int number = 0;
    for (int i = tilde + 1; i < end; i++) {
      int digit = shortName.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return;
      }
      number = 10 * number + digit;
    }
    String stem = upperCase(shortName.substring(0, tilde));
    String extension = upperCase(shortName.substring(end));
    int released = number;
    lowest.computeIfPresent(
        key(stem, extension, end - tilde - 1), (key, low) -> Math.min(low, released));
  }

  private Optional<String> lowestFree(String stem, String extension, int from, int to)
      throws IOException {
    String key = key(stem, extension, Integer.toString(from).length());
    int number = Math.max(from, lowest.getOrDefault(key, from));
    String free = null;
    while (number <= to && free == null) {
      String candidate = stem + '~' + number + extension;
      free = taken.contains(candidate) ? null : candidate;
      number++;
    }
    lowest.put(key, number);
    return Optional.ofNullable(free);
  }

  private static String key(String stem, String extension, int digits) {
    return stem + '~' + digits + extension;
  }

  /** The first characters of a part that a short name keeps. */
  private static String kept(String name, int from, int to, int limit) {
    StringBuilder kept = new StringBuilder(limit);
    for (int i = from; i < to && kept.length() < limit; i++) {
      char unit = name.charAt(i);
      if (isKept(unit) && unit != '.') {
        kept.append(MADE_UNDERSCORE.indexOf(unit) >= 0 ? '_' : upperCase(unit));
      }
    }
    return kept.toString();
  }

  private static boolean isKept(int unit) {
    return unit > ' ' && unit < 0x7F;
  }

  private static char upperCase(char unit) {
    return unit >= 'a' && unit <= 'z' ? (char) (unit - 'a' + 'A') : unit;
  }

  private static String upperCase(String name) {
    StringBuilder capitals = new StringBuilder(name.length());
    name.chars().forEach(unit -> capitals.append(upperCase((char) unit)));
    return capitals.toString();
  }

  /** Four hexadecimal digits of a name as it is given, the lowest first. */
  static String hash(String name) {
    int sum = 0;
    for (int i = 0; i < name.length(); i++) {
      sum = HASH_FACTOR * sum + name.charAt(i) & 0xFFFF;
    }
    int scrambled = Math.abs(SCRAMBLE_FACTOR * sum) % SCRAMBLE_PRIME;
    StringBuilder digits = new StringBuilder(4);
    for (int i = 0; i < 4; i++) {
      digits.append("0123456789ABCDEF".charAt(scrambled >> 4 * i & 0xF));
    }
    return digits.toString();
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
