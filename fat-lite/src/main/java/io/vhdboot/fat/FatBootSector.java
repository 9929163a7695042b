package io.vhdboot.fat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.Arrays;

/**
 * The boot sector of a FAT volume:
 *
 * <pre>
 * 000  3  jump
 * 003  8  who formatted it
 * 00B  2  bytes of a sector
 * 00D  1  sectors of a cluster, a power of two
 * 00E  2  reserved sectors, this one among them
 * 010  1  copies of the allocation table
 * 011  2  entries of the root directory; 0 with FAT32
 * 013  2  sectors of the volume, or 0 where 020 tells
 * 015  1  media descriptor
 * 016  2  sectors of a table; 0 with FAT32
 * 018  2  sectors of a track
 * 01A  2  heads
 * 01C  4  sectors before the volume
 * 020  4  sectors of the volume
 *         FAT32 only:
 * 024  4  sectors of a table
 * 028  2  bit 7: only the copy in bits 0 to 3 is in use
 * 02A  2  version, 0
 * 02C  4  first cluster of the root directory
 * 030  2  sector of {@link FatInfoSector}
 * 032  2  sector of the copy of this one
 *         at 040 with FAT32, at 024 otherwise:
 * +00  1  drive number
 * +01  1  bit 0: not dismounted
 * +02  1  29h: what follows is there
 * +03  4  serial number
 * +07  11 label
 * +12  8  FAT12, FAT16 or FAT32
 * +1A     boot code
 * 1FE  2  AA55h
 * </pre>
 *
 * <p>Source: Microsoft's FAT specification, "Boot sector and BPB".
 *
 * @param bytes the sector's first 512 bytes
 */
record FatBootSector(byte[] bytes) {

  static final int SIZE = 512;
  static final int ENTRY_SIZE = 32;
  private static final int SIGNATURE_OFFSET = 0x1FE;
  private static final int SIGNATURE = 0xAA55;
  private static final int EXTENDED_SIGNATURE = 0x29;
  private static final int TAIL_16 = 0x24;
  private static final int TAIL_32 = 0x40;
  private static final int MAX_SECTOR = 4096;
  private static final int MAX_CLUSTER = 256 << 10;
  private static final int MAX_TABLES = 4;
  private static final int CODE_IN_TAIL = 0x1A;

  /** Whether a device begins as a FAT volume does; what is wrong with one shows when it is read. */
  static boolean isPresent(BlockDevice device) throws IOException {
    if (device.size() < SIZE) {
      return false;
    }
    FatBootSector sector = new FatBootSector(device.read(0, SIZE));
    byte[] bytes = sector.bytes;
    int jump = bytes[0] & 0xFF;
    return LittleEndian.u16(bytes, SIGNATURE_OFFSET) == SIGNATURE
        && (jump == 0xEB || jump == 0xE9)
        && isPowerOfTwo(sector.bytesPerSector(), SIZE, MAX_SECTOR)
        && isPowerOfTwo(sector.sectorsPerCluster(), 1, 128)
        && sector.reservedSectors() > 0
        && sector.tableCount() > 0
        && sector.tableCount() <= MAX_TABLES
        && (bytes[0x15] & 0xFF) >= 0xF0
        && sector.sectors() > 0
        && sector.sectorsPerTable() > 0;
  }

  /**
   * Reads and checks the boot sector.
   *
   * @throws UnsupportedFormatException when this is no FAT volume
   * @throws CorruptFormatException when its numbers contradict each other or the device
   */
  static FatBootSector read(BlockDevice device) throws IOException {
    if (!isPresent(device)) {
      throw new UnsupportedFormatException(
          device.name(), DiskFormatException.NO_OFFSET, "holds no FAT volume");
    }
    FatBootSector sector = new FatBootSector(device.read(0, SIZE));
    sector.check(device);
    return sector;
  }

