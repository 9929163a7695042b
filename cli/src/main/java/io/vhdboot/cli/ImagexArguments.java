package io.vhdboot.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * imagex's own command line: one verb, options and the rest in their order. Verbs and options begin
 * with {@code /} or {@code -}, in any case and at any place; what begins so but is neither, such as
 * a path of Unix, belongs to the rest.
 *
 * @param verb what to do
 * @param options the options that were given, with their values or an empty text
 * @param references the values of all {@code /ref}
 * @param rest files, numbers, names
 */
record ImagexArguments(
    Verb verb, Map<Choice, String> options, List<String> references, List<String> rest) {

  /** What imagex does, as far as files are concerned. */
  enum Verb {
    INFO,
    DIR,
    APPLY,
    CAPTURE,
    APPEND,
    EXPORT,
    DELETE,
    SPLIT
  }

  /** Its options. */
  enum Choice {
    BOOT(false),
    CHECK(false),
    COMPRESS(true),
    CONFIG(true),
    FLAGS(true),
    LOGFILE(true),
    NORPFIX(false),
    REF(true),
    SCROLL(false),
    TEMP(true),
    VERIFY(false),
    XML(false);

    private final boolean hasValue;

    Choice(boolean hasValue) {
      this.hasValue = hasValue;
    }
  }

  /** What needs a driver in Windows. */
  private static final List<String> MOUNTING =
      List.of("MOUNT", "MOUNTRW", "UNMOUNT", "REMOUNT", "CLEANUP", "COMMIT");

  /**
   * Throws unless there is a number of names that the verb takes.
   *
   * @throws IllegalArgumentException when there are fewer or more
   */
  void checkCount(int least, int most) {
    if (rest.size() < least || rest.size() > most) {
      throw new IllegalArgumentException(
          "/"
              + verb.name().toLowerCase(Locale.ROOT)
              + " takes "
              + least
              + " to "
              + most
              + " names, not "
              + rest.size()
              + (rest.isEmpty() ? "" : ": " + String.join(" ", rest)));
    }
  }

  /** The arguments of {@code vhdboot} that do the same, of what changes or makes files. */
  List<String> toWimCommand() {
    List<String> command = new ArrayList<>(List.of("wim"));
    switch (verb) {
      case INFO -> {
        checkCount(3, 4);
        command.addAll(List.of("set", rest.get(0), rest.get(1), "--name", rest.get(2)));
        if (rest.size() == 4) {
          command.addAll(List.of("--description", rest.get(3)));
        }
      }
      case CAPTURE, APPEND -> {
        checkCount(3, 4);
        command.add(verb == Verb.CAPTURE ? "capture" : "append");
        command.addAll(rest);
        if (verb == Verb.CAPTURE) {
          // imagex compresses fast unless told, and replaces a file that is there.
          command.addAll(
              List.of("--compress", options.getOrDefault(Choice.COMPRESS, "fast"), "--overwrite"));
        }
        add(command, Choice.CONFIG, "--config");
        add(command, Choice.FLAGS, "--flags");
        addFlag(command, Choice.BOOT, "--boot");
        addFlag(command, Choice.NORPFIX, "--norpfix");
        addFlag(command, Choice.CHECK, "--check");
      }
      case EXPORT -> {
        checkCount(3, 4);
        command.add("export");
        command.addAll(rest);
        if (rest.get(1).equals("*")) {
          command.set(3, "all");
        }
        add(command, Choice.COMPRESS, "--compress");
        addFlag(command, Choice.BOOT, "--boot");
        addFlag(command, Choice.CHECK, "--check");
      }
      case DELETE -> {
        checkCount(2, 2);
        command.add("delete");
        command.addAll(rest);
      }
      case SPLIT -> {
        checkCount(3, 3);
        command.addAll(List.of("split", rest.get(0), rest.get(1), rest.get(2) + "MiB"));
      }
      default -> throw new IllegalStateException(verb + " changes nothing");
    }
    return command;
  }

  private void add(List<String> command, Choice choice, String option) {
    if (has(choice)) {
      command.addAll(List.of(option, options.get(choice)));
    }
  }

  private void addFlag(List<String> command, Choice choice, String option) {
    if (has(choice)) {
      command.add(option);
    }
  }

  /** Whether an option was given. */
  boolean has(Choice choice) {
    return options.containsKey(choice);
  }

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException when it is none of imagex's
   */
  static ImagexArguments parse(List<String> arguments) {
    Verb verb = null;
    Map<Choice, String> options = new EnumMap<>(Choice.class);
    List<String> references = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String name = name(argument);
      Verb asVerb = find(Verb.values(), name);
      Choice asChoice = find(Choice.values(), name);
      if (MOUNTING.contains(name)) {
        throw new IllegalArgumentException(
            argument + " needs a driver of Windows; use wim extract, or apply to a volume");
      } else if (asVerb != null && verb != null) {
        throw new IllegalArgumentException(argument + ": one thing at a time");
      } else if (asVerb != null) {
        verb = asVerb;
      } else if (asChoice == null) {
        rest.add(argument);
      } else if (!asChoice.hasValue) {
        options.put(asChoice, "");
      } else if (++i == arguments.size()) {
        throw new IllegalArgumentException(argument + " needs something behind it");
      } else if (asChoice == Choice.REF) {
        references.add(arguments.get(i));
      } else {
        options.put(asChoice, arguments.get(i));
      }
    }
    if (verb == null) {
      throw new IllegalArgumentException(
          "imagex takes /info, /dir, /apply, /capture, /append, /export, /delete or /split");
    }
    return new ImagexArguments(verb, options, references, rest);
  }

  /** The name of what may be a verb or an option, in capitals; empty where it cannot be one. */
  private static String name(String argument) {
    return argument.startsWith("/") || argument.startsWith("-")
        ? argument.substring(1).toUpperCase(Locale.ROOT)
        : "";
  }

  private static <E extends Enum<E>> E find(E[] values, String name) {
    for (E value : values) {
      if (value.name().equals(name)) {
        return value;
      }
    }
    return null;
  }
}
