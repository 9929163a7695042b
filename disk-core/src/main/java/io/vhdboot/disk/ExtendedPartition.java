package io.vhdboot.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An extended partition: a chain of records, each laid out as an {@link Mbr}, of which the first
 * stands in its first sector. The first entry of each is a logical partition, counted from that
 * record; the second is the next record, counted from the extended partition.
 *
 * <p>Every edit is a write of records that nothing leads to yet, then of one record, which is what
 * makes the edit; see {@link OrderedWrites}.
 */
final class ExtendedPartition {

  /** Logical partitions are numbered from here on, behind the four primary ones. */
  static final int FIRST_NUMBER = Mbr.ENTRY_COUNT + 1;

  /** More than any system makes; Windows has letters for 24. */
  private static final int MAX_COUNT = 1024;

  private final BlockDevice disk;
  private final int sectorSize;
  private final List<Link> links = new ArrayList<>();
  private SectorRange range;
  private Optional<CorruptFormatException> problem = Optional.empty();

  /** A record of the chain, with the logical partition that it names, if any. */
  private static final class Link {

    private final long sector;
    private final byte[] bytes;
    private MbrEntry logical;

    Link(long sector, byte[] bytes, MbrEntry logical) {
      this.sector = sector;
      this.bytes = bytes;
      this.logical = logical;
    }

    SectorRange logicalRange() {
      return logical.range(sector);
    }
  }

  private ExtendedPartition(BlockDevice disk, int sectorSize, SectorRange range) {
    this.disk = disk;
    this.sectorSize = sectorSize;
    this.range = range;
  }

  /**
   * Follows the chain as far as it is sound: {@link #problem()} says what ended it.
   *
   * @param entry the extended partition's entry in the MBR
   */
  static ExtendedPartition read(BlockDevice disk, MbrEntry entry, int sectorSize)
      throws IOException {
    ExtendedPartition extended = new ExtendedPartition(disk, sectorSize, entry.range(0));
    try {
      extended.follow();
    } catch (CorruptFormatException e) {
      extended.problem = Optional.of(e);
    }
    return extended;
  }

  /** A new one, whose first record is yet to be written. */
  static ExtendedPartition create(
      BlockDevice disk, SectorRange range, int sectorSize, OrderedWrites writes) {
    ExtendedPartition extended = new ExtendedPartition(disk, sectorSize, range);
    extended.links.add(new Link(range.first(), new byte[Mbr.SIZE], MbrEntry.NONE));
    extended.put(0, writes);
    return extended;
  }

  private void follow() throws IOException {
    Set<Long> seen = new HashSet<>();
    long sector = range.first();
    while (true) {
      if (sector < range.first() || sector >= range.end()) {
        throw broken(sector, "leaves the extended partition");
      }
      if (!seen.add(sector) || seen.size() > MAX_COUNT) {
        throw broken(sector, "runs in a circle");
      }
      List<MbrEntry> entries = Mbr.read(disk, sector * sectorSize).entries();
      MbrEntry logical = entries.get(0);
      links.add(
          new Link(
              sector,
              disk.read(sector * sectorSize, Mbr.SIZE),
              logical.isPresent() ? logical : MbrEntry.NONE));
      MbrEntry next = entries.get(1);
      if (!next.isExtended()) {
        return;
      }
      sector = range.first() + next.firstSector();
    }
  }

  private CorruptFormatException broken(long sector, String what) {
    return new CorruptFormatException(
        disk.name(), sector * sectorSize, "the chain of logical partitions " + what);
  }

  /** What ended the chain before its end. */
  Optional<CorruptFormatException> problem() {
    return problem;
  }

  SectorRange range() {
    return range;
  }