  private void check(BlockDevice device) throws DiskFormatException {
    String name = device.name();
    if (clusterSize() > MAX_CLUSTER) {
      throw new UnsupportedFormatException(name, 0x0D, "has clusters of " + clusterSize());
    }
    if (isFat32() && LittleEndian.u16(bytes, 0x2A) != 0) {
      throw new UnsupportedFormatException(
          name, 0x2A, "is FAT32 of version " + LittleEndian.u16(bytes, 0x2A) + ", not 0");
    }
    if (isFat32() == (rootEntries() > 0)) {
      throw new CorruptFormatException(
          name, 0x11, rootEntries() + " root entries do not go with its tables");
    }
    if (sectors() * bytesPerSector() > device.size()) {
      throw new CorruptFormatException(
          name,
          0x20,
          "says it has "
              + sectors() * bytesPerSector()
              + " bytes, but there are "
              + device.size()
              + ": cut short?");
    }
    if (dataSector() + sectorsPerCluster() > sectors()) {
      throw new CorruptFormatException(name, 0x0E, "has no room behind its tables");
    }
    if (clusterCount() > type().maxClusters()
        || type().tableSize(clusterCount() + 2) > sectorsPerTable() * bytesPerSector()) {
      throw new CorruptFormatException(
          name,
          0x16,
          "tables of "
              + sectorsPerTable()
              + " sectors are too small for "
              + clusterCount()
              + " clusters");
    }
    if (isFat32() && (rootCluster() < 2 || rootCluster() >= clusterCount() + 2)) {
      throw new CorruptFormatException(name, 0x2C, "root cluster " + rootCluster() + " cannot be");
    }
  }

  private static boolean isPowerOfTwo(int value, int min, int max) {
    return value >= min && value <= max && Integer.bitCount(value) == 1;
  }

  /** FAT32 is known by its tables; Windows and EDK II go by that too. */
  private boolean isFat32() {
    return LittleEndian.u16(bytes, 0x16) == 0;
  }

  FatType type() {
    if (isFat32()) {
      return FatType.FAT32;
    }
    return clusterCount() <= FatType.FAT12.maxClusters() ? FatType.FAT12 : FatType.FAT16;
  }

  int bytesPerSector() {
    return LittleEndian.u16(bytes, 0x0B);
  }

  int sectorsPerCluster() {
    return LittleEndian.u8(bytes, 0x0D);
  }

  int clusterSize() {
    return bytesPerSector() * sectorsPerCluster();
  }

  int reservedSectors() {
    return LittleEndian.u16(bytes, 0x0E);
  }

  int tableCount() {
    return LittleEndian.u8(bytes, 0x10);
  }

  int rootEntries() {
    return LittleEndian.u16(bytes, 0x11);
  }

  long sectors() {
    int small = LittleEndian.u16(bytes, 0x13);
    return small != 0 ? small : LittleEndian.u32(bytes, 0x20);
  }

  int media() {
    return LittleEndian.u8(bytes, 0x15);
  }

  long sectorsPerTable() {
    return isFat32() ? LittleEndian.u32(bytes, 0x24) : LittleEndian.u16(bytes, 0x16);
  }

  long hiddenSectors() {
    return LittleEndian.u32(bytes, 0x1C);
  }

  /** The one copy of the table that is in use, or -1 where all are kept alike. */
  int activeTable() {
    int flags = isFat32() ? LittleEndian.u16(bytes, 0x28) : 0;
    return (flags & 0x80) != 0 ? Math.min(flags & 0xF, tableCount() - 1) : -1;
  }

  long rootCluster() {
    return LittleEndian.u32(bytes, 0x2C);
  }

  /** The sector of {@link FatInfoSector}, or 0 where there is none. */
  int infoSector() {
    int sector = isFat32() ? LittleEndian.u16(bytes, 0x30) : 0;
    return sector < reservedSectors() ? sector : 0;
  }

  /** The sector of the copy of this one, or 0 where there is none. */
  int backupSector() {
    int sector = isFat32() ? LittleEndian.u16(bytes, 0x32) : 0;
    return sector < reservedSectors() ? sector : 0;
  }

  /** Where the first table begins, in bytes. */
  long tablePosition() {
    return (long) reservedSectors() * bytesPerSector();
  }

  /** Where the root directory of FAT12 and FAT16 begins, in bytes. */
  long rootPosition() {
    return tablePosition() + tableCount() * sectorsPerTable() * bytesPerSector();
  }

  private long dataSector() {
    long rootSectors =
        ((long) rootEntries() * ENTRY_SIZE + bytesPerSector() - 1) / bytesPerSector();
    return reservedSectors() + tableCount() * sectorsPerTable() + rootSectors;
  }

  /** Where cluster 2, the first one, begins, in bytes. */
  long dataPosition() {
    return dataSector() * bytesPerSector();
  }

