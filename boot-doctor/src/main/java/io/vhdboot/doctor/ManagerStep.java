package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsStream;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Looks at the boot manager: {@code \bootmgr} for a BIOS, the EFI files for UEFI. */
final class ManagerStep {

  /** Names under which firmware looks for a program, by the machines that exist most. */
  static final List<String> FALLBACK_NAMES =
      List.of("bootx64.efi", "bootaa64.efi", "bootia32.efi", "bootarm.efi");

  /** What the conventional memory of a BIOS holds above 20000h, with 639 KiB of it. */
  private static final long LARGEST = 523_264;

  private static final int BLOCK = 4096;

  private final Patient patient;
  private final Chart chart;
  private final WindowsSearch search;

  ManagerStep(Patient patient, Chart chart, WindowsSearch search) {
    this.patient = patient;
    this.chart = chart;
    this.search = search;
  }

  /** The boot manager that a BIOS starts. */
  void checkBios(OpenDisk disk, Partition partition) throws IOException {
    Optional<NtfsVolume> volume = disk.volume(partition);
    if (volume.isEmpty()) {
      checkOnFat(disk, partition);
      return;
    }
    Optional<NtfsFile> file = volume.get().find("bootmgr");
    if (file.isEmpty() || file.get().isDirectory()) {
      missing(partition, file.isPresent() ? "\\bootmgr is a folder" : "there is no \\bootmgr");
      return;
    }
    NtfsStream content = file.get().stream("");
    String form = form(file.get(), content);
    if (!form.isEmpty()) {
      chart
          .breaks(Step.BOOT_MANAGER, BootError.BOOTMGR_COMPRESSED)
          .at(patient.path(partition, "bootmgr"))
          .cure(
              content.isEncrypted()
                  ? Optional.empty()
                  : Cures.plainFile(patient, partition, "bootmgr"))
          .note(
              "\\bootmgr is " + form + ", and boot code reads only what is stored plainly",
              "vhdboot doctor --fix " + patient.path());
      return;
    }
    if (content.size() == 0 || content.size() > LARGEST) {
      chart
          .breaks(Step.BOOT_MANAGER, BootError.BOOTMGR_DAMAGED)
          .at(patient.path(partition, "bootmgr"))
          .cure(Cures.bootFiles(patient, search, BootFirmware.BIOS, partition))
          .note(
              "\\bootmgr has " + content.size() + " bytes, which no boot manager has",
              search.bcdboot(partition, BootFirmware.BIOS));
      return;
    }
    checkContent(content.device(), partition);
  }

  private void checkOnFat(OpenDisk disk, Partition partition) throws IOException {
    Optional<FatVolume> volume = disk.fatVolume(partition);
    if (volume.isPresent() && volume.get().find("bootmgr").isEmpty()) {
      missing(partition, "there is no \\bootmgr");
    }
  }

  private void missing(Partition partition, String cause) throws IOException {
    chart
        .breaks(Step.BOOT_MANAGER, BootError.BOOTMGR_MISSING)
        .at(patient.path(partition, "bootmgr"))
        .cure(Cures.bootFiles(patient, search, BootFirmware.BIOS, partition))
        .note(cause, search.bcdboot(partition, BootFirmware.BIOS));
  }

  /** How NTFS stores a file that is not stored plainly; empty for one that is. */
  private static String form(NtfsFile file, NtfsStream content) throws IOException {
    if (content.isEncrypted()) {
      return "encrypted";
    }
    if (content.isOverlay()) {
      return "compressed by compact /exe";
    }
    if (content.isCompressed()) {
      return "compressed";
    }
    if (content.isSparse() || (file.attributes() & FileAttributes.SPARSE) != 0) {
      return "sparse";
    }
    return "";
  }

  /** Compares it with the one that the Windows inside would put there. */
  private void checkContent(BlockDevice found, Partition partition) throws IOException {
    Optional<BlockDevice> original = search.file("Boot/PCAT/bootmgr");
    found.read(0, 1);
    int differing = 0;
    if (original.isPresent() && original.get().size() == found.size()) {
      for (long at = 0; at < found.size(); at += BLOCK) {
        int length = (int) Math.min(BLOCK, found.size() - at);
        differing += Arrays.equals(found.read(at, length), original.get().read(at, length)) ? 0 : 1;
      }
    }
    // Another version of the same size differs everywhere, since it is compressed.
    if (differing > 0 && differing <= found.size() / BLOCK / 4) {
      chart
          .breaks(Step.BOOT_MANAGER, BootError.BOOTMGR_DAMAGED)
          .at(patient.path(partition, "bootmgr"))
          .cure(Cures.bootFiles(patient, search, BootFirmware.BIOS, partition))
          .note(
              "\\bootmgr differs in "
                  + differing
                  + " places from the Windows' own copy of the same size",
              search.bcdboot(partition, BootFirmware.BIOS));
      return;
    }
    chart.pass(Step.BOOT_MANAGER, "\\bootmgr of " + found.size() + " bytes");
  }

