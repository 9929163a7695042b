package io.vhdboot.image;

import io.vhdboot.authenticode.PeImage;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.hive.Hive;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.udf.Disc;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.wim.WimFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Recognises what a file or device is and tells what it holds: a disk (a stick image), a VHD or
 * VHDX, an NTFS or FAT volume, a disc, a WIM, a registry hive, a boot configuration store, a
 * program. What lies within is looked into as well. Damage within is told in its place and does not
 * end the inspection.
 *
 * <p>Nothing is written. Memory does not grow with the size of what is looked at.
 */
public final class DiskInspector {

  /** How deep things within things are looked into. */
  static final int MAX_DEPTH = 4;

  private static final int HEAD_SIZE = 512;

  private DiskInspector() {}

  /**
   * Inspects a file.
   *
   * @throws DiskFormatException when it is not of a kind that is known, or damaged as a whole
   */
  public static Inspection inspect(Path file) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      return inspect(device);
    }
  }

  /**
   * Inspects a device, which stays open.
   *
   * @throws DiskFormatException when it is not of a kind that is known, or damaged as a whole
   */
  public static Inspection inspect(BlockDevice device) throws IOException {
    return inspect(device, device.name(), 0);
  }

  static Inspection inspect(BlockDevice device, String name, int depth) throws IOException {
    if (hasMagic(device, "regf")) {
      Hive hive = Hive.read(device);
      return StoreInspection.isStore(hive)
          ? StoreInspection.inspect(name, BcdStore.of(hive))
          : HiveInspection.inspect(name, hive);
    }
    if (WimFile.isPresent(device)) {
      return WimInspection.inspect(name, device);
    }
    if (Vhdx.isVhdx(device)) {
      return VhdxInspection.inspect(name, device, depth);
    }
    if (Vhd.isVhd(device)) {
      return VhdInspection.inspect(name, device, depth);
    }
    if (isNtfs(device)) {
      return VolumeInspection.inspect(name, NtfsVolume.open(device), depth);
    }
    if (Disc.isPresent(device)) {
      return DiscInspection.inspect(name, device, depth);
    }
    if (FatVolume.isPresent(device)) {
      return FatInspection.inspect(name, FatVolume.open(device));
    }
    if (PeImage.isPresent(device)) {
      return ProgramInspection.inspect(name, device);
    }
    if (PartitionTable.isPresent(device)) {
      return DiskInspection.inspect(name, device, depth);
    }
    throw new UnsupportedFormatException(
        name,
        DiskFormatException.NO_OFFSET,
        "is no disk with a partition table, VHD, VHDX, NTFS or FAT volume, disc image, WIM,"
            + " registry hive, BCD store or program");
  }

  /** Inspects what lies within something else; what is wrong with it is told in its place. */
  static Inspection inspectWithin(BlockDevice device, String name, int depth) {
    try {
      return inspect(device, name, depth);
    } catch (IOException e) {
      return Inspection.problem(name, e);
    }
  }

  private static boolean isNtfs(BlockDevice device) throws IOException {
    if (device.size() < HEAD_SIZE) {
      return false;
    }
    byte[] head = device.read(0, HEAD_SIZE);
    return new String(head, 3, 8, StandardCharsets.ISO_8859_1).equals("NTFS    ")
        && LittleEndian.u16(head, 0x1FE) == 0xAA55;
  }

  private static boolean hasMagic(BlockDevice device, String magic) throws IOException {
    return device.size() >= magic.length()
        && new String(device.read(0, magic.length()), StandardCharsets.ISO_8859_1).equals(magic);
  }
}
