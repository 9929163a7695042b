package io.vhdboot.usb;

import java.util.Locale;

/** Sizes as they are printed on sticks: in powers of ten. */
final class ByteCount {

  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

  private ByteCount() {}

  static String text(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + " " + UNITS[0]
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
