package io.vhdboot.driver;

import java.util.List;
import java.util.Optional;

/**
 * A line of {@code [Manufacturer]}: {@code %name% = models, decoration, ...} or just the name of
 * both.
 *
 * @param line the line
 * @param name the maker's name as the INF file has it
 * @param models the Models section's name without decoration
 * @param decorations the decorations it has sections for
 */
record Manufacturer(InfLine line, String name, String models, List<TargetDecoration> decorations) {

  static Manufacturer of(InfFile inf, InfLine line) {
    if (line.key().isEmpty()) {
      return new Manufacturer(line, line.value(0), inf.expand(line.value(0)), List.of());
    }
    return new Manufacturer(
        line,
        line.key(),
        inf.expand(line.value(0)),
        line.values().stream()
            .skip(1)
            .map(inf::expand)
            .map(TargetDecoration::parse)
            .flatMap(Optional::stream)
            .toList());
  }
}