  /** The logical partitions in the chain's order, numbered without gaps. */
  List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>();
    for (Link link : links) {
      if (link.logical.isPresent()) {
        partitions.add(
            Partition.ofLogical(
                FIRST_NUMBER + partitions.size(), link.logical, link.sector, sectorSize));
      }
    }
    return partitions;
  }

  /** Sectors that belong neither to a logical partition nor to a record. */
  List<SectorRange> freeRanges() {
    List<SectorRange> taken = new ArrayList<>();
    for (Link link : links) {
      taken.add(SectorRange.ofCount(link.sector, 1));
      if (link.logical.isPresent()) {
        taken.add(link.logicalRange());
      }
    }
    return range.without(taken);
  }

  /** The end of the last sector that a record or a logical partition takes. */
  long usedEnd() {
    long end = range.first() + 1;
    for (Link link : links) {
      end = Math.max(end, link.sector + 1);
      if (link.logical.isPresent()) {
        end = Math.max(end, link.logicalRange().end());
      }
    }
    return end;
  }

  void setRange(SectorRange newRange) {
    range = newRange;
  }

  /** What is wrong with the chain: what ended it, or partitions that cannot be where they are. */
  Optional<CorruptFormatException> fault() {
    if (problem.isPresent()) {
      return problem;
    }
    SectorRange before = new SectorRange(0, 0);
    for (Partition partition :
        partitions().stream().sorted(Comparator.comparingLong(Partition::offset)).toList()) {
      SectorRange at =
          new SectorRange(partition.offset() / sectorSize, partition.end() / sectorSize);
      if (!range.contains(at) || at.overlaps(before) || holdsRecord(at)) {
        return Optional.of(
            new CorruptFormatException(
                disk.name(),
                partition.offset(),
                "logical partition "
                    + partition.number()
                    + " overlaps another or is not wholly in the extended partition"));
      }
      before = at;
    }
    return Optional.empty();
  }

  private boolean holdsRecord(SectorRange at) {
    return links.stream().anyMatch(link -> at.overlaps(SectorRange.ofCount(link.sector, 1)));
  }

  /** Throws what is wrong with the chain: only a sound one can be edited. */
  void requireSound() throws CorruptFormatException {
    Optional<CorruptFormatException> fault = fault();
    if (fault.isPresent()) {
      throw fault.get();
    }
  }

  /** Whether there is no logical partition, so that the first needs no record of its own. */
  boolean isEmpty() {
    return links.size() == 1 && !links.get(0).logical.isPresent();
  }

  private boolean isFirstRecordFreeFor(long firstSector) {
    return !links.get(0).logical.isPresent()
        && (links.size() == 1 || firstSector < links.get(1).logicalRange().first());
  }

  /**
   * Adds a logical partition to the chain, which stays in the order of the disk if it was.
   *
   * @param place where it lies, in room that is free
   * @param recordSector a free sector for a new record, where one is needed
   * @return its number
   */
  int add(SectorRange place, int type, long recordSector, OrderedWrites writes) {
    if (links.size() >= MAX_COUNT) {
      throw new IllegalArgumentException("there are " + MAX_COUNT + " logical partitions already");
    }
    if (isFirstRecordFreeFor(place.first())) {
      links.get(0).logical = logical(0, type, place, range.first());
      put(0, writes);
      return numberOf(0);
    }
    int index = 0;
    while (index < links.size()
        && (!links.get(index).logical.isPresent()
            || links.get(index).logicalRange().first() < place.first())) {
      index++;
    }
    if (index > 0) {
      Link added =
          new Link(recordSector, new byte[Mbr.SIZE], logical(0, type, place, recordSector));
      links.add(index, added);
      put(index, writes);
      put(index - 1, writes);
      return numberOf(index);
    }
    // The first record cannot move: it takes the new partition, and a new record the former one.
    Link first = links.get(0);
    MbrEntry former = first.logical;
    MbrEntry moved = logical(former.status(), former.type(), first.logicalRange(), recordSector);
    links.add(1, new Link(recordSector, new byte[Mbr.SIZE], moved));
    put(1, writes);
    first.logical = logical(0, type, place, range.first());
    put(0, writes);
    return numberOf(0);
  }

  void delete(int number, OrderedWrites writes) {
    int index = indexOf(number);
    if (index > 0) {
      links.remove(index);
      put(index - 1, writes);
      return;
    }
    Link first = links.get(0);
    if (links.size() == 1) {
      first.logical = MbrEntry.NONE;
    } else {
      // Readers stumble over an empty first record, so it takes over what the second one says.
      Link second = links.remove(1);
      first.logical =
          second.logical.isPresent()
              ? logical(
                  second.logical.status(),
                  second.logical.type(),
                  second.logicalRange(),
                  range.first())
              : MbrEntry.NONE;
    }
    put(0, writes);
  }

  void resize(int number, long sectorCount, OrderedWrites writes) {
    int index = indexOf(number);
    Link link = links.get(index);
    link.logical = link.logical.withSectorCount(sectorCount, link.sector);
    put(index, writes);
    if (index > 0) {
      put(index - 1, writes);
    }
  }

  void setType(int number, int type, OrderedWrites writes) {
    int index = indexOf(number);
    Link link = links.get(index);
    link.logical = link.logical.withType(type);
    put(index, writes);
  }

  private MbrEntry logical(int status, int type, SectorRange place, long recordSector) {
    return MbrEntry.of(status, type, place.first() - recordSector, place.count(), recordSector);
  }

  private int indexOf(int number) {
    int at = FIRST_NUMBER;
    for (int i = 0; i < links.size(); i++) {
      if (links.get(i).logical.isPresent() && at++ == number) {
        return i;
      }
    }
    throw new IllegalArgumentException("there is no logical partition " + number);
  }

  private int numberOf(int index) {
    int number = FIRST_NUMBER;
    for (int i = 0; i < index; i++) {
      if (links.get(i).logical.isPresent()) {
        number++;
      }
    }
    return number;
  }

  /** Writes the record at an index: its partition, and where the next record is. */
  private void put(int index, OrderedWrites writes) {
    Link link = links.get(index);
    MbrEntry next = MbrEntry.NONE;
    if (index + 1 < links.size()) {
      Link target = links.get(index + 1);
      long end = target.logical.isPresent() ? target.logicalRange().end() : target.sector + 1;
      next =
          MbrEntry.of(
              0,
              MbrEntry.TYPE_EXTENDED,
              target.sector - range.first(),
              Math.max(end - target.sector, 1),
              range.first());
    }
    Mbr.putEntries(link.bytes, List.of(link.logical, next));
    writes.add(link.sector * sectorSize, link.bytes);
  }
}
