package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;

/** The layout of a fixed VHD: the disk as it is, and the footer behind it. */
public final class FixedVhdLayout implements VhdLayout {

  /** The whole disk lies together; this is as much of it as is dealt with at once. */
  private static final int STRETCH = 1 << 30;

  private final VhdOptions options;

  private FixedVhdLayout(VhdOptions options) {
    this.options = options;
  }

  /** The layout of a fixed VHD; its block size says nothing. */
  public static FixedVhdLayout of(VhdOptions options) {
    return new FixedVhdLayout(options);
  }

  @Override
  public long fileSize() {
    return options.diskSize() + VhdFooter.SIZE;
  }

  @Override
  public long filePositionOf(long diskPosition) {
    LaidOutDisk.checkPosition(diskPosition, options.diskSize());
    return diskPosition;
  }

  @Override
  public BlockDevice create(BlockDevice target) throws IOException {
    LaidOutDisk.checkTarget(target, fileSize());
    return new LaidOutDisk(target, options, VhdType.FIXED, this, STRETCH);
  }

  @Override
  public String toString() {
    return "fixed VHD of " + fileSize() + " bytes";
  }
}
