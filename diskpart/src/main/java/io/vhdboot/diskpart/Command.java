package io.vhdboot.diskpart;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A command: the words it begins with, and what it does.
 *
 * @param words its words, in lower case
 * @param parameters what may stand behind them, as {@link Arguments} takes it
 * @param action what it does
 */
record Command(List<String> words, List<String> parameters, Action action) {

  /** What a command does. */
  interface Action {
    void run(Arguments arguments) throws Refusal, IOException;
  }

  static Command of(String words, String parameters, Action action) {
    return new Command(
        List.of(words.split(" ")),
        parameters.isEmpty() ? List.of("noerr") : List.of((parameters + " noerr").split(" ")),
        action);
  }

  /** Whether a line begins with the words of this command, cut short or not. */
  boolean begins(List<String> line) {
    if (line.size() < words.size()) {
      return false;
    }
    for (int i = 0; i < words.size(); i++) {
      if (!ScriptLine.stands(line.get(i), words.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The command as messages name it. */
  String title() {
    return String.join(" ", words).toUpperCase(Locale.ROOT);
  }
}