  /** The partition whose boot manager UEFI starts; nothing where none can be made out. */
  Optional<Partition> checkUefi(OpenDisk disk) throws IOException {
    List<Partition> system = new ArrayList<>();
    List<Partition> other = new ArrayList<>();
    for (Partition partition : disk.partitions()) {
      if (isEfiSystem(disk, partition)) {
        system.add(partition);
      } else if (disk.fatVolume(partition).isPresent()
          && disk.fatVolume(partition).get().find("EFI").isPresent()) {
        other.add(partition);
      }
    }
    for (Partition partition : system) {
      if (disk.fatVolume(partition).isPresent()) {
        checkUefi(disk, partition);
        return Optional.of(partition);
      }
    }
    if (!system.isEmpty()) {
      unreadable(disk, system.get(0));
      return Optional.empty();
    }
    if (other.isEmpty()) {
      chart
          .breaks(Step.BOOT_MANAGER, BootError.NO_BOOT_DEVICE)
          .at(patient.path())
          .note(
              "there is no EFI system partition, nor a FAT volume with a folder \\EFI",
              "make the stick for UEFI too: vhdboot create --firmware all");
      return Optional.empty();
    }
    Partition partition = other.get(0);
    chart
        .mayBreak(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE)
        .at(patient.path(partition))
        .cure(other.size() == 1 ? Optional.of(Cures.efiType(patient, partition)) : Optional.empty())
        .note(
            "the partition with \\EFI is of type "
                + partition.typeName()
                + ": firmware need not look at any but an EFI system partition",
            "vhdboot disk type " + patient.path() + " " + partition.number() + " efi");
    checkUefi(disk, partition);
    return Optional.of(partition);
  }

  /** Whether the table says that firmware shall look at a partition. */
  static boolean isEfiSystem(OpenDisk disk, Partition partition) {
    PartitionType type = PartitionType.EFI_SYSTEM;
    return disk.table().kind() == PartitionTable.Kind.GPT
        ? partition.type().gptType().equals(type.gptType())
        : partition.type().mbrType() == type.mbrType();
  }

  private void unreadable(OpenDisk disk, Partition partition) throws IOException {
    String reason;
    Optional<Cure> cure = Optional.empty();
    try {
      BlockDevice device = partition.open(disk.device());
      cure = Cures.fatRecord(patient, partition, device);
      FatVolume.open(device);
      reason = "";
    } catch (DiskFormatException e) {
      reason = e.getMessage();
    }
    chart
        .breaks(Step.BOOT_RECORD, BootError.NO_BOOT_DEVICE)
        .at(patient.path(partition))
        .cure(cure)
        .note(
            "the EFI system partition holds no FAT volume that can be read: " + reason,
            "vhdboot doctor --fix "
                + patient.path()
                + ", or format it and "
                + search.bcdboot(partition, BootFirmware.UEFI));
  }

  private void checkUefi(OpenDisk disk, Partition partition) throws IOException {
    SystemVolume volume = SystemVolume.of(disk, partition);
    int programs = 0;
    for (String name : FALLBACK_NAMES) {
      Optional<BlockDevice> file = volume.file("EFI/Boot/" + name);
      if (file.isPresent()) {
        programs++;
        checkProgram(file.get(), name, partition);
      }
    }
    if (programs == 0) {
      chart
          .breaks(Step.BOOT_MANAGER, BootError.NO_BOOT_DEVICE)
          .at(patient.path(partition, "EFI/Boot"))
          .cure(Cures.bootFiles(patient, search, BootFirmware.UEFI, partition))
          .note(
              "there is none of the programs that firmware looks for: "
                  + String.join(", ", FALLBACK_NAMES),
              search.bcdboot(partition, BootFirmware.UEFI));
    }
  }

  private void checkProgram(BlockDevice file, String name, Partition partition) throws IOException {
    String place = patient.path(partition, "EFI/Boot/" + name);
    Optional<Program> program = Program.read(file);
    int machine = Program.machineOf(name);
    if (program.isEmpty()
        || program.get().machine() != machine
        || !program.get().isFirmwareProgram()) {
      chart
          .breaks(Step.BOOT_MANAGER, BootError.NO_BOOT_DEVICE)
          .at(place)
          .cure(Cures.bootFiles(patient, search, BootFirmware.UEFI, partition))
          .note(
              program.isEmpty()
                  ? name + " is no program"
                  : program.get().machine() != machine
                      ? name
                          + " is a program for "
                          + program.get().machineName()
                          + ", and firmware of "
                          + Program.machineName(machine)
                          + " looks for it"
                      : name + " is a program, but none for EFI",
              search.bcdboot(partition, BootFirmware.UEFI));
      return;
    }
    Optional<SignatureCheck.Refusal> refusal = patient.signatures().check(file);
    if (refusal.isPresent()) {
      Chart.Note note =
          refusal.get().isCertain()
              ? chart.breaks(Step.BOOT_MANAGER, refusal.get().error())
              : chart.mayBreak(Step.BOOT_MANAGER, refusal.get().error());
      note.at(place)
          .note(
              name + ": " + refusal.get().cause(),
              "the other files by vhdboot bcdboot, with or without /bootex; or Secure Boot off");
    }
    chart.pass(Step.BOOT_MANAGER, "\\EFI\\Boot\\" + name + " for " + program.get().machineName());
  }
}
