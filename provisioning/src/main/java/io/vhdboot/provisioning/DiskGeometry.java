package io.vhdboot.provisioning;

import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import java.util.List;

/**
 * A disk with one partition, as the disk in the VHD and the stick both are: the partition begins at
 * 1 MiB, as on everything that Windows partitions since Vista, and ends on a whole MiB.
 *
 * @param size bytes of the disk
 * @param partitionLength bytes of the partition
 * @param signature the disk signature
 */
record DiskGeometry(long size, long partitionLength, int signature) {

  static final int SECTOR_SIZE = 512;

  /** Where the partition begins, in bytes. */
  static final long PARTITION_OFFSET = 1L << 20;

  static final long ALIGNMENT = 1L << 20;

  /** What a 32-bit count of sectors can say. */
  private static final long MAX_SIZE = 0xFFFF_FFFFL * SECTOR_SIZE;

  /** A disk of a size, with a partition as large as fits. */
  static DiskGeometry ofSize(long size, int signature) {
    long whole = Math.min(size, MAX_SIZE) / ALIGNMENT * ALIGNMENT;
    return new DiskGeometry(size, Math.max(whole - PARTITION_OFFSET, 0), signature);
  }

  /** A disk that holds a partition of at least a length. */
  static DiskGeometry forPartition(long length, int signature) {
    long rounded = roundUp(length);
    return new DiskGeometry(PARTITION_OFFSET + rounded, rounded, signature);
  }

  /** Whether an MBR can describe the partition. */
  boolean isWithinMbr() {
    return partitionLength > 0 && PARTITION_OFFSET + partitionLength <= MAX_SIZE;
  }

  static long roundUp(long length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The master boot record, whose one partition holds NTFS and is active. */
  Mbr mbr(byte[] bootCode) {
    return new Mbr(
        bootCode,
        signature,
        List.of(
            MbrEntry.of(
                true,
                MbrEntry.TYPE_NTFS,
                PARTITION_OFFSET / SECTOR_SIZE,
                partitionLength / SECTOR_SIZE)));
  }
}
