package io.vhdboot.driver;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which Windows a Models section is for: {@code
 * nt[arch][.[major][.[minor][.[productType][.[suiteMask][.[build]]]]]]}, after "INF Manufacturer
 * Section" and "Combining Platform Extensions with Operating System Versions" of Microsoft's
 * documentation. Numbers left out are -1.
 *
 * <p>A decoration without an architecture is for x86 only, as Windows has it since Server 2003 SP1.
 */
record TargetDecoration(
    String text,
    ProcessorArchitecture architecture,
    int major,
    int minor,
    int productType,
    int suiteMask,
    int build) {

  private static final int NONE = -1;

  /** The first build that knows builds in decorations; others know no such decoration. */
  private static final int FIRST_BUILD = 14310;

  /**
   * Which of two that both apply is nearer: the higher version, the higher build, the one that
   * names an architecture, a product type, a suite.
   */
  private static final Comparator<TargetDecoration> NEARNESS =
      Comparator.comparingInt(TargetDecoration::major)
          .thenComparingInt(TargetDecoration::minor)
          .thenComparingInt(TargetDecoration::build)
          .thenComparing(decoration -> decoration.architecture != null)
          .thenComparing(decoration -> decoration.productType != NONE)
          .thenComparing(decoration -> Integer.bitCount(Math.max(0, decoration.suiteMask)));

  /** Reads a decoration; empty where it is none. */
  static Optional<TargetDecoration> parse(String text) {
    String[] parts = text.strip().split("\\.", -1);
    String platform = parts[0];
    if (parts.length > 6 || !platform.regionMatches(true, 0, "nt", 0, 2)) {
      return Optional.empty();
    }
    ProcessorArchitecture architecture = null;
    if (platform.length() > 2) {
      architecture = ProcessorArchitecture.named(platform.substring(2)).orElse(null);
      if (architecture == null) {
        return Optional.empty();
      }
    }
    int[] numbers = {NONE, NONE, NONE, NONE, NONE};
    for (int i = 1; i < parts.length; i++) {
      if (!parts[i].isBlank()) {
        Optional<Integer> number = InfNumber.parse(parts[i]);
        if (number.isEmpty() || number.get() < 0) {
          return Optional.empty();
        }
        numbers[i - 1] = number.get();
      }
    }
    return Optional.of(
        new TargetDecoration(
            text.strip(),
            architecture,
            numbers[0],
            numbers[1],
            numbers[2],
            numbers[3],
            numbers[4]));
  }

  /** Whether it lets that Windows use the section. */
  boolean appliesTo(WindowsTarget target) {
    return isFor(target.architecture())
        && isOldEnough(target)
        && (productType == NONE || productType == target.productType())
        && (suiteMask == NONE || (suiteMask & target.suiteMask()) == suiteMask);
  }

  boolean isFor(ProcessorArchitecture processor) {
    return architecture == null
        ? processor == ProcessorArchitecture.X86
        : architecture == processor;
  }

  private boolean isOldEnough(WindowsTarget target) {
    if (build != NONE && !(target.major() >= 10 && target.build() >= FIRST_BUILD)) {
      return false;
    }
    if (major == NONE) {
      return build == NONE || target.build() >= build;
    }
    int least = Math.max(0, minor);
    if (target.major() == major && target.minor() == least) {
      return build == NONE || target.build() >= build;
    }
    return target.isAtLeast(major, least);
  }

  /** The one of several that Windows takes; empty where none applies. */
  static Optional<TargetDecoration> nearest(
      List<TargetDecoration> decorations, WindowsTarget target) {
    return decorations.stream().filter(d -> d.appliesTo(target)).max(NEARNESS);
  }
}
