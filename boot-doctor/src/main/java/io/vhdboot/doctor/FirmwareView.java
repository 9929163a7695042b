package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What firmware and Windows take a disk for, by what its first sector says: the old question of
 * sticks that start on one machine and not on the next.
 *
 * <p>A BIOS that finds a partition table with one active entry gives the stick the number of a hard
 * disk (80h). Where the first sector is a volume's boot record it plays a floppy disk (00h), and
 * where the table is odd each BIOS decides for itself, some for the ZIP drive of old. UEFI makes no
 * difference. Whether <em>Windows</em> calls a stick removable is told by the stick's own
 * controller, and nothing on it changes that.
 *
 * @param emulation what a BIOS makes of it
 * @param reasons what in the first sector makes it choose, a sentence each
 * @param consequences what follows, a sentence each
 */
public record FirmwareView(Emulation emulation, List<String> reasons, List<String> consequences) {

  /** What a BIOS can play a stick as. */
  public enum Emulation {
    /** A hard disk, number 80h. */
    HARD_DISK,
    /** A floppy disk, number 00h, whose first sector is a boot record. */
    FLOPPY,
    /** Each BIOS decides for itself: hard disk, floppy, or ZIP drive. */
    UNCERTAIN,
    /** Nothing to start from. */
    NOTHING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** What Windows decides by, whatever is on the stick. */
  private static final String REMOVABLE =
      "whether Windows calls it removable is told by the stick's controller, not by its sectors;"
          + " before Windows 10 1703 only the first partition of a removable stick gets a letter";

  /** Takes copies. */
  public FirmwareView {
    reasons = List.copyOf(reasons);
    consequences = List.copyOf(consequences);
  }

  /** Looks at the first sector of a disk. */
  static FirmwareView of(BlockDevice disk) throws IOException {
    FirstSector sector = FirstSector.of(disk);
    if (!sector.hasMark()) {
      return new FirmwareView(
          Emulation.NOTHING,
          List.of("the first sector does not end with 55 AA"),
          List.of("a BIOS passes it over, and UEFI sees no partition", REMOVABLE));
    }
    if (sector.isVolume() && !sector.hasPlausibleTable(disk.size())) {
      return new FirmwareView(
          Emulation.FLOPPY,
          List.of("the first sector is a volume's boot record, without a partition table"),
          List.of(
              "a BIOS starts it as drive 00h, and some not at all",
              "boot entries cannot name a partition of it",
              REMOVABLE));
    }
    return ofTable(sector, disk.size());
  }

  private static FirmwareView ofTable(FirstSector sector, long size) {
    List<String> odd = oddities(sector, size);
    if (sector.isProtective() && odd.size() <= 1) {
      return new FirmwareView(
          Emulation.HARD_DISK,
          List.of("the MBR protects a GPT"),
          List.of(
              "UEFI starts the programs of its FAT partition",
              "a BIOS finds no active partition, and some pass such a disk over",
              REMOVABLE));
    }
    if (!odd.isEmpty()) {
      return new FirmwareView(
          Emulation.UNCERTAIN,
          odd,
          List.of(
              "one BIOS plays a hard disk, another a floppy disk or a ZIP drive, a third nothing",
              REMOVABLE));
    }
    int active = sector.active().get(0);
    List<String> reasons = new ArrayList<>();
    reasons.add("the first sector ends with 55 AA and holds a table with one active partition");
    reasons.add(
        "a BIOS that guesses a geometry by the partition's end takes "
            + sector.geometry(active)
            + " (heads/sectors)");
    return new FirmwareView(
        Emulation.HARD_DISK,
        reasons,
        List.of("a BIOS starts it as drive 80h", "UEFI looks at its FAT partitions", REMOVABLE));
  }

  private static List<String> oddities(FirstSector sector, long size) {
    List<String> odd = new ArrayList<>();
    for (int entry : sector.invalid()) {
      odd.add(
          String.format(
              "entry %d has status %02xh, neither 00h nor 80h", entry + 1, sector.status(entry)));
    }
    if (sector.used().isEmpty()) {
      odd.add("the table is empty");
    } else if (sector.active().isEmpty()) {
      odd.add("no partition is active");
    } else if (sector.active().size() > 1) {
      odd.add(sector.active().size() + " partitions are active");
    }
    if (!sector.used().isEmpty() && !sector.hasPlausibleTable(size)) {
      odd.add("a partition begins at sector 0 or behind the end of the disk");
    }
    if (sector.used().equals(List.of(3))) {
      odd.add("only the fourth entry is used, as on ZIP disks");
    }
    return odd;
  }
}
