package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Gpt;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Says why a stick or disk does not boot, and mends what can be mended safely.
 *
 * <p>It walks the way that the machine goes, on the image itself: what firmware makes of the first
 * sector, partition table, active flag, boot code, boot record, boot manager, boot configuration,
 * the VHD and the volume in it, loader, SYSTEM hive, drivers. What breaks first comes first; what
 * lies behind is told as far as it can still be seen.
 *
 * <p>A VHD of which no boot manager starts is looked at as one that an entry on another disk leads
 * to.
 *
 * <p>Not thread-safe.
 */
public final class BootDoctor {

  /** Sectors at which first partitions begin, where the table that said so is gone. */
  private static final long[] USUAL_PLACES = {2048, 63, 128};

  /** A stick that needs more mending than this is not worth it. */
  private static final int MOST_CURES = 40;

  private final String path;
  private Set<BootFirmware> firmware = Set.of();
  private Optional<BootAuthority> authority = Optional.empty();
  private Supplier<UUID> identifiers = UUID::randomUUID;
  private Supplier<Instant> clock = Instant::now;

  private BootDoctor(String path) {
    this.path = path;
  }

  /**
   * Begins with a file.
   *
   * @param path the path of a stick image, a disk or a VHD, as {@link ImagePath} takes it
   */
  public static BootDoctor of(String path) {
    return new BootDoctor(path.replaceFirst("@$", ""));
  }

  /** The machines whose way is walked; those that the disk is made for unless told. */
  public BootDoctor firmware(Set<BootFirmware> kinds) {
    firmware = Set.copyOf(kinds);
    return this;
  }

  /**
   * Whose signatures the firmware trusts, of machines with Secure Boot; boot files that are put
   * there bear it too. Nobody's are asked for unless told.
   */
  public BootDoctor secureBoot(BootAuthority whose) {
    authority = Optional.of(whose);
    return this;
  }

  /** What gives ids to entries that are made, and their time; random ones and now unless told. */
  public BootDoctor identity(Supplier<UUID> ids, Supplier<Instant> time) {
    identifiers = ids;
    clock = time;
    return this;
  }

  /** What is found, and what mends it. */
  private record Examination(Diagnosis diagnosis, List<Fault> faults) {}

