package io.vhdboot.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Changes the partition table of a disk, of whichever kind it is.
 *
 * <p>Edits are made in memory and reach the disk with {@link #write()}, in an order in which a stop
 * at any moment leaves a table that opens and names every partition that no edit concerned. What an
 * edit does not concern stays as it is, byte for byte: boot code, attributes, unknown types,
 * entries of odd sizes. No edit makes two partitions overlap or one reach outside the disk. The
 * content of partitions is neither read nor moved.
 *
 * <p>Positions and lengths are bytes and whole numbers of sectors. Not thread-safe; the disk stays
 * open.
 */
public abstract sealed class PartitionEditor permits MbrEditor, GptEditor {

  /** What is cleared at both ends of a disk, as Windows does. */
  private static final long CLEANED = 1L << 20;

  private static final int[] SECTOR_SIZES = {512, 4096};

  final BlockDevice disk;
  final int sectorSize;

  PartitionEditor(BlockDevice disk, int sectorSize) {
    this.disk = disk;
    this.sectorSize = sectorSize;
  }

  /**
   * Opens the table of a disk; the sector size is what {@link PartitionTable#sectorSize} says.
   *
   * @throws CorruptFormatException when the disk has no table or one that is damaged in all copies
   * @throws UnsupportedFormatException when an MBR is a hybrid: names partitions beside a GPT
   */
  public static PartitionEditor open(BlockDevice disk) throws IOException {
    int size = PartitionTable.sectorSize(disk);
    if (!PartitionTable.isPresent(disk) && !Gpt.isPresent(disk, size)) {
      for (int other : SECTOR_SIZES) {
        if (Gpt.isPresent(disk, other)) {
          return open(disk, other);
        }
      }
    }
    return open(disk, size);
  }

  /**
   * Opens the table of a disk. A GPT whose protective MBR is gone is found as well.
   *
   * @param sectorSize bytes per sector, by which the table counts
   * @throws CorruptFormatException when the disk has no table or one that is damaged in all copies
   * @throws UnsupportedFormatException when an MBR is a hybrid: names partitions beside a GPT
   */
  public static PartitionEditor open(BlockDevice disk, int sectorSize) throws IOException {
    checkSectorSize(sectorSize);
    if (PartitionTable.isPresent(disk)) {
      return Mbr.read(disk).isProtective()
          ? GptEditor.read(disk, sectorSize)
          : MbrEditor.read(disk, sectorSize);
    }
    if (!Mbr.isPresent(disk) && Gpt.isPresent(disk, sectorSize)) {
      return GptEditor.read(disk, sectorSize);
    }
    throw new CorruptFormatException(
        disk.name(), DiskFormatException.NO_OFFSET, "has no partition table");
  }

  /**
   * Begins a new, empty MBR, which takes the place of whatever table the disk has once it is
   * written.
   *
   * @param signature the disk signature; 0 has Windows make one
   * @param bootCode at most 440 bytes
   */
  public static PartitionEditor createMbr(
      BlockDevice disk, int sectorSize, int signature, byte[] bootCode) throws IOException {
    checkSectorSize(sectorSize);
    return MbrEditor.empty(disk, sectorSize, new Mbr(bootCode, signature, List.of()));
  }

  /**
   * Begins a new, empty GPT, which takes the place of whatever table the disk has once it is
   * written.
   *
   * @throws NoSpaceException when the disk is too small to hold one
   */
  public static PartitionEditor createGpt(BlockDevice disk, int sectorSize, UUID diskGuid)
      throws IOException {
    checkSectorSize(sectorSize);
    return GptEditor.empty(disk, sectorSize, diskGuid, new byte[Mbr.SIZE]);
  }

  /** Removes whatever table a disk has: clears the first and the last MiB. */
  public static void clean(BlockDevice disk) throws IOException {
    // Without the MBR nobody looks for the rest.
    disk.zero(0, Math.min(Mbr.SIZE, disk.size()));
    disk.flush();
    long head = Math.min(CLEANED, disk.size());
    disk.zero(0, head);
    disk.zero(Math.max(disk.size() - CLEANED, 0), head);
    disk.flush();
  }

  private static void checkSectorSize(int sectorSize) {
    if (sectorSize < Mbr.SIZE || Integer.bitCount(sectorSize) != 1 || sectorSize > 1 << 16) {
      throw new IllegalArgumentException(
          "sectorSize (" + sectorSize + ") must be a power of two from 512 to 65536");
    }
  }

  /** The kind of table: MBR or GPT. */
  public abstract PartitionTable.Kind kind();

  /** Bytes per sector, by which the table counts. */
  public final int sectorSize() {
    return sectorSize;
  }

  /** The partitions with all edits so far, an extended one among them. */
  public abstract List<Partition> partitions();

  /**
   * The partition of a number.
   *
   * @throws IllegalArgumentException when there is none
   */
  public final Partition partition(int number) {
    return partitions().stream()
        .filter(partition -> partition.number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "partition (" + number + ") must be one of " + numbers()));
  }

  private String numbers() {
    List<Integer> numbers = partitions().stream().map(Partition::number).toList();
    return numbers.isEmpty() ? "none, since there is none" : numbers.toString();
  }

  /** What is wrong with the table, a sentence each, for people; edits do not change it. */
  public abstract List<String> findings();

  /** The room that a partition of a role may take, in the order of the disk. */
  public final List<FreeExtent> freeExtents(PartitionRole role) {
    return freeRanges(role).stream()
        .map(range -> new FreeExtent(range.first() * sectorSize, range.count() * sectorSize))
        .toList();
  }

  abstract List<SectorRange> freeRanges(PartitionRole role);

  /**
   * Adds a partition.
   *
   * @return the partition with its number
   * @throws NoSpaceException when no free room is large enough
   * @throws IllegalArgumentException when the table is full or cannot express what is wanted
   * @throws CorruptFormatException when the chain of logical partitions is damaged and it should
   *     become longer
   */
  public abstract Partition add(NewPartition wanted) throws IOException;

  /**
   * Removes a partition. Logical partitions behind it move up by one number.
   *
   * @throws IllegalArgumentException when there is none of that number, or it is an extended
   *     partition that holds logical ones
   * @throws CorruptFormatException when it is part of a damaged chain
   */
  public abstract void delete(int number) throws IOException;

  /**
   * Changes where a partition ends.
   *
   * @param length the new length in bytes, at most {@link #maximumLength(int)}
   * @throws IllegalArgumentException when it does not fit
   * @throws CorruptFormatException when it is part of a damaged chain
   */
  public abstract void resize(int number, long length) throws IOException;

  /** The length that a partition can grow to where it is, in bytes. */
  public final long maximumLength(int number) {
    Partition partition = partition(number);
    return partition.length()
        + freeExtents(partition.role()).stream()
            .filter(extent -> extent.offset() == partition.end())
            .mapToLong(FreeExtent::length)
            .findFirst()
            .orElse(0);
  }

  /**
   * Says whether boot code starts a partition; no other is active then.
   *
   * @throws IllegalArgumentException for a GPT, and for anything but a primary partition
   */
  public void setActive(int number, boolean active) {
    throw foreign("active partitions");
  }

  /**
   * Changes what a partition is said to hold.
   *
   * @throws IllegalArgumentException when this kind of table has no such type
   * @throws CorruptFormatException when it is part of a damaged chain
   */
  public abstract void setType(int number, PartitionType type) throws IOException;

  /**
   * Changes a partition's name, at most 36 UTF-16 units.
   *
   * @throws IllegalArgumentException for an MBR
   */
  public void setName(int number, String name) {
    throw foreign("names");
  }

  /**
   * Changes a partition's attributes, which {@link GptEntry} lists.
   *
   * @throws IllegalArgumentException for an MBR
   */
  public void setAttributes(int number, long attributes) {
    throw foreign("attributes");
  }

  /** The disk signature of an MBR. */
  public Optional<Integer> diskSignature() {
    return Optional.empty();
  }

  /** The GUID of a disk with a GPT. */
  public Optional<UUID> diskGuid() {
    return Optional.empty();
  }

  /**
   * Changes the disk signature.
   *
   * @throws IllegalArgumentException for a GPT
   */
  public void setDiskSignature(int signature) {
    throw foreign("disk signature");
  }

  /**
   * Changes the GUID of the disk.
   *
   * @throws IllegalArgumentException for an MBR
   */
  public void setDiskGuid(UUID guid) {
    throw foreign("GUID");
  }

  /**
   * The same partitions in a GPT, yet to be written. Logical partitions become ordinary ones; which
   * one was active is lost.
   *
   * @param diskGuid the GUID of the disk
   * @param guids gives each partition its GUID
   * @throws IllegalArgumentException when it is a GPT already, a partition has a type that a GPT
   *     does not know, or is where the GPT itself must be
   * @throws IllegalStateException when edits are not written yet
   */
  public PartitionEditor toGpt(UUID diskGuid, Supplier<UUID> guids) throws IOException {
    throw new IllegalArgumentException("the disk has a GPT already");
  }

  /**
   * The same partitions in an MBR, yet to be written. GUIDs and names are lost, and a reserved
   * partition of Microsoft's, which holds nothing, is left out.
   *
   * @param signature the disk signature
   * @throws IllegalArgumentException when it is an MBR already, there are more than four
   *     partitions, or one has a type, attributes or a place that an MBR cannot express
   * @throws IllegalStateException when edits are not written yet
   */
  public PartitionEditor toMbr(int signature) throws IOException {
    throw new IllegalArgumentException("the disk has an MBR already");
  }

  /**
   * Writes all edits and makes them durable. Of a GPT both copies are written, even when nothing
   * was edited, so this repairs one from the other; on a disk that has grown the backup moves to
   * its end.
   *
   * @throws CorruptFormatException when a partition is where a copy of the GPT must be; nothing is
   *     written then
   */
  public abstract void write() throws IOException;

  private IllegalArgumentException foreign(String what) {
    return new IllegalArgumentException(
        "the table of "
            + disk.name()
            + " ("
            + kind()
            + ") must be of the other kind to have "
            + what);
  }

  final SectorRange range(Partition partition) {
    return new SectorRange(partition.offset() / sectorSize, partition.end() / sectorSize);
  }

  /** A length in whole sectors. */
  final long sectors(long length) {
    return (length - 1) / sectorSize + 1;
  }

  /**
   * Finds the place of a new partition.
   *
   * @param free the room that it may take
   * @param reserved sectors that must stay free before it in the same piece of room
   */
  final SectorRange place(NewPartition wanted, List<SectorRange> free, long reserved)
      throws NoSpaceException {
    if (wanted.alignment() % sectorSize != 0) {
      throw new IllegalArgumentException(
          "alignment (" + wanted.alignment() + ") must be a multiple of " + sectorSize);
    }
    long alignment = wanted.alignment() / sectorSize;
    List<SectorRange> room = new ArrayList<>();
    for (SectorRange range : free) {
      if (range.count() > reserved) {
        room.add(new SectorRange(range.first() + reserved, range.end()));
      }
    }
    if (wanted.offset().isPresent()) {
      return placeAt(wanted, room, alignment);
    }
    if (wanted.length().isEmpty()) {
      return room.stream()
          .flatMap(range -> range.aligned(alignment).stream())
          .max(Comparator.comparingLong(SectorRange::count))
          .orElseThrow(() -> tooSmall(wanted.alignment(), room));
    }
    long count = sectors(wanted.length().getAsLong());
    for (SectorRange range : room) {
      long first = SectorRange.alignUp(range.first(), alignment);
      if (first < range.end() && count <= range.end() - first) {
        return SectorRange.ofCount(first, count);
      }
    }
    throw tooSmall(count * sectorSize, room);
  }

  private SectorRange placeAt(NewPartition wanted, List<SectorRange> room, long alignment)
      throws NoSpaceException {
    long offset = wanted.offset().getAsLong();
    if (offset % sectorSize != 0) {
      throw new IllegalArgumentException(
          "offset (" + offset + ") must be a multiple of " + sectorSize);
    }
    long first = offset / sectorSize;
    SectorRange range =
        room.stream()
            .filter(piece -> piece.first() <= first && first < piece.end())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "offset (" + offset + ") must lie where the disk is free"));
    if (wanted.length().isEmpty()) {
      long last = range.end() / alignment * alignment;
      return new SectorRange(first, last > first ? last : range.end());
    }
    long count = sectors(wanted.length().getAsLong());
    if (count > range.end() - first) {
      throw new NoSpaceException(
          disk.name() + ", from byte " + offset + " on,",
          count * sectorSize,
          (range.end() - first) * sectorSize);
    }
    return SectorRange.ofCount(first, count);
  }

  private NoSpaceException tooSmall(long needed, List<SectorRange> room) {
    long largest = room.stream().mapToLong(SectorRange::count).max().orElse(0);
    return new NoSpaceException(
        "the largest free piece of " + disk.name(), needed, largest * sectorSize);
  }

  /** Checks a new length, in sectors. */
  final long checkedLength(int number, long length) {
    long most = maximumLength(number);
    if (length < 1 || length > most) {
      throw new IllegalArgumentException(
          "length (" + length + ") of partition " + number + " must be from 1 to " + most);
    }
    return sectors(length);
  }

  /** Tells which partitions overlap or reach past the end of the disk. */
  final void findMisplaced(List<Partition> partitions, List<String> findings) {
    Partition furthest = null;
    for (Partition partition :
        partitions.stream().sorted(Comparator.comparingLong(Partition::offset)).toList()) {
      if (partition.end() > disk.size()) {
        findings.add(
            "partition "
                + partition.number()
                + " ends at byte "
                + partition.end()
                + ", but the disk at "
                + disk.size());
      }
      if (furthest != null && range(partition).overlaps(range(furthest))) {
        findings.add("partitions " + furthest.number() + " and " + partition.number() + " overlap");
      }
      if (furthest == null || partition.end() > furthest.end()) {
        furthest = partition;
      }
    }
  }
}
