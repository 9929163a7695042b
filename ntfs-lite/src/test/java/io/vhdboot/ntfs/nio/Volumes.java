package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Volumes for the tests of this package. */
final class Volumes {

  private Volumes() {}

  /** An empty volume of ours in memory. */
  static MemoryDevice empty(int size) throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("empty", size);
    NtfsFormat.format(device, NtfsFormatOptions.ofSize(size).label("Test").build());
    return device;
  }

  /** A volume with every kind of file, which mkntfs and ntfs-3g made. */
  static MemoryDevice features(Path folder) throws IOException {
    return MemoryDevice.wrap(
        "features", Files.readAllBytes(SharedData.unpacked("wim/ntfs-features.img.gz", folder)));
  }
}
