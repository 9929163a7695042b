package io.vhdboot.diskpart;

/** Sizes as diskpart shows them: whole numbers of at most four digits, cut, not rounded. */
final class Quantity {

  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};
  private static final long MOST = 9999;

  private Quantity() {}

  /** A size, right-justified in seven columns. */
  static String of(long bytes) {
    long size = bytes;
    int unit = 0;
    while (size > MOST && unit < UNITS.length - 1) {
      size >>= 10;
      unit++;
    }
    return String.format("%7s", size + " " + UNITS[unit]);
  }
}