  /**
   * Looks, and writes nothing.
   *
   * @throws UnsupportedFormatException when the file is no disk
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  public Diagnosis examine() throws IOException {
    return look().diagnosis();
  }

  /**
   * Mends what can be mended safely, one thing after the other, and looks again after each. Files
   * only: which devices may be written is not for a doctor to judge.
   *
   * @throws UnsupportedFormatException when the file is no disk
   * @throws FileSystemException when it is a device
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  public Treatment mend() throws IOException {
    Optional<Path> host = ImagePath.of(path).hostFile();
    if (host.isPresent() && !Files.isRegularFile(host.get())) {
      throw new FileSystemException(
          path,
          null,
          "is a device, which is only looked at; mend an image, and vhdboot device write it");
    }
    Examination before = look();
    Examination now = before;
    List<String> actions = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    Set<Finding> tried = new HashSet<>();
    for (int i = 0; i < MOST_CURES; i++) {
      Optional<Fault> next =
          now.faults().stream()
              .filter(fault -> fault.cure().isPresent() && tried.add(fault.finding()))
              .findFirst();
      if (next.isEmpty()) {
        break;
      }
      try {
        actions.add(next.get().cure().get().apply());
      } catch (IOException e) {
        failures.add(next.get().finding() + ": " + e.getMessage());
      }
      now = look();
    }
    return new Treatment(before.diagnosis(), actions, failures, now.diagnosis());
  }

  private Examination look() throws IOException {
    try (OpenImage image = ImagePath.of(path).open(true)) {
      BlockDevice disk = image.disk();
      boolean isVirtual = disk != image.device();
      requireDisk(disk, isVirtual);
      Patient patient =
          new Patient(
              path,
              disk,
              authority.orElse(BootAuthority.PCA_2011),
              new SecureBoot(authority),
              identifiers,
              clock.get());
      return look(patient, isVirtual);
    }
  }

  private void requireDisk(BlockDevice disk, boolean isVirtual) throws IOException {
    if (disk.size() < Mbr.SIZE || !isVirtual && !looksLikeDisk(disk)) {
      throw new UnsupportedFormatException(
          path,
          DiskFormatException.NO_OFFSET,
          "is no disk: it has no partition table, no volume, and no VHD's footer");
    }
  }

  private static boolean looksLikeDisk(BlockDevice disk) throws IOException {
    FirstSector sector = FirstSector.of(disk);
    if (sector.hasMark() || NtfsVolume.isPresent(disk) || Gpt.isPresent(disk, disk.sectorSize())) {
      return true;
    }
    List<Long> places = new ArrayList<>();
    for (long place : USUAL_PLACES) {
      places.add(place);
    }
    if (sector.hasPlausibleTable(disk.size())) {
      sector.used().forEach(entry -> places.add(sector.first(entry)));
    }
    for (long place : places) {
      long at = place * Mbr.SIZE;
      if (at < disk.size() - Mbr.SIZE) {
        BlockDevice rest = disk.slice(at, disk.size() - at);
        if (NtfsVolume.isPresent(rest) || FatVolume.isPresent(rest)) {
          return true;
        }
      }
    }
    return false;
  }

  private Examination look(Patient patient, boolean isVirtual) throws IOException {
    List<Walk> walks = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    List<CrashDump> dumps = new ArrayList<>();
    Optional<OpenDisk> open = openAsMended(patient);
    Set<BootFirmware> machines = firmware.isEmpty() ? meant(open, isVirtual) : firmware;
    for (BootFirmware machine : BootFirmware.values()) {
      if (machines.contains(machine)) {
        Chart chart = new Chart(machine.name(), Optional.of(machine));
        walk(patient, chart, machine);
        walks.add(chart.toWalk());
        faults.addAll(chart.faults());
      }
    }
    if (machines.isEmpty() && open.isPresent()) {
      Chart chart = new Chart("native boot of the VHD", Optional.empty());
      try {
        new InsideStep(patient, chart).check(open.get());
      } catch (IOException e) {
        unreadable(chart, e);
      }
      walks.add(chart.toWalk());
      faults.addAll(chart.faults());
    }
    if (open.isPresent()) {
      for (WindowsSearch.Place place : new WindowsSearch(patient, open.get()).all()) {
        dumps.addAll(CrashDumps.of(place));
      }
    }
    return new Examination(
        new Diagnosis(path, FirmwareView.of(patient.disk()), walks, dumps), faults);
  }

  /** The disk as it were with a sound first sector; nothing where its table cannot be read. */
  private static Optional<OpenDisk> openAsMended(Patient patient) {
    Chart unread = new Chart("", Optional.empty());
    try {
      return new TableStep(patient, unread).open();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The machines that a disk shows traces of being made for. */
  private static Set<BootFirmware> meant(Optional<OpenDisk> open, boolean isVirtual) {
    Set<BootFirmware> machines = EnumSet.noneOf(BootFirmware.class);
    if (open.isEmpty()) {
      return EnumSet.of(BootFirmware.BIOS);
    }
    OpenDisk disk = open.get();
    boolean isGpt = disk.table().kind() == PartitionTable.Kind.GPT;
    for (Partition partition : disk.partitions()) {
      SystemVolume volume = SystemVolume.of(disk, partition);
      if (!isGpt
          && (holds(volume, "bootmgr")
              || holds(volume, "Boot/BCD")
              || partition.active() && !isVirtual)) {
        machines.add(BootFirmware.BIOS);
      }
      if (ManagerStep.isEfiSystem(disk, partition)
          || volume.fat().isPresent() && holds(volume, "EFI")) {
        machines.add(BootFirmware.UEFI);
      }
    }
    if (machines.isEmpty() && !isVirtual) {
      machines.add(isGpt ? BootFirmware.UEFI : BootFirmware.BIOS);
    }
    return machines;
  }

  /** Whether a volume shows a file; what is too damaged to be looked at is told on the way. */
  private static boolean holds(SystemVolume volume, String path) {
    try {
      return volume.holds(path);
    } catch (IOException e) {
      return false;
    }
  }

  private static void walk(Patient patient, Chart chart, BootFirmware machine) throws IOException {
    TableStep table = new TableStep(patient, chart);
    try {
      Optional<OpenDisk> open = table.open();
      if (open.isEmpty()) {
        return;
      }
      OpenDisk disk = open.get();
      WindowsSearch search = new WindowsSearch(patient, disk);
      Optional<Partition> system;
      if (machine == BootFirmware.UEFI) {
        system = new ManagerStep(patient, chart, search).checkUefi(disk);
      } else {
        system = walkBios(patient, chart, table, disk, search);
      }
      if (system.isPresent()) {
        new StoreStep(patient, chart, search, disk, system.get(), machine).check();
      }
    } catch (IOException e) {
      unreadable(chart, e);
    }
  }

  private static Optional<Partition> walkBios(
      Patient patient, Chart chart, TableStep table, OpenDisk disk, WindowsSearch search)
      throws IOException {
    if (disk.table().kind() == PartitionTable.Kind.GPT) {
      chart
          .breaks(Step.PARTITION_TABLE, BootError.NO_BOOT_DEVICE)
          .at(patient.path())
          .note(
              "the disk has a GPT, and the Windows boot manager for a BIOS starts from an MBR only",
              "vhdboot create --firmware all, or vhdboot disk convert");
      return Optional.empty();
    }
    RecordStep record = new RecordStep(patient, chart);
    record.checkDiskCode();
    Optional<Partition> active = table.active(disk);
    if (active.isEmpty() || !record.checkVolumeRecord(disk, active.get())) {
      return Optional.empty();
    }
    new ManagerStep(patient, chart, search).checkBios(disk, active.get());
    return active;
  }

  /** Notes what the machine would stumble over as well: something cannot be read. */
  private static void unreadable(Chart chart, IOException problem) {
    chart
        .breaks(Step.VOLUME, BootError.FILE_MISSING)
        .at(problem instanceof DiskFormatException format ? format.source() : "")
        .note(
            "something on the way cannot be read: " + problem.getMessage(),
            "vhdboot ntfs check --repair on the volume that is named");
  }
}
