package io.vhdboot.usb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a macOS tells of its disks: {@code diskutil list}, {@code diskutil info} of each whole disk
 * and of volumes, and the USB part of {@code system_profiler}, all as property lists.
 */
final class MacDisks {

  private final Object list;
  private final Map<String, Object> infos = new LinkedHashMap<>();
  private final Map<String, String> serials = new LinkedHashMap<>();

  /**
   * Begins with what there is.
   *
   * @param list what {@code diskutil list -plist} printed
   */
  MacDisks(String list) throws IOException {
    this.list = PropertyList.parse(list);
    if (wholeDisks().isEmpty()) {
      throw new IOException("diskutil told of no disk");
    }
  }

  /** The names of all whole disks, such as {@code disk2}. */
  List<String> wholeDisks() {
    return PropertyList.list(list, "WholeDisks").stream().map(String::valueOf).toList();
  }

  /** Adds what {@code diskutil info -plist} printed of a whole disk. */
  void addInfo(String disk, String info) throws IOException {
    infos.put(disk, PropertyList.parse(info));
  }

  /** Adds the serial numbers that {@code system_profiler -xml} printed. */
  void addUsb(String profile) throws IOException {
    collectSerials(PropertyList.parse(profile), "", 0);
  }

  private void collectSerials(Object node, String serial, int depth) {
    if (node instanceof List<?> nodes) {
      nodes.forEach(each -> collectSerials(each, serial, depth));
    } else if (node instanceof Map<?, ?> map && depth < 64) {
      String own = PropertyList.get(map, "serial_num", serial);
      String name = PropertyList.get(map, "bsd_name", "");
      if (!name.isEmpty()) {
        serials.putIfAbsent(name, own);
      }
      map.values().forEach(each -> collectSerials(each, own, depth + 1));
    }
  }

  /**
   * The whole disks that a volume lies on, given what {@code diskutil info -plist} printed of it.
   */
  Set<String> disksOf(String info) throws IOException {
    Object volume = PropertyList.parse(info);
    List<String> disks = new ArrayList<>();
    for (Object store : PropertyList.list(volume, "APFSPhysicalStores")) {
      disks.add(whole(PropertyList.get(store, "APFSPhysicalStore", "")));
      disks.add(whole(PropertyList.get(store, "DeviceIdentifier", "")));
    }
    disks.add(whole(PropertyList.get(volume, "ParentWholeDisk", "")));
    disks.removeIf(String::isEmpty);
    return Set.copyOf(disks);
  }

  private static String whole(String name) {
    return name.replaceFirst("^(disk\\d+)s.*$", "$1");
  }

  /**
   * All whole disks.
   *
   * @param system the disks that the system runs from and we ourselves need, with what is on them;
   *     nothing when that is not known
   * @param kept the same for files that must not be lost
   */
  List<DiskDevice> disks(Optional<Map<String, String>> system, Map<String, String> kept) {
    List<DiskDevice> disks = new ArrayList<>();
    for (String name : wholeDisks()) {
      Object info = infos.get(name);
      List<DiskVolume> volumes = volumes(name);
      List<DiskUse> uses = new ArrayList<>();
      if (info == null || system.isEmpty()) {
        uses.add(
            new DiskUse(DiskUse.Kind.UNKNOWN, "it cannot be told what the running system needs"));
      }
      system
          .map(used -> used.get(name))
          .ifPresent(what -> uses.add(new DiskUse(DiskUse.Kind.SYSTEM, what + " is on it")));
      Optional.ofNullable(kept.get(name))
          .ifPresent(what -> uses.add(new DiskUse(DiskUse.Kind.INPUT, what + " is on it")));
      for (DiskVolume volume : volumes) {
        for (String place : volume.mountPoints()) {
          uses.add(new DiskUse(DiskUse.Kind.MOUNT, "it is mounted at " + place));
        }
      }
      long size = PropertyList.get(info, "TotalSize", PropertyList.get(info, "Size", 0L));
      disks.add(
          new DiskDevice(
              "/dev/" + name,
              size,
              (int) Math.max(512, PropertyList.get(info, "DeviceBlockSize", 512L)),
              bus(info),
              PropertyList.get(info, "RemovableMedia", false)
                  || PropertyList.get(info, "Removable", false),
              !PropertyList.get(info, "WritableMedia", PropertyList.get(info, "Writable", true)),
              "",
              PropertyList.get(
                  info, "MediaName", PropertyList.get(info, "IORegistryEntryName", "")),
              serials.getOrDefault(name, ""),
              PropertyList.get(info, "DeviceTreePath", ""),
              Optional.empty(),
              volumes,
              uses));
    }
    return disks;
  }

  private static DeviceBus bus(Object info) {
    if (PropertyList.get(info, "VirtualOrPhysical", "").equals("Virtual")) {
      return DeviceBus.VIRTUAL;
    }
    return switch (PropertyList.get(info, "BusProtocol", "")) {
      case "USB" -> DeviceBus.USB;
      case "Secure Digital" -> DeviceBus.SD;
      case "SATA", "ATA", "ATAPI" -> DeviceBus.ATA;
      case "SAS", "SCSI" -> DeviceBus.SCSI;
      case "PCI-Express", "NVMe" -> DeviceBus.NVME;
      case "Apple Fabric", "FireWire", "Thunderbolt", "Fibre Channel Interface" -> DeviceBus.OTHER;
      case "Disk Image", "Virtual Interface" -> DeviceBus.VIRTUAL;
      default -> DeviceBus.UNKNOWN;
    };
  }

  /** The partitions of a disk, and the volumes of APFS containers that lie on it. */
  private List<DiskVolume> volumes(String disk) {
    List<DiskVolume> volumes = new ArrayList<>();
    for (Object each : PropertyList.list(list, "AllDisksAndPartitions")) {
      boolean own = PropertyList.get(each, "DeviceIdentifier", "").equals(disk);
      boolean above =
          PropertyList.list(each, "APFSPhysicalStores").stream()
              .anyMatch(
                  store -> whole(PropertyList.get(store, "DeviceIdentifier", "")).equals(disk));
      if (own || above) {
        addVolume(volumes, each);
        PropertyList.list(each, "Partitions").forEach(part -> addVolume(volumes, part));
        PropertyList.list(each, "APFSVolumes").forEach(part -> addVolume(volumes, part));
      }
      if (own && above) {
        break;
      }
    }
    volumes.removeIf(
        volume -> volume.path().equals("/dev/" + disk) && volume.mountPoints().isEmpty());
    return volumes;
  }

  private static void addVolume(List<DiskVolume> volumes, Object part) {
    String place = PropertyList.get(part, "MountPoint", "");
    volumes.add(
        new DiskVolume(
            "/dev/" + PropertyList.get(part, "DeviceIdentifier", ""),
            PropertyList.get(part, "Size", 0L),
            place.isEmpty() ? List.of() : List.of(place)));
  }
}
