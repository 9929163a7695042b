package io.vhdboot.doctor;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.BootPath;
import io.vhdboot.image.BootPath.Missing;
import io.vhdboot.image.BootPath.Target;
import io.vhdboot.image.BootPath.VhdFile;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what the devices of an entry could mean where they lead to nothing. */
final class EntryCures {

  private static final String KERNEL = "\\Windows\\System32\\ntoskrnl.exe";

  private final Patient patient;
  private final WindowsSearch search;
  private final OpenDisk disk;
  private final Partition system;
  private final BootFirmware firmware;
  private final String store;

  EntryCures(
      Patient patient,
      WindowsSearch search,
      OpenDisk disk,
      Partition system,
      BootFirmware firmware,
      String store) {
    this.patient = patient;
    this.search = search;
    this.disk = disk;
    this.system = system;
    this.firmware = firmware;
    this.store = store;
  }

  /** What mends a device that leads to no volume, where one thing can be meant. */
  Optional<Cure> of(BcdObject entry, BcdDevice device, Missing missing) throws IOException {
    return switch (missing) {
      case PARTITION -> readdress(entry, device);
      case VHD_FILE, SEARCHED_FILE -> renameVhd(device);
      case VHD_PARTITION -> innerAddress(entry, device);
      case VOLUME, VHD_HOST, ELEMENT -> Cures.bootFiles(patient, search, firmware, system);
      case FORM, VHD_PARENT, NO_VOLUME -> Optional.empty();
    };
  }

  /** The address of a partition outside the VHD that a device names. */
  private static Optional<BcdDevice.PartitionAddress> address(BcdDevice device) {
    BcdDevice at = device;
    while (at != null) {
      if (at instanceof BcdDevice.Partition partition) {
        return Optional.of(partition.address());
      }
      at =
          at instanceof BcdDevice.VhdPartition vhd
              ? vhd.file().parent()
              : at instanceof BcdDevice.Vhd vhd
                  ? vhd.file().parent()
                  : at instanceof BcdDevice.File file
                      ? file.parent()
                      : at instanceof BcdDevice.LocateByElement locate
                          ? locate.parent().orElse(null)
                          : null;
    }
    return Optional.empty();
  }

  private static Optional<BcdDevice.File> vhdFile(BcdDevice device) {
    if (device instanceof BcdDevice.VhdPartition vhd) {
      return Optional.of(vhd.file());
    }
    return device instanceof BcdDevice.LocateByElement locate
            && locate.parent().isPresent()
            && locate.parent().get() instanceof BcdDevice.Vhd vhd
        ? Optional.of(vhd.file())
        : Optional.empty();
  }

  /** Names the one partition that holds what the entry starts. */
  private Optional<Cure> readdress(BcdObject entry, BcdDevice device) throws IOException {
    Optional<BcdDevice.PartitionAddress> from = address(device);
    String file =
        vhdFile(device)
            .map(BcdDevice.File::path)
            .orElse(entry.text(BcdElements.PATH).orElse(KERNEL));
    List<Partition> holding = new ArrayList<>();
    for (Partition partition : disk.partitions()) {
      Optional<NtfsVolume> volume = disk.volume(partition);
      if (volume.isPresent() && volume.get().find(file).isPresent()) {
        holding.add(partition);
      }
    }
    if (from.isEmpty() || holding.size() != 1) {
      return Optional.empty();
    }
    Optional<BcdDevice.PartitionAddress> to = addressOf(disk.table(), holding.get(0));
    if (to.isPresent()
        && to.get() instanceof BcdDevice.MbrPartition mbr
        && mbr.diskSignature() == 0
        && from.get() instanceof BcdDevice.MbrPartition named
        && named.offset() == mbr.offset()) {
      return Optional.of(Cures.diskSignature(patient, named.diskSignature()));
    }
    return to.map(address -> StoreCures.readdress(store, from.get(), address));
  }

  private static Optional<BcdDevice.PartitionAddress> addressOf(
      PartitionTable table, Partition partition) {
    if (table.gptDiskGuid().isPresent()) {
      return partition
          .guid()
          .map(guid -> new BcdDevice.GptPartition(table.gptDiskGuid().get(), guid));
    }
    return table.mbrSignature().isPresent()
        ? Optional.of(
            new BcdDevice.MbrPartition(table.mbrSignature().getAsInt(), partition.offset()))
        : Optional.empty();
  }

  /** Names the one VHD with a Windows that there is. */
  private Optional<Cure> renameVhd(BcdDevice device) throws IOException {
    Optional<String> to = search.only().flatMap(WindowsSearch.Place::vhd);
    Optional<String> from = vhdFile(device).map(BcdDevice.File::path);
    return from.isPresent() && to.isPresent() && !from.get().equalsIgnoreCase(to.get())
        ? Optional.of(StoreCures.renameVhd(store, from.get(), to.get()))
        : Optional.empty();
  }

  /** Names the one partition in the VHD that holds a Windows. */
  private Optional<Cure> innerAddress(BcdObject entry, BcdDevice device) throws IOException {
    Optional<VhdFile> vhd = new BootPath(disk, system).vhdFile(entry, device);
    if (vhd.isEmpty() || !(device instanceof BcdDevice.VhdPartition named)) {
      return Optional.empty();
    }
    Optional<Partition> within = EntryStep.windowsInside(vhd.get()).flatMap(Target::partition);
    return within
        .flatMap(
            partition -> {
              try {
                return addressOf(vhd.get().open().table(), partition);
              } catch (IOException e) {
                return Optional.empty();
              }
            })
        .map(address -> StoreCures.readdress(store, named.address(), address));
  }
}
