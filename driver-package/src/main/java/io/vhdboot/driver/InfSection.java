package io.vhdboot.driver;

import java.util.List;
import java.util.Optional;

/**
 * A section; all sections of one name make one, in the order of the file.
 *
 * @param name the name as it is written where it comes first
 * @param number the line of its first header, from 1
 * @param lines its lines
 */
public record InfSection(String name, int number, List<InfLine> lines) {

  public InfSection {
    lines = List.copyOf(lines);
  }

  /** The first line with a key, in any letter case. */
  public Optional<InfLine> line(String key) {
    return lines.stream().filter(line -> line.hasKey(key)).findFirst();
  }
}
