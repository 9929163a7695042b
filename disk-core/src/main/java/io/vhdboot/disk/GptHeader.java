package io.vhdboot.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The header of a GUID partition table (UEFI specification 5.3.2), in the second sector of a disk
 * and, as the backup, in its last:
 *
 * <pre>
 * 00   8  "EFI PART"
 * 08   4  revision, 1.0
 * 0C   4  size of the header, 92 bytes to a sector
 * 10   4  CRC-32 of the header, taken with 0 here
 * 14   4  0
 * 18   8  sector of this header
 * 20   8  sector of the other header
 * 28   8  first sector that partitions may use
 * 30   8  last sector that partitions may use
 * 38  16  GUID of the disk
 * 48   8  first sector of the {@link GptEntry entries}
 * 50   4  number of entries, used or not
 * 54   4  bytes per entry, 128 times a power of two
 * 58   4  CRC-32 of the entries
 * </pre>
 *
 * @param sector the sector of this header
 * @param otherSector the sector of the other header
 * @param firstUsableSector the first sector that partitions may use
 * @param lastUsableSector the last sector that partitions may use
 * @param diskGuid the GUID of the disk
 * @param entriesSector the first sector of the entries
 * @param entryCount the number of entries, used or not
 * @param entrySize bytes per entry
 * @param entriesCrc the CRC-32 of the entries
 */
