package io.vhdboot.doctor;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.HiveFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What mends boot configurations and hives. */
final class StoreCures {

  private StoreCures() {}

  /** Something to change in a store. */
  @FunctionalInterface
  private interface Edit {
    void on(BcdStore store) throws IOException;
  }

  private static void onStore(String path, Edit edit) throws IOException {
    try (HiveFile file = HiveFile.edit(path)) {
      edit.on(BcdStore.of(file.hive()));
      file.save();
    }
  }

  /** Sets an element of an entry. */
  static Cure set(String path, UUID entry, int element, BcdValue value, String done) {
    return () -> {
      onStore(path, store -> store.object(entry).orElseThrow().set(element, value));
      return done;
    };
  }

  /** Makes an entry the one that starts, and puts it into the menu. */
  static Cure select(String path, UUID entry) {
    return () -> {
      onStore(
          path,
          store -> {
            BcdObject manager = store.object(WellKnownObject.BOOT_MANAGER).orElseThrow();
            manager.set(BcdElements.DEFAULT, BcdValue.of(entry));
            if (manager.objects(BcdElements.DISPLAY_ORDER).stream()
                .noneMatch(each -> store.object(each).isPresent())) {
              manager.set(BcdElements.DISPLAY_ORDER, BcdValue.ofObjects(entry));
            }
          });
      return "made {" + entry + "} the entry that starts";
    };
  }

  /** The one loader of a store; nothing where there are none or several. */
  static Optional<BcdObject> onlyLoader(BcdStore store) {
    List<BcdObject> loaders =
        store.objects().stream()
            .filter(object -> object.type().equals(BcdObjectType.OS_LOADER))
            .toList();
    return loaders.size() == 1 ? Optional.of(loaders.get(0)) : Optional.empty();
  }

  /** Names another partition wherever a store names one. */
  static Cure readdress(
      String path, BcdDevice.PartitionAddress from, BcdDevice.PartitionAddress to) {
    return () -> {
      onStore(
          path,
          store -> rewrite(store, address -> address.equals(from) ? to : address, old -> old));
      return "let the boot configuration name " + to + " where it named " + from;
    };
  }

  /** Names another VHD wherever a store names one. */
  static Cure renameVhd(String path, String from, String to) {
    return () -> {
      onStore(
          path,
          store -> rewrite(store, old -> old, name -> name.equalsIgnoreCase(from) ? to : name));
      return "let the boot configuration name " + to + " where it named " + from;
    };
  }

  private static void rewrite(
      BcdStore store,
      UnaryOperator<BcdDevice.PartitionAddress> addresses,
      UnaryOperator<String> files)
      throws IOException {
    for (BcdObject object : store.objects()) {
      for (Map.Entry<Integer, BcdValue> element : Map.copyOf(object.elements()).entrySet()) {
        if (element.getValue() instanceof BcdValue.Device value) {
          BcdDevice changed = rewrite(value.device(), addresses, files);
          if (!changed.equals(value.device())) {
            object.set(element.getKey(), new BcdValue.Device(changed, value.options()));
          }
        }
      }
    }
  }

  /** Devices nest no deeper than their descriptors, which hold each other. */
  private static BcdDevice rewrite(
      BcdDevice device,
      UnaryOperator<BcdDevice.PartitionAddress> addresses,
      UnaryOperator<String> files) {
    if (device instanceof BcdDevice.Partition partition) {
      return new BcdDevice.Partition(addresses.apply(partition.address()));
    }
    if (device instanceof BcdDevice.VhdPartition vhd) {
      return new BcdDevice.VhdPartition(
          addresses.apply(vhd.address()), rewriteFile(vhd.file(), addresses, files));
    }
    if (device instanceof BcdDevice.Vhd vhd) {
      return new BcdDevice.Vhd(rewriteFile(vhd.file(), addresses, files));
    }
    if (device instanceof BcdDevice.File file) {
      return rewriteFile(file, addresses, files);
    }
    if (device instanceof BcdDevice.RamDisk disk) {
      return new BcdDevice.RamDisk(
          rewrite(disk.parent(), addresses, files),
          disk.storedPath(),
          disk.imageBase(),
          disk.imageSize(),
          disk.imageOffset());
    }
    if (device instanceof BcdDevice.LocateByElement locate) {
      return new BcdDevice.LocateByElement(
          locate.element(), locate.parent().map(parent -> rewrite(parent, addresses, files)));
    }
    if (device instanceof BcdDevice.LocateByPath locate) {
      String renamed = files.apply(locate.path());
      return new BcdDevice.LocateByPath(
          renamed.equals(locate.path()) ? locate.storedPath() : renamed,
          locate.parent().map(parent -> rewrite(parent, addresses, files)));
    }
    return device;
  }

  private static BcdDevice.File rewriteFile(
      BcdDevice.File file,
      UnaryOperator<BcdDevice.PartitionAddress> addresses,
      UnaryOperator<String> files) {
    String renamed = files.apply(file.path());
    return new BcdDevice.File(
        rewrite(file.parent(), addresses, files),
        renamed.equals(file.path()) ? file.storedPath() : renamed);
  }

  /** Writes a hive's changes that still lie in its logs into it. */
  static Cure replay(String path) {
    return () -> {
      try (HiveFile file = HiveFile.edit(path)) {
        file.save();
      }
      return "replayed the logs of " + path;
    };
  }

  /** Sets a value of a hive; keys that are missing are made. */
  static Cure setValue(String path, String key, HiveValue value, String done) {
    return () -> {
      try (HiveFile file = HiveFile.edit(path)) {
        file.hive().root().createPath(key).setValue(value);
        file.save();
      }
      return done;
    };
  }
}
