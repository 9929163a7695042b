package io.vhdboot.provisioning;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.ntfs.FreeSpace;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.VolumeRange;
import io.vhdboot.provisioning.bootfiles.UefiBootFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a stick has that another Windows could be added to.
 *
 * @param volume the NTFS volume that VHDs go to
 * @param partition the number of its partition
 * @param freeBytes its free clusters, in bytes
 * @param menus its boot menus
 */
record StickContents(NtfsVolume volume, int partition, long freeBytes, List<Menu> menus) {

  private static final int[] ARCHITECTURES = {0, 5, 9, 12};
  private static final String UEFI_STORE = "EFI\\Microsoft\\Boot\\BCD";

  /**
   * A boot configuration with the boot manager that reads it.
   *
   * @param partition the number of the partition that it is on
   * @param firmware what starts it
   * @param architectures those of the boot managers for UEFI; all where a BIOS starts it
   */
  record Menu(int partition, BootFirmware firmware, Set<Integer> architectures) {

    /** Whether its boot manager starts a Windows of an architecture. */
    boolean starts(int architecture) {
      return architectures.contains(architecture);
    }
  }

  /** Looks for a file on some volume. */
  private interface Finder {
    boolean find(String path) throws IOException;
  }

  /**
   * Looks at a stick.
   *
   * @throws UnsupportedFormatException when there is no NTFS volume on it
   */
  static StickContents of(BlockDevice disk) throws IOException {
    Optional<Partition> main = Optional.empty();
    List<Menu> menus = new ArrayList<>();
    for (Partition partition : PartitionTable.read(disk).partitions()) {
      BlockDevice device = partition.open(disk);
      if (NtfsVolume.isPresent(device)) {
        NtfsVolume volume = NtfsVolume.open(device);
        // Where the machine starts, or else where there is most room, the VHDs are.
        if (main.isEmpty()
            || partition.active()
            || !main.get().active() && partition.length() > main.get().length()) {
          main = Optional.of(partition);
        }
        addMenus(menus, partition, path -> volume.find(path).isPresent());
      } else if (FatVolume.isPresent(device)) {
        FatVolume volume = FatVolume.open(device);
        addMenus(menus, partition, path -> volume.find(path).isPresent());
      }
    }
    if (main.isEmpty()) {
      throw new UnsupportedFormatException(
          disk.name(), DiskFormatException.NO_OFFSET, "has no NTFS volume for a VHD");
    }
    NtfsVolume volume = NtfsVolume.open(main.get().open(disk));
    return new StickContents(volume, main.get().number(), free(volume), List.copyOf(menus));
  }

  private static void addMenus(List<Menu> menus, Partition partition, Finder volume)
      throws IOException {
    if (volume.find("Boot\\BCD") && volume.find("bootmgr")) {
      menus.add(new Menu(partition.number(), BootFirmware.BIOS, Set.of(0, 9)));
    }
    if (volume.find(UEFI_STORE)) {
      Set<Integer> architectures = new HashSet<>();
      for (int architecture : ARCHITECTURES) {
        String name = UefiBootFiles.fallbackName(architecture).orElseThrow();
        if (volume.find(String.join("\\", UefiBootFiles.fallback(name)))) {
          architectures.add(architecture);
        }
      }
      menus.add(new Menu(partition.number(), BootFirmware.UEFI, Set.copyOf(architectures)));
    }
  }

  private static long free(NtfsVolume volume) throws IOException {
    FreeSpace space = volume.freeSpace();
    long free = 0;
    for (Optional<VolumeRange> run = space.next(0);
        run.isPresent();
        run = space.next(run.get().end())) {
      free += run.get().length();
    }
    return free;
  }

  /** Whether there is a file of a name in the root. */
  boolean contains(String name) {
    try {
      return volume.find(name).isPresent();
    } catch (IOException e) {
      // Then there is something that is better left alone.
      return true;
    }
  }
}
