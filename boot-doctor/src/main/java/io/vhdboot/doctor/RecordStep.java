package io.vhdboot.doctor;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.Partition;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Looks at the code that a BIOS runs: that of the first sector, and the active partition's. */
final class RecordStep {

  /** Where boot code of every FAT and NTFS volume that starts Windows speaks of its next step. */
  private static final List<String> VOLUME_MESSAGES = List.of("BOOTMGR", "NTLDR");

  private static final List<String> DISK_MESSAGES =
      List.of("operating system", "Error loading", "partition table", "No active");

  /** What formatters put where boot code would be: ask the BIOS for the next device. */
  private static final byte[] NO_CODE = {(byte) 0xCD, 0x18};

  private static final int MARK = 0x1FE;

  /** More bytes than this are not damage but other code. */
  private static final int MOST_DAMAGE = 128;

  private final Patient patient;
  private final Chart chart;

  RecordStep(Patient patient, Chart chart) {
    this.patient = patient;
    this.chart = chart;
  }

  private enum Code {
    OURS,
    DAMAGED,
    KNOWN,
    BLANK,
    UNKNOWN
  }

  private static Code judge(byte[] found, byte[] ours, List<String> messages) {
    int differing = 0;
    boolean isBlank = true;
    for (int i = 0; i < found.length; i++) {
      differing += found[i] == ours[i] ? 0 : 1;
      isBlank &= found[i] == 0;
    }
    if (differing == 0) {
      return Code.OURS;
    }
    if (isBlank || Arrays.equals(found, 0, NO_CODE.length, NO_CODE, 0, NO_CODE.length)) {
      return Code.BLANK;
    }
    int used = ours.length;
    while (used > 0 && ours[used - 1] == 0) {
      used--;
    }
    if (differing <= Math.min(MOST_DAMAGE, used / 2)) {
      return Code.DAMAGED;
    }
    String text = new String(found, StandardCharsets.ISO_8859_1);
    String wide = text.replace("\0", "");
    return messages.stream().anyMatch(message -> text.contains(message) || wide.contains(message))
        ? Code.KNOWN
        : Code.UNKNOWN;
  }

  /** The code of the first sector. */
  void checkDiskCode() throws IOException {
    byte[] code = patient.disk().read(0, Mbr.BOOT_CODE_SIZE);
    Code kind = judge(code, BootCode.mbr(), DISK_MESSAGES);
    switch (kind) {
      case OURS, KNOWN -> chart.pass(Step.BOOT_CODE, kind == Code.OURS ? "ours" : "as Windows'");
      case BLANK, DAMAGED ->
          chart
              .breaks(Step.BOOT_CODE, BootError.DARK_SCREEN)
              .at(patient.path() + ", offset 0x0")
              .cure(Cures.diskCode(patient))
              .note(
                  kind == Code.BLANK
                      ? "the first sector holds no boot code"
                      : "the boot code of the first sector is damaged",
                  "vhdboot bootsect /nt60 " + patient.path() + "@1 /mbr");
      case UNKNOWN ->
          chart
              .remark(Step.BOOT_CODE)
              .at(patient.path() + ", offset 0x0")
              .note(
                  "the boot code of the first sector is none that is known here",
                  "vhdboot bootsect /nt60 " + patient.path() + "@1 /mbr, if it does not start");
    }
  }

  /** The boot record of the partition that a BIOS starts; whether its volume can be read. */
  boolean checkVolumeRecord(OpenDisk disk, Partition partition) throws IOException {
    BlockDevice device;
    try {
      device = partition.open(disk.device());
    } catch (IOException e) {
      return false;
    }
    byte[] first = device.read(0, Mbr.SIZE);
    Optional<NtfsVolume> ntfs = disk.volume(partition);
    Optional<FatVolume> fat = ntfs.isPresent() ? Optional.empty() : disk.fatVolume(partition);
    if (ntfs.isEmpty() && fat.isEmpty()) {
      Optional<Cure> cure = Cures.fatRecord(patient, partition, device);
      chart
          .breaks(Step.BOOT_RECORD, BootError.DISK_READ_ERROR)
          .at(place(partition, 0))
          .cure(cure)
          .note(
              "the partition holds no volume that can be read: " + reason(device),
              "vhdboot ntfs check --repair " + patient.path(partition));
      return false;
    }
    if (ntfs.isPresent() && ntfs.get().isBackupBootSectorUsed()) {
      chart
          .breaks(Step.BOOT_RECORD, BootError.DISK_READ_ERROR)
          .at(place(partition, 0))
          .cure(Cures.ntfsRecord(patient, partition))
          .note(
              "the boot sector of the volume is damaged: "
                  + reason(device)
                  + "; its copy behind the volume is sound",
              "vhdboot ntfs check --repair " + patient.path(partition));
      return true;
    }
    if (LittleEndian.u16(first, MARK) != 0xAA55) {
      chart
          .breaks(Step.BOOT_RECORD, BootError.MISSING_OPERATING_SYSTEM)
          .at(place(partition, MARK))
          .cure(Cures.volumeMark(patient, partition))
          .note(
              "the boot sector of the volume does not end with 55 AA",
              "vhdboot doctor --fix " + patient.path());
    }
    long hidden = ntfs.isPresent() ? ntfs.get().hiddenSectors() : fat.get().hiddenSectors();
    checkHiddenSectors(partition, hidden);
    checkSizes(disk, partition, first);
    if (ntfs.isPresent()) {
      checkNtfsCode(device, partition);
    } else {
      checkFatCode(first, fat.get(), partition);
    }
    return true;
  }

