package io.vhdboot.doctor;

import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveState;
import io.vhdboot.image.OpenDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the boot configuration as the boot manager does, and goes on with the entry it starts. */
final class StoreStep {

  /** A store is a few dozen KiB; one that is larger than this is something else. */
  private static final int MAX_SIZE = 16 << 20;

  private final Patient patient;
  private final Chart chart;
  private final WindowsSearch search;
  private final OpenDisk disk;
  private final Partition system;
  private final BootFirmware firmware;
  private final String folder;
  private final String path;

  StoreStep(
      Patient patient,
      Chart chart,
      WindowsSearch search,
      OpenDisk disk,
      Partition system,
      BootFirmware firmware) {
    this.patient = patient;
    this.chart = chart;
    this.search = search;
    this.disk = disk;
    this.system = system;
    this.firmware = firmware;
    this.folder = firmware == BootFirmware.UEFI ? "EFI/Microsoft/Boot" : "Boot";
    this.path = patient.path(system, folder + "/BCD");
  }

  void check() throws IOException {
    SystemVolume volume = SystemVolume.of(disk, system);
    Optional<BlockDevice> file = volume.file(folder + "/BCD");
    if (file.isEmpty()) {
      chart
          .breaks(Step.BOOT_CONFIGURATION, BootError.CONFIGURATION_MISSING)
          .at(path)
          .cure(Cures.bootFiles(patient, search, firmware, system))
          .note("there is no boot configuration", search.bcdboot(system, firmware));
      new EntryStep(patient, chart, search, disk, system, firmware, path).checkFoundWindows();
      return;
    }
    Optional<BcdStore> store = read(volume, file.get());
    if (store.isEmpty()) {
      new EntryStep(patient, chart, search, disk, system, firmware, path).checkFoundWindows();
      return;
    }
    check(store.get());
  }

  private Optional<BcdStore> read(SystemVolume volume, BlockDevice file) throws IOException {
    String reason;
    try {
      if (file.size() > MAX_SIZE) {
        throw new UnsupportedFormatException(
            path, DiskFormatException.NO_OFFSET, "has " + file.size() + " bytes, too many for one");
      }
      Hive hive = Hive.read(file, volume.logs(folder + "/BCD"));
      BcdStore store = BcdStore.of(hive);
      if (hive.state() != HiveState.DIRTY) {
        return Optional.of(store);
      }
      reason = "its changes were not finished, and no logs are there";
    } catch (DiskFormatException e) {
      reason = e.getMessage();
    }
    chart
        .breaks(Step.BOOT_CONFIGURATION, BootError.CONFIGURATION_MISSING)
        .at(path)
        .cure(Cures.newStore(patient, search, firmware, system, folder))
        .note("the boot configuration cannot be read: " + reason, search.bcdboot(system, firmware));
    return Optional.empty();
  }

  private void check(BcdStore store) throws IOException {
    EntryStep entryStep = new EntryStep(patient, chart, search, disk, system, firmware, path);
    Optional<BcdObject> manager = store.object(WellKnownObject.BOOT_MANAGER);
    if (manager.isEmpty()) {
      chart
          .breaks(Step.BOOT_CONFIGURATION, BootError.CONFIGURATION_INCOMPLETE)
          .at(path)
          .cure(Cures.bootFiles(patient, search, firmware, system))
          .note("the store has no {bootmgr}", search.bcdboot(system, firmware));
      entryStep.checkFoundWindows();
      return;
    }
    Optional<BcdObject> entry = selected(store, manager.get());
    if (entry.isEmpty()) {
      Optional<BcdObject> loader = StoreCures.onlyLoader(store);
      chart
          .breaks(Step.BOOT_CONFIGURATION, BootError.NO_VALID_ENTRY)
          .at(path)
          .cure(
              loader.isPresent()
                  ? Optional.of(StoreCures.select(path, loader.get().id()))
                  : Cures.bootFiles(patient, search, firmware, system))
          .note(
              "neither the menu nor the default names an entry of the store",
              search.bcdboot(system, firmware));
      if (loader.isPresent()) {
        entryStep.check(loader.get());
      } else {
        entryStep.checkFoundWindows();
      }
      return;
    }
    if (!entry.get().type().equals(BcdObjectType.OS_LOADER)) {
      chart
          .remark(Step.BOOT_CONFIGURATION)
          .at(path + " " + entry.get().name())
          .note(
              "the entry that starts is a "
                  + entry.get().type()
                  + ", which is not followed farther",
              "vhdboot bcdedit /default another entry, if that is not meant");
      return;
    }
    entryStep.check(entry.get());
  }

  /** The entry that starts where nobody chooses: the default, or the first of the menu. */
  private Optional<BcdObject> selected(BcdStore store, BcdObject manager) {
    List<BcdObject> menu = new ArrayList<>();
    for (UUID id : manager.objects(BcdElements.DISPLAY_ORDER)) {
      store.object(id).filter(object -> object.type().isApplication()).ifPresent(menu::add);
    }
    Optional<UUID> id = store.defaultObject();
    Optional<BcdObject> byDefault =
        id.flatMap(store::object).filter(object -> object.type().isApplication());
    if (byDefault.isEmpty() && !menu.isEmpty()) {
      chart
          .mayBreak(Step.BOOT_CONFIGURATION, BootError.NO_VALID_ENTRY)
          .at(path)
          .cure(StoreCures.select(path, menu.get(0).id()))
          .note(
              id.isPresent()
                  ? "the default entry {" + id.get() + "} is not in the store"
                  : "there is no default entry",
              "vhdboot bcdedit /store " + path + " /default " + menu.get(0).name());
    }
    return byDefault.isPresent() ? byDefault : menu.stream().findFirst();
  }
}
