package io.vhdboot.disk;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The partitions of a disk, whatever kind of table names them. Immutable.
 *
 * @param kind the kind of table
 * @param partitions the partitions, in the order of the table
 * @param mbrSignature the disk signature, where the table is an MBR
 * @param gptDiskGuid the disk's GUID, where the table is a GPT
 */
public record PartitionTable(
    Kind kind, List<Partition> partitions, OptionalInt mbrSignature, Optional<UUID> gptDiskGuid) {

  /** The kinds of tables. */
  public enum Kind {
    /** A master boot record. */
    MBR,
    /** A GUID partition table. */
    GPT
  }

  /** Takes a copy. */
  public PartitionTable {
    partitions = List.copyOf(partitions);
  }

  /** Whether a disk seems to have a partition table. */
  public static boolean isPresent(BlockDevice disk) throws IOException {
    return Mbr.isPresent(disk);
  }

  /**
   * Reads the table of a disk.
   *
   * @throws CorruptFormatException when it has none, or a damaged one
   */
  public static PartitionTable read(BlockDevice disk) throws IOException {
    Mbr mbr = Mbr.read(disk);
    return new PartitionTable(
        Kind.MBR,
        mbr.partitions(disk.sectorSize()),
        OptionalInt.of(mbr.diskSignature()),
        Optional.empty());
  }
}
