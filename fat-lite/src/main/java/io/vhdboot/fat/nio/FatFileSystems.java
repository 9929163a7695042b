package io.vhdboot.fat.nio;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.time.InstantSource;

/** Opens FAT volumes as file systems. */
public final class FatFileSystems {

  private FatFileSystems() {}

  /**
   * Opens the volume on a device, which stays open when the file system is closed.
   *
   * @param isReadOnly whether nothing shall be written; a device that cannot be written is read
   *     only in any case
   * @throws io.vhdboot.disk.DiskFormatException when there is no FAT volume, or a damaged one
   */
  public static FatFileSystem newFileSystem(BlockDevice device, boolean isReadOnly)
      throws IOException {
    return FatFileSystem.open(device, isReadOnly || device.isReadOnly(), InstantSource.system());
  }
}
