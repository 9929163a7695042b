package io.vhdboot.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Arguments in Windows' own grammar: options begin with a slash, in any case, and some have a value
 * behind them. What is no option of a command is an argument, such as a path of Linux.
 */
final class SlashOptions {

  private final Set<String> given = new HashSet<>();
  private final Map<String, String> values = new HashMap<>();
  private final List<String> arguments = new ArrayList<>();

  private SlashOptions() {}

  /**
   * Reads a command's arguments.
   *
   * @param flags the options without a value
   * @param valued those with one
   * @param optional those with one that may be left out, and begins with a brace
   * @throws IllegalArgumentException when a value is missing, or an option stands twice
   */
  static SlashOptions parse(
      List<String> texts, Set<String> flags, Set<String> valued, Set<String> optional) {
    SlashOptions options = new SlashOptions();
    for (int i = 0; i < texts.size(); i++) {
      String name = texts.get(i).toLowerCase(Locale.ROOT);
      boolean takes = valued.contains(name);
      boolean mayTake =
          optional.contains(name) && i + 1 < texts.size() && texts.get(i + 1).startsWith("{");
      if (!takes && !flags.contains(name) && !optional.contains(name)) {
        options.arguments.add(texts.get(i));
        continue;
      }
      if (!options.given.add(name)) {
        throw new IllegalArgumentException(name + " stands there twice");
      }
      if (takes || mayTake) {
        if (++i == texts.size()) {
          throw new IllegalArgumentException(name + " needs a value behind it");
        }
        options.values.put(name, texts.get(i));
      }
    }
    return options;
  }

  boolean has(String name) {
    return given.contains(name);
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** What is no option. */
  List<String> arguments() {
    return List.copyOf(arguments);
  }
}
