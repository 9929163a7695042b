package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Edits an MBR and the chain of logical partitions. The record is one sector, which a disk writes
 * wholly or not at all: writing it is what makes an edit.
 */
final class MbrEditor extends PartitionEditor {

  /** Sectors that 32 bits can address. */
  private static final long MAX_SECTORS = 1L << 32;

  private final OrderedWrites writes = new OrderedWrites();
  private final byte[] record;
  private final List<MbrEntry> entries;
  private int signature;

  /** The first extended partition; the place in the table is where {@link #entries} has it. */
  private Optional<ExtendedPartition> extended = Optional.empty();

  /** Where a GPT has its headers; they are cleared when this table is there in its place. */
  private final List<Long> formerHeaders = new ArrayList<>();

  private boolean edited;

  private MbrEditor(BlockDevice disk, int sectorSize, byte[] record, Mbr mbr) {
    super(disk, sectorSize);
    this.record = record;
    this.entries = new ArrayList<>(mbr.entries());
    this.signature = mbr.diskSignature();
  }

  static MbrEditor read(BlockDevice disk, int sectorSize) throws IOException {
    MbrEditor editor = new MbrEditor(disk, sectorSize, disk.read(0, Mbr.SIZE), Mbr.read(disk));
    int index = editor.extendedIndex();
    if (index >= 0) {
      editor.extended =
          Optional.of(ExtendedPartition.read(disk, editor.entries.get(index), sectorSize));
    }
    return editor;
  }

  /** A table that takes the place of any other, also of the headers of a GPT. */
  static MbrEditor empty(BlockDevice disk, int sectorSize, Mbr mbr) throws IOException {
    disk.checkRange(0, sectorSize);
    MbrEditor editor = new MbrEditor(disk, sectorSize, mbr.toBytes(), mbr);
    editor.putRecord();
    for (long sector : new long[] {Gpt.PRIMARY_SECTOR, Gpt.lastSector(disk, sectorSize)}) {
      if (GptHeader.isPresent(disk, sector, sectorSize)) {
        editor.formerHeaders.add(sector * sectorSize);
      }
    }
    return editor;
  }

