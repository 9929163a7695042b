package io.vhdboot.testing;

import java.util.SplittableRandom;

/**
 * The seed of a random test, which is printed, so that a failure can be repeated. The full run
 * takes a new one each time and searches; the sample takes one of the test's own, so that whether a
 * build passes is a matter of what was changed. {@code -Dvhdboot.seed=N} takes N, and {@code
 * random} a new one.
 */
public final class Seed {

  private Seed() {}

  /** A generator for the named test, whose seed is printed. */
  public static SplittableRandom random(String test) {
    long seed = seed(test);
    System.out.println(test + ": seed " + seed + " (repeat with -Dvhdboot.seed=" + seed + ")");
    return new SplittableRandom(seed);
  }

  private static long seed(String test) {
    String wanted = System.getProperty("vhdboot.seed", isFull() ? "random" : "");
    return switch (wanted) {
      case "" -> test.hashCode();
      case "random" -> System.nanoTime() ^ test.hashCode();
      default -> Long.parseLong(wanted);
    };
  }

  /** Whether the long figures are wanted (profile {@code full}) or a sample of them. */
  public static boolean isFull() {
    return Boolean.getBoolean("vhdboot.full");
  }

  /** A count of cases: the whole figure in the full run, the sample otherwise. */
  public static int cases(int full, int sample) {
    return isFull() ? full : sample;
  }
}
