package io.vhdboot.fat;

import io.vhdboot.disk.LittleEndian;

/**
 * FAT32's hints where to find free clusters. They may be wrong, and are only believed where that
 * does no harm.
 *
 * <pre>
 * 000  4  RRaA
 * 1E4  4  rrAa
 * 1E8  4  free clusters, or FFFFFFFFh
 * 1EC  4  where to look for the next free one, or FFFFFFFFh
 * 1FC  4  AA550000h
 * </pre>
 *
 * <p>Source: Microsoft's FAT specification, "FSInfo sector".
 *
 * @param freeClusters free clusters, or {@link #UNKNOWN}
 * @param nextFree a cluster behind which there may be free ones, or {@link #UNKNOWN}
 */
record FatInfoSector(long freeClusters, long nextFree) {

  static final long UNKNOWN = 0xFFFF_FFFFL;
  private static final int SIZE = 512;
  private static final int LEAD = 0x4161_5252;
  private static final int STRUCTURE = 0x6141_7272;
  private static final int TRAIL = 0xAA55_0000;

  /** The hints of a sector; none where it is not one. */
  static FatInfoSector of(byte[] bytes) {
    return LittleEndian.i32(bytes, 0) == LEAD && LittleEndian.i32(bytes, 0x1E4) == STRUCTURE
        ? new FatInfoSector(LittleEndian.u32(bytes, 0x1E8), LittleEndian.u32(bytes, 0x1EC))
        : new FatInfoSector(UNKNOWN, UNKNOWN);
  }

  byte[] toBytes() {
    byte[] bytes = new byte[SIZE];
    LittleEndian.put32(bytes, 0, LEAD);
    LittleEndian.put32(bytes, 0x1E4, STRUCTURE);
    LittleEndian.put32(bytes, 0x1E8, freeClusters);
    LittleEndian.put32(bytes, 0x1EC, nextFree);
    LittleEndian.put32(bytes, 0x1FC, TRAIL);
    return bytes;
  }
}
