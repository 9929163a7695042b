package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Edits a GPT. Both copies are written in full, one after the other: at any moment at least one of
 * them is sound, as it was before or as it is afterwards.
 */
final class GptEditor extends PartitionEditor {

  private static final int NEW_ENTRY_COUNT = 128;
  private static final long MAX_PROTECTED = 0xFFFF_FFFFL;

  private final byte[] record;
  private final byte[] headerSector;
  private final byte[] entries;
  private GptHeader header;
  private boolean primarySound;
  private boolean edited;
  private final List<String> copyFindings = new ArrayList<>();

  /** Sectors of headers that are stale when another is written. */
  private final Set<Long> formerBackups = new HashSet<>();

  private GptEditor(
      BlockDevice disk, int sectorSize, byte[] record, GptHeader header, GptCopy copy) {
    super(disk, sectorSize);
    this.record = record;
    this.header = header;
    this.headerSector = copy.sector().clone();
    this.entries = copy.entries().clone();
  }

  static GptEditor read(BlockDevice disk, int sectorSize) throws IOException {
    if (Mbr.isPresent(disk) && Mbr.read(disk).isHybrid()) {
      throw new UnsupportedFormatException(
          disk.name(),
          0,
          "a hybrid MBR, which names partitions beside the GPT: remove them from it first");
    }
    Gpt gpt = Gpt.read(disk, sectorSize);
    GptCopy copy = GptCopy.read(disk, gpt.header().sector(), sectorSize);
    boolean isPrimary = gpt.primaryProblem().isEmpty();
    GptEditor editor =
        new GptEditor(
            disk,
            sectorSize,
            disk.read(0, Mbr.SIZE),
            isPrimary ? copy.header() : primaryOf(copy, primaryEntriesSector(disk, sectorSize)),
            copy);
    editor.primarySound = isPrimary;
    gpt.primaryProblem().ifPresent(problem -> editor.copyFindings.add("the primary: " + problem));
    if (isPrimary) {
      editor.compareBackup(copy);
    } else {
      editor.addFormerBackup(copy.header().sector());
    }
    return editor;
  }

  /** What the primary's header must have been, by the backup. */
  private static GptHeader primaryOf(GptCopy backup, long entriesSector) {
    GptHeader header = backup.header();
    return new GptHeader(
        Gpt.PRIMARY_SECTOR,
        header.sector(),
        header.firstUsableSector(),
        header.lastUsableSector(),
        header.diskGuid(),
        entriesSector,
        header.entryCount(),
        header.entrySize(),
        header.entriesCrc());
  }

  /** Where the primary's entries are, by its header if that is sound, or where they mostly are. */
  private static long primaryEntriesSector(BlockDevice disk, int sectorSize) throws IOException {
    try {
      return GptHeader.read(disk, Gpt.PRIMARY_SECTOR, sectorSize).entriesSector();
    } catch (DiskFormatException e) {
      return Gpt.PRIMARY_SECTOR + 1;
    }
  }

  private void compareBackup(GptCopy primary) throws IOException {
    long sector = header.otherSector();
    try {
      if (sector == Gpt.PRIMARY_SECTOR) {
        throw new CorruptFormatException(
            disk.name(), sector * sectorSize, "the primary cannot be its own backup");
      }
      GptCopy backup = GptCopy.read(disk, sector, sectorSize);
      addFormerBackup(sector);
      if (!Arrays.equals(primary.entries(), backup.entries())
          || !primary.header().diskGuid().equals(backup.header().diskGuid())
          || backup.header().otherSector() != Gpt.PRIMARY_SECTOR) {
        copyFindings.add("the backup is not the same as the primary, which counts");
      }
    } catch (DiskFormatException e) {
      copyFindings.add("the backup: " + e.getMessage());
    }
    if (sector != Gpt.lastSector(disk, sectorSize)) {
      copyFindings.add(
          "the backup belongs in the last sector, "
              + Gpt.lastSector(disk, sectorSize)
              + ", not in "
              + Long.toUnsignedString(sector)
              + ": the size of the disk has changed");
    }
  }

  /** Remembers a header, unless it is in a partition: what is there is not ours to clear. */
  private void addFormerBackup(long sector) {
    SectorRange place = SectorRange.ofCount(sector, 1);
    if (partitions().stream().noneMatch(partition -> range(partition).overlaps(place))) {
      formerBackups.add(sector);
    }
  }

