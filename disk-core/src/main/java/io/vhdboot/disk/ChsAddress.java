package io.vhdboot.disk;

/**
 * A cylinder, head and sector as an MBR entry holds it, in the geometry of 255 heads and 63 sectors
 * that partitioning tools assume. Old firmware takes the disk's geometry from the last entry's end.
 *
 * @param cylinder 0 to 1023
 * @param head 0 to 255
 * @param sector 1 to 63; 0 in an empty entry
 */
public record ChsAddress(int cylinder, int head, int sector) {

  /** Heads that tools assume. */
  public static final int HEADS = 255;

  /** Sectors per track that tools assume. */
  public static final int SECTORS_PER_TRACK = 63;

  /** What stands for every sector behind cylinder 1023. */
  public static final ChsAddress BEYOND = new ChsAddress(1023, 254, 63);

  private static final int MAX_CYLINDERS = 1024;

  /** The address of a sector, {@link #BEYOND} where three bytes cannot say it. */
  public static ChsAddress ofSector(long sector) {
    long track = sector / SECTORS_PER_TRACK;
    long cylinder = track / HEADS;
    if (cylinder >= MAX_CYLINDERS) {
      return BEYOND;
    }
    return new ChsAddress(
        (int) cylinder, (int) (track % HEADS), (int) (sector % SECTORS_PER_TRACK) + 1);
  }

  static ChsAddress get(byte[] bytes, int offset) {
    int packed = LittleEndian.u8(bytes, offset + 1);
    return new ChsAddress(
        LittleEndian.u8(bytes, offset + 2) | (packed & 0xC0) << 2,
        LittleEndian.u8(bytes, offset),
        packed & 0x3F);
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put8(bytes, offset, head);
    LittleEndian.put8(bytes, offset + 1, sector | (cylinder >> 2 & 0xC0));
    LittleEndian.put8(bytes, offset + 2, cylinder & 0xFF);
  }
}
