package io.vhdboot.doctor;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Gpt;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionRole;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the partition table. What is wrong with the first sector is mended in memory, to see how
 * the way goes on.
 */
final class TableStep {

  private static final int LARGE_SECTOR = 4096;
  private static final String REPAIR = "vhdboot disk repair ";

  private final Patient patient;
  private final Chart chart;
  private FirstSector sector;

  TableStep(Patient patient, Chart chart) {
    this.patient = patient;
    this.chart = chart;
  }

  /** Opens the disk; nothing where the way ends here. */
  Optional<OpenDisk> open() throws IOException {
    sector = FirstSector.of(patient.disk());
    if (!checkFirstSector()) {
      return Optional.empty();
    }
    OpenDisk disk;
    try {
      disk = OpenDisk.of(new PatchedDevice(patient.disk(), sector.bytes()));
    } catch (DiskFormatException e) {
      chart
          .breaks(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE)
          .at(place(e.offset()))
          .note("the table cannot be read: " + e.getMessage(), "a new one, and the data by a copy");
      return Optional.empty();
    }
    checkTable(disk);
    return Optional.of(disk);
  }

  private String place(long offset) {
    return offset < 0 ? patient.path() : String.format("%s, offset 0x%x", patient.path(), offset);
  }

  private boolean checkFirstSector() throws IOException {
    if (isUnprotectedGpt()) {
      chart
          .breaks(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE)
          .at(place(0x1BE))
          .cure(Cures.protectiveMbr(patient))
          .note(
              "the MBR that protects the GPT is gone, so that nobody looks at the GPT",
              "vhdboot doctor --fix " + patient.path());
      sector = Cures.withProtection(sector, patient.disk());
      return true;
    }
    if (!sector.hasMark()) {
      boolean isTable = sector.hasPlausibleTable(patient.disk().size());
      Chart.Note note =
          chart.breaks(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE).at(place(0x1FE));
      if (!isTable) {
        note.note(
            "the first sector has neither the mark 55 AA nor a partition table",
            "write the image again");
        return false;
      }
      note.cure(Cures.firstSector(patient, FirstSector::withMark, "put the mark 55 AA back"))
          .note(
              "the first sector does not end with 55 AA", "vhdboot doctor --fix " + patient.path());
      sector = sector.withMark();
    }
    if (sector.isVolume() && !sector.hasPlausibleTable(patient.disk().size())) {
      chart
          .breaks(Step.PARTITION_TABLE, BootError.DEVICE_INACCESSIBLE)
          .at(place(0))
          .note(
              "there is no partition table, only a volume: firmware plays a floppy disk, and the"
                  + " boot manager cannot name the volume",
              "make a partition table: vhdboot create, or vhdboot disk init");
      return false;
    }
    checkStatuses();
    return true;
  }

  /** Whether there is a GPT, and nothing in the first sector says so. */
  private boolean isUnprotectedGpt() throws IOException {
    return (Gpt.isPresent(patient.disk(), patient.disk().sectorSize())
            || Gpt.isPresent(patient.disk(), LARGE_SECTOR))
        && (sector.used().isEmpty() || !sector.hasMark());
  }

  private void checkStatuses() {
    List<Integer> invalid = sector.invalid();
    if (invalid.isEmpty()) {
      return;
    }
    int entry = invalid.get(0);
    chart
        .breaks(Step.PARTITION_TABLE, BootError.INVALID_PARTITION_TABLE)
        .at(place(0x1BE + 16 * entry))
        .cure(
            Cures.firstSector(
                patient, TableStep::withValidStatuses, "made statuses of the table valid"))
        .note(
            String.format(
                "the status of partition %d is %02xh, neither 00h nor 80h",
                entry + 1, sector.status(entry)),
            "vhdboot doctor --fix " + patient.path());
    sector = withValidStatuses(sector);
  }

  private static FirstSector withValidStatuses(FirstSector sector) {
    FirstSector valid = sector;
    for (int entry : sector.invalid()) {
      valid = valid.withStatus(entry, sector.status(entry) & 0x80);
    }
    return valid;
  }

  private void checkTable(OpenDisk disk) throws IOException {
    PartitionTable table = disk.table();
    if (table.kind() == PartitionTable.Kind.NONE || table.partitions().isEmpty()) {
      chart
          .breaks(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE)
          .at(patient.path())
          .note("the disk has no partitions", "vhdboot create, or vhdboot disk add");
      return;
    }
    if (table.kind() == PartitionTable.Kind.GPT) {
      checkGpt(table);
    }
    for (Partition partition : table.partitions()) {
      if (partition.end() > patient.disk().size()) {
        chart
            .breaks(Step.PARTITION_TABLE, BootError.DISK_READ_ERROR)
            .at(patient.path(partition))
            .note(
                "partition "
                    + partition.number()
                    + " ends "
                    + (partition.end() - patient.disk().size())
                    + " bytes behind the end of the disk: an image that was cut short",
                "copy or make the image again, whole");
      }
    }
    for (int i = 1; i < table.partitions().size(); i++) {
      checkOverlap(table.partitions(), i);
    }
    if (chart.faults().isEmpty()) {
      chart.pass(
          Step.PARTITION_TABLE,
          table.kind()
              + ", "
              + table.partitions().size()
              + (table.partitions().size() == 1 ? " partition" : " partitions"));
    }
  }

