package io.vhdboot.disk;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * A partition of a disk, whatever kind of table it stands in.
 *
 * @param number its number from 1, as it stands behind {@code @} in a path
 * @param role where it stands in its table
 * @param offset where it begins, in bytes
 * @param length its length in bytes
 * @param active whether an MBR marks it for booting
 * @param type what the table says it holds
 * @param guid its own GUID in a GPT
 * @param attributes its attributes in a GPT, as {@link GptEntry} has them; 0 in an MBR
 * @param name its name in a GPT; empty in an MBR
 */
public record Partition(
    int number,
    PartitionRole role,
    long offset,
    long length,
    boolean active,
    PartitionType type,
    Optional<UUID> guid,
    long attributes,
    String name) {

  static Partition of(int number, MbrEntry entry, int sectorSize) {
    return of(
        number,
        entry.isExtended() ? PartitionRole.EXTENDED : PartitionRole.PRIMARY,
        entry,
        0,
        sectorSize);
  }

  /** A logical partition, whose entry counts from a sector of the disk. */
  static Partition ofLogical(int number, MbrEntry entry, long baseSector, int sectorSize) {
    return of(number, PartitionRole.LOGICAL, entry, baseSector, sectorSize);
  }

  private static Partition of(
      int number, PartitionRole role, MbrEntry entry, long baseSector, int sectorSize) {
    return new Partition(
        number,
        role,
        (baseSector + entry.firstSector()) * sectorSize,
        entry.sectorCount() * sectorSize,
        entry.isActive(),
        PartitionType.ofMbr(entry.type()),
        Optional.empty(),
        0,
        "");
  }

  static Partition of(int number, GptEntry entry, int sectorSize) {
    return new Partition(
        number,
        PartitionRole.PRIMARY,
        entry.firstSector() * sectorSize,
        (entry.lastSector() - entry.firstSector() + 1) * sectorSize,
        false,
        PartitionType.ofGpt(entry.typeGuid()),
        Optional.of(entry.guid()),
        entry.attributes(),
        entry.name());
  }

  /** What the table says it holds, for people. */
  public String typeName() {
    return guid.isPresent()
        ? PartitionType.name(type.gptType().orElseThrow())
        : PartitionType.name(type.mbrType());
  }

  /** The byte behind the last one. */
  public long end() {
    return offset + length;
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
