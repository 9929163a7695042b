package io.vhdboot.diskpart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What stands behind a command's own words: parameters with values, bare words, and the rest. */
final class Arguments {

  private final String command;
  private final Map<String, String> values = new HashMap<>();
  private final Set<String> flags = new HashSet<>();
  private final List<String> rest = new ArrayList<>();

  private Arguments(String command) {
    this.command = command;
  }

  /**
   * Sorts words into parameters.
   *
   * @param known what the command knows: {@code name=} takes a value, {@code name} does not, and
   *     {@code *} allows one more word
   */
  static Arguments of(String command, List<String> words, List<String> known) throws Refusal {
    Arguments arguments = new Arguments(command);
    for (String word : words) {
      arguments.take(word, known);
    }
    return arguments;
  }

  private void take(String word, List<String> known) throws Refusal {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals + 1);
    for (String parameter : known) {
      if (equals >= 0
          && parameter.endsWith("=")
          && ScriptLine.stands(
              name.substring(0, equals), parameter.substring(0, parameter.length() - 1))) {
        if (values.put(parameter, word.substring(equals + 1)) != null) {
          throw bad();
        }
        return;
      }
      if (equals < 0 && !parameter.endsWith("=") && ScriptLine.stands(name, parameter)) {
        flags.add(parameter);
        return;
      }
    }
    if (equals >= 0 || !known.contains("*") || !rest.isEmpty()) {
      throw bad();
    }
    rest.add(word);
  }

  /** Says that the arguments are not valid. */
  Refusal bad() {
    return Refusal.badArguments(command);
  }

  boolean has(String flag) {
    return flags.contains(flag);
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name + "="));
  }

  /** The word that is no parameter. */
  Optional<String> word() {
    return rest.stream().findFirst();
  }

  /** A whole number that is not negative, times a unit. */
  OptionalLong number(String name, long unit) throws Refusal {
    Optional<String> text = value(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(text.get());
      if (number < 0) {
        throw bad();
      }
      return OptionalLong.of(Math.multiplyExact(number, unit));
    } catch (NumberFormatException | ArithmeticException e) {
      throw bad();
    }
  }
}
