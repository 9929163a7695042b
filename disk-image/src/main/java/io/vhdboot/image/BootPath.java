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
 *
 * <p>Only reads. Not for use by several threads.
 */
public final class BootPath {

  private final OpenDisk disk;
  private final Partition bootPartition;

  /**
   * A path that begins at a disk.
   *
   * @param disk the disk that the machine is started from
   * @param bootPartition the partition that the boot manager is on
   */
  public BootPath(OpenDisk disk, Partition bootPartition) {
    this.disk = disk;
    this.bootPartition = bootPartition;
  }

  /** Why a device leads to no volume. */
  public enum Missing {
    /** The device is of a form that is not followed. */
    FORM,
    /** The element that names the file to be found is not in the object. */
    ELEMENT,
    /** The disk has no such partition: another signature, GUID or place. */
    PARTITION,
    /** The partition holds no volume that can be opened. */
    VOLUME,
    /** No volume holds the file by which it is searched. */
    SEARCHED_FILE,
    /** The VHD file is not there. */
    VHD_FILE,
    /** The VHD file is not on an NTFS volume. */
    VHD_HOST,
    /** The VHD is a differencing one, and its parent is not there. */
    VHD_PARENT,
    /** No partition of the disk in the VHD is the one that is meant. */
    VHD_PARTITION,
    /** The device is a file, not a volume. */
    NO_VOLUME
  }

