package io.vhdboot.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The partitions of a disk, whatever kind of table names them. Immutable.
 *
 * @param kind the kind of table
 * @param partitions the partitions: primary ones by their place in the table, then logical ones
 *     from number 5 on; an extended partition is none
 * @param mbrSignature the disk signature, where the table is an MBR
 * @param gptDiskGuid the disk's GUID, where the table is a GPT
 * @param findings what is wrong with the table and did not keep it from being read, for people
 */
public record PartitionTable(
    Kind kind,
    List<Partition> partitions,
    OptionalInt mbrSignature,
    Optional<UUID> gptDiskGuid,
    List<String> findings) {

  /** The kinds of tables. */
  public enum Kind {
    /** No table: an empty disk, or a volume that takes all of it. */
    NONE,
    /** A master boot record. */
    MBR,
    /** A GUID partition table. */
    GPT
  }

  /** What file systems write in a boot record, and where. */
  private static final Map<String, Integer> VOLUME_NAMES =
      Map.of(
          "NTFS    ",
          0x03,
          "EXFAT   ",
          0x03,
          "FAT     ",
          0x36,
          "FAT12   ",
          0x36,
          "FAT16   ",
          0x36,
          "FAT32   ",
          0x52);

  private static final int OTHER_SECTOR_SIZE = 4096;

  /** Takes copies. */
  public PartitionTable {
    partitions = List.copyOf(partitions);
    findings = List.copyOf(findings);
  }

  /** Whether a disk seems to have a partition table. */
  public static boolean isPresent(BlockDevice disk) throws IOException {
    return Mbr.isPresent(disk) && !isVolume(disk.read(0, Mbr.SIZE));
  }

  /**
   * Reads the table of a disk with sectors of its {@linkplain BlockDevice#sectorSize() own size}; a
   * GPT of 4096-byte sectors is found also where the disk, a file mostly, says 512.
   *
   * @return a table of kind {@link Kind#NONE} when the disk has none
   * @throws CorruptFormatException when it is damaged
   */
  public static PartitionTable read(BlockDevice disk) throws IOException {
    return read(disk, sectorSize(disk));
  }

  /**
   * The sector size by which the table of a disk counts, as {@link #read(BlockDevice)} takes it.
   */
  public static int sectorSize(BlockDevice disk) throws IOException {
    int own = disk.sectorSize();
    return isPresent(disk)
            && Mbr.read(disk).isProtective()
            && !Gpt.isPresent(disk, own)
            && Gpt.isPresent(disk, OTHER_SECTOR_SIZE)
        ? OTHER_SECTOR_SIZE
        : own;
  }

  /**
   * Reads the table of a disk.
   *
   * @param sectorSize bytes per sector, by which the table counts
   * @return a table of kind {@link Kind#NONE} when the disk has none
   * @throws CorruptFormatException when it is damaged
   */
  public static PartitionTable read(BlockDevice disk, int sectorSize) throws IOException {
    if (!isPresent(disk)) {
      return new PartitionTable(
          Kind.NONE, List.of(), OptionalInt.empty(), Optional.empty(), List.of());
    }
    Mbr mbr = Mbr.read(disk);
    return mbr.isProtective()
        ? ofGpt(Gpt.read(disk, sectorSize), mbr)
        : ofMbr(mbr, disk, sectorSize);
  }

  private static PartitionTable ofGpt(Gpt gpt, Mbr mbr) {
    List<String> findings = new ArrayList<>();
    gpt.primaryProblem()
        .ifPresent(
            problem ->
                findings.add("the backup of the GPT was used, since of the primary, " + problem));
    if (mbr.isHybrid()) {
      findings.add("the MBR is a hybrid: it names partitions too, which are not looked at");
    }
    return new PartitionTable(
        Kind.GPT,
        gpt.partitions(),
        OptionalInt.empty(),
        Optional.of(gpt.header().diskGuid()),
        findings);
  }

  private static PartitionTable ofMbr(Mbr mbr, BlockDevice disk, int sectorSize)
      throws IOException {
    List<Partition> partitions = new ArrayList<>();
    List<Partition> logical = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    boolean extended = false;
    for (Partition partition : mbr.partitions(sectorSize)) {
      MbrEntry entry = mbr.entries().get(partition.number() - 1);
      if (!entry.isExtended()) {
        partitions.add(partition);
      } else if (!extended) {
        extended = true;
        ExtendedPartition chain = ExtendedPartition.read(disk, entry, sectorSize);
        logical.addAll(chain.partitions());
        chain
            .problem()
            .ifPresent(
                problem ->
                    findings.add(
                        "further logical partitions are left out: " + problem.getMessage()));
      } else {
        findings.add("there is a second extended partition, number " + partition.number());
      }
    }
    partitions.addAll(logical);
    return new PartitionTable(
        Kind.MBR, partitions, OptionalInt.of(mbr.diskSignature()), Optional.empty(), findings);
  }

  /** Whether a first sector is the boot record of a volume, which bears the mark of an MBR too. */
  private static boolean isVolume(byte[] sector) {
    return VOLUME_NAMES.entrySet().stream()
        .anyMatch(
            name ->
                new String(sector, name.getValue(), 8, StandardCharsets.ISO_8859_1)
                    .equals(name.getKey()));
  }
}
