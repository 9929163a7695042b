package io.vhdboot.provisioning;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.disk.NewPartition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Where the partitions of a stick are. All begin and end on whole MiB.
 *
 * <p>On an MBR the NTFS partition is the first, since older Windows see no other one of a stick. On
 * a GPT the order is that of Windows' own setup.
 *
 * @param firmware what starts from it
 * @param size bytes of the stick
 * @param ntfsOffset where the NTFS partition begins, in bytes
 * @param ntfsLength bytes of the NTFS partition; not positive where there is no room for one
 * @param efiOffset where the EFI system partition begins, in bytes
 * @param efiLength bytes of the EFI system partition; 0 where there is none
 * @param identifiers what signature and GUIDs come from
 */
record StickGeometry(
    StickFirmware firmware,
    long size,
    long ntfsOffset,
    long ntfsLength,
    long efiOffset,
    long efiLength,
    Identifiers identifiers) {

  static final int SECTOR_SIZE = DiskGeometry.SECTOR_SIZE;

  private static final long MIB = DiskGeometry.ALIGNMENT;
  private static final long FIRST_OFFSET = DiskGeometry.PARTITION_OFFSET;

  /** As Windows 10 makes it. */
  private static final long RESERVED_LENGTH = 16 * MIB;

  /** Room for the GPT's copy. */
  private static final long GPT_TAIL = MIB;

  /** What a 32-bit count of sectors can say. */
  private static final long MAX_MBR_SIZE = 0xFFFF_FFFFL * SECTOR_SIZE;

  /** Windows gives such partitions no letter. */
  private static final long NO_DRIVE_LETTER = 1L << 63;

  /** A stick of a size, whose NTFS partition is as large as fits. */
  static StickGeometry ofSize(
      StickFirmware firmware, long size, long efiLength, Identifiers identifiers) {
    long sectors = size / SECTOR_SIZE * SECTOR_SIZE;
    long end = (firmware == StickFirmware.UEFI ? sectors : Math.min(sectors, MAX_MBR_SIZE));
    end = end / MIB * MIB - (firmware == StickFirmware.UEFI ? GPT_TAIL : 0);
    return of(firmware, sectors, end, efiLength, identifiers);
  }

  /** A stick that holds an NTFS partition of at least a length. */
  static StickGeometry forNtfs(
      StickFirmware firmware, long ntfsLength, long efiLength, Identifiers identifiers) {
    long end = FIRST_OFFSET + DiskGeometry.roundUp(ntfsLength) + others(firmware, efiLength);
    long size = end + (firmware == StickFirmware.UEFI ? GPT_TAIL : 0);
    return of(firmware, size, end, efiLength, identifiers);
  }

  private static long others(StickFirmware firmware, long efiLength) {
    return (firmware.hasUefi() ? efiLength : 0)
        + (firmware == StickFirmware.UEFI ? RESERVED_LENGTH : 0);
  }

  private static StickGeometry of(
      StickFirmware firmware, long size, long end, long efiLength, Identifiers identifiers) {
    long ntfsLength = end - FIRST_OFFSET - others(firmware, efiLength);
    return switch (firmware) {
      case BIOS -> new StickGeometry(firmware, size, FIRST_OFFSET, ntfsLength, 0, 0, identifiers);
      case ALL ->
          new StickGeometry(
              firmware,
              size,
              FIRST_OFFSET,
              ntfsLength,
              FIRST_OFFSET + ntfsLength,
              efiLength,
              identifiers);
      case UEFI ->
          new StickGeometry(
              firmware,
              size,
              FIRST_OFFSET + efiLength + RESERVED_LENGTH,
              ntfsLength,
              FIRST_OFFSET,
              efiLength,
              identifiers);
    };
  }

  /** Whether the partition table can describe it. */
  boolean isDescribable() {
    return firmware == StickFirmware.UEFI || ntfsOffset + ntfsLength + efiLength <= MAX_MBR_SIZE;
  }

  /** The signature of the disk; of no meaning on a GPT. */
  int signature() {
    return identifiers.diskSignature("stick disk");
  }

  private UUID diskGuid() {
    return identifiers.guid("stick disk");
  }

  private UUID ntfsGuid() {
    return identifiers.guid("stick partition");
  }

  private UUID efiGuid() {
    return identifiers.guid("efi partition");
  }

  /** The NTFS partition as boot configurations name it. */
  BcdDevice ntfsDevice() {
    return device(ntfsOffset, ntfsGuid());
  }

  /** The EFI system partition as boot configurations name it. */
  BcdDevice efiDevice() {
    return device(efiOffset, efiGuid());
  }

  private BcdDevice device(long offset, UUID guid) {
    return new BcdDevice.Partition(
        firmware == StickFirmware.UEFI
            ? new BcdDevice.GptPartition(diskGuid(), guid)
            : new BcdDevice.MbrPartition(signature(), offset));
  }

  BlockDevice ntfsPartition(BlockDevice disk) throws IOException {
    return disk.slice(ntfsOffset, ntfsLength);
  }

  BlockDevice efiPartition(BlockDevice disk) throws IOException {
    return disk.slice(efiOffset, efiLength);
  }

  /**
   * Writes the partition table, which makes the stick bootable.
   *
   * @param bootCode what a BIOS starts
   */
  void writeTable(BlockDevice disk, byte[] bootCode) throws IOException {
    if (firmware == StickFirmware.UEFI) {
      writeGpt(disk);
      return;
    }
    List<MbrEntry> entries = new ArrayList<>();
    entries.add(entry(true, MbrEntry.TYPE_NTFS, ntfsOffset, ntfsLength));
    if (firmware.hasUefi()) {
      entries.add(entry(false, MbrEntry.TYPE_EFI_SYSTEM, efiOffset, efiLength));
    }
    new Mbr(bootCode, signature(), entries).write(disk);
  }

  private static MbrEntry entry(boolean active, int type, long offset, long length) {
    return MbrEntry.of(active, type, offset / SECTOR_SIZE, length / SECTOR_SIZE);
  }

  private void writeGpt(BlockDevice disk) throws IOException {
    PartitionEditor editor = PartitionEditor.createGpt(disk, SECTOR_SIZE, diskGuid());
    editor.add(
        NewPartition.of(PartitionType.EFI_SYSTEM)
            .offset(efiOffset)
            .length(efiLength)
            .guid(efiGuid())
            .attributes(NO_DRIVE_LETTER)
            .name("EFI system partition")
            .build());
    editor.add(
        NewPartition.of(PartitionType.MICROSOFT_RESERVED)
            .offset(efiOffset + efiLength)
            .length(RESERVED_LENGTH)
            .guid(identifiers.guid("reserved partition"))
            .attributes(NO_DRIVE_LETTER)
            .name("Microsoft reserved partition")
            .build());
    editor.add(
        NewPartition.of(PartitionType.NTFS)
            .offset(ntfsOffset)
            .length(ntfsLength)
            .guid(ntfsGuid())
            .name("Basic data partition")
            .build());
    editor.write();
  }
}