public record GptHeader(
    long sector,
    long otherSector,
    long firstUsableSector,
    long lastUsableSector,
    UUID diskGuid,
    long entriesSector,
    int entryCount,
    int entrySize,
    int entriesCrc) {

  static final int MIN_SIZE = 92;

  private static final byte[] COOKIE = "EFI PART".getBytes(StandardCharsets.US_ASCII);
  private static final int REVISION_OFFSET = 0x08;
  private static final int SIZE_OFFSET = 0x0C;
  private static final int CRC_OFFSET = 0x10;
  private static final int SECTOR_OFFSET = 0x18;
  private static final int OTHER_OFFSET = 0x20;
  private static final int FIRST_USABLE_OFFSET = 0x28;
  private static final int LAST_USABLE_OFFSET = 0x30;
  private static final int GUID_OFFSET = 0x38;
  private static final int ENTRIES_OFFSET = 0x48;
  private static final int COUNT_OFFSET = 0x50;
  private static final int ENTRY_SIZE_OFFSET = 0x54;
  private static final int ENTRIES_CRC_OFFSET = 0x58;

  /** Windows makes 128 entries of 128 bytes, 16 KiB; nobody needs as much as this. */
  private static final long MAX_ENTRIES_SIZE = 4 << 20;

  /** Whether a disk has at a sector what every header begins with. */
  static boolean isPresent(BlockDevice disk, long sector, int sectorSize) throws IOException {
    long position = sector * sectorSize;
    return position >= 0
        && position <= disk.size() - sectorSize
        && Arrays.equals(disk.read(position, COOKIE.length), COOKIE);
  }

  /**
   * Reads the header at a sector.
   *
   * @throws CorruptFormatException when there is none, its CRC is wrong, or it names sectors
   *     outside the disk
   * @throws UnsupportedFormatException for another revision
   */
  static GptHeader read(BlockDevice disk, long sector, int sectorSize) throws IOException {
    long sectors = disk.size() / sectorSize;
    if (sector < 0 || sector >= sectors) {
      throw new CorruptFormatException(
          disk.name(),
          DiskFormatException.NO_OFFSET,
          "no header of a GPT can be in sector " + sector + " of " + sectors);
    }
    long position = sector * sectorSize;
    byte[] bytes = disk.read(position, sectorSize);
    if (!Arrays.equals(bytes, 0, COOKIE.length, COOKIE, 0, COOKIE.length)) {
      throw new CorruptFormatException(
          disk.name(), position, "the header of a GPT begins with \"EFI PART\"");
    }
    long size = LittleEndian.u32(bytes, SIZE_OFFSET);
    if (size < MIN_SIZE || size > sectorSize) {
      throw new CorruptFormatException(
          disk.name(),
          position + SIZE_OFFSET,
          "the header of a GPT has 92 to " + sectorSize + " bytes, not " + size);
    }
    checkCrc(disk, position + CRC_OFFSET, LittleEndian.i32(bytes, CRC_OFFSET), crc(bytes, size));
    int revision = LittleEndian.i32(bytes, REVISION_OFFSET);
    if (revision >>> 16 != 1) {
      throw new UnsupportedFormatException(
          disk.name(),
          position + REVISION_OFFSET,
          String.format("a GPT of revision %d.%d, not 1.0", revision >>> 16, revision & 0xFFFF));
    }
    return get(bytes, disk, sector, sectorSize);
  }

  private static GptHeader get(byte[] bytes, BlockDevice disk, long sector, int sectorSize)
      throws CorruptFormatException {
    long position = sector * sectorSize;
    long ownSector = LittleEndian.i64(bytes, SECTOR_OFFSET);
    if (ownSector != sector) {
      throw new CorruptFormatException(
          disk.name(),
          position + SECTOR_OFFSET,
          "this header says it is in sector " + ownSector + ", but is in sector " + sector);
    }
    long entriesSector = LittleEndian.i64(bytes, ENTRIES_OFFSET);
    long count = LittleEndian.u32(bytes, COUNT_OFFSET);
    long entrySize = LittleEndian.u32(bytes, ENTRY_SIZE_OFFSET);
    if (entrySize < GptEntry.SIZE
        || Long.bitCount(entrySize) != 1
        || count > MAX_ENTRIES_SIZE / entrySize) {
      throw new CorruptFormatException(
          disk.name(),
          position + COUNT_OFFSET,
          count + " entries of " + entrySize + " bytes; 128 of 128 are usual");
    }
    long sectors = disk.size() / sectorSize;
    if (entriesSector < 1
        || entriesSector >= sectors
        || count * entrySize > disk.size() - entriesSector * sectorSize) {
      throw new CorruptFormatException(
          disk.name(),
          position + ENTRIES_OFFSET,
          "the entries are in sector "
              + Long.toUnsignedString(entriesSector)
              + ", but the disk has "
              + sectors);
    }
    return new GptHeader(
        sector,
        LittleEndian.i64(bytes, OTHER_OFFSET),
        LittleEndian.i64(bytes, FIRST_USABLE_OFFSET),
        LittleEndian.i64(bytes, LAST_USABLE_OFFSET),
        WindowsGuid.get(bytes, GUID_OFFSET),
        entriesSector,
        (int) count,
        (int) entrySize,
        LittleEndian.i32(bytes, ENTRIES_CRC_OFFSET));
  }

  /** Reads the bytes of the entries and checks their CRC. */
  byte[] readEntries(BlockDevice disk, int sectorSize) throws IOException {
    long position = entriesSector * sectorSize;
    byte[] bytes = disk.read(position, entryCount * entrySize);
    checkCrc(disk, position, entriesCrc, crc(bytes));
    return bytes;
  }

  /** The CRC-32 of the entries' bytes. */
  static int crc(byte[] entries) {
    CRC32 crc = new CRC32();
    crc.update(entries);
    return (int) crc.getValue();
  }

  /** The same header with another GUID of the disk. */
  GptHeader withDiskGuid(UUID guid) {
    return new GptHeader(
        sector,
        otherSector,
        firstUsableSector,
        lastUsableSector,
        guid,
        entriesSector,
        entryCount,
        entrySize,
        entriesCrc);
  }

  /** The header of the other copy, whose entries begin at a sector. */
  GptHeader asBackup(long backupEntriesSector) {
    return new GptHeader(
        otherSector,
        sector,
        firstUsableSector,
        lastUsableSector,
        diskGuid,
        backupEntriesSector,
        entryCount,
        entrySize,
        entriesCrc);
  }

  /** The header's bytes with their CRC; the rest of its sector is 0. */
  byte[] toBytes() {
    byte[] bytes = Arrays.copyOf(COOKIE, MIN_SIZE);
    LittleEndian.put32(bytes, REVISION_OFFSET, 1 << 16);
    LittleEndian.put32(bytes, SIZE_OFFSET, MIN_SIZE);
    return applyTo(bytes);
  }

  /** Puts the fields into a header, which keeps what else it holds; returns it. */
  byte[] applyTo(byte[] bytes) {
    LittleEndian.put64(bytes, SECTOR_OFFSET, sector);
    LittleEndian.put64(bytes, OTHER_OFFSET, otherSector);
    LittleEndian.put64(bytes, FIRST_USABLE_OFFSET, firstUsableSector);
    LittleEndian.put64(bytes, LAST_USABLE_OFFSET, lastUsableSector);
    WindowsGuid.put(bytes, GUID_OFFSET, diskGuid);
    LittleEndian.put64(bytes, ENTRIES_OFFSET, entriesSector);
    LittleEndian.put32(bytes, COUNT_OFFSET, entryCount);
    LittleEndian.put32(bytes, ENTRY_SIZE_OFFSET, entrySize);
    LittleEndian.put32(bytes, ENTRIES_CRC_OFFSET, entriesCrc);
    LittleEndian.put32(bytes, CRC_OFFSET, crc(bytes, LittleEndian.u32(bytes, SIZE_OFFSET)));
    return bytes;
  }

  private static int crc(byte[] bytes, long size) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, CRC_OFFSET);
    crc.update(new byte[Integer.BYTES]);
    int behind = CRC_OFFSET + Integer.BYTES;
    crc.update(bytes, behind, (int) size - behind);
    return (int) crc.getValue();
  }

  private static void checkCrc(BlockDevice disk, long position, int stored, int computed)
      throws CorruptFormatException {
    if (stored != computed) {
      throw new CorruptFormatException(
          disk.name(),
          position,
          String.format("the CRC-32 is %08xh, but %08xh is stored", computed, stored));
    }
  }
}
