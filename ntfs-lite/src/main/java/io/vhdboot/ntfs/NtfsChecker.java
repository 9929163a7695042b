package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;

/**
 * Checks a volume as Windows' chkdsk does, and for what chkdsk lets pass, without writing anything:
 * boot sectors, $MFT and its mirror, every record and attribute, data runs and cluster ownership,
 * the bitmaps, every index against the files and back, link counts, short names, security
 * descriptors, object ids, reparse points, and the contents of the metadata files.
 *
 * <p>Damage of any kind ends in findings. Memory is bounded: about 70 bytes for each record, one
 * bit for each cluster, one directory block for each level of an index.
 */
public final class NtfsChecker {

  private NtfsChecker() {}

  /**
   * Checks the volume that a device holds.
   *
   * @throws IOException when the device cannot be read
   */
  public static NtfsCheckReport check(BlockDevice device) throws IOException {
    return check(device, NtfsCheckOptions.DEFAULT);
  }

  /** Checks as {@link #check(BlockDevice)} does, with options. */
  public static NtfsCheckReport check(BlockDevice device, NtfsCheckOptions options)
      throws IOException {
    return new VolumeCheck(device, options).run();
  }
}
