package io.vhdboot.vhdx;

import java.util.Locale;

/** How a VHDX stores the disk's content. */
public enum VhdxType {
  /** All blocks, from the beginning on. */
  FIXED,
  /** Only those blocks that were written. */
  DYNAMIC,
  /** Only those sectors that differ from a parent's. */
  DIFFERENCING;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
