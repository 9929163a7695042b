package io.vhdboot.vhdx;

import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a new VHDX shall be like. The ids come from the caller, so that the same input gives the
 * same bytes.
 *
 * @param diskSize the disk's size in bytes, a multiple of the logical sector size up to {@link
 *     #MAX_DISK_SIZE}
 * @param blockSize bytes per block, a power of two from {@link #MIN_BLOCK_SIZE} to {@link
 *     #MAX_BLOCK_SIZE}
 * @param logicalSectorSize bytes per sector of the disk, 512 or 4096
 * @param physicalSectorSize what the disk tells of the sectors below it, 512 or 4096
 * @param diskId the disk's id
 * @param fileWriteId the first FileWriteGuid
 * @param dataWriteId the first DataWriteGuid, by which children know their parent
 */
public record VhdxOptions(
    long diskSize,
    int blockSize,
    int logicalSectorSize,
    int physicalSectorSize,
    UUID diskId,
    UUID fileWriteId,
    UUID dataWriteId) {

  /** The largest disk that a VHDX can hold, 64 TiB. */
  public static final long MAX_DISK_SIZE = 64L << 40;

  /** The smallest block. */
  public static final int MIN_BLOCK_SIZE = 1 << 20;

  /** The largest block. */
  public static final int MAX_BLOCK_SIZE = 256 << 20;

  /** The block size that Windows takes unless told otherwise, 32 MiB. */
  public static final int DEFAULT_BLOCK_SIZE = 32 << 20;

  /** The block size that Windows takes for a differencing VHDX, 2 MiB. */
  public static final int DEFAULT_CHILD_BLOCK_SIZE = 2 << 20;

  private static final int SMALL_SECTOR = 512;
  private static final int LARGE_SECTOR = 4096;

  /** Checks the values. */
  public VhdxOptions {
    for (int size : new int[] {logicalSectorSize, physicalSectorSize}) {
      if (!isSectorSize(size)) {
        throw new IllegalArgumentException("sector size (" + size + ") must be 512 or 4096");
      }
    }
    checkDiskSize(diskSize, logicalSectorSize);
    if (!isBlockSize(blockSize)) {
      throw new IllegalArgumentException(
          "blockSize ("
              + blockSize
              + ") must be a power of two from "
              + MIN_BLOCK_SIZE
              + " to "
              + MAX_BLOCK_SIZE);
    }
    if (diskId == null || fileWriteId == null || dataWriteId == null) {
      throw new IllegalArgumentException("ids must not be null");
    }
  }

  /** Options with the usual block size and sectors of 512 bytes on 4096, as Windows makes them. */
  public static VhdxOptions of(long diskSize, Supplier<UUID> ids) {
    return new VhdxOptions(
        diskSize, DEFAULT_BLOCK_SIZE, SMALL_SECTOR, LARGE_SECTOR, ids.get(), ids.get(), ids.get());
  }

  /** The same with another block size. */
  public VhdxOptions withBlockSize(int size) {
    return new VhdxOptions(
        diskSize, size, logicalSectorSize, physicalSectorSize, diskId, fileWriteId, dataWriteId);
  }

  /** The same with other sectors. */
  public VhdxOptions withSectorSizes(int logical, int physical) {
    return new VhdxOptions(
        diskSize, blockSize, logical, physical, diskId, fileWriteId, dataWriteId);
  }

  /** The number of blocks that the disk has, present or not. */
  public int blockCount() {
    return new BlockFormat(blockSize, logicalSectorSize).blockCount(diskSize);
  }

  static void checkDiskSize(long size, int sectorSize) {
    if (size <= 0 || size > MAX_DISK_SIZE || size % sectorSize != 0) {
      throw new IllegalArgumentException(
          "diskSize ("
              + size
              + ") must be a multiple of "
              + sectorSize
              + " from "
              + sectorSize
              + " to "
              + MAX_DISK_SIZE);
    }
  }

  static boolean isBlockSize(long size) {
    return size >= MIN_BLOCK_SIZE && size <= MAX_BLOCK_SIZE && Long.bitCount(size) == 1;
  }

  static boolean isSectorSize(long size) {
    return size == SMALL_SECTOR || size == LARGE_SECTOR;
  }
}
