package io.vhdboot.driver;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The strings of one language. Which section is taken: that of the language, that of its neutral
 * form, any of the same primary language, {@code [Strings]}, as "INF Strings Section" of
 * Microsoft's documentation says.
 */
final class InfStrings {

  private static final String SECTION = "strings";
  private static final int PRIMARY_LANGUAGE = 0x3FF;

  private final Map<String, String> strings;

  private InfStrings(Map<String, String> strings) {
    this.strings = strings;
  }

  /**
   * Takes the strings of a language.
   *
   * @param language a Windows language identifier, or 0 for {@code [Strings]}
   */
  static InfStrings of(Map<String, InfSection> sections, int language) {
    InfSection chosen = sections.get(SECTION);
    int best = chosen == null ? Integer.MAX_VALUE : 3;
    for (Map.Entry<String, InfSection> section : sections.entrySet()) {
      int offered = language(section.getKey());
      if (language == 0 || offered < 0) {
        continue;
      }
      int distance =
          offered == language
              ? 0
              : (offered & PRIMARY_LANGUAGE) != (language & PRIMARY_LANGUAGE)
                  ? Integer.MAX_VALUE
                  : offered == (language & PRIMARY_LANGUAGE) ? 1 : 2;
      if (distance < best) {
        best = distance;
        chosen = section.getValue();
      }
    }
    Map<String, String> strings = new HashMap<>();
    if (chosen != null) {
      for (InfLine line : chosen.lines()) {
        strings.putIfAbsent(line.key().toLowerCase(Locale.ROOT), line.value(0));
      }
    }
    return new InfStrings(strings);
  }

  /** Whether a section, its name in lower case, holds strings. */
  static boolean isStrings(String section) {
    return section.equals(SECTION) || language(section) >= 0;
  }

  private static int language(String section) {
    if (!section.startsWith(SECTION + ".")) {
      return -1;
    }
    String number = section.substring(SECTION.length() + 1);
    return number.matches("(0x)?[0-9a-f]{1,4}")
        ? Integer.parseInt(number.replace("0x", ""), 16)
        : -1;
  }

  /**
   * Puts strings in the place of tokens; {@code %%} is a percent sign. Numbers, which stand for
   * folders, and tokens that are not known are left as they are. What gets longer than Windows
   * takes is cut.
   *
   * @param unknown is told the tokens that are not known
   */
  String expand(String text, Consumer<String> unknown) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder expanded = new StringBuilder();
    int position = 0;
    while (position < text.length() && expanded.length() <= InfLexer.MAX_VALUE) {
      int open = text.indexOf('%', position);
      int close = open < 0 ? -1 : text.indexOf('%', open + 1);
      if (close < 0) {
        break;
      }
      expanded.append(text, position, open);
      String token = text.substring(open + 1, close);
      String string = strings.get(token.toLowerCase(Locale.ROOT));
      if (token.isEmpty()) {
        expanded.append('%');
      } else if (string != null) {
        expanded.append(string);
      } else {
        if (!DirectoryId.isNumber(token)) {
          unknown.accept(token);
        }
        expanded.append('%').append(token).append('%');
      }
      position = close + 1;
    }
    expanded.append(text, position, text.length());
    if (expanded.length() > InfLexer.MAX_VALUE) {
      expanded.setLength(InfLexer.MAX_VALUE);
    }
    return expanded.toString();
  }
}