  /**
   * An empty table.
   *
   * @param record the MBR whose boot code is kept
   */
  static GptEditor empty(BlockDevice disk, int sectorSize, UUID diskGuid, byte[] record)
      throws IOException {
    int entriesSize = NEW_ENTRY_COUNT * GptEntry.SIZE;
    long entrySectors = (entriesSize - 1) / sectorSize + 1;
    long last = Gpt.lastSector(disk, sectorSize);
    long firstUsable = Gpt.PRIMARY_SECTOR + 1 + entrySectors;
    long lastUsable = last - entrySectors - 1;
    if (lastUsable < firstUsable) {
      throw new NoSpaceException(
          "a GPT on " + disk.name(), (2 * entrySectors + 4) * sectorSize, disk.size());
    }
    GptHeader header =
        new GptHeader(
            Gpt.PRIMARY_SECTOR,
            last,
            firstUsable,
            lastUsable,
            diskGuid,
            Gpt.PRIMARY_SECTOR + 1,
            NEW_ENTRY_COUNT,
            GptEntry.SIZE,
            0);
    byte[] protective = new Mbr(Arrays.copyOf(record, Mbr.BOOT_CODE_SIZE), 0, List.of()).toBytes();
    GptCopy empty =
        new GptCopy(header, Arrays.copyOf(header.toBytes(), sectorSize), new byte[entriesSize]);
    GptEditor editor = new GptEditor(disk, sectorSize, protective, header, empty);
    // The table that it replaces counts until the new one is whole.
    editor.primarySound = true;
    editor.edited = true;
    return editor;
  }

  @Override
  public PartitionTable.Kind kind() {
    return PartitionTable.Kind.GPT;
  }

  @Override
  public Optional<UUID> diskGuid() {
    return Optional.of(header.diskGuid());
  }

  private GptEntry entry(int number) {
    return GptEntry.get(entries, offset(number));
  }

  private int offset(int number) {
    return (number - 1) * header.entrySize();
  }