  private static String reason(BlockDevice device) throws IOException {
    try {
      NtfsVolume volume = NtfsVolume.open(device);
      byte[] sector = device.read(0, Mbr.SIZE);
      return volume.isBackupBootSectorUsed() && NtfsVolume.isPresent(device)
          ? "its numbers contradict each other"
          : String.format("it begins with %02x %02x %02x", sector[0], sector[1], sector[2]);
    } catch (DiskFormatException e) {
      return e.getMessage();
    }
  }

  private String place(Partition partition, long offset) {
    return String.format("%s, offset 0x%x", patient.path(partition), offset);
  }

  private void checkHiddenSectors(Partition partition, long hidden) throws IOException {
    long wanted = partition.offset() / Mbr.SIZE;
    if (hidden == (wanted & 0xFFFF_FFFFL)) {
      return;
    }
    chart
        .breaks(Step.BOOT_RECORD, BootError.DEVICE_INACCESSIBLE)
        .at(place(partition, 0x1C))
        .cure(Cures.hiddenSectors(patient, partition))
        .note(
            "the boot sector says that "
                + hidden
                + " sectors lie before the volume, and there are "
                + wanted
                + ": its code reads elsewhere (\"A disk read error occurred\"), and the boot manager"
                + " does not find its own partition",
            "vhdboot doctor --fix " + patient.path());
  }

  private void checkSizes(OpenDisk disk, Partition partition, byte[] first) {
    int sectorSize = LittleEndian.u16(first, 0x0B);
    if (sectorSize != disk.device().sectorSize()) {
      chart
          .mayBreak(Step.BOOT_RECORD, BootError.DISK_READ_ERROR)
          .at(place(partition, 0x0B))
          .note(
              "the volume counts in sectors of "
                  + sectorSize
                  + " bytes: only a disk that has such starts from it",
              "format it with sectors of " + disk.device().sectorSize() + " bytes");
    }
    boolean isNtfs = disk.volume(partition).isPresent();
    long sectors = isNtfs ? LittleEndian.i64(first, 0x28) : 0;
    if (isNtfs && sectors > partition.length() / Math.max(1, sectorSize)) {
      chart
          .breaks(Step.BOOT_RECORD, BootError.INACCESSIBLE_BOOT_DEVICE)
          .at(place(partition, 0x28))
          .note(
              "the volume has "
                  + sectors
                  + " sectors, more than its partition: Windows does not mount it",
              "vhdboot disk resize "
                  + patient.path()
                  + ", or vhdboot ntfs resize "
                  + patient.path(partition));
    }
  }

  private void checkNtfsCode(BlockDevice device, Partition partition) throws IOException {
    byte[] ours = BootCode.ntfsBootRecord();
    if (device.size() < ours.length) {
      return;
    }
    byte[] found = device.read(0, ours.length);
    int from = BootCode.NTFS_PARAMETERS_END;
    boolean isJump = (found[0] & 0xFF) == 0xEB || (found[0] & 0xFF) == 0xE9;
    byte[] code = Arrays.copyOfRange(found, from, found.length);
    byte[] wanted = Arrays.copyOfRange(ours, from, ours.length);
    // The mark is looked at before, and is there in blank records too.
    for (byte[] record : List.of(code, wanted)) {
      Arrays.fill(record, MARK - from, MARK + 2 - from, (byte) 0);
    }
    Code kind = judge(code, wanted, VOLUME_MESSAGES);
    if (kind == Code.OURS && isJump || kind == Code.KNOWN && isJump) {
      chart.pass(
          Step.BOOT_RECORD,
          (kind == Code.OURS ? "ours" : "as Windows'") + " on partition " + partition.number());
      return;
    }
    if (kind == Code.UNKNOWN) {
      chart
          .remark(Step.BOOT_RECORD)
          .at(place(partition, from))
          .note(
              "the boot code of the volume is none that is known here",
              "vhdboot bootsect /nt60 " + patient.path(partition) + ", if it does not start");
      return;
    }
    chart
        .breaks(
            Step.BOOT_RECORD,
            kind == Code.BLANK ? BootError.NO_BOOT_DEVICE : BootError.DISK_READ_ERROR)
        .at(place(partition, 0))
        .cure(Cures.volumeCode(patient, partition))
        .note(
            kind == Code.BLANK
                ? "the volume was formatted without boot code"
                : "the boot code of the volume is damaged",
            "vhdboot bootsect /nt60 " + patient.path(partition));
  }

  private void checkFatCode(byte[] first, FatVolume volume, Partition partition) {
    String text = new String(first, StandardCharsets.ISO_8859_1);
    if (VOLUME_MESSAGES.stream().anyMatch(text::contains)) {
      chart.pass(Step.BOOT_RECORD, "as Windows', on " + volume.type());
      return;
    }
    chart
        .breaks(Step.BOOT_RECORD, BootError.NO_BOOT_DEVICE)
        .at(place(partition, 0x3E))
        .note(
            "the active partition is FAT without code that starts BOOTMGR",
            "make an NTFS partition active: there is no code for FAT here");
  }
}
