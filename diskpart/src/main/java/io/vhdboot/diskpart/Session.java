package io.vhdboot.diskpart;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.image.VirtualDiskFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What diskpart knows while it runs: the disks, the virtual disk files, and what of each is
 * selected. A volume is selected along with its partition.
 */
final class Session {

  private final PrintWriter out;
  private final DriveLetters letters;
  private final Supplier<UUID> identifiers;
  private final InstantSource clock;
  private final TreeMap<Integer, SessionDisk> disks = new TreeMap<>();
  private final List<VirtualDiskFile> virtualDisks = new ArrayList<>();
  private final Map<String, Integer> volumeNumbers = new HashMap<>();
  private Optional<SessionDisk> disk = Optional.empty();
  private Optional<Long> partitionOffset = Optional.empty();
  private Optional<VirtualDiskFile> virtualDisk = Optional.empty();

  Session(PrintWriter out, DriveLetters letters, Supplier<UUID> identifiers, InstantSource clock) {
    this.out = out;
    this.letters = letters;
    this.identifiers = identifiers;
    this.clock = clock;
  }

  /** A volume: the partition it lies in, with its number among all volumes. */
  record Volume(int number, SessionDisk disk, Partition partition) {

    BlockDevice open() throws IOException {
      return partition.open(disk.device());
    }

    String name() {
      return disk.volumeName(partition);
    }
  }

  /** Says something, with an empty line before it as diskpart does. */
  void say(String... lines) {
    out.println();
    for (String line : lines) {
      out.println(line);
    }
  }

  /** Says something right below. */
  void sayOn(String line) {
    out.println(line);
  }

  DriveLetters letters() {
    return letters;
  }

  InstantSource clock() {
    return clock;
  }

  UUID newGuid() {
    return identifiers.get();
  }

  /** A disk signature; never 0, which Windows would replace. */
  int newSignature() {
    int signature = (int) identifiers.get().getMostSignificantBits();
    return signature == 0 ? 1 : signature;
  }

  // Disks