  /**
   * What a device leads to.
   *
   * @param text what was found, or what is missing, for people
   * @param missing why there is no volume; nothing where there is one
   * @param volume the NTFS volume at the end, where it is there
   * @param fatVolume the FAT volume at the end, where it is one
   * @param partition the partition that the volume is on, of the disk or of that in the VHD
   */
  public record Target(
      String text,
      Optional<Missing> missing,
      Optional<NtfsVolume> volume,
      Optional<FatVolume> fatVolume,
      Optional<Partition> partition) {

    private static Target missing(Missing missing, String text) {
      return new Target(
          text, Optional.of(missing), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Target of(String text, NtfsVolume volume, Partition partition) {
      return new Target(
          text, Optional.empty(), Optional.of(volume), Optional.empty(), Optional.of(partition));
    }

    /** Whether there is a volume. */
    public boolean isFound() {
      return volume.isPresent() || fatVolume.isPresent();
    }

    /** Whether the volume holds a file. */
    public boolean holds(String path) throws IOException {
      return volume.isPresent() && volume.get().find(path).isPresent()
          || fatVolume.isPresent() && fatVolume.get().find(path).isPresent();
    }
  }

  /**
   * A VHD file that a device leads through.
   *
   * @param host the volume that it is on
   * @param partition the partition of that volume
   * @param path its path there
   * @param file the file; it may be no VHD
   */
  public record VhdFile(NtfsVolume host, Partition partition, String path, NtfsFile file) {

    /** Opens the disk in it, and reads its partition table. */
    public OpenDisk open() throws IOException {
      VolumeParents parents = VolumeParents.beside(host, path);
      BlockDevice device = file.stream("").device();
      return OpenDisk.of(
          Vhdx.isVhdx(device)
              ? Vhdx.open(device, VhdxAccess.readOnly().withParents(parents.forVhdx()))
              : Vhd.open(device, true, parents));
    }
  }

  /**
   * Follows a device of an object.
   *
   * @throws io.vhdboot.disk.DiskFormatException when a VHD on the way is damaged
   */
  public Target resolve(BcdObject object, BcdDevice device) throws IOException {
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
    return Target.missing(Missing.FORM, "a device of a form that is not followed");
  }

  /** The VHD file that a device leads through, where it leads through one that is there. */
  public Optional<VhdFile> vhdFile(BcdObject object, BcdDevice device) throws IOException {
    if (device instanceof BcdDevice.VhdPartition vhd) {
      return vhdFile(host(object, vhd.file()), vhd.file());
    }
    return device instanceof BcdDevice.LocateByElement locate
            && locate.parent().isPresent()
            && locate.parent().get() instanceof BcdDevice.Vhd vhd
        ? vhdFile(host(object, vhd.file()), vhd.file())
        : Optional.empty();
  }

  private static Optional<VhdFile> vhdFile(Target host, BcdDevice.File file) throws IOException {
    if (host.volume().isEmpty()) {
      return Optional.empty();
    }
    NtfsVolume volume = host.volume().get();
    return volume
        .find(file.path())
        .filter(found -> !found.isDirectory())
        .map(found -> new VhdFile(volume, host.partition().orElseThrow(), file.path(), found));
  }

  private Target host(BcdObject object, BcdDevice.File file) throws IOException {
    return file.parent() instanceof BcdDevice.LocateByPath locate
        ? anywhere(locate.path())
        : resolve(object, file.parent());
  }

  private Target partition(BcdDevice.PartitionAddress address) {
    Optional<Partition> partition = disk.find(address);
    if (partition.isEmpty()) {
      return Target.missing(Missing.PARTITION, "no partition of this disk (" + address + ")");
    }
    return volume(partition.get(), "partition " + partition.get().number() + " of this disk");
  }

  private Target volume(Partition partition, String text) {
    Optional<NtfsVolume> volume = disk.volume(partition);
    if (volume.isPresent()) {
      return Target.of(text, volume.get(), partition);
    }
    Optional<FatVolume> fat = disk.fatVolume(partition);
    return fat.isPresent()
        ? new Target(text, Optional.empty(), Optional.empty(), fat, Optional.of(partition))
        : Target.missing(Missing.VOLUME, text + ", which holds no NTFS or FAT volume");
  }

  private Target byElement(BcdObject object, BcdDevice.LocateByElement locate) throws IOException {
    Optional<String> path = object.text(locate.element());
    if (path.isEmpty()) {
      return Target.missing(
          Missing.ELEMENT,
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
        : Target.missing(Missing.SEARCHED_FILE, "no volume of this disk, none holds " + path);
  }

  /** Picks a partition of the disk in a VHD. */
  private interface PartitionChoice {
    Optional<Partition> choose(OpenDisk disk) throws IOException;
  }

  private Target inVhd(BcdObject object, BcdDevice.File file, PartitionChoice choice)
      throws IOException {
    Target host = host(object, file);
    String text = "VHD " + file.path() + " on " + host.text();
    if (host.volume().isEmpty()) {
      return Target.missing(host.missing().orElse(Missing.VHD_HOST), text);
    }
    Optional<VhdFile> vhd = vhdFile(host, file);
    if (vhd.isEmpty()) {
      return Target.missing(Missing.VHD_FILE, text + ": no such file there");
    }
    OpenDisk inner;
    try {
      inner = vhd.get().open();
    } catch (MissingParentException | io.vhdboot.vhdx.MissingParentException e) {
      return Target.missing(Missing.VHD_PARENT, text + ": its parent is not there");
    }
    Optional<Partition> partition = choice.choose(inner);
    if (partition.isEmpty()) {
      return Target.missing(Missing.VHD_PARTITION, text + ": no partition inside it fits");
    }
    String found = text + ", partition " + partition.get().number() + " inside it";
    Optional<NtfsVolume> volume = inner.volume(partition.get());
    return volume.isPresent()
        ? Target.of(found, volume.get(), partition.get())
        : Target.missing(Missing.VOLUME, found + ", which holds no NTFS volume");
  }

  private Target file(BcdObject object, BcdDevice parent, String path, String kind)
      throws IOException {
    Target host = resolve(object, parent);
    String text = kind + path + " on " + host.text();
    return host.holds(path)
        ? Target.missing(Missing.NO_VOLUME, text + " (there)")
        : Target.missing(Missing.SEARCHED_FILE, text + " (not there)");
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