  long clusterCount() {
    return (sectors() - dataSector()) / sectorsPerCluster();
  }

  private int tail() {
    return isFat32() ? TAIL_32 : TAIL_16;
  }

  private boolean hasTail() {
    return LittleEndian.u8(bytes, tail() + 2) == EXTENDED_SIGNATURE;
  }

  /** Whether the state says that the volume was not dismounted. */
  boolean isMarkedDirty() {
    return (bytes[tail() + 1] & 1) != 0;
  }

  /** Where the byte with the state is. */
  int stateOffset() {
    return tail() + 1;
  }

  /** The serial number; 0 where there is none. */
  int serial() {
    return hasTail() ? LittleEndian.i32(bytes, tail() + 3) : 0;
  }

  /** Where the label is. */
  int labelOffset() {
    return tail() + 7;
  }

  /** Where boot code may begin. */
  int codeOffset() {
    return tail() + CODE_IN_TAIL;
  }

  /** A copy with another label; of 11 bytes. */
  FatBootSector withLabel(byte[] label) {
    byte[] copy = bytes.clone();
    System.arraycopy(label, 0, copy, labelOffset(), label.length);
    return new FatBootSector(copy);
  }

  /** What a new volume's sector is made of. All lengths are in sectors. */
  static final class Layout {
    FatType type;
    int bytesPerSector;
    int sectorsPerCluster;
    int reservedSectors;
    int tableCount;
    int rootEntries;
    long sectors;
    int media;
    long sectorsPerTable;
    int sectorsPerTrack;
    int heads;
    long hiddenSectors;
    int driveNumber;
    int serial;
    byte[] label;
    byte[] code;

    FatBootSector toSector() {
      byte[] bytes = new byte[SIZE];
      boolean isFat32 = type == FatType.FAT32;
      int tail = isFat32 ? TAIL_32 : TAIL_16;
      int codeOffset = tail + CODE_IN_TAIL;
      bytes[0] = (byte) 0xEB;
      bytes[1] = (byte) (codeOffset - 2);
      bytes[2] = (byte) 0x90;
      putText(bytes, 3, "MSDOS5.0");
      LittleEndian.put16(bytes, 0x0B, bytesPerSector);
      bytes[0x0D] = (byte) sectorsPerCluster;
      LittleEndian.put16(bytes, 0x0E, reservedSectors);
      bytes[0x10] = (byte) tableCount;
      LittleEndian.put16(bytes, 0x11, rootEntries);
      boolean isSmall = !isFat32 && sectors < 0x1_0000;
      LittleEndian.put16(bytes, 0x13, isSmall ? (int) sectors : 0);
      bytes[0x15] = (byte) media;
      LittleEndian.put16(bytes, 0x16, isFat32 ? 0 : (int) sectorsPerTable);
      LittleEndian.put16(bytes, 0x18, sectorsPerTrack);
      LittleEndian.put16(bytes, 0x1A, heads);
      LittleEndian.put32(bytes, 0x1C, hiddenSectors);
      LittleEndian.put32(bytes, 0x20, isSmall ? 0 : sectors);
      if (isFat32) {
        LittleEndian.put32(bytes, 0x24, sectorsPerTable);
        LittleEndian.put32(bytes, 0x2C, FatFormat.ROOT_CLUSTER);
        LittleEndian.put16(bytes, 0x30, FatFormat.INFO_SECTOR);
        LittleEndian.put16(bytes, 0x32, FatFormat.BACKUP_SECTOR);
      }
      bytes[tail] = (byte) driveNumber;
      bytes[tail + 2] = EXTENDED_SIGNATURE;
      LittleEndian.put32(bytes, tail + 3, serial);
      System.arraycopy(label, 0, bytes, tail + 7, label.length);
      putText(bytes, tail + 0x12, type.systemName());
      System.arraycopy(
          code, 0, bytes, codeOffset, Math.min(code.length, SIGNATURE_OFFSET - codeOffset));
      LittleEndian.put16(bytes, SIGNATURE_OFFSET, SIGNATURE);
      return new FatBootSector(bytes);
    }

    private static void putText(byte[] bytes, int offset, String text) {
      for (int i = 0; i < text.length(); i++) {
        bytes[offset + i] = (byte) text.charAt(i);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FatBootSector sector && Arrays.equals(bytes, sector.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
