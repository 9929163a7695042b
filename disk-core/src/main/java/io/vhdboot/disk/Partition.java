package io.vhdboot.disk;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * A partition of a disk, whatever kind of table it stands in.
 *
 * @param number its number from 1, as it stands behind {@code @} in a path
 * @param offset where it begins, in bytes
 * @param length its length in bytes
 * @param active whether an MBR marks it for booting
 * @param typeName what the table says it holds, for people
 * @param guid its own GUID in a GPT
 */
public record Partition(
    int number, long offset, long length, boolean active, String typeName, Optional<UUID> guid) {

  static Partition of(int number, MbrEntry entry, int sectorSize) {
    return of(number, entry, 0, sectorSize);
  }

  /** A partition whose entry counts from a sector of the disk. */
  static Partition of(int number, MbrEntry entry, long baseSector, int sectorSize) {
    return new Partition(
        number,
        (baseSector + entry.firstSector()) * sectorSize,
        entry.sectorCount() * sectorSize,
        entry.isActive(),
        PartitionType.name(entry.type()),
        Optional.empty());
  }

  static Partition of(int number, GptEntry entry, int sectorSize) {
    return new Partition(
        number,
        entry.firstSector() * sectorSize,
        (entry.lastSector() - entry.firstSector() + 1) * sectorSize,
        false,
        PartitionType.name(entry.typeGuid()),
        Optional.of(entry.guid()));
  }

  /**
   * A window onto the partition.
   *
   * @throws DeviceBoundsException when the table names a range that is not wholly on the disk
   */
  public BlockDevice open(BlockDevice disk) throws IOException {
    return disk.slice(offset, length);
  }
}
