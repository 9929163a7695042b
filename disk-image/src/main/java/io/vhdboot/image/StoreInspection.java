package io.vhdboot.image;

import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdListing;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.DeviceNamer;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.hive.Hive;
import java.io.IOException;
import java.util.Optional;

/** Inspects a boot configuration store, on its own or on the disk whose boot it configures. */
final class StoreInspection {

  /** A store is a few dozen KiB; one that is larger than this is something else. */
  private static final int MAX_SIZE = 16 << 20;

  private StoreInspection() {}

  /** Whether a hive is a store. */
  static boolean isStore(Hive hive) throws IOException {
    return hive.root().subkey("Objects").isPresent()
        && hive.root().subkey("Description").isPresent();
  }

  /** Inspects a store of which it is not known where it comes from. */
  static Inspection inspect(String name, BcdStore store) throws IOException {
    return inspect(name, store, Optional.empty());
  }

  /** Inspects the store on a volume and follows its entries. */
  static Inspection inspect(String path, long size, BlockDevice content, BootPath bootPath) {
    try {
      if (size > MAX_SIZE) {
        throw new UnsupportedFormatException(
            path,
            DiskFormatException.NO_OFFSET,
            "has " + size + " bytes, too many for a boot configuration");
      }
      return inspect(path, BcdStore.read(content), Optional.of(bootPath));
    } catch (IOException e) {
      return Inspection.problem(path, e);
    }
  }

  private static Inspection inspect(String name, BcdStore store, Optional<BootPath> bootPath)
      throws IOException {
    Inspection.Builder found =
        Inspection.of("bcd", name + ": boot configuration, " + store.objects().size() + " objects");
    for (BcdListing.Section section : BcdListing.of(store, DeviceNamer.OFFLINE).sections()) {
      found.content(inspect(section, bootPath));
    }
    return found.build();
  }

  private static Inspection inspect(BcdListing.Section section, Optional<BootPath> bootPath)
      throws IOException {
    BcdObject object = section.object();
    Inspection.Builder found =
        Inspection.of(
            object.type().isApplication() ? "boot-entry" : "boot-settings",
            section.heading()
                + object.text(BcdElements.DESCRIPTION).map(text -> " \"" + text + "\"").orElse(""));
    for (BcdListing.Entry entry : section.entries()) {
      found.property(
          entry.name(), entry.texts().size() == 1 ? entry.texts().get(0) : entry.texts());
    }
    if (bootPath.isPresent()) {
      follow(object, BcdElements.DEVICE, "device", BcdElements.PATH, "path", bootPath.get(), found);
      if (object.type().equals(BcdObjectType.OS_LOADER)) {
        follow(
            object,
            BcdElements.OS_DEVICE,
            "osdevice",
            BcdElements.SYSTEM_ROOT,
            "systemroot",
            bootPath.get(),
            found);
      }
    }
    return found.build();
  }

  /**
   * Tells what a device of an object leads to, and whether the file that belongs to it is there.
   */
  private static void follow(
      BcdObject object,
      int element,
      String name,
      int pathElement,
      String pathName,
      BootPath bootPath,
      Inspection.Builder found) {
    if (object.device(element).isEmpty()) {
      return;
    }
    try {
      BootPath.Target target = bootPath.resolve(object, object.device(element).get());
      found.property(name + "Target", target.text());
      Optional<String> path = object.text(pathElement);
      if (path.isPresent()) {
        found.property(pathName + "Present", target.holds(path.get()));
      }
    } catch (IOException e) {
      found.property(name + "Target", "a problem: " + e.getMessage());
    }
  }
}
