package io.vhdboot.bcd;

import java.util.HexFormat;

/** Devices as bcdedit shows them. */
final class DeviceText {

  private DeviceText() {}

  /**
   * A device as bcdedit shows it without {@code /v}: where a VHD on a known volume is searched by
   * an object's own path, that goes without saying.
   */
  static String brief(BcdDevice device, DeviceNamer namer) {
    boolean isUsual =
        device instanceof BcdDevice.LocateByElement locate
            && (locate.element() == BcdElements.PATH || locate.element() == BcdElements.SYSTEM_ROOT)
            && locate.parent().isPresent()
            && locate.parent().get() instanceof BcdDevice.Vhd vhd
            && !(vhd.file().parent() instanceof BcdDevice.LocateByPath);
    return isUsual
        ? of(((BcdDevice.LocateByElement) device).parent().orElseThrow(), namer)
        : of(device, namer);
  }

  static String of(BcdDevice device, DeviceNamer namer) {
    if (device instanceof BcdDevice.Boot) {
      return "boot";
    }
    if (device instanceof BcdDevice.Partition partition) {
      return "partition=" + namer.name(partition.address());
    }
    if (device instanceof BcdDevice.VhdPartition partition) {
      return "partition="
          + namer.name(partition.address())
          + ",vhd="
          + file(partition.file(), namer);
    }
    if (device instanceof BcdDevice.File file) {
      return "file=" + file(file, namer);
    }
    if (device instanceof BcdDevice.RamDisk disk) {
      return "ramdisk=[" + parent(disk.parent(), namer) + "]" + disk.path();
    }
    if (device instanceof BcdDevice.Vhd vhd) {
      return "vhd=" + file(vhd.file(), namer);
    }
    if (device instanceof BcdDevice.LocateByElement locate) {
      String what = String.format("locate=custom:%08x", locate.element());
      return locate.parent().map(parent -> of(parent, namer) + "," + what).orElse(what);
    }
    if (device instanceof BcdDevice.LocateByPath locate) {
      String what = "locate=" + locate.path();
      return locate.parent().map(parent -> of(parent, namer) + "," + what).orElse(what);
    }
    return "unknown:" + HexFormat.of().formatHex(((BcdDevice.Unknown) device).descriptor());
  }

  private static String file(BcdDevice.File file, DeviceNamer namer) {
    return "[" + parent(file.parent(), namer) + "]" + file.path();
  }

  /** A device as it stands in brackets: a partition by its bare name. */
  private static String parent(BcdDevice device, DeviceNamer namer) {
    if (device instanceof BcdDevice.Partition partition) {
      return namer.name(partition.address());
    }
    return device instanceof BcdDevice.LocateByPath ? "locate" : of(device, namer);
  }
}
