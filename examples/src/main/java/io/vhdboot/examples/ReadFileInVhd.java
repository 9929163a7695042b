package io.vhdboot.examples;

import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.Partition;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.vhd.Vhd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Copies a file out of the NTFS volume in a VHD: vhd-core, disk-core and ntfs-lite together. */
public final class ReadFileInVhd {

  private ReadFileInVhd() {}

  /** Takes a VHD and a path on its first partition. */
  public static void main(String[] arguments) throws IOException {
    try (Vhd disk = Vhd.open(Path.of(arguments[0]), true)) {
      Partition partition = Mbr.read(disk).partitions(disk.sectorSize()).get(0);
      NtfsVolume volume = NtfsVolume.open(partition.open(disk));
      try (InputStream in = volume.file(arguments[1]).newInputStream()) {
        in.transferTo(System.out);
      }
    }
  }
}
