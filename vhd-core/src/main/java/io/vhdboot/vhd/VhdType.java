package io.vhdboot.vhd;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a VHD stores the disk's content. */
public enum VhdType {
  /** All of the disk, as it is. */
  FIXED(2),
  /** Only those blocks that were written. */
  DYNAMIC(3),
  /** Only those sectors that differ from a parent's. */
  DIFFERENCING(4);

  private final int code;

  VhdType(int code) {
    this.code = code;
  }

  /** The number that stands in the footer. */
  int code() {
    return code;
  }

  static Optional<VhdType> ofCode(long code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
