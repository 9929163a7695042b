package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts our boot code onto disks and volumes that are there, as bootsect does, and touches nothing
 * else of them.
 */
public final class BootRecords {

  private static final int SECTOR_SIZE = 512;
  private static final int SECTORS_OFFSET = 0x28;

  private BootRecords() {}

  /**
   * Puts the code that starts {@code \bootmgr} into {@code $Boot} of an NTFS volume, and the first
   * sector's copy behind the volume. The first sector is written last.
   *
   * @throws UnsupportedFormatException when there is no NTFS volume, or its sectors are not of 512
   *     bytes
   */
  public static void writeVolume(BlockDevice partition) throws IOException {
    if (!NtfsVolume.isPresent(partition)) {
      throw new UnsupportedFormatException(
          partition.name(),
          DiskFormatException.NO_OFFSET,
          "holds no NTFS volume, and our boot code starts from no other");
    }
    // Opening checks that the numbers of the sector are in order.
    NtfsVolume.open(partition);
    byte[] old = partition.read(0, SECTOR_SIZE);
    if (LittleEndian.u16(old, 0x0B) != SECTOR_SIZE) {
      throw new UnsupportedFormatException(
          partition.name(),
          0x0B,
          "has sectors of " + LittleEndian.u16(old, 0x0B) + " bytes; our boot code reads 512");
    }
    byte[] record = BootCode.ntfsBootRecord();
    System.arraycopy(
        old,
        BootCode.NTFS_PARAMETERS_OFFSET,
        record,
        BootCode.NTFS_PARAMETERS_OFFSET,
        BootCode.NTFS_PARAMETERS_END - BootCode.NTFS_PARAMETERS_OFFSET);
    byte[] first = Arrays.copyOf(record, SECTOR_SIZE);
    partition.write(SECTOR_SIZE, ByteBuffer.wrap(record, SECTOR_SIZE, record.length - SECTOR_SIZE));
    partition.flush();
    long copy = LittleEndian.i64(old, SECTORS_OFFSET) * SECTOR_SIZE;
    if (copy >= record.length && copy <= partition.size() - SECTOR_SIZE) {
      partition.write(copy, ByteBuffer.wrap(first));
      partition.flush();
    }
    partition.write(0, ByteBuffer.wrap(first));
    partition.flush();
  }

  /**
   * Puts the code that starts the active partition into the first sector of a disk.
   *
   * @throws UnsupportedFormatException when the disk has no MBR, or a GPT, from which a BIOS does
   *     not start
   */
  public static void writeDisk(BlockDevice disk) throws IOException {
    PartitionTable table = PartitionTable.read(disk);
    if (table.kind() != PartitionTable.Kind.MBR) {
      throw new UnsupportedFormatException(
          disk.name(), DiskFormatException.NO_OFFSET, "has no MBR, which is what a BIOS starts");
    }
    byte[] sector = disk.read(0, SECTOR_SIZE);
    System.arraycopy(BootCode.mbr(), 0, sector, 0, BootCode.MBR_SIZE);
    disk.write(0, ByteBuffer.wrap(sector));
    disk.flush();
  }
}