  private int extendedIndex() {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).isExtended()) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public PartitionTable.Kind kind() {
    return PartitionTable.Kind.MBR;
  }

  @Override
  public Optional<Integer> diskSignature() {
    return Optional.of(signature);
  }

  @Override
  public List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>(primary());
    extended.ifPresent(chain -> partitions.addAll(chain.partitions()));
    return partitions;
  }

  private List<Partition> primary() {
    return new Mbr(new byte[0], signature, entries).partitions(sectorSize);
  }

  @Override
  public List<String> findings() {
    List<String> findings = new ArrayList<>();
    findMisplaced(primary(), findings);
    if (primary().stream().filter(Partition::active).count() > 1) {
      findings.add("more than one partition is active");
    }
    if (primary().stream().filter(p -> p.role() == PartitionRole.EXTENDED).count() > 1) {
      findings.add("there is a second extended partition");
    }
    extended.flatMap(ExtendedPartition::fault).ifPresent(fault -> findings.add(fault.getMessage()));
    return findings;
  }

  @Override
  List<SectorRange> freeRanges(PartitionRole role) {
    if (role == PartitionRole.LOGICAL) {
      return extended.map(ExtendedPartition::freeRanges).orElse(List.of());
    }
    long sectors = Math.min(disk.size() / sectorSize, MAX_SECTORS);
    return new SectorRange(1, Math.max(sectors, 1))
        .without(primary().stream().map(this::range).toList());
  }

  @Override
  public Partition add(NewPartition wanted) throws IOException {
    if (!wanted.name().isEmpty() || wanted.attributes() != 0) {
      throw new IllegalArgumentException(
          "name and attributes (" + wanted.name() + ") must not be given: an MBR has none");
    }
    return wanted.role() == PartitionRole.LOGICAL ? addLogical(wanted) : addPrimary(wanted);
  }

  private Partition addPrimary(NewPartition wanted) throws IOException {
    int index = 0;
    while (index < entries.size() && entries.get(index).isPresent()) {
      index++;
    }
    if (index == entries.size()) {
      throw new IllegalArgumentException(
          "an MBR must have at most four partitions that are not logical, and there are four");
    }
    boolean isExtended = wanted.role() == PartitionRole.EXTENDED;
    if (isExtended && (extended.isPresent() || wanted.active())) {
      throw new IllegalArgumentException(
          "an extended partition must be the only one and cannot be active");
    }
    SectorRange place = place(wanted, freeRanges(PartitionRole.PRIMARY), 0);
    int type = isExtended ? extendedType(place) : typeByte(wanted.type());
    if (isExtended) {
      extended = Optional.of(ExtendedPartition.create(disk, place, sectorSize, writes));
    }
    if (wanted.active()) {
      entries.replaceAll(entry -> entry.isPresent() ? entry.withActive(false) : entry);
    }
    entries.set(index, MbrEntry.of(wanted.active(), type, place.first(), place.count()));
    putRecord();
    return partition(index + 1);
  }

  private Partition addLogical(NewPartition wanted) throws IOException {
    ExtendedPartition chain =
        extended.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a logical partition must lie in an extended one, and there is none"));
    chain.requireSound();
    if (wanted.active()) {
      throw new IllegalArgumentException("a logical partition must not be active");
    }
    int type = typeByte(wanted.type());
    List<SectorRange> free = chain.freeRanges();
    SectorRange place = place(wanted, free, chain.isEmpty() ? 0 : 1);
    // Its record goes as far before it as it is aligned itself, or where there is room.
    SectorRange piece = free.stream().filter(range -> range.contains(place)).findFirst().get();
    long sector = Math.max(piece.first(), place.first() - wanted.alignment() / sectorSize);
    int number = chain.add(place, type, sector, writes);
    edited = true;
    return partition(number);
  }

  private static int extendedType(SectorRange place) {
    return ChsAddress.ofSector(place.end() - 1).equals(ChsAddress.BEYOND)
        ? MbrEntry.TYPE_EXTENDED_LBA
        : MbrEntry.TYPE_EXTENDED;
  }

  private static int typeByte(PartitionType type) {
    int value = type.mbrType();
    if (value == 0 || value == MbrEntry.TYPE_PROTECTIVE || MbrEntry.isExtended(value)) {
      throw new IllegalArgumentException(
          "type (" + type.name() + ") must be one that an MBR has for a volume");
    }
    return value;
  }

  @Override
  public void delete(int number) throws IOException {
    Partition partition = partition(number);
    if (partition.role() == PartitionRole.LOGICAL) {
      extended.orElseThrow().requireSound();
      extended.orElseThrow().delete(number, writes);
      edited = true;
      return;
    }
    if (number - 1 == extendedIndex()) {
      // One whose chain is damaged cannot be emptied first.
      if (!extended.orElseThrow().partitions().isEmpty()
          && extended.orElseThrow().fault().isEmpty()) {
        throw new IllegalArgumentException(
            "partition (" + number + ") must be empty, but holds logical partitions");
      }
      extended = Optional.empty();
    }
    entries.set(number - 1, MbrEntry.NONE);
    if (extended.isEmpty() && extendedIndex() >= 0) {
      extended =
          Optional.of(ExtendedPartition.read(disk, entries.get(extendedIndex()), sectorSize));
    }
    putRecord();
  }

  @Override
  public void resize(int number, long length) throws IOException {
    Partition partition = partition(number);
    long count = checkedLength(number, length);
    if (partition.role() == PartitionRole.LOGICAL) {
      extended.orElseThrow().requireSound();
      extended.orElseThrow().resize(number, count, writes);
      edited = true;
      return;
    }
    MbrEntry entry = entries.get(number - 1);
    if (number - 1 == extendedIndex()) {
      SectorRange range = SectorRange.ofCount(entry.firstSector(), count);
      if (range.end() < extended.orElseThrow().usedEnd()) {
        throw new IllegalArgumentException(
            "length ("
                + length
                + ") of the extended partition must be at least "
                + (extended.orElseThrow().usedEnd() - range.first()) * sectorSize
                + ", where its last logical partition ends");
      }
      extended.orElseThrow().setRange(range);
    }
    entries.set(number - 1, entry.withSectorCount(count, 0));
    putRecord();
  }

  @Override
  public void setActive(int number, boolean active) {
    Partition partition = partition(number);
    if (partition.role() != PartitionRole.PRIMARY) {
      throw new IllegalArgumentException("partition (" + number + ") must be primary to be active");
    }
    if (active) {
      entries.replaceAll(entry -> entry.isPresent() ? entry.withActive(false) : entry);
    }
    entries.set(number - 1, entries.get(number - 1).withActive(active));
    putRecord();
  }

  @Override
  public void setType(int number, PartitionType type) throws IOException {
    Partition partition = partition(number);
    int value = typeByte(type);
    if (partition.role() == PartitionRole.EXTENDED) {
      throw new IllegalArgumentException(
          "partition (" + number + ") must not change its type: it is extended");
    }
    if (partition.role() == PartitionRole.LOGICAL) {
      extended.orElseThrow().requireSound();
      extended.orElseThrow().setType(number, value, writes);
      edited = true;
      return;
    }
    entries.set(number - 1, entries.get(number - 1).withType(value));
    putRecord();
  }

  @Override
  public void setDiskSignature(int newSignature) {
    signature = newSignature;
    putRecord();
  }

  private void putRecord() {
    new Mbr(new byte[0], signature, entries).applyTo(record);
    writes.add(0, record);
    edited = true;
  }

  @Override
  public PartitionEditor toGpt(UUID diskGuid, Supplier<UUID> guids) throws IOException {
    if (edited) {
      throw new IllegalStateException("edits must be written before the table is converted");
    }
    if (!findings().isEmpty()) {
      throw new CorruptFormatException(
          disk.name(), DiskFormatException.NO_OFFSET, "cannot be converted: " + findings().get(0));
    }
    GptEditor gpt = GptEditor.empty(disk, sectorSize, diskGuid, record);
    List<Partition> kept =
        Stream.concat(
                primary().stream().filter(p -> p.role() == PartitionRole.PRIMARY),
                extended.stream().flatMap(chain -> chain.partitions().stream()))
            .toList();
    for (Partition partition : kept) {
      if (partition.type().gptType().isEmpty()) {
        throw new IllegalArgumentException(
            "partition "
                + partition.number()
                + " must be of a type that a GPT knows, not "
                + partition.typeName());
      }
      gpt.add(
          NewPartition.of(partition.type())
              .offset(partition.offset())
              .length(partition.length())
              .alignment(sectorSize)
              .guid(guids.get())
              .build());
    }
    return gpt;
  }

  @Override
  public void write() throws IOException {
    writes.writeTo(disk);
    for (long position : formerHeaders) {
      disk.write(position, ByteBuffer.wrap(new byte[Mbr.SIZE]));
    }
    disk.flush();
    formerHeaders.clear();
    edited = false;
  }
}
