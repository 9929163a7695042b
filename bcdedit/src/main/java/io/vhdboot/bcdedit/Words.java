package io.vhdboot.bcdedit;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A command's words, taken one after the other. */
final class Words {

  private final String command;
  private final List<String> words;
  private int at;

  Words(String command, List<String> words) {
    this.command = command;
    this.words = words;
  }

  boolean hasNext() {
    return at < words.size();
  }

  /** The next word; the command is not valid without it. */
  String next() throws Refusal {
    if (!hasNext()) {
      throw Refusal.badCommand(command);
    }
    return words.get(at++);
  }

  /** The next word if there is one that fits. */
  Optional<String> nextIf(Predicate<String> fits) {
    return hasNext() && fits.test(words.get(at)) ? Optional.of(words.get(at++)) : Optional.empty();
  }

  /** Takes a word that must be this one. */
  void expect(String word) throws Refusal {
    if (!next().equalsIgnoreCase(word)) {
      throw Refusal.badCommand(command);
    }
  }

  /** All words that are left. */
  List<String> rest() {
    List<String> rest = words.subList(at, words.size());
    at = words.size();
    return rest;
  }

  /** Throws when words are left. */
  void end() throws Refusal {
    if (hasNext()) {
      throw Refusal.badCommand(command);
    }
  }
}
