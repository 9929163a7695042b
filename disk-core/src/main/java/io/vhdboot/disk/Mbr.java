package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The master boot record, the first 512 bytes of a disk:
 *
 * <pre>
 * 000  440  boot code
 * 1B8    4  disk signature, by which Windows and the boot manager know the disk; must not be 0
 * 1BC    2  0
 * 1BE   64  four {@link MbrEntry entries}
 * 1FE    2  55 AA
 * </pre>
 *
 * @param bootCode the 440 bytes of boot code
 * @param diskSignature the disk signature
 * @param entries the four entries
 */
public record Mbr(byte[] bootCode, int diskSignature, List<MbrEntry> entries) {

  /** Bytes that the record takes, whatever the sector size. */
  public static final int SIZE = 512;

  /** Bytes there are for boot code. */
  public static final int BOOT_CODE_SIZE = 440;

  /** Entries in the table. */
  public static final int ENTRY_COUNT = 4;

  private static final int SIGNATURE_OFFSET = 0x1B8;
  private static final int TABLE_OFFSET = 0x1BE;
  private static final int MARK_OFFSET = 0x1FE;
  private static final int MARK = 0xAA55;

  /** Checks the counts and takes copies. */
  public Mbr {
    if (bootCode.length > BOOT_CODE_SIZE) {
      throw new IllegalArgumentException(
          "boot code (" + bootCode.length + " bytes) must fit in " + BOOT_CODE_SIZE);
    }
    if (entries.size() > ENTRY_COUNT) {
      throw new IllegalArgumentException("entries (" + entries.size() + ") must be at most 4");
    }
    bootCode = Arrays.copyOf(bootCode, BOOT_CODE_SIZE);
    List<MbrEntry> all = new ArrayList<>(entries);
    while (all.size() < ENTRY_COUNT) {
      all.add(MbrEntry.NONE);
    }
    entries = List.copyOf(all);
  }

  /** Whether a disk's first sector ends with the mark that every MBR has. */
  public static boolean isPresent(BlockDevice disk) throws IOException {
    return disk.size() >= SIZE && LittleEndian.u16(disk.read(0, SIZE), MARK_OFFSET) == MARK;
  }

  /**
   * Reads the record of a disk.
   *
   * @throws CorruptFormatException when the disk has none, an entry's status is neither 00h nor
   *     80h, or an entry begins at sector 0
   */
  public static Mbr read(BlockDevice disk) throws IOException {
    return read(disk, 0);
  }

  /** Reads a record at a position of a disk, where a chain of logical partitions has them. */
  static Mbr read(BlockDevice disk, long position) throws IOException {
    byte[] bytes = disk.read(position, SIZE);
    int mark = LittleEndian.u16(bytes, MARK_OFFSET);
    if (mark != MARK) {
      throw new CorruptFormatException(
          disk.name(),
          position + MARK_OFFSET,
          String.format("an MBR ends with aa55h, not %04xh", mark));
    }
    List<MbrEntry> entries = new ArrayList<>(ENTRY_COUNT);
    for (int i = 0; i < ENTRY_COUNT; i++) {
      int offset = TABLE_OFFSET + i * MbrEntry.SIZE;
      MbrEntry entry = MbrEntry.get(bytes, offset);
      if ((entry.status() & 0x7F) != 0) {
        throw new CorruptFormatException(
            disk.name(),
            position + offset,
            String.format("a partition's status is 00h or 80h, not %02xh", entry.status()));
      }
      if (entry.isPresent() && entry.firstSector() == 0) {
        throw new CorruptFormatException(
            disk.name(), position + offset + 8, "a partition cannot begin at sector 0");
      }
      entries.add(entry);
    }
    return new Mbr(
        Arrays.copyOf(bytes, BOOT_CODE_SIZE), LittleEndian.i32(bytes, SIGNATURE_OFFSET), entries);
  }

  /** Writes the record to a disk. */
  public void write(BlockDevice disk) throws IOException {
    disk.write(0, ByteBuffer.wrap(toBytes()));
  }

  /** The record's 512 bytes. */
  public byte[] toBytes() {
    return applyTo(Arrays.copyOf(bootCode, SIZE));
  }

  /** Puts all but the boot code into a record, which keeps what else it holds; returns it. */
  byte[] applyTo(byte[] bytes) {
    LittleEndian.put32(bytes, SIGNATURE_OFFSET, diskSignature);
    putEntries(bytes, entries);
    return bytes;
  }

  /** Puts the first entries and the mark into a record, which keeps what else it holds. */
  static void putEntries(byte[] bytes, List<MbrEntry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      entries.get(i).put(bytes, TABLE_OFFSET + i * MbrEntry.SIZE);
    }
    LittleEndian.put16(bytes, MARK_OFFSET, MARK);
  }

  static int signatureOf(byte[] bytes) {
    return LittleEndian.i32(bytes, SIGNATURE_OFFSET);
  }

  /** The entry of a record that protects a GPT; {@link MbrEntry#NONE} where none does. */
  static MbrEntry protectiveEntry(byte[] bytes) {
    return IntStream.range(0, ENTRY_COUNT)
        .mapToObj(i -> MbrEntry.get(bytes, TABLE_OFFSET + i * MbrEntry.SIZE))
        .filter(entry -> entry.type() == MbrEntry.TYPE_PROTECTIVE)
        .findFirst()
        .orElse(MbrEntry.NONE);
  }

  /** A copy of the boot code. */
  @Override
  public byte[] bootCode() {
    return bootCode.clone();
  }

  /** Whether an entry protects a GPT, which then says what the partitions are. */
  public boolean isProtective() {
    return entries.stream().anyMatch(entry -> entry.type() == MbrEntry.TYPE_PROTECTIVE);
  }

  /** Whether there are other partitions beside one that protects a GPT. */
  boolean isHybrid() {
    return isProtective() && entries.stream().filter(entry -> entry.type() != 0).count() > 1;
  }

  /**
   * The primary partitions, numbered from 1 by their place in the table. A damaged table may name
   * ranges outside the disk: they are listed, and opening them fails.
   *
   * @param sectorSize bytes per sector of the disk
   */
  public List<Partition> partitions(int sectorSize) {
    return IntStream.range(0, ENTRY_COUNT)
        .filter(i -> entries.get(i).isPresent())
        .mapToObj(i -> Partition.of(i + 1, entries.get(i), sectorSize))
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mbr mbr && Arrays.equals(toBytes(), mbr.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  @Override
  public String toString() {
    return String.format("Mbr[signature %08x, %s]", diskSignature, entries);
  }
}
