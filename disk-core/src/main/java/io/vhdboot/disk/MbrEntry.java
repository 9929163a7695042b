package io.vhdboot.disk;

/**
 * One of the four entries of an MBR partition table, 16 bytes:
 *
 * <pre>
 * 0  1  status: 80h active, 00h not, anything else is invalid
 * 1  3  CHS of the first sector
 * 4  1  type: 07h NTFS, 0Ch FAT32, EFh EFI system, EEh protective, 00h none
 * 5  3  CHS of the last sector
 * 8  4  first sector
 * C  4  number of sectors
 * </pre>
 *
 * @param status the status byte, 0 to 255
 * @param type the type byte, 0 to 255
 * @param firstSector the first sector, unsigned 32 bits
 * @param sectorCount the number of sectors, unsigned 32 bits
 * @param firstChs the first sector's address as stored
 * @param lastChs the last sector's address as stored
 */
public record MbrEntry(
    int status,
    int type,
    long firstSector,
    long sectorCount,
    ChsAddress firstChs,
    ChsAddress lastChs) {

  /** The type of a partition that holds NTFS (or exFAT). */
  public static final int TYPE_NTFS = 0x07;

  /** The type of the one entry that protects a GPT disk from tools that do not know GPT. */
  public static final int TYPE_PROTECTIVE = 0xEE;

  /** The type of an EFI system partition. */
  public static final int TYPE_EFI_SYSTEM = 0xEF;

  static final int SIZE = 16;

  /** An extended partition whose end three bytes can address. */
  static final int TYPE_EXTENDED = 0x05;

  /** An extended partition that reaches beyond cylinder 1023. */
  static final int TYPE_EXTENDED_LBA = 0x0F;

  private static final int TYPE_EXTENDED_LINUX = 0x85;

  /** An entry that stands for no partition. */
  public static final MbrEntry NONE =
      new MbrEntry(0, 0, 0, 0, new ChsAddress(0, 0, 0), new ChsAddress(0, 0, 0));

  private static final int STATUS_ACTIVE = 0x80;
  private static final long MAX_SECTOR = 0xFFFF_FFFFL;

  /**
   * An entry for a partition, with the CHS fields that partitioning tools write.
   *
   * @param active whether firmware's boot code starts this one
   * @param type the type byte
   * @param firstSector the first sector, at least 1
   * @param sectorCount the number of sectors, at least 1
   */
  public static MbrEntry of(boolean active, int type, long firstSector, long sectorCount) {
    if (firstSector < 1 || sectorCount < 1 || firstSector + sectorCount - 1 > MAX_SECTOR) {
      throw new IllegalArgumentException(
          "sectors " + firstSector + "+" + sectorCount + " must lie within 1.." + MAX_SECTOR);
    }
    return of(active ? STATUS_ACTIVE : 0, type, firstSector, sectorCount, 0);
  }

  /** An entry whose sectors count from a base, while its CHS fields count from the disk's begin. */
  static MbrEntry of(int status, int type, long firstSector, long sectorCount, long baseSector) {
    return new MbrEntry(
        status,
        type,
        firstSector,
        sectorCount,
        ChsAddress.ofSector(baseSector + firstSector),
        ChsAddress.ofSector(baseSector + firstSector + sectorCount - 1));
  }

  /** The same partition, active or not. */
  MbrEntry withActive(boolean active) {
    return new MbrEntry(
        active ? STATUS_ACTIVE : 0, type, firstSector, sectorCount, firstChs, lastChs);
  }

  /** The same partition with another type. */
  MbrEntry withType(int newType) {
    return new MbrEntry(status, newType, firstSector, sectorCount, firstChs, lastChs);
  }

  /** The same partition with another length; sectors count from a base. */
  MbrEntry withSectorCount(long count, long baseSector) {
    return new MbrEntry(
        status,
        type,
        firstSector,
        count,
        firstChs,
        ChsAddress.ofSector(baseSector + firstSector + count - 1));
  }

  SectorRange range(long baseSector) {
    return SectorRange.ofCount(baseSector + firstSector, sectorCount);
  }

  /** Whether boot code starts this partition. */
  public boolean isActive() {
    return status == STATUS_ACTIVE;
  }

  /** Whether the entry stands for a partition. */
  public boolean isPresent() {
    return type != 0 && sectorCount != 0;
  }

  /** Whether the entry stands for an extended partition, which holds logical ones. */
  public boolean isExtended() {
    return isPresent() && isExtended(type);
  }

  static boolean isExtended(int type) {
    return type == TYPE_EXTENDED || type == TYPE_EXTENDED_LBA || type == TYPE_EXTENDED_LINUX;
  }

  static MbrEntry get(byte[] bytes, int offset) {
    return new MbrEntry(
        LittleEndian.u8(bytes, offset),
        LittleEndian.u8(bytes, offset + 4),
        LittleEndian.u32(bytes, offset + 8),
        LittleEndian.u32(bytes, offset + 12),
        ChsAddress.get(bytes, offset + 1),
        ChsAddress.get(bytes, offset + 5));
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put8(bytes, offset, status);
    firstChs.put(bytes, offset + 1);
    LittleEndian.put8(bytes, offset + 4, type);
    lastChs.put(bytes, offset + 5);
    LittleEndian.put32(bytes, offset + 8, firstSector);
    LittleEndian.put32(bytes, offset + 12, sectorCount);
  }
}
