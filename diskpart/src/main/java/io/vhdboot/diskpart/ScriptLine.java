package io.vhdboot.diskpart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line of a script, cut into words at white space; quotation marks keep words together and are
 * left out, also within a word such as {@code file="C:\my disks\a.vhd"}.
 */
final class ScriptLine {

  /** The shortest that a word may be cut to, as in {@code sel dis 1}. */
  private static final int SHORTEST = 3;

  private ScriptLine() {}

  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
        any = true;
      } else if (Character.isWhitespace(c) && !quoted) {
        if (any) {
          words.add(word.toString());
        }
        word.setLength(0);
        any = false;
      } else {
        word.append(c);
        any = true;
      }
    }
    if (any) {
      words.add(word.toString());
    }
    return words;
  }

  /** Makes {@code select disk=1} of it {@code select disk 1}, which is the same. */
  static List<String> selection(List<String> words) {
    if (words.size() == 2
        && stands(words.get(0), "select")
        && words.get(1).matches("(?i)(dis|disk|par.*|vol.*)=.+")) {
      int equals = words.get(1).indexOf('=');
      return List.of(
          words.get(0), words.get(1).substring(0, equals), words.get(1).substring(equals + 1));
    }
    return words;
  }

  /** Whether a word stands for a keyword: all of it or its first three letters or more. */
  static boolean stands(String word, String keyword) {
    String lower = word.toLowerCase(Locale.ROOT);
    return keyword.equals(lower) || lower.length() >= SHORTEST && keyword.startsWith(lower);
  }
}
