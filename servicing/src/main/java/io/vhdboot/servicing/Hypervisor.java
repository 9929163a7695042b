package io.vhdboot.servicing;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the loader start the hypervisor, without which Hyper-V, once it is installed, does not run:
 * {@code hypervisorlaunchtype} of the boot entries that start this Windows.
 */
final class Hypervisor implements ServicingOption {

  private static final long AUTOMATIC = 1;

  private final String vhd;

  /**
   * Makes the option.
   *
   * @param vhd the path of the VHD that holds this Windows on its volume, with a backslash first;
   *     empty where it lies in none or that is not known
   */
  Hypervisor(String vhd) {
    this.vhd = vhd;
  }

  @Override
  public String name() {
    return "hypervisor";
  }

  @Override
  public void apply(ServicingEdit edit) throws IOException {
    if (edit.bootStores().isEmpty()) {
      throw new IllegalArgumentException(
          "the hypervisor is started by a boot entry: name the boot store that holds it");
    }
    for (String name : edit.bootStores()) {
      for (BcdObject entry : entries(name, edit.bootStore(name))) {
        edit.setElement(
            name,
            entry.id(),
            BcdElements.HYPERVISOR_LAUNCH_TYPE,
            BcdValue.of(AUTOMATIC),
            "the loader starts the hypervisor");
      }
    }
  }

  /** The entries that start this Windows: by its VHD, or the only one, or the default one. */
  private List<BcdObject> entries(String name, BcdStore store) throws FileSystemException {
    List<BcdObject> loaders = new ArrayList<>();
    List<BcdObject> ours = new ArrayList<>();
    for (BcdObject object : store.objects()) {
      if (!object.type().equals(BcdObjectType.OS_LOADER)) {
        continue;
      }
      loaders.add(object);
      if (object.device(BcdElements.OS_DEVICE).filter(this::isOurs).isPresent()) {
        ours.add(object);
      }
    }
    if (!ours.isEmpty() || loaders.size() == 1) {
      return ours.isEmpty() ? loaders : ours;
    }
    if (!vhd.isEmpty() || store.defaultObject().isEmpty()) {
      throw new FileSystemException(
          name, null, "has " + loaders.size() + " entries, and none of them starts this Windows");
    }
    return loaders.stream()
        .filter(object -> object.id().equals(store.defaultObject().get()))
        .toList();
  }

  private boolean isOurs(BcdDevice device) {
    if (device instanceof BcdDevice.LocateByElement located) {
      return located.parent().filter(this::isOurs).isPresent();
    }
    return device instanceof BcdDevice.Vhd disk && isOurs(disk.file())
        || device instanceof BcdDevice.VhdPartition partition && isOurs(partition.file())
        || device instanceof BcdDevice.File file && file.path().equalsIgnoreCase(vhd);
  }
}
