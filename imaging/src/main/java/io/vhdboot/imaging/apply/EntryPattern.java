package io.vhdboot.imaging.apply;

import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimImage;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Finds files of an image by paths whose names may have wildcards: {@code *} for any characters of
 * a name, {@code ?} for one, without regard to case.
 */
final class EntryPattern {

  private EntryPattern() {}

  /**
   * The entries that some patterns name, each once, and none that is below another of them.
   *
   * @throws NoSuchFileException when a pattern names none
   */
  static List<WimEntry> find(WimImage image, List<String> patterns) throws NoSuchFileException {
    List<WimEntry> found = new ArrayList<>();
    Set<WimEntry> known = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String pattern : patterns) {
      List<WimEntry> matches = find(image, pattern);
      if (matches.isEmpty()) {
        throw new NoSuchFileException(
            pattern, null, "no file of image " + image.info().index() + " has such a path");
      }
      for (WimEntry match : matches) {
        if (known.add(match)) {
          found.add(match);
        }
      }
    }
    found.removeIf(entry -> isBelow(entry, known));
    return found;
  }

  private static boolean isBelow(WimEntry entry, Set<WimEntry> known) {
    for (WimEntry at = entry; at.parent().isPresent(); at = at.parent().get()) {
      if (known.contains(at.parent().get())) {
        return true;
      }
    }
    return false;
  }

  private static List<WimEntry> find(WimImage image, String pattern) {
    List<WimEntry> at = List.of(image.root());
    for (String name : pattern.split("[/\\\\]")) {
      if (name.isEmpty()) {
        continue;
      }
      boolean hasWildcard = name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
      List<WimEntry> next = new ArrayList<>();
      for (WimEntry directory : at) {
        if (!hasWildcard) {
          directory.child(name).ifPresent(next::add);
          continue;
        }
        for (WimEntry child : directory.children()) {
          if (matches(name, child.name())) {
            next.add(child);
          }
        }
      }
      at = next;
    }
    return at;
  }

  /** Whether a name fits a pattern; takes time of the one's length times the other's at most. */
  static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int starName = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        starName = n;
      } else if (p < pattern.length() && isSame(pattern.charAt(p), name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++starName;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean isSame(char pattern, char unit) {
    return pattern == '?'
        || pattern == unit
        || Character.toUpperCase(pattern) == Character.toUpperCase(unit);
  }
}
