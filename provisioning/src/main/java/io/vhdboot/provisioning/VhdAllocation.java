package io.vhdboot.provisioning;

import java.util.Locale;

/** Of which format the file with the disk is and how it takes its room on the stick. */
public enum VhdAllocation {
  /**
   * A VHD of which only blocks that hold something take room; Windows expands it to its full size
   * at boot.
   */
  DYNAMIC,
  /** A VHD whose whole room is taken from the beginning. */
  FIXED,
  /** The same as {@link #DYNAMIC} as a VHDX, which Windows 8 and later boot from. */
  VHDX_DYNAMIC,
  /** The same as {@link #FIXED} as a VHDX, which Windows 8 and later boot from. */
  VHDX_FIXED;

  /** Whether the file is a VHDX. */
  public boolean isVhdx() {
    return this == VHDX_DYNAMIC || this == VHDX_FIXED;
  }

  /** What the file's name ends with, the point included. */
  String extension() {
    return isVhdx() ? ".vhdx" : ".vhd";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
