package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;

/** Makes empty volumes. */
public final class NtfsFormat {

  private NtfsFormat() {}

  /**
   * Formats a device.
   *
   * @param device the partition; what it held is lost, though not overwritten everywhere
   * @param options what the volume shall be like; the size is that of the device
   * @throws io.vhdboot.disk.NoSpaceException when the device is too small for a volume
   */
  public static void format(BlockDevice device, NtfsFormatOptions options) throws IOException {
    long size = device.size() / options.bytesPerSector() * options.bytesPerSector();
    NtfsImageBuilder.create(options).plan(size).writer(device, false).finish();
  }
}
