package io.vhdboot.udf.nio;

import java.nio.file.PathMatcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Patterns for paths, in the two syntaxes that every file system has. */
final class DiscGlob {

  private static final String REGEX_META = "\\.^$+{}[]|()*?";

  private DiscGlob() {}

  /**
   * The matcher of {@code glob:…} or {@code regex:…}.
   *
   * @throws IllegalArgumentException when the text has no syntax before a colon
   * @throws PatternSyntaxException when the pattern is wrong
   * @throws UnsupportedOperationException for another syntax
   */
  static PathMatcher matcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "syntaxAndPattern (" + syntaxAndPattern + ") must be as in glob:*.txt");
    }
    String syntax = syntaxAndPattern.substring(0, colon);
    String text = syntaxAndPattern.substring(colon + 1);
    Pattern pattern;
    if (syntax.equalsIgnoreCase("glob")) {
      pattern = Pattern.compile(regex(text), Pattern.DOTALL);
    } else if (syntax.equalsIgnoreCase("regex")) {
      pattern = Pattern.compile(text);
    } else {
      throw new UnsupportedOperationException("patterns are of syntax glob or regex: " + syntax);
    }
    return path -> pattern.matcher(path.toString()).matches();
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    boolean isInGroup = false;
    int at = 0;
    while (at < glob.length()) {
      char unit = glob.charAt(at++);
      switch (unit) {
        case '\\' -> {
          if (at == glob.length()) {
            throw new PatternSyntaxException("nothing is escaped at the end", glob, at - 1);
          }
          literal(regex, glob.charAt(at++));
        }
        case '*' -> {
          boolean crosses = at < glob.length() && glob.charAt(at) == '*';
          at += crosses ? 1 : 0;
          regex.append(crosses ? ".*" : "[^/]*");
        }
        case '?' -> regex.append("[^/]");
        case '[' -> {
          int end = glob.indexOf(']', at + 1);
          if (end < 0 || glob.substring(at, end).indexOf('/') >= 0) {
            throw new PatternSyntaxException("a bracket is not closed", glob, at - 1);
          }
          String set = glob.substring(at, end).replace("\\", "\\\\").replace("&", "\\&");
          set = set.replace("[", "\\[").replace("^", "\\^");
          regex.append("[[^/]&&[").append(set.startsWith("!") ? "^" + set.substring(1) : set);
          regex.append("]]");
          at = end + 1;
        }
        case '{' -> {
          if (isInGroup) {
            throw new PatternSyntaxException("groups cannot be nested", glob, at - 1);
          }
          isInGroup = true;
          regex.append("(?:(?:");
        }
        case '}' -> {
          regex.append(isInGroup ? "))" : "\\}");
          isInGroup = false;
        }
        case ',' -> regex.append(isInGroup ? ")|(?:" : ",");
        default -> literal(regex, unit);
      }
    }
    if (isInGroup) {
      throw new PatternSyntaxException("a group is not closed", glob, glob.length() - 1);
    }
    return regex.toString();
  }

  private static void literal(StringBuilder regex, char unit) {
    if (REGEX_META.indexOf(unit) >= 0) {
      regex.append('\\');
    }
    regex.append(unit);
  }
}
