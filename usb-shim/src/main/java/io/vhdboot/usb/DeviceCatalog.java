package io.vhdboot.usb;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * The disks of a machine: lists them, and opens for writing only what {@link DeviceRules} let be
 * written.
 *
 * <p>Safe for several threads.
 */
public final class DeviceCatalog {

  private final DeviceHost host;

  private DeviceCatalog(DeviceHost host) {
    this.host = host;
  }

  /** The disks of the system that this program runs on. */
  public static DeviceCatalog system() {
    return new DeviceCatalog(DeviceHost.system());
  }

  /** The disks that a host tells of. */
  public static DeviceCatalog of(DeviceHost host) {
    return new DeviceCatalog(host);
  }

  /** All whole disks as they are now, to be judged or not. */
  public List<DiskDevice> disks(Collection<Path> kept) throws IOException {
    return host.disks(kept);
  }

  /**
   * The whole disk of a name.
   *
   * @param name what the system calls it, or a link to that
   * @param kept files that must not be lost
   * @throws NoSuchFileException when there is none, or when it names a partition
   */
  public DiskDevice disk(String name, Collection<Path> kept) throws IOException {
    String wanted = host.canonicalName(name);
    for (DiskDevice disk : host.disks(kept)) {
      if (disk.path().equals(wanted)) {
        return disk;
      }
      for (DiskVolume volume : disk.volumes()) {
        if (volume.path().equals(wanted) || volume.mountPoints().contains(wanted)) {
          throw new NoSuchFileException(
              name, null, "is a partition; name the whole disk, " + disk.path());
        }
      }
    }
    throw new NoSuchFileException(
        name, null, "there is no such disk; vhdboot device list shows all");
  }

  /** Opens a disk for reading only. */
  public RawDevice openReadOnly(DiskDevice disk) throws IOException {
    return opened(host.open(disk, false), disk);
  }

  /**
   * Opens a disk for writing: looks again whether it is the one that was chosen and may be written,
   * unmounts it if that is allowed, opens it, and looks once more.
   *
   * @throws DeviceRefusedException when the rules forbid it
   * @throws DeviceChangedException when it is another disk by now
   */
  public RawDevice openForWriting(DiskDevice chosen, DeviceRules rules) throws IOException {
    DiskDevice before = current(chosen, rules);
    rules.require(before);
    if (rules.unmounts() && before.uses().stream().anyMatch(DeviceCatalog::isMount)) {
      host.unmount(before);
    }
    RawDevice device = opened(host.open(before, true), before);
    try {
      requireWritable(chosen, rules);
      return device;
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /**
   * The same for what writes here and there.
   *
   * @throws FileSystemException when the disk can only be written from its beginning to its end
   */
  RawDevice openForEditing(DiskDevice chosen, DeviceRules rules) throws IOException {
    RawDevice device = openForWriting(chosen, rules);
    if (device.isSequential()) {
      device.close();
      throw new FileSystemException(
          chosen.path(),
          null,
          "takes root (sudo); without, only whole images can be written to it");
    }
    return device;
  }

  private static boolean isMount(DiskUse use) {
    return use.kind() == DiskUse.Kind.MOUNT;
  }

  private static RawDevice opened(RawDevice device, DiskDevice disk) throws IOException {
    if (device.size() != disk.size()) {
      long size = device.size();
      device.close();
      throw new DeviceChangedException(
          disk + " is open, but has " + size + " bytes now: it is another disk");
    }
    return device;
  }

  /**
   * Throws unless a disk still is the one that was chosen, still may be written and is not mounted.
   *
   * @throws DeviceRefusedException when the rules forbid it by now
   * @throws DeviceChangedException when it is gone or another disk by now
   */
  void requireWritable(DiskDevice chosen, DeviceRules rules) throws IOException {
    rules.unmount(false).require(current(chosen, rules));
  }

  /** The disk as it is now. */
  private DiskDevice current(DiskDevice chosen, DeviceRules rules) throws IOException {
    for (DiskDevice disk : host.disks(rules.kept())) {
      if (disk.path().equals(chosen.path())) {
        if (!disk.isSame(chosen)) {
          throw new DeviceChangedException(
              chosen + " is not there any more; " + disk + " is in its place");
        }
        return disk;
      }
    }
    throw new DeviceChangedException(chosen + " is not there any more");
  }
}
