package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Mbr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The first sector of a disk as firmware looks at it, before anybody knows whether it is an MBR:
 * its fields are read without a demand on them.
 *
 * @param bytes its first 512 bytes
 */
record FirstSector(byte[] bytes) {

  private static final int TABLE = 0x1BE;
  private static final int ENTRY_SIZE = 16;
  private static final int MARK = 0x1FE;
  private static final int ACTIVE = 0x80;
  private static final int PROTECTIVE = 0xEE;

  static FirstSector of(BlockDevice disk) throws IOException {
    return new FirstSector(disk.read(0, Mbr.SIZE));
  }

  /** Whether it ends with 55 AA. */
  boolean hasMark() {
    return LittleEndian.u16(bytes, MARK) == 0xAA55;
  }

  int status(int entry) {
    return LittleEndian.u8(bytes, TABLE + entry * ENTRY_SIZE);
  }

  int type(int entry) {
    return LittleEndian.u8(bytes, TABLE + entry * ENTRY_SIZE + 4);
  }

  private int endHead(int entry) {
    return LittleEndian.u8(bytes, TABLE + entry * ENTRY_SIZE + 5);
  }

  private int endSector(int entry) {
    return LittleEndian.u8(bytes, TABLE + entry * ENTRY_SIZE + 6) & 0x3F;
  }

  long first(int entry) {
    return LittleEndian.u32(bytes, TABLE + entry * ENTRY_SIZE + 8);
  }

  long count(int entry) {
    return LittleEndian.u32(bytes, TABLE + entry * ENTRY_SIZE + 12);
  }

  /** Whether an entry names a partition. */
  boolean isUsed(int entry) {
    return type(entry) != 0 && count(entry) != 0;
  }

  /** The entries that name partitions, from 0. */
  List<Integer> used() {
    return entries().filter(this::isUsed).boxed().toList();
  }

  /** The entries that are marked active, from 0. */
  List<Integer> active() {
    return entries().filter(entry -> (status(entry) & ACTIVE) != 0).boxed().toList();
  }

  /** The entries whose status is neither 00h nor 80h, from 0. */
  List<Integer> invalid() {
    return entries().filter(entry -> (status(entry) & 0x7F) != 0).boxed().toList();
  }

  private static IntStream entries() {
    return IntStream.range(0, Mbr.ENTRY_COUNT);
  }

  /** Whether an entry protects a GPT. */
  boolean isProtective() {
    return used().stream().anyMatch(entry -> type(entry) == PROTECTIVE);
  }

  /** Whether every entry could be one of a table: something begins on the disk, nothing at 0. */
  boolean hasPlausibleTable(long diskSize) {
    return !used().isEmpty()
        && used().stream()
            .allMatch(entry -> first(entry) > 0 && first(entry) < diskSize / Mbr.SIZE);
  }

  /** Whether it is the boot record of a volume, as far as its names say. */
  boolean isVolume() {
    return hasText(0x03, "NTFS    ")
        || hasText(0x03, "EXFAT   ")
        || hasText(0x36, "FAT")
        || hasText(0x52, "FAT32");
  }

  private boolean hasText(int offset, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(bytes, offset, offset + wanted.length, wanted, 0, wanted.length);
  }

  /** The geometry by which a partition's end is told, as heads and sectors of a track. */
  String geometry(int entry) {
    return endHead(entry) + 1 + "/" + endSector(entry);
  }

  /** A copy with an entry's status set. */
  FirstSector withStatus(int entry, int status) {
    byte[] copy = bytes.clone();
    copy[TABLE + entry * ENTRY_SIZE] = (byte) status;
    return new FirstSector(copy);
  }

  /** A copy with the mark. */
  FirstSector withMark() {
    byte[] copy = bytes.clone();
    LittleEndian.put16(copy, MARK, 0xAA55);
    return new FirstSector(copy);
  }
}
