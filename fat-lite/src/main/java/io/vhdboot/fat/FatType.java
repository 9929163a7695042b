package io.vhdboot.fat;

/**
 * The width of an entry of the allocation table. It is no choice of the reader: the count of
 * clusters decides (Microsoft's FAT specification, "FAT type determination").
 */
public enum FatType {

  /** Up to 4,084 clusters. */
  FAT12(12, 4_084, "FAT12   "),

  /** 4,085 to 65,524 clusters. */
  FAT16(16, 65_524, "FAT16   "),

  /** 65,525 clusters and more. */
  FAT32(32, 0x0FFF_FFF4, "FAT32   ");

  private final int bits;
  private final int maxClusters;
  private final String systemName;

  FatType(int bits, int maxClusters, String systemName) {
    this.bits = bits;
    this.maxClusters = maxClusters;
    this.systemName = systemName;
  }

  /** Bits of an entry; of FAT32's 32 the highest 4 are kept as they are. */
  int bits() {
    return bits;
  }

  /** The most clusters that a volume of this type can have. */
  public int maxClusters() {
    return maxClusters;
  }

  /** The least count of clusters with which a volume is of this type. */
  public int minClusters() {
    return this == FAT12 ? 1 : values()[ordinal() - 1].maxClusters + 1;
  }

  /** What the boot sector says, for people only. */
  String systemName() {
    return systemName;
  }

  /** Bytes of a table of so many entries. */
  long tableSize(long entries) {
    return (entries * bits + 7) / 8;
  }

  /** The mark of the last cluster of a chain; anything from 8 below it on is one too. */
  int endOfChain() {
    return mask();
  }

  /** The mark of a cluster that cannot be used. */
  int badCluster() {
    return mask() - 8;
  }

  /** The bits of an entry that count. */
  int mask() {
    return this == FAT12 ? 0xFFF : this == FAT16 ? 0xFFFF : 0x0FFF_FFFF;
  }

  /** The bit of entry 1 that is set when the volume was dismounted; 0 where there is none. */
  int cleanBit() {
    return this == FAT12 ? 0 : this == FAT16 ? 0x8000 : 0x0800_0000;
  }

  @Override
  public String toString() {
    return "FAT" + bits;
  }
}
