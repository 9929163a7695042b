package io.vhdboot.image;

import java.util.Locale;

/** How a file stores its virtual disk. */
public enum VirtualDiskKind {
  /** All of the disk. */
  FIXED,
  /** Only those blocks that were written. */
  DYNAMIC,
  /** Only what differs from a parent. */
  DIFFERENCING;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
