package io.vhdboot.disk;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A GUID partition table: a {@link GptHeader header}, {@link GptEntry entries}, and a backup of
 * both at the end of the disk.
 *
 * @param header the header that was used
 * @param entries all entries, used or not
 * @param sectorSize bytes per sector of the disk
 * @param primaryProblem why the backup was used; empty when the primary is sound
 */
public record Gpt(
    GptHeader header, List<GptEntry> entries, int sectorSize, Optional<String> primaryProblem) {

  static final long PRIMARY_SECTOR = 1;

  /** Takes a copy. */
  public Gpt {
    entries = List.copyOf(entries);
  }

  /** Whether a disk has something like a header where the primary or the backup should be. */
  public static boolean isPresent(BlockDevice disk, int sectorSize) throws IOException {
    return GptHeader.isPresent(disk, PRIMARY_SECTOR, sectorSize)
        || GptHeader.isPresent(disk, lastSector(disk, sectorSize), sectorSize);
  }

  /**
   * Reads the table of a disk: the primary when it is sound, else the backup, which is in the last
   * sector, or elsewhere when the disk has grown.
   *
   * @param sectorSize bytes per sector of the disk
   * @throws CorruptFormatException about the primary when both are damaged or there is none
   * @throws UnsupportedFormatException for a revision other than 1
   */
  public static Gpt read(BlockDevice disk, int sectorSize) throws IOException {
    try {
      return read(disk, PRIMARY_SECTOR, sectorSize, Optional.empty());
    } catch (CorruptFormatException primary) {
      try {
        return read(
            disk, backupSector(disk, sectorSize), sectorSize, Optional.of(primary.getMessage()));
      } catch (DiskFormatException backup) {
        primary.addSuppressed(backup);
        throw primary;
      }
    }
  }

  private static Gpt read(
      BlockDevice disk, long sector, int sectorSize, Optional<String> primaryProblem)
      throws IOException {
    GptCopy copy = GptCopy.read(disk, sector, sectorSize);
    return new Gpt(copy.header(), copy.parsedEntries(), sectorSize, primaryProblem);
  }

  /** Where the backup is: where the primary says, when at least its header is sound. */
  static long backupSector(BlockDevice disk, int sectorSize) throws IOException {
    try {
      return GptHeader.read(disk, PRIMARY_SECTOR, sectorSize).otherSector();
    } catch (CorruptFormatException e) {
      return lastSector(disk, sectorSize);
    }
  }

  static long lastSector(BlockDevice disk, int sectorSize) {
    return disk.size() / sectorSize - 1;
  }

  /**
   * The partitions, numbered from 1 by their place in the table. A damaged table may name ranges
   * outside the disk: they are listed, and opening them fails.
   */
  public List<Partition> partitions() {
    return IntStream.range(0, entries.size())
        .filter(i -> entries.get(i).isPresent())
        .mapToObj(i -> Partition.of(i + 1, entries.get(i), sectorSize))
        .toList();
  }
}
