package io.vhdboot.image;

import java.util.Locale;

/** Sizes as people read them. */
public final class Quantity {

  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Quantity() {}

  /** A size in the largest binary unit in which it is at least 1, such as {@code 14.8 GiB}. */
  public static String ofBytes(long bytes) {
    int unit = 0;
    double size = bytes;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return size == Math.rint(size)
        ? String.format(Locale.ROOT, "%.0f %s", size, UNITS[unit])
        : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }
}
