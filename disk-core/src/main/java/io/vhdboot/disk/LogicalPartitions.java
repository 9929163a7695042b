package io.vhdboot.disk;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The logical partitions in an extended partition: a chain of records, each laid out as an {@link
 * Mbr}. The first entry of each is a partition, counted from that record; the second is the next
 * record, counted from the extended partition.
 */
final class LogicalPartitions {

  /** Logical partitions are numbered from here on, behind the four primary ones. */
  private static final int FIRST_NUMBER = Mbr.ENTRY_COUNT + 1;

  /** More than any system makes; Windows has letters for 24. */
  private static final int MAX_COUNT = 1024;

  private LogicalPartitions() {}

  /**
   * Follows the chain.
   *
   * @param extended the extended partition's entry in the MBR
   * @param partitions where the partitions go; has those before the fault when this throws
   * @throws CorruptFormatException when the chain leaves the extended partition, runs in a circle,
   *     or comes to something that is no record
   */
  static void read(BlockDevice disk, MbrEntry extended, int sectorSize, List<Partition> partitions)
      throws IOException {
    Set<Long> seen = new HashSet<>();
    long start = extended.firstSector();
    long sector = start;
    while (true) {
      if (sector < start || sector >= start + extended.sectorCount()) {
        throw broken(disk, sector * sectorSize, "leaves the extended partition");
      }
      if (!seen.add(sector) || seen.size() > MAX_COUNT) {
        throw broken(disk, sector * sectorSize, "runs in a circle");
      }
      List<MbrEntry> entries = Mbr.read(disk, sector * sectorSize).entries();
      MbrEntry logical = entries.get(0);
      if (logical.isPresent()) {
        partitions.add(Partition.of(FIRST_NUMBER + partitions.size(), logical, sector, sectorSize));
      }
      MbrEntry next = entries.get(1);
      if (!next.isExtended()) {
        return;
      }
      sector = start + next.firstSector();
    }
  }

  private static CorruptFormatException broken(BlockDevice disk, long position, String problem) {
    return new CorruptFormatException(
        disk.name(), position, "the chain of logical partitions " + problem);
  }
}
