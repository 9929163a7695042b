package io.vhdboot.disk.nio;

import java.nio.file.PathMatcher;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Patterns for paths, in the two syntaxes that {@link java.nio.file.FileSystem#getPathMatcher}
 * demands. Where case does not matter, a glob is compared by the volume's capitals, a regular
 * expression by Java's.
 */
public final class Glob {

  private static final String REGEX_META = ".^$+{[]|()";
  private static final String GLOB_META = "\\*?[{";

  private final String glob;
  private final UnaryOperator<String> capitals;
  private final boolean ignoresCase;
  private final StringBuilder regex = new StringBuilder();
  private boolean isInGroup;
  private int at;

  private Glob(String glob, UnaryOperator<String> capitals, boolean ignoresCase) {
    this.glob = glob;
    this.capitals = capitals;
    this.ignoresCase = ignoresCase;
  }

  /**
   * The matcher of {@code glob:…} or {@code regex:…} where case matters.
   *
   * @throws IllegalArgumentException when the text has no syntax before a colon
   * @throws PatternSyntaxException when the pattern is wrong
   * @throws UnsupportedOperationException for another syntax
   */
  public static PathMatcher matcher(String syntaxAndPattern) {
    return matcher(syntaxAndPattern, UnaryOperator.identity(), false);
  }

  /**
   * The matcher of {@code glob:…} or {@code regex:…} where case does not matter, for paths of one
   * file system only.
   *
   * @param capitals makes a text what the volume compares
   * @throws IllegalArgumentException when the text has no syntax before a colon
   * @throws PatternSyntaxException when the pattern is wrong
   * @throws UnsupportedOperationException for another syntax
   */
  public static PathMatcher matcher(String syntaxAndPattern, UnaryOperator<String> capitals) {
    return matcher(syntaxAndPattern, capitals, true);
  }

  private static PathMatcher matcher(
      String syntaxAndPattern, UnaryOperator<String> capitals, boolean ignoresCase) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "syntaxAndPattern (" + syntaxAndPattern + ") must be as in glob:*.txt");
    }
    String syntax = syntaxAndPattern.substring(0, colon);
    String text = syntaxAndPattern.substring(colon + 1);
    if (syntax.equalsIgnoreCase("glob")) {
      Pattern pattern =
          Pattern.compile(new Glob(text, capitals, ignoresCase).toRegex(), Pattern.DOTALL);
      return path -> pattern.matcher(capitals.apply(path.toString())).matches();
    }
    if (syntax.equalsIgnoreCase("regex")) {
      int flags = ignoresCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
      Pattern pattern = Pattern.compile(text, flags);
      return path -> pattern.matcher(path.toString()).matches();
    }
    throw new UnsupportedOperationException("patterns are of syntax glob or regex, not " + syntax);
  }

  private String toRegex() {
    while (at < glob.length()) {
      char unit = glob.charAt(at++);
      switch (unit) {
        case '\\' -> escaped();
        case '*' -> star();
        case '?' -> regex.append("[^/]");
        case '[' -> bracket();
        case '{' -> beginGroup();
        case '}' -> regex.append(endsGroup() ? ")" : "\\}");
        case ',' -> regex.append(isInGroup ? "|" : ",");
        default -> literal(unit);
      }
    }
    if (isInGroup) {
      throw new PatternSyntaxException("a group is not closed", glob, glob.length() - 1);
    }
    return regex.toString();
  }

  private void escaped() {
    if (at == glob.length()) {
      throw new PatternSyntaxException("nothing is escaped at the end", glob, at - 1);
    }
    literal(glob.charAt(at++));
  }

  private void star() {
    boolean crossesDirectories = at < glob.length() && glob.charAt(at) == '*';
    if (crossesDirectories) {
      at++;
    }
    regex.append(crossesDirectories ? ".*" : "[^/]*");
  }

  private void beginGroup() {
    if (isInGroup) {
      throw new PatternSyntaxException("groups cannot be nested", glob, at - 1);
    }
    isInGroup = true;
    regex.append("(?:");
  }

  private boolean endsGroup() {
    boolean ends = isInGroup;
    isInGroup = false;
    return ends;
  }

  private void literal(char unit) {
    String folded = capitals.apply(String.valueOf(unit));
    if (REGEX_META.indexOf(unit) >= 0 || GLOB_META.indexOf(unit) >= 0 || unit == '}') {
      regex.append('\\');
    }
    regex.append(folded);
  }

  /** Within brackets nothing is special but a hyphen and an exclamation mark at the begin. */
  private void bracket() {
    int begin = at - 1;
    // Names are capitals when they are compared; a range may be of small letters.
    regex.append(ignoresCase ? "(?:(?!/)(?iu:[" : "(?:(?!/)(?:[");
    if (at < glob.length() && glob.charAt(at) == '!') {
      regex.append('^');
      at++;
    }
    int first = at;
    char last = 0;
    while (at < glob.length() && (glob.charAt(at) != ']' || at == first)) {
      char unit = glob.charAt(at++);
      // As the end of a range it is let pass, as by the host's globs; it matches none either way.
      boolean endsRange = at - 2 > first && glob.charAt(at - 2) == '-';
      if (unit == '/' && !endsRange) {
        throw new PatternSyntaxException("brackets hold no separator", glob, at - 1);
      }
      boolean isRange =
          unit == '-' && at - 1 > first && at < glob.length() && glob.charAt(at) != ']';
      if (isRange) {
        if (glob.charAt(at) < last) {
          throw new PatternSyntaxException("the range goes backwards", glob, at - 2);
        }
        regex.append('-');
      } else {
        regex.append(String.format("\\u%04x", (int) unit));
        last = unit;
      }
    }
    if (at == glob.length()) {
      throw new PatternSyntaxException("a bracket is not closed", glob, begin);
    }
    at++;
    regex.append("]))");
  }
}