  /** Adds an image file as a disk: the disk in it when it is a virtual disk file. */
  void addDisk(Path file) throws IOException {
    Path path = file.toAbsolutePath().normalize();
    if (VirtualDiskFormat.of(path) != VirtualDiskFormat.RAW) {
      attach(knownVirtualDisk(path), false);
      return;
    }
    FileDevice device =
        Files.isWritable(path) ? FileDevice.open(path) : FileDevice.openReadOnly(path);
    try {
      int number = freeNumber();
      disks.put(number, new SessionDisk(number, path, false, device));
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private int freeNumber() {
    int number = 0;
    while (disks.containsKey(number)) {
      number++;
    }
    return number;
  }

  List<SessionDisk> disks() {
    return List.copyOf(disks.values());
  }

  Optional<SessionDisk> disk() {
    return disk;
  }

  /** The selected disk. */
  SessionDisk requireDisk(String purpose) throws Refusal {
    return disk.orElseThrow(
        () ->
            Refusal.of(
                "There is no disk selected" + purpose + ".", "Select a disk and try again."));
  }

  boolean selectDisk(int number) {
    disk = Optional.ofNullable(disks.get(number));
    partitionOffset = Optional.empty();
    return disk.isPresent();
  }

  // Partitions and volumes

  Optional<Partition> partition() {
    return disk.flatMap(
        selected ->
            selected.partitions().stream()
                .filter(partition -> partitionOffset.equals(Optional.of(partition.offset())))
                .findFirst());
  }

  /** The selected partition of the selected disk. */
  Partition requirePartition() throws Refusal {
    requireDisk("");
    return partition()
        .orElseThrow(
            () ->
                Refusal.of("There is no partition selected.", "Select a partition and try again."));
  }

  void selectPartition(Partition partition) {
    partitionOffset = Optional.of(partition.offset());
  }

  void deselectPartition() {
    partitionOffset = Optional.empty();
  }

  List<Volume> volumes() {
    List<Volume> volumes = new ArrayList<>();
    for (SessionDisk each : disks.values()) {
      for (Partition partition : each.partitions()) {
        if (SessionDisk.holdsVolume(partition)) {
          String key = each.number() + "@" + partition.offset();
          int number = volumeNumbers.computeIfAbsent(key, unused -> volumeNumbers.size());
          volumes.add(new Volume(number, each, partition));
        }
      }
    }
    return volumes;
  }

  Optional<Volume> volume() {
    return volumes().stream()
        .filter(volume -> disk.equals(Optional.of(volume.disk())))
        .filter(volume -> partitionOffset.equals(Optional.of(volume.partition().offset())))
        .findFirst();
  }

  /** The selected volume, which is in the selected partition. */
  Volume requireVolume() throws Refusal {
    return volume()
        .orElseThrow(
            () ->
                Refusal.of(
                    "There is no volume selected.", "Please select a volume and try again."));
  }

  void selectVolume(Volume volume) {
    disk = Optional.of(volume.disk());
    selectPartition(volume.partition());
  }

  /** Writes a disk's table; letters follow the partitions to their new numbers. */
  void write(SessionDisk edited, List<Partition> before) throws IOException {
    edited.write();
    followLetters(edited, before);
  }

  /** Lets letters follow the partitions whose numbers in the table have changed. */
  void followLetters(SessionDisk edited, List<Partition> before) {
    Map<Integer, Integer> moved = new HashMap<>();
    for (Partition old : before) {
      edited.partitions().stream()
          .filter(partition -> partition.offset() == old.offset())
          .forEach(partition -> moved.put(old.number(), partition.number()));
    }
    letters.renumber(edited.file().toString(), moved);
  }

  /** Goes back to what is on the disks, where a command has failed half-way. */
  void forgetEdits() {
    for (SessionDisk each : disks.values()) {
      try {
        each.load();
      } catch (IOException e) {
        // It is shown without partitions, and whatever is done to it next says why.
      }
    }
  }

  // Virtual disks

  List<VirtualDiskFile> virtualDisks() {
    return virtualDisks;
  }

  Optional<VirtualDiskFile> virtualDisk() {
    return virtualDisk;
  }

  VirtualDiskFile requireVirtualDisk() throws Refusal {
    return virtualDisk.orElseThrow(
        () ->
            Refusal.of(
                "There is no virtual disk selected.", "Select a virtual disk and try again."));
  }

  void selectVirtualDisk(Path file) {
    virtualDisk = Optional.of(knownVirtualDisk(file.toAbsolutePath().normalize()));
  }

  private VirtualDiskFile knownVirtualDisk(Path file) {
    for (VirtualDiskFile known : virtualDisks) {
      if (known.file().equals(file)) {
        return known;
      }
    }
    VirtualDiskFile added = new VirtualDiskFile(file);
    virtualDisks.add(added);
    return added;
  }

  /** Makes the disk in a file one of the disks. */
  void attach(VirtualDiskFile file, boolean readOnly) throws IOException {
    int number = freeNumber();
    disks.put(number, file.attach(number, readOnly));
    rememberAttached();
  }

  /** Attaches what an earlier run left attached, as far as it is still there. */
  void attachAgain() {
    for (DriveLetters.Attached attached : List.copyOf(letters.attached())) {
      Path file = Path.of(attached.file());
      try {
        attach(knownVirtualDisk(file), attached.readOnly());
      } catch (IOException e) {
        virtualDisks.removeIf(known -> known.file().equals(file));
        letters.removeAll(attached.file());
      }
    }
    rememberAttached();
  }

  /** Closes the disk in a file, which is to be attached again at once. */
  void closeDisk(VirtualDiskFile file) throws IOException {
    int number = file.disk().orElseThrow().number();
    file.detach();
    disks.remove(number);
  }

  void detach(VirtualDiskFile file) throws IOException {
    SessionDisk attached = file.disk().orElseThrow();
    closeDisk(file);
    volumeNumbers.keySet().removeIf(key -> key.startsWith(attached.number() + "@"));
    if (disk.equals(Optional.of(attached))) {
      disk = Optional.empty();
      partitionOffset = Optional.empty();
    }
    letters.removeAll(file.file().toString());
    rememberAttached();
  }

  private void rememberAttached() {
    letters.setAttached(
        disks.values().stream()
            .filter(SessionDisk::isVirtual)
            .map(
                attached ->
                    new DriveLetters.Attached(
                        attached.file().toString(), attached.device().isReadOnly()))
            .toList());
  }

  /** Closes all files; attached ones stay attached for the next run. */
  void close() throws IOException {
    IOException failure = null;
    for (SessionDisk each : disks.values()) {
      try {
        each.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    disks.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
