package io.vhdboot.bcd;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * What a device element points at: a partition, a file, a RAM disk, a volume inside a VHD.
 *
 * <p>Paths begin with a backslash. A stored path may hold a NUL with leftovers of an editor behind
 * it; the boot manager reads up to the NUL, and so do the {@code path()} methods.
 */
public sealed interface BcdDevice {

  /** The volume the boot manager itself came from. */
  BcdDevice BOOT = new Boot();

  /** Where a partition is: on which disk, and which of its partitions. */
  sealed interface PartitionAddress permits MbrPartition, GptPartition {}

  /**
   * A partition of an MBR disk.
   *
   * @param diskSignature the disk signature, MBR bytes 1B8h to 1BBh
   * @param offset where the partition begins, in bytes
   */
  record MbrPartition(int diskSignature, long offset) implements PartitionAddress {

    @Override
    public String toString() {
      return String.format("mbr:%08x@%d", diskSignature, offset);
    }
  }

  /**
   * A partition of a GPT disk.
   *
   * @param disk the disk's GUID
   * @param partition the partition's own GUID
   */
  record GptPartition(UUID disk, UUID partition) implements PartitionAddress {

    @Override
    public String toString() {
      return "gpt:{" + disk + "}{" + partition + "}";
    }
  }

  /** The volume the boot manager came from. */
  record Boot() implements BcdDevice {}

  /**
   * A partition of a disk.
   *
   * @param address which one
   */
  record Partition(PartitionAddress address) implements BcdDevice {}

  /**
   * A partition of the disk inside a VHD, named by both tables; Windows writes this for a volume of
   * a VHD that is mounted.
   *
   * @param address which partition, by the table inside the VHD
   * @param file the VHD file
   */
  record VhdPartition(PartitionAddress address, File file) implements BcdDevice {}

  /**
   * A file on another device.
   *
   * @param parent the device it is on
   * @param storedPath its path as stored
   */
  record File(BcdDevice parent, String storedPath) implements BcdDevice {

    /** The path on the parent. */
    public String path() {
      return beforeNul(storedPath);
    }
  }

  /**
   * A RAM disk with an image file's content. The element's additional options object says where
   * boot.sdi is.
   *
   * @param parent the device the image file is on
   * @param storedPath the image file's path as stored
   * @param imageBase 0 on disk
   * @param imageSize 0 on disk
   * @param imageOffset 0 on disk
   */
  record RamDisk(
      BcdDevice parent, String storedPath, long imageBase, long imageSize, long imageOffset)
      implements BcdDevice {

    /** The image file's path on the parent. */
    public String path() {
      return beforeNul(storedPath);
    }
  }

  /**
   * The disk inside a VHD, whichever it is; stands inside {@link LocateByElement}.
   *
   * @param file the VHD file
   */
  record Vhd(File file) implements BcdDevice {}

  /**
   * The volume that holds the file which another element of the same object names.
   *
   * @param element that element: {@link BcdElements#PATH} in {@code device}, {@link
   *     BcdElements#SYSTEM_ROOT} in {@code osdevice}
   * @param parent where to search, such as a {@link Vhd}; everywhere when empty
   */
  record LocateByElement(int element, Optional<BcdDevice> parent) implements BcdDevice {}

  /**
   * The volume that holds a file.
   *
   * @param storedPath the file's path as stored
   * @param parent where to search; everywhere when empty
   */
  record LocateByPath(String storedPath, Optional<BcdDevice> parent) implements BcdDevice {

    /** The file's path. */
    public String path() {
      return beforeNul(storedPath);
    }
  }

  /**
   * A form this library does not know; its bytes are kept.
   *
   * @param descriptor the descriptor's bytes
   */
  record Unknown(byte[] descriptor) implements BcdDevice {

    /** Takes a copy. */
    public Unknown {
      descriptor = descriptor.clone();
    }

    /** A copy of the bytes. */
    @Override
    public byte[] descriptor() {
      return descriptor.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Unknown unknown && Arrays.equals(descriptor, unknown.descriptor);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(descriptor);
    }

    @Override
    public String toString() {
      return "Unknown[" + HexFormat.of().formatHex(descriptor) + "]";
    }
  }

  /** A partition of an MBR disk; the offset is in bytes. */
  static BcdDevice mbrPartition(int diskSignature, long offset) {
    return new Partition(new MbrPartition(diskSignature, offset));
  }

  /** A partition of a GPT disk. */
  static BcdDevice gptPartition(UUID disk, UUID partition) {
    return new Partition(new GptPartition(disk, partition));
  }

  /** A RAM disk from an image file. */
  static BcdDevice ramDisk(BcdDevice parent, String path) {
    return new RamDisk(parent, path, 0, 0, 0);
  }

  /**
   * A volume inside a VHD file on a known partition, what bcdedit writes for {@code vhd=[X:]\path}:
   * the boot manager mounts the VHD and searches its volumes.
   *
   * @param host the partition the file is on
   * @param path the VHD file's path on it
   * @param locateElement the element of the same object that names a file on the wanted volume
   */
  static BcdDevice vhdOnPartition(BcdDevice host, String path, int locateElement) {
    return new LocateByElement(locateElement, Optional.of(new Vhd(new File(host, path))));
  }

  /**
   * A volume inside a VHD file that is searched for on all volumes, what bcdedit writes for {@code
   * vhd=[locate]\path}: survives moving to another disk, but takes the first file of that name.
   *
   * @param path the VHD file's path, wherever it is
   * @param locateElement the element of the same object that names a file on the wanted volume
   */
  static BcdDevice vhdAnywhere(String path, int locateElement) {
    return vhdOnPartition(new LocateByPath(path, Optional.empty()), path, locateElement);
  }

  /**
   * A partition inside a VHD file on a known partition, what Windows itself writes for a mounted
   * VHD's volume: nothing is searched.
   *
   * @param inner which partition, by the table inside the VHD
   * @param host the partition the file is on
   * @param path the VHD file's path on it
   */
  static BcdDevice partitionInVhd(PartitionAddress inner, BcdDevice host, String path) {
    return new VhdPartition(inner, new File(host, path));
  }

  /** Reads a descriptor; bytes of no known form become {@link Unknown}. */
  static BcdDevice decode(byte[] descriptor) {
    return DescriptorCodec.decode(descriptor);
  }

  /** The device's descriptor; decoding it gives the same device, encoding that the same bytes. */
  default byte[] toBytes() {
    return DescriptorCodec.encode(this);
  }

  /** The device as bcdedit shows it, with the names that a namer gives to partitions. */
  default String toText(DeviceNamer namer) {
    return DeviceText.of(this, namer);
  }

  private static String beforeNul(String stored) {
    int end = stored.indexOf(0);
    return end < 0 ? stored : stored.substring(0, end);
  }
}
