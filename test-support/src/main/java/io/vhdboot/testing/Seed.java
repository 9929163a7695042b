package io.vhdboot.testing;

import java.util.SplittableRandom;

/**
 * The seed of a random test. It is new in every run unless {@code -Dvhdboot.seed=N} repeats an
 * earlier one, and it is printed, so that a failure can be repeated.
 */
public final class Seed {

  private Seed() {}

  /** A generator for the named test, whose seed is printed. */
  public static SplittableRandom random(String test) {
    Long fixed = Long.getLong("vhdboot.seed");
    long seed = fixed != null ? fixed : System.nanoTime() ^ test.hashCode();
    System.out.println(test + ": seed " + seed + " (repeat with -Dvhdboot.seed=" + seed + ")");
    return new SplittableRandom(seed);
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
