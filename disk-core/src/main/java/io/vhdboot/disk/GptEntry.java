package io.vhdboot.disk;

import java.util.Arrays;
import java.util.UUID;

/**
 * One entry of a GUID partition table (UEFI specification 5.3.3), 128 bytes or more:
 *
 * <pre>
 * 00  16  GUID of the type; 0 when the entry is not used
 * 10  16  GUID of the partition
 * 20   8  first sector
 * 28   8  last sector
 * 30   8  attributes: bit 0 needed by the platform, 2 BIOS may boot it; of basic data partitions 60
 *         read-only, 62 hidden, 63 gets no drive letter
 * 38  72  name in UTF-16LE
 * </pre>
 *
 * @param typeGuid the GUID of the type
 * @param guid the GUID of the partition
 * @param firstSector the first sector
 * @param lastSector the last sector, which still belongs to it
 * @param attributes the attributes
 * @param name the name
 */
public record GptEntry(
    UUID typeGuid, UUID guid, long firstSector, long lastSector, long attributes, String name) {

  /** The type of an EFI system partition. */
  public static final UUID TYPE_EFI_SYSTEM =
      UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

  /** The type of Microsoft's reserved partition, which holds no volume. */
  public static final UUID TYPE_MICROSOFT_RESERVED =
      UUID.fromString("e3c9e316-0b5c-4db8-817d-f92df00215ae");

  /** The type of a partition that holds NTFS, FAT or exFAT. */
  public static final UUID TYPE_BASIC_DATA =
      UUID.fromString("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");

  static final int SIZE = 128;

  private static final UUID UNUSED = new UUID(0, 0);
  private static final int GUID_OFFSET = 0x10;
  private static final int FIRST_OFFSET = 0x20;
  private static final int LAST_OFFSET = 0x28;
  private static final int ATTRIBUTES_OFFSET = 0x30;
  private static final int NAME_OFFSET = 0x38;

  /** UTF-16 units that a name has at most. */
  static final int MAX_NAME_LENGTH = 36;

  /** Whether the entry stands for a partition. */
  public boolean isPresent() {
    return !typeGuid.equals(UNUSED);
  }

  SectorRange range() {
    return new SectorRange(firstSector, lastSector + 1);
  }

  static GptEntry get(byte[] bytes, int offset) {
    String padded = Utf16.get(bytes, offset + NAME_OFFSET, MAX_NAME_LENGTH);
    int end = padded.indexOf('\0');
    return new GptEntry(
        WindowsGuid.get(bytes, offset),
        WindowsGuid.get(bytes, offset + GUID_OFFSET),
        LittleEndian.i64(bytes, offset + FIRST_OFFSET),
        LittleEndian.i64(bytes, offset + LAST_OFFSET),
        LittleEndian.i64(bytes, offset + ATTRIBUTES_OFFSET),
        end < 0 ? padded : padded.substring(0, end));
  }

  void put(byte[] bytes, int offset) {
    WindowsGuid.put(bytes, offset, typeGuid);
    WindowsGuid.put(bytes, offset + GUID_OFFSET, guid);
    LittleEndian.put64(bytes, offset + FIRST_OFFSET, firstSector);
    LittleEndian.put64(bytes, offset + LAST_OFFSET, lastSector);
    LittleEndian.put64(bytes, offset + ATTRIBUTES_OFFSET, attributes);
    putName(bytes, offset, name);
  }

  /** Puts a name alone, and zeros behind it. */
  static void putName(byte[] bytes, int offset, String name) {
    if (name.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "name (" + name + ") must have at most " + MAX_NAME_LENGTH + " units");
    }
    Arrays.fill(bytes, offset + NAME_OFFSET, offset + SIZE, (byte) 0);
    Utf16.put(bytes, offset + NAME_OFFSET, name);
  }

  static void putLastSector(byte[] bytes, int offset, long lastSector) {
    LittleEndian.put64(bytes, offset + LAST_OFFSET, lastSector);
  }

  static void putAttributes(byte[] bytes, int offset, long attributes) {
    LittleEndian.put64(bytes, offset + ATTRIBUTES_OFFSET, attributes);
  }

  /** Makes an entry one that is not used. */
  static void clear(byte[] bytes, int offset, int entrySize) {
    Arrays.fill(bytes, offset, offset + entrySize, (byte) 0);
  }
}
