package io.vhdboot.image;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.vhd.MissingParentException;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import java.io.IOException;
import java.util.Optional;

/**
 * Says what the devices of boot entries lead to, the way the boot manager goes: to a partition of
 * the disk that it was started from, to a VHD file there, to a partition inside that.
 */
final class BootPath {

  private final OpenDisk disk;
  private final Partition bootPartition;

  /**
   * A path that begins at a disk.
   *
   * @param disk the disk that the machine is started from
   * @param bootPartition the partition that the boot manager is on
   */
  BootPath(OpenDisk disk, Partition bootPartition) {
    this.disk = disk;
    this.bootPartition = bootPartition;
  }

  /**
   * What a device leads to.
   *
   * @param text what was found, or what is missing, for people
   * @param volume the NTFS volume at the end, where it is there
   * @param fatVolume the FAT volume at the end, where it is one
   */
  record Target(String text, Optional<NtfsVolume> volume, Optional<FatVolume> fatVolume) {

    static Target missing(String text) {
      return new Target(text, Optional.empty(), Optional.empty());
    }

    boolean isFound() {
      return volume.isPresent() || fatVolume.isPresent();
    }

    /** Whether the volume holds a file. */
    boolean holds(String path) throws IOException {
      return volume.isPresent() && volume.get().find(path).isPresent()
          || fatVolume.isPresent() && fatVolume.get().find(path).isPresent();
    }
  }

  /** Follows a device of an object. */
  Target resolve(BcdObject object, BcdDevice device) throws IOException {
    if (device instanceof BcdDevice.Boot) {
      return volume(bootPartition, "the boot partition (" + bootPartition.number() + ")");
    }
    if (device instanceof BcdDevice.Partition partition) {
      return partition(partition.address());
    }
    if (device instanceof BcdDevice.VhdPartition vhd) {
      return inVhd(object, vhd.file(), inner -> inner.find(vhd.address()));
    }
    if (device instanceof BcdDevice.LocateByElement locate) {
      return byElement(object, locate);
    }
    if (device instanceof BcdDevice.LocateByPath locate && locate.parent().isEmpty()) {
      return anywhere(locate.path());
    }
    if (device instanceof BcdDevice.RamDisk ramDisk) {
      return file(object, ramDisk.parent(), ramDisk.path(), "RAM disk from ");
    }
    if (device instanceof BcdDevice.File file) {
      return file(object, file.parent(), file.path(), "file ");
    }
    return Target.missing("a device of a form that is not followed");
  }

  private Target partition(BcdDevice.PartitionAddress address) {
    Optional<Partition> partition = disk.find(address);
    if (partition.isEmpty()) {
      return Target.missing("no partition of this disk (" + address + ")");
    }
    return volume(partition.get(), "partition " + partition.get().number() + " of this disk");
  }

  private Target volume(Partition partition, String text) {
    Optional<NtfsVolume> volume = disk.volume(partition);
    if (volume.isPresent()) {
      return new Target(text, volume, Optional.empty());
    }
    Optional<FatVolume> fat = disk.fatVolume(partition);
    return fat.isPresent()
        ? new Target(text, Optional.empty(), fat)
        : Target.missing(text + ", which holds no NTFS or FAT volume");
  }

  private Target byElement(BcdObject object, BcdDevice.LocateByElement locate) throws IOException {
    Optional<String> path = object.text(locate.element());
    if (path.isEmpty()) {
      return Target.missing(
          String.format(
              "nothing: element %08x, which names the file, is absent", locate.element()));
    }
    if (locate.parent().isEmpty()) {
      return anywhere(path.get());
    }
    if (locate.parent().get() instanceof BcdDevice.Vhd vhd) {
      return inVhd(object, vhd.file(), inner -> holding(inner, path.get()));
    }
    return resolve(object, locate.parent().get());
  }

  private Target anywhere(String path) throws IOException {
    Optional<Partition> partition = holding(disk, path);
    return partition.isPresent()
        ? volume(partition.get(), "partition " + partition.get().number() + ", found by " + path)
        : Target.missing("no volume of this disk, none holds " + path);
  }

  /** Picks a partition of the disk in a VHD. */
  private interface PartitionChoice {
    Optional<Partition> choose(OpenDisk disk) throws IOException;
  }

  private Target inVhd(BcdObject object, BcdDevice.File file, PartitionChoice choice)
      throws IOException {
    Target host =
        file.parent() instanceof BcdDevice.LocateByPath locate
            ? anywhere(locate.path())
            : resolve(object, file.parent());
    if (host.volume().isEmpty()) {
      return Target.missing("VHD " + file.path() + " on " + host.text());
    }
    Optional<NtfsFile> vhdFile = host.volume().get().find(file.path());
    if (vhdFile.isEmpty()) {
      return Target.missing("VHD " + file.path() + " on " + host.text() + ": no such file there");
    }
    String text = "VHD " + file.path() + " on " + host.text();
    OpenDisk inner;
    try {
      VolumeParents parents = VolumeParents.beside(host.volume().get(), file.path());
      inner = OpenDisk.of(open(vhdFile.get().stream("").device(), parents));
    } catch (MissingParentException | io.vhdboot.vhdx.MissingParentException e) {
      return Target.missing(text + ": its parent is not there");
    }
    Optional<Partition> partition = choice.choose(inner);
    if (partition.isEmpty()) {
      return Target.missing(text + ": no partition inside it fits");
    }
    String found = text + ", partition " + partition.get().number() + " inside it";
    Optional<NtfsVolume> volume = inner.volume(partition.get());
    return volume.isPresent()
        ? new Target(found, volume, Optional.empty())
        : Target.missing(found + ", which holds no NTFS volume");
  }

  private static BlockDevice open(BlockDevice file, VolumeParents parents) throws IOException {
    return Vhdx.isVhdx(file)
        ? Vhdx.open(file, VhdxAccess.readOnly().withParents(parents.forVhdx()))
        : Vhd.open(file, true, parents);
  }

  private Target file(BcdObject object, BcdDevice parent, String path, String kind)
      throws IOException {
    Target host = resolve(object, parent);
    String text = kind + path + " on " + host.text();
    return host.holds(path)
        ? Target.missing(text + " (there)")
        : Target.missing(text + " (not there)");
  }

  private static Optional<Partition> holding(OpenDisk disk, String path) throws IOException {
    for (Partition partition : disk.partitions()) {
      Optional<NtfsVolume> volume = disk.volume(partition);
      if (volume.isPresent() && volume.get().find(path).isPresent()) {
        return Optional.of(partition);
      }
    }
    return Optional.empty();
  }
}
