package io.vhdboot.provisioning;

import java.util.Locale;

/** Sizes as people read and write them. */
final class Sizes {

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private Sizes() {}

  /** A size with its unit, rounded where it is not whole. */
  static String text(long bytes) {
    if (bytes < MIB) {
      return bytes + " bytes";
    }
    if (bytes % GIB == 0) {
      return bytes / GIB + " GiB";
    }
    return bytes % MIB == 0
        ? bytes / MIB + " MiB"
        : String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB);
  }

  /** A size of at least so many bytes, as the command line takes it. */
  static String atLeast(long bytes) {
    return (bytes + MIB - 1) / MIB + "MiB";
  }
}