  @Override
  public List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>();
    for (int number = 1; number <= header.entryCount(); number++) {
      if (entry(number).isPresent()) {
        partitions.add(Partition.of(number, entry(number), sectorSize));
      }
    }
    return partitions;
  }

  @Override
  public List<String> findings() {
    List<String> findings = new ArrayList<>(copyFindings);
    List<Partition> partitions = partitions();
    findMisplaced(partitions, findings);
    Set<UUID> guids = new HashSet<>();
    for (Partition partition : partitions) {
      if (!usable().contains(range(partition))) {
        findings.add("partition " + partition.number() + " is not wholly where partitions may be");
      }
      if (!guids.add(partition.guid().orElseThrow())) {
        findings.add("partition " + partition.number() + " has the GUID of another");
      }
    }
    if (!Arrays.equals(record, protective())) {
      findings.add("the MBR does not protect the whole disk");
    }
    return findings;
  }

  private long entrySectors() {
    return (entries.length - 1L) / sectorSize + 1;
  }

  private long lastSector() {
    return Gpt.lastSector(disk, sectorSize);
  }

  /** Where partitions may be once the backup is at the end of the disk. */
  private SectorRange usable() {
    long end =
        header.otherSector() == lastSector()
            ? header.lastUsableSector() + 1
            : lastSector() - entrySectors();
    long first = Math.max(header.firstUsableSector(), header.entriesSector() + entrySectors());
    return new SectorRange(first, Math.max(Math.min(end, lastSector() - entrySectors()), first));
  }

  @Override
  List<SectorRange> freeRanges(PartitionRole role) {
    return role == PartitionRole.PRIMARY
        ? usable().without(partitions().stream().map(this::range).toList())
        : List.of();
  }

  @Override
  public Partition add(NewPartition wanted) throws IOException {
    if (wanted.role() != PartitionRole.PRIMARY || wanted.active()) {
      throw new IllegalArgumentException(
          "role (" + wanted.role() + ") must be PRIMARY and not active in a GPT");
    }
    UUID guid =
        wanted
            .guid()
            .orElseThrow(() -> new IllegalArgumentException("guid (none) must be given in a GPT"));
    int number = 1;
    while (number <= header.entryCount() && entry(number).isPresent()) {
      number++;
    }
    if (number > header.entryCount()) {
      throw new IllegalArgumentException(
          "the GPT must have a free entry, but all " + number + " are used");
    }
    UUID type = typeGuid(wanted.type());
    SectorRange place = place(wanted, freeRanges(PartitionRole.PRIMARY), 0);
    GptEntry.clear(entries, offset(number), header.entrySize());
    new GptEntry(type, guid, place.first(), place.end() - 1, wanted.attributes(), wanted.name())
        .put(entries, offset(number));
    edited = true;
    return partition(number);
  }

  private static UUID typeGuid(PartitionType type) {
    return type.gptType()
        .orElseThrow(
            () -> new IllegalArgumentException("type (" + type + ") must be one that a GPT has"));
  }

  @Override
  public void delete(int number) {
    partition(number);
    GptEntry.clear(entries, offset(number), header.entrySize());
    edited = true;
  }

  @Override
  public void resize(int number, long length) {
    long count = checkedLength(number, length);
    GptEntry.putLastSector(entries, offset(number), entry(number).firstSector() + count - 1);
    edited = true;
  }

  @Override
  public void setType(int number, PartitionType type) {
    partition(number);
    WindowsGuid.put(entries, offset(number), typeGuid(type));
    edited = true;
  }

  @Override
  public void setName(int number, String name) {
    partition(number);
    GptEntry.putName(entries, offset(number), name);
    edited = true;
  }

  @Override
  public void setAttributes(int number, long attributes) {
    partition(number);
    GptEntry.putAttributes(entries, offset(number), attributes);
    edited = true;
  }

  @Override
  public void setDiskGuid(UUID guid) {
    header = header.withDiskGuid(guid);
    edited = true;
  }

  @Override
  public PartitionEditor toMbr(int signature) throws IOException {
    if (edited) {
      throw new IllegalStateException("edits must be written before the table is converted");
    }
    List<Partition> kept =
        partitions().stream()
            .filter(p -> !p.type().equals(PartitionType.MICROSOFT_RESERVED))
            .toList();
    if (kept.size() > Mbr.ENTRY_COUNT) {
      throw new IllegalArgumentException(
          "an MBR must have at most four partitions, but there are " + kept.size());
    }
    PartitionEditor mbr =
        MbrEditor.empty(
            disk,
            sectorSize,
            new Mbr(Arrays.copyOf(record, Mbr.BOOT_CODE_SIZE), signature, List.of()));
    for (Partition partition : kept) {
      if (partition.type().mbrType() == 0 || partition.attributes() != 0) {
        throw new IllegalArgumentException(
            "partition "
                + partition.number()
                + " must be of a type that an MBR knows and have no attributes: "
                + partition.typeName());
      }
      mbr.add(
          NewPartition.of(partition.type())
              .offset(partition.offset())
              .length(partition.length())
              .alignment(sectorSize)
              .build());
    }
    return mbr;
  }

  /** The MBR as it must be: what it was, with the entry that protects this disk. */
  private byte[] protective() {
    MbrEntry present = Mbr.protectiveEntry(record);
    long count = Math.min(lastSector(), MAX_PROTECTED);
    // Some tools protect all that 32 bits can, whatever the size of the disk.
    boolean fits =
        present.firstSector() == 1
            && (present.sectorCount() == count || present.sectorCount() == MAX_PROTECTED);
    if (fits) {
      return record;
    }
    return new Mbr(
            new byte[0],
            Mbr.signatureOf(record),
            List.of(MbrEntry.of(false, MbrEntry.TYPE_PROTECTIVE, 1, count)))
        .applyTo(record.clone());
  }

  @Override
  public void write() throws IOException {
    if (header.entriesSector() <= Gpt.PRIMARY_SECTOR
        || header.entriesSector() + entrySectors() > lastSector() - entrySectors()) {
      throw new CorruptFormatException(
          disk.name(),
          header.entriesSector() * sectorSize,
          "both copies of the GPT do not fit on the disk, with the entries from here on");
    }
    for (Partition partition : partitions()) {
      SectorRange range = range(partition);
      if (range.first() < header.entriesSector() + entrySectors()
          || range.end() > lastSector() - entrySectors()) {
        throw new CorruptFormatException(
            disk.name(),
            partition.offset(),
            "partition " + partition.number() + " is where a copy of the GPT must be");
      }
    }
    long backup = lastSector();
    boolean moves = !formerBackups.contains(backup);
    SectorRange usable = usable();
    GptHeader primary =
        new GptHeader(
            Gpt.PRIMARY_SECTOR,
            backup,
            usable.first(),
            usable.end() - 1,
            header.diskGuid(),
            header.entriesSector(),
            header.entryCount(),
            header.entrySize(),
            GptHeader.crc(entries));
    GptCopy primaryCopy = new GptCopy(primary, headerSector, entries);
    GptCopy backupCopy =
        new GptCopy(primary.asBackup(backup - entrySectors()), headerSector, entries);
    // The copy that counts is written last, unless the other one has a place of its own.
    if (primarySound || moves) {
      backupCopy.write(disk, sectorSize);
      primaryCopy.write(disk, sectorSize);
    } else {
      primaryCopy.write(disk, sectorSize);
      backupCopy.write(disk, sectorSize);
    }
    writeRecord();
    for (long former : formerBackups) {
      if (former != backup) {
        disk.write(former * sectorSize, ByteBuffer.wrap(new byte[Mbr.SIZE]));
      }
    }
    disk.flush();
    formerBackups.clear();
    formerBackups.add(backup);
    header = primary;
    primarySound = true;
    edited = false;
    copyFindings.clear();
  }

  private void writeRecord() throws IOException {
    byte[] protective = protective();
    if (!Arrays.equals(protective, disk.read(0, Mbr.SIZE))) {
      System.arraycopy(protective, 0, record, 0, Mbr.SIZE);
      disk.write(0, ByteBuffer.wrap(record));
      disk.flush();
    }
  }
}
