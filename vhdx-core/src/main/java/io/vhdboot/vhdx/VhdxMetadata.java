package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * What the metadata items of the format say ([MS-VHDX] 2.6.2):
 *
 * <pre>
 * File Parameters       0  4  bytes per block
 *                       4  4  flags: 1 blocks stay allocated (fixed), 2 has a parent
 * Virtual Disk Size     0  8  the disk's size in bytes
 * Virtual Disk ID       0 16  the disk's id; a child has that of its parent
 * Logical Sector Size   0  4  512 or 4096
 * Physical Sector Size  0  4  512 or 4096
 * </pre>
 *
 * @param type how the disk is stored
 * @param blockSize bytes per block
 * @param diskSize the disk's size in bytes
 * @param logicalSectorSize bytes per sector of the disk
 * @param physicalSectorSize what the disk tells of the sectors below it
 * @param diskId the disk's id
 * @param parent where the parent is
 */
record VhdxMetadata(
    VhdxType type,
    int blockSize,
    long diskSize,
    int logicalSectorSize,
    int physicalSectorSize,
    UUID diskId,
    Optional<ParentLocator> parent) {

  private static final int LEAVE_ALLOCATED = 1;
  private static final int HAS_PARENT = 2;
  private static final int OF_FILE = MetadataItem.REQUIRED;
  private static final int OF_DISK = MetadataItem.REQUIRED | MetadataItem.VIRTUAL_DISK;

  /** What a new VHDX says. */
  static VhdxMetadata of(VhdxOptions options, VhdxType type, ParentLocator parent) {
    return new VhdxMetadata(
        type,
        options.blockSize(),
        options.diskSize(),
        options.logicalSectorSize(),
        options.physicalSectorSize(),
        options.diskId(),
        Optional.ofNullable(parent));
  }

  /**
   * Reads the items.
   *
   * @param position where the region is, for messages
   */
  static VhdxMetadata of(MetadataRegion region, BlockDevice view, long position)
      throws IOException {
    byte[] parameters =
        item(region, MetadataItem.FILE_PARAMETERS, "file parameters", 8, view, position);
    long blockSize = LittleEndian.u32(parameters, 0);
    if (!VhdxOptions.isBlockSize(blockSize)) {
      throw new CorruptFormatException(
          view.name(),
          position,
          "blocks of "
              + blockSize
              + " bytes; must be a power of two from "
              + VhdxOptions.MIN_BLOCK_SIZE
              + " to "
              + VhdxOptions.MAX_BLOCK_SIZE);
    }
    int flags = LittleEndian.i32(parameters, 4);
    VhdxType type =
        (flags & HAS_PARENT) != 0
            ? VhdxType.DIFFERENCING
            : (flags & LEAVE_ALLOCATED) != 0 ? VhdxType.FIXED : VhdxType.DYNAMIC;
    int logical =
        sectorSize(region, MetadataItem.LOGICAL_SECTOR_SIZE, "logical sector size", view, position);
    int physical =
        sectorSize(
            region, MetadataItem.PHYSICAL_SECTOR_SIZE, "physical sector size", view, position);
    long size =
        LittleEndian.i64(item(region, MetadataItem.DISK_SIZE, "disk size", 8, view, position), 0);
    if (size <= 0 || size > VhdxOptions.MAX_DISK_SIZE || size % logical != 0) {
      throw new CorruptFormatException(
          view.name(),
          position,
          "a disk of "
              + size
              + " bytes; must be a multiple of "
              + logical
              + " up to "
              + VhdxOptions.MAX_DISK_SIZE);
    }
    byte[] id = item(region, MetadataItem.DISK_ID, "disk id", WindowsGuid.SIZE, view, position);
    Optional<ParentLocator> parent = Optional.empty();
    if (type == VhdxType.DIFFERENCING) {
      Optional<byte[]> locator = region.find(MetadataItem.PARENT_LOCATOR);
      if (locator.isEmpty()) {
        throw new CorruptFormatException(
            view.name(), position, "a differencing VHDX without a parent locator");
      }
      parent = Optional.of(ParentLocator.get(locator.get(), view, position));
    }
    return new VhdxMetadata(
        type, (int) blockSize, size, logical, physical, WindowsGuid.get(id, 0), parent);
  }

  private static byte[] item(
      MetadataRegion region, UUID id, String name, int size, BlockDevice view, long position)
      throws CorruptFormatException {
    byte[] bytes = region.find(id).orElse(new byte[0]);
    if (bytes.length < size) {
      throw new CorruptFormatException(
          view.name(),
          position,
          "the metadata item \"" + name + "\" has " + bytes.length + " bytes, not " + size);
    }
    return bytes;
  }

  private static int sectorSize(
      MetadataRegion region, UUID id, String name, BlockDevice view, long position)
      throws IOException {
    long size = LittleEndian.u32(item(region, id, name, 4, view, position), 0);
    if (!VhdxOptions.isSectorSize(size)) {
      throw new UnsupportedFormatException(
          view.name(), position, "a " + name + " of " + size + " bytes, not 512 or 4096");
    }
    return (int) size;
  }

  BlockFormat format() {
    return new BlockFormat(blockSize, logicalSectorSize);
  }

  VhdxMetadata withDiskSize(long size) {
    return new VhdxMetadata(
        type, blockSize, size, logicalSectorSize, physicalSectorSize, diskId, parent);
  }

  VhdxMetadata withParent(ParentLocator locator) {
    return new VhdxMetadata(
        type,
        blockSize,
        diskSize,
        logicalSectorSize,
        physicalSectorSize,
        diskId,
        Optional.of(locator));
  }

  VhdxMetadata withDisk(UUID id, int physicalSize) {
    return new VhdxMetadata(type, blockSize, diskSize, logicalSectorSize, physicalSize, id, parent);
  }

  /** A region with these items, and those of another that are not of the format. */
  MetadataRegion toRegion(MetadataRegion others) {
    byte[] parameters = new byte[8];
    LittleEndian.put32(parameters, 0, blockSize);
    int flags =
        switch (type) {
          case FIXED -> LEAVE_ALLOCATED;
          case DYNAMIC -> 0;
          case DIFFERENCING -> HAS_PARENT;
        };
    LittleEndian.put32(parameters, 4, flags);
    byte[] size = new byte[8];
    LittleEndian.put64(size, 0, diskSize);
    return others
        .with(MetadataItem.FILE_PARAMETERS, OF_FILE, parameters)
        .with(MetadataItem.DISK_SIZE, OF_DISK, size)
        .with(MetadataItem.DISK_ID, OF_DISK, WindowsGuid.toBytes(diskId))
        .with(MetadataItem.LOGICAL_SECTOR_SIZE, OF_DISK, number(logicalSectorSize))
        .with(MetadataItem.PHYSICAL_SECTOR_SIZE, OF_DISK, number(physicalSectorSize))
        .with(
            MetadataItem.PARENT_LOCATOR, OF_FILE, parent.map(ParentLocator::toBytes).orElse(null));
  }

  private static byte[] number(int value) {
    byte[] bytes = new byte[4];
    LittleEndian.put32(bytes, 0, value);
    return bytes;
  }
}
