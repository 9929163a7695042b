package io.vhdboot.wim;

/** Rounds sizes up to the 8 bytes at which a WIM's metadata are aligned. */
final class Padding {

  private Padding() {}

  /** The next multiple of 8; the size must not be within 7 of the largest number. */
  static long to8(long size) {
    return size + 7 & ~7L;
  }
}
