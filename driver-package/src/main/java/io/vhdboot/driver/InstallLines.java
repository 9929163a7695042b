package io.vhdboot.driver;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lines of install sections, those of the sections they need in their place. {@code Include}
 * names INF files of Windows where needed sections may lie. What was needed once is not needed
 * again, so that sections that need each other end.
 */
final class InstallLines {

  /** How deep needed sections may need others; Microsoft's documentation forbids it at all. */
  private static final int MAX_DEPTH = 16;

  /** INF files that one package may include. */
  private static final int MAX_INCLUDES = 64;

  /** Lines and values that a package's sections may have, counted as often as they are reached. */
  private static final int MAX_STEPS = 1 << 20;

  /** Characters that count as much as a value. */
  private static final int CHARACTERS_A_STEP = 64;

  private final InfFile inf;
  private final InfLibrary library;
  private final Map<String, Optional<InfFile>> included = new HashMap<>();
  private int stepsLeft = MAX_STEPS;

  /** A line with the file it is in, whose strings are its. */
  record Placed(InfFile inf, InfLine line) {

    String key() {
      return line.key();
    }

    String value(int index) {
      return inf.expand(line.value(index));
    }

    List<String> values() {
      return line.values().stream().map(inf::expand).toList();
    }
  }

  InstallLines(InfFile inf, InfLibrary library) {
    this.inf = inf;
    this.library = library;
  }

  /** Counts lines that are gone over, so that the work is bounded whatever the file says. */
  void count(int steps) throws CorruptFormatException {
    stepsLeft -= steps;
    if (stepsLeft < 0) {
      throw new CorruptFormatException(
          inf.name(),
          CorruptFormatException.NO_OFFSET,
          "its install sections come to more than " + MAX_STEPS + " lines");
    }
  }

  /** Counts what is kept, by its characters. */
  void countText(int characters) throws CorruptFormatException {
    count(1 + characters / CHARACTERS_A_STEP);
  }

  /** The lines of a section of the package's INF file; none where there is no such section. */
  List<Placed> of(String section) throws IOException {
    List<Placed> lines = new ArrayList<>();
    Optional<InfSection> found = inf.section(section);
    if (found.isPresent()) {
      add(inf, found.get(), lines, new HashSet<>(), 0);
    }
    return lines;
  }

  private void add(
      InfFile file, InfSection section, List<Placed> lines, Set<String> seen, int depth)
      throws IOException {
    if (depth > MAX_DEPTH
        || !seen.add(
            file.name().toLowerCase(Locale.ROOT) + "|" + section.name().toLowerCase(Locale.ROOT))) {
      return;
    }
    count(1);
    List<InfFile> files = new ArrayList<>(List.of(file));
    for (InfLine line : section.lines()) {
      count(1 + line.values().size());
      if (line.hasKey("Include")) {
        for (String name : line.values()) {
          include(file.expand(name)).ifPresent(files::add);
        }
      }
    }
    for (InfLine line : section.lines()) {
      lines.add(new Placed(file, line));
      if (line.hasKey("Needs")) {
        for (String value : line.values()) {
          String needed = file.expand(value);
          for (InfFile candidate : files) {
            Optional<InfSection> found = candidate.section(needed);
            if (found.isPresent()) {
              add(candidate, found.get(), lines, seen, depth + 1);
              break;
            }
          }
        }
      }
    }
  }

  /** An included INF file; empty where it is not there or cannot be read. */
  private Optional<InfFile> include(String name) throws IOException {
    String key = name.toLowerCase(Locale.ROOT);
    if (!included.containsKey(key)) {
      if (included.size() == MAX_INCLUDES) {
        return Optional.empty();
      }
      Optional<InfFile> found;
      try {
        found = library.find(name);
      } catch (DiskFormatException e) {
        // A damaged INF file of Windows is as good as none.
        found = Optional.empty();
      }
      included.put(key, found);
    }
    return included.get(key);
  }
}
