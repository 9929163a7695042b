package io.vhdboot.imaging.capture;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which files a capture leaves out, as {@code wimscript.ini} says it to imagex, DISM and wimlib:
 *
 * <pre>
 * [ExclusionList]
 * \pagefile.sys
 * "\System Volume Information"
 * *.tmp
 *
 * [ExclusionException]
 * \Users\keep.tmp
 * </pre>
 *
 * <p>A pattern that begins with a separator stands for one place, any other for a name in every
 * folder; what is below a folder that matches matches too. {@code *} and {@code ?} do not reach
 * across separators; case does not count, a drive letter is passed over. An exception keeps what it
 * names, what is below, and the folders on the way there. Lines that begin with {@code ;} or {@code
 * #} are comments; sections of other names are passed over.
 *
 * <p>Objects of this class do not change; they may be used by any thread.
 */
public final class ExclusionList {

  private static final String EXCLUSIONS = "[exclusionlist]";
  private static final String EXCEPTIONS = "[exclusionexception]";

  private final List<Pattern> exclusions;
  private final List<Pattern> exceptions;

  private ExclusionList(List<Pattern> exclusions, List<Pattern> exceptions) {
    this.exclusions = List.copyOf(exclusions);
    this.exceptions = List.copyOf(exceptions);
  }

  /** Leaves nothing out. */
  public static final ExclusionList NONE = new ExclusionList(List.of(), List.of());

  /**
   * What Microsoft's tools and wimlib leave out unless told: files that Windows makes anew, and
   * those of one volume only.
   */
  public static final ExclusionList DEFAULT =
      parse(
          String.join(
              "\n",
              "[ExclusionList]",
              "\\$ntfs.log",
              "\\hiberfil.sys",
              "\\pagefile.sys",
              "\\swapfile.sys",
              "\\System Volume Information",
              "\\RECYCLER",
              "\\$RECYCLE.BIN",
              "\\Windows\\CSC"));

  /** A pattern's parts between separators. */
  private record Pattern(boolean isAnchored, String[] parts) {

    static Pattern of(String text) {
      String path = text.replace('/', '\\');
      if (path.length() > 1 && path.charAt(1) == ':') {
        path = path.substring(2);
      }
      // With a separator within it cannot be a name; then it is a path from the root.
      boolean isAnchored = path.indexOf('\\') >= 0;
      return new Pattern(isAnchored, split(path));
    }

    /**
     * Whether a path matches, or is below one that does.
     *
     * @param isOnTheWay whether a folder above one that might match is enough
     */
    boolean matches(String[] path, boolean isOnTheWay) {
      if (!isAnchored) {
        return path.length > 0 && matchesName(path[path.length - 1], parts[0]);
      }
      int count = Math.min(path.length, parts.length);
      if (parts.length > path.length && !isOnTheWay) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        if (!matchesName(path[i], parts[i])) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Reads a list from a file, in UTF-8 or UTF-16 with a mark.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  public static ExclusionList read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Charset charset = StandardCharsets.UTF_8;
    int mark = 0;
    if (bytes.length >= 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE) {
      charset = StandardCharsets.UTF_16LE;
      mark = 2;
    } else if (bytes.length >= 2 && bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF) {
      charset = StandardCharsets.UTF_16BE;
      mark = 2;
    } else if (bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF) {
      mark = 3;
    }
    return parse(new String(bytes, mark, bytes.length - mark, charset));
  }

  /** Takes a list from its text. */
  public static ExclusionList parse(String text) {
    List<Pattern> exclusions = new ArrayList<>();
    List<Pattern> exceptions = new ArrayList<>();
    List<Pattern> section = null;
    for (String each : text.split("\\R")) {
      String line = each.strip();
      if (line.isEmpty() || line.startsWith(";") || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[")) {
        section =
            switch (line.toLowerCase(Locale.ROOT)) {
              case EXCLUSIONS -> exclusions;
              case EXCEPTIONS -> exceptions;
              default -> null;
            };
        continue;
      }
      if (line.length() > 1 && (line.startsWith("\"") || line.startsWith("'"))) {
        int end = line.indexOf(line.charAt(0), 1);
        line = line.substring(1, end < 0 ? line.length() : end);
      }
      Pattern pattern = Pattern.of(line);
      if (section != null && pattern.parts.length > 0) {
        section.add(pattern);
      }
    }
    return new ExclusionList(exclusions, exceptions);
  }

  /**
   * Whether a file is left out. Of one below a folder that is left out the folder is to be asked.
   *
   * @param path its path from the root of the capture, with separators of either kind
   */
  public boolean excludes(String path) {
    if (exclusions.isEmpty()) {
      return false;
    }
    String[] parts = split(path.replace('/', '\\'));
    return anyMatches(exclusions, parts, false) && !anyMatches(exceptions, parts, true);
  }

  private static boolean anyMatches(List<Pattern> patterns, String[] path, boolean isOnTheWay) {
    for (Pattern pattern : patterns) {
      if (pattern.matches(path, isOnTheWay)) {
        return true;
      }
    }
    return false;
  }

  private static String[] split(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("\\\\")) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts.toArray(String[]::new);
  }

  /** Whether a name matches; goes back to the last star only, so time is bounded. */
  private static boolean matchesName(String name, String pattern) {
    int at = 0;
    int in = 0;
    int star = -1;
    int afterStar = 0;
    while (at < name.length()) {
      if (in < pattern.length() && pattern.charAt(in) == '*') {
        star = in++;
        afterStar = at;
      } else if (in < pattern.length() && matchesUnit(name.charAt(at), pattern.charAt(in))) {
        at++;
        in++;
      } else if (star >= 0) {
        in = star + 1;
        at = ++afterStar;
      } else {
        return false;
      }
    }
    while (in < pattern.length() && pattern.charAt(in) == '*') {
      in++;
    }
    return in == pattern.length();
  }

  private static boolean matchesUnit(char unit, char pattern) {
    return pattern == '?'
        || unit == pattern
        || Character.toUpperCase(unit) == Character.toUpperCase(pattern);
  }
}