  private void checkOverlap(List<Partition> partitions, int index) {
    Partition later = partitions.get(index);
    for (Partition earlier : partitions.subList(0, index)) {
      if (earlier.role() == PartitionRole.EXTENDED || later.role() == PartitionRole.EXTENDED) {
        continue;
      }
      if (earlier.offset() < later.end() && later.offset() < earlier.end()) {
        chart
            .mayBreak(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE)
            .at(patient.path(later))
            .note(
                "partitions " + earlier.number() + " and " + later.number() + " overlap",
                "find out which is right, and vhdboot disk delete the other");
        return;
      }
    }
  }

  private void checkGpt(PartitionTable table) throws IOException {
    List<String> findings;
    try {
      findings = PartitionEditor.open(new PatchedDevice(patient.disk(), sector.bytes())).findings();
    } catch (DiskFormatException e) {
      findings = table.findings();
    }
    for (String finding : findings) {
      boolean isPrimary = finding.startsWith("the primary");
      Chart.Note note =
          isPrimary
              ? chart.breaks(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE)
              : chart.remark(Step.PARTITION_TABLE);
      note.at(place(512))
          .cure(Cures.gpt(patient))
          .note(
              isPrimary
                  ? "the GPT is damaged and only its backup is sound, which not every firmware"
                      + " looks for: "
                      + finding
                  : "of the GPT: " + finding,
              REPAIR + patient.path());
    }
    List<Partition> partitions = table.partitions();
    for (int i = 0; i < partitions.size(); i++) {
      if (partitions.get(i).number() != i + 1) {
        chart
            .mayBreak(Step.PARTITION_TABLE, BootError.INACCESSIBLE_BOOT_DEVICE)
            .at(patient.path(partitions.get(i)))
            .note(
                "there is an empty entry before partition "
                    + partitions.get(i).number()
                    + " of the GPT, which was seen to stop Windows",
                "move the partitions up in the table: vhdboot disk convert to MBR and back");
        break;
      }
    }
  }

  /** The partition that a BIOS starts; nothing where none can be made out. */
  Optional<Partition> active(OpenDisk disk) throws IOException {
    if (disk.table().kind() != PartitionTable.Kind.MBR) {
      return Optional.empty();
    }
    List<Partition> primary =
        disk.partitions().stream()
            .filter(partition -> partition.role() == PartitionRole.PRIMARY)
            .toList();
    List<Partition> active = primary.stream().filter(Partition::active).toList();
    if (active.size() == 1) {
      chart.pass(Step.PARTITION_TABLE, "partition " + active.get(0).number() + " is active");
      return Optional.of(active.get(0));
    }
    Optional<Partition> meant = meant(disk, active.isEmpty() ? primary : active);
    Chart.Note note =
        chart
            .breaks(
                Step.PARTITION_TABLE,
                active.isEmpty()
                    ? BootError.NO_ACTIVE_PARTITION
                    : BootError.INVALID_PARTITION_TABLE)
            .at(place(0x1BE))
            .cure(meant.map(partition -> Cures.activate(patient, partition)));
    note.note(
        active.isEmpty()
            ? "no partition is active: a BIOS has nothing to start"
            : active.size() + " partitions are active, and one must be",
        "vhdboot disk active "
            + patient.path()
            + " "
            + meant.map(partition -> String.valueOf(partition.number())).orElse("NUMBER"));
    return meant;
  }

  /** The one partition that has a boot manager, or the one that could have one. */
  private static Optional<Partition> meant(OpenDisk disk, List<Partition> candidates)
      throws IOException {
    List<Partition> withManager = new ArrayList<>();
    List<Partition> ntfs = new ArrayList<>();
    for (Partition candidate : candidates) {
      Optional<NtfsVolume> volume = disk.volume(candidate);
      if (volume.isPresent()) {
        ntfs.add(candidate);
        if (volume.get().find("bootmgr").isPresent()) {
          withManager.add(candidate);
        }
      }
    }
    List<Partition> best = withManager.isEmpty() ? ntfs : withManager;
    return best.size() == 1 ? Optional.of(best.get(0)) : Optional.empty();
  }
}
