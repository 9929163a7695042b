package io.vhdboot.vhd;

import java.time.Instant;
import java.util.UUID;

/**
 * What a new VHD shall be like. The unique id and the time come from the caller, so that the same
 * input gives the same bytes.
 *
 * @param diskSize the disk's size in bytes, a multiple of 512 up to {@link #MAX_DISK_SIZE}
 * @param blockSize bytes per block of a dynamic VHD, a power of two from {@link #MIN_BLOCK_SIZE} to
 *     {@link #MAX_BLOCK_SIZE}
 * @param uniqueId the unique id
 * @param timestamp the time of creation, 2000 to 2136; cut to whole seconds
 */
public record VhdOptions(long diskSize, int blockSize, UUID uniqueId, Instant timestamp) {

  /** The largest disk that a VHD can hold, 2040 GiB. */
  public static final long MAX_DISK_SIZE = 2040L << 30;

  /** The smallest block. */
  public static final int MIN_BLOCK_SIZE = 512 << 10;

  /** The largest block. */
  public static final int MAX_BLOCK_SIZE = 64 << 20;

  /** The block size that Windows takes unless told otherwise, 2 MiB. */
  public static final int DEFAULT_BLOCK_SIZE = 2 << 20;

  static final int SECTOR_SIZE = 512;

  /** Checks the values. */
  public VhdOptions {
    if (diskSize <= 0 || diskSize > MAX_DISK_SIZE || diskSize % SECTOR_SIZE != 0) {
      throw new IllegalArgumentException(
          "diskSize (" + diskSize + ") must be a multiple of 512 from 512 to " + MAX_DISK_SIZE);
    }
    if (!isBlockSize(blockSize)) {
      throw new IllegalArgumentException(
          "blockSize ("
              + blockSize
              + ") must be a power of two from "
              + MIN_BLOCK_SIZE
              + " to "
              + MAX_BLOCK_SIZE);
    }
    if (uniqueId == null) {
      throw new IllegalArgumentException("uniqueId must not be null");
    }
    if (timestamp.isBefore(VhdFooter.MIN_TIMESTAMP) || timestamp.isAfter(VhdFooter.MAX_TIMESTAMP)) {
      throw new IllegalArgumentException(
          "timestamp ("
              + timestamp
              + ") must lie within "
              + VhdFooter.MIN_TIMESTAMP
              + " and "
              + VhdFooter.MAX_TIMESTAMP);
    }
  }

  /** Options with the usual block size. */
  public static VhdOptions of(long diskSize, UUID uniqueId, Instant timestamp) {
    return new VhdOptions(diskSize, DEFAULT_BLOCK_SIZE, uniqueId, timestamp);
  }

  /** The same with another block size. */
  public VhdOptions withBlockSize(int size) {
    return new VhdOptions(diskSize, size, uniqueId, timestamp);
  }

  /** The number of blocks that the disk has, present or not. */
  public int blockCount() {
    return Math.toIntExact((diskSize + blockSize - 1) / blockSize);
  }

  static boolean isBlockSize(long size) {
    return size >= MIN_BLOCK_SIZE && size <= MAX_BLOCK_SIZE && Long.bitCount(size) == 1;
  }
}
