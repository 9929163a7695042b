package io.vhdboot.driver;

import io.vhdboot.disk.CorruptFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Parts an INF file into sections, lines and values, after "General Syntax Rules for INF Files" of
 * Microsoft's documentation:
 *
 * <ul>
 *   <li>a semicolon begins a comment, outside quotes and {@code %strkey%} tokens;
 *   <li>backslashes at the end of a line, a comment behind them or not, join the next line to it,
 *       which lines of comments may come before;
 *   <li>a pair of quotes within quotes is one of them; white space around a value goes unless
 *       quoted;
 *   <li>the first equals sign ends the key, if no comma came before it.
 * </ul>
 */
final class InfLexer {

  /** Longest value that Windows takes, without the NUL it counts. */
  static final int MAX_VALUE = 4095;

  /** Longest name of a section. */
  static final int MAX_SECTION_NAME = 255;

  /** Lines and values that a file may have; those of graphics drivers have some 100,000. */
  private static final int MAX_VALUES = 1 << 20;

  private final String source;
  private final String text;
  private final InfFindings findings;
  private final Map<String, Gathered> sections = new LinkedHashMap<>();
  private int position;
  private int line = 1;
  private int valuesLeft = MAX_VALUES;

  private final StringBuilder value = new StringBuilder();
  private int solidLength;
  private boolean isCutShort;

  private record Gathered(String name, int number, List<InfLine> lines) {}

  InfLexer(String source, String text, InfFindings findings) {
    this.source = source;
    this.text = text;
    this.findings = findings;
  }

  /** The sections by their names in lower case. */
  Map<String, InfSection> sections() throws CorruptFormatException {
    Gathered section = null;
    boolean isToldOfText = false;
    while (position < text.length()) {
      skipSpace();
      if (isEndOfLine() || at() == ';') {
        nextLine();
      } else if (at() == '[') {
        section = header();
      } else {
        InfLine parsed = line();
        if (section != null) {
          section.lines.add(parsed);
        } else if (!isToldOfText) {
          isToldOfText = true;
          findings.error(1002, parsed.number(), "text before the first section");
        }
      }
    }
    Map<String, InfSection> done = new LinkedHashMap<>();
    sections.forEach(
        (name, gathered) ->
            done.put(name, new InfSection(gathered.name, gathered.number, gathered.lines)));
    return done;
  }

  private Gathered header() throws CorruptFormatException {
    int start = ++position;
    while (!isEndOfLine() && at() != ']') {
      position++;
    }
    String name = text.substring(start, position).strip();
    if (isEndOfLine()) {
      findings.error(1002, line, "the name of section [" + cut(name) + " is not closed by a ]");
    }
    if (name.length() > MAX_SECTION_NAME) {
      findings.error(1002, line, "the name of section [" + cut(name) + "] has over 255 characters");
      name = name.substring(0, MAX_SECTION_NAME);
    }
    int number = line;
    nextLine();
    count();
    String shown = name;
    return sections.computeIfAbsent(
        name.toLowerCase(Locale.ROOT), key -> new Gathered(shown, number, new ArrayList<>()));
  }

  /** A line of a section, with those that are joined to it. */
  private InfLine line() throws CorruptFormatException {
    int number = line;
    String key = null;
    List<String> values = new ArrayList<>(4);
    begin();
    isCutShort = false;
    while (!isEndOfLine() && !isCutShort) {
      char c = at();
      if (c == ';') {
        break;
      } else if (c == '"') {
        quoted();
      } else if (c == ',') {
        values.add(end());
        position++;
      } else if (c == '=' && key == null && values.isEmpty()) {
        key = end();
        position++;
      } else if (c == '\\') {
        backslashes();
      } else if (c == '%') {
        percent();
      } else {
        append(c, !isSpace(c));
        position++;
      }
    }
    if (!isCutShort) {
      nextLine();
    }
    String last = end();
    if (!last.isEmpty() || !values.isEmpty() || key == null) {
      values.add(last);
    }
    return new InfLine(number, key == null ? "" : key, values);
  }

  private void begin() {
    value.setLength(0);
    solidLength = 0;
  }

  private void append(char c, boolean isSolid) {
    // White space before a value is none of it.
    if (isSolid || solidLength > 0) {
      value.append(c);
    }
    if (isSolid) {
      solidLength = value.length();
    }
  }

  /** The value that ends here; the next one begins. */
  private String end() throws CorruptFormatException {
    count();
    if (solidLength > MAX_VALUE) {
      findings.error(1002, line, "a value has over " + MAX_VALUE + " characters");
      solidLength = MAX_VALUE;
    }
    String ended = value.substring(0, solidLength);
    begin();
    return ended;
  }

  private void count() throws CorruptFormatException {
    if (--valuesLeft < 0) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "an INF file of more than " + MAX_VALUES + " values");
    }
  }

  private void quoted() {
    position++;
    // Empty quotes hold the place of white space before what follows.
    while (!isEndOfLine()) {
      char c = at();
      position++;
      if (c == '"') {
        if (isEndOfLine() || at() != '"') {
          return;
        }
        position++;
      }
      append(c, true);
    }
    findings.error(1002, line, "a quote is not closed");
  }

  /** A token up to its closing percent sign, which may hold a semicolon. */
  private void percent() {
    int close = position + 1;
    while (close < text.length() && "%\r\n\",=".indexOf(text.charAt(close)) < 0) {
      if (text.charAt(close) == ';' && isSpace(text.charAt(close - 1))) {
        break;
      }
      close++;
    }
    boolean isToken = close < text.length() && text.charAt(close) == '%';
    int end = isToken ? close + 1 : position + 1;
    while (position < end) {
      append(at(), true);
      position++;
    }
  }

  /** Backslashes join the next line where only white space and a comment are left of this one. */
  private void backslashes() {
    int ahead = position;
    while (ahead < text.length() && text.charAt(ahead) == '\\') {
      ahead++;
    }
    int end = ahead;
    while (ahead < text.length() && isSpace(text.charAt(ahead))) {
      ahead++;
    }
    if (ahead < text.length() && ";\r\n".indexOf(text.charAt(ahead)) >= 0) {
      joinNextLine();
      return;
    }
    while (position < end) {
      append(at(), true);
      position++;
    }
  }

  /**
   * Goes on in the next line. Lines of comments between, as files for modems have them within long
   * data, are passed over; a header of a section is never joined to what comes before it.
   */
  private void joinNextLine() {
    nextLine();
    skipSpace();
    while (position < text.length() && at() == ';') {
      nextLine();
      skipSpace();
    }
    if (position < text.length() && at() == '[') {
      findings.error(1002, line, "a backslash joins the header of a section to the line before");
      isCutShort = true;
    }
  }

  private void nextLine() {
    while (!isEndOfLine()) {
      position++;
    }
    if (position < text.length()) {
      boolean isPair = at() == '\r' && text.startsWith("\n", position + 1);
      position += isPair ? 2 : 1;
      line++;
    }
  }

  private void skipSpace() {
    while (!isEndOfLine() && isSpace(at())) {
      position++;
    }
  }

  private char at() {
    return text.charAt(position);
  }

  private boolean isEndOfLine() {
    return position >= text.length() || at() == '\n' || at() == '\r';
  }

  private static boolean isSpace(char c) {
    return c <= ' ' && c != '\n' && c != '\r' || c == '\u00A0';
  }

  private static String cut(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "...";
  }
}
