package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The boot sector, the first 512 bytes of a volume; the volume's partition ends with a copy:
 *
 * <pre>
 * 00   3  jump to the code
 * 03   8  "NTFS" and 4 blanks
 * 0B   2  bytes per sector
 * 0D   1  sectors per cluster; above 80h: 2^(256 - value)
 * 0E   7  0
 * 15   1  media F8h
 * 16   2  0
 * 18   2  sectors per track
 * 1A   2  heads
 * 1C   4  sectors before the partition; boot managers find their partition by it
 * 20   4  0
 * 24   4  80 00 80 00
 * 28   8  sectors of the volume, without the copy of this sector behind them
 * 30   8  cluster of $MFT
 * 38   8  cluster of $MFTMirr
 * 40   1  size of a file record: clusters, or 2^-value bytes when negative
 * 41   3  0
 * 44   1  size of an index block, likewise
 * 45   3  0
 * 48   8  serial number
 * 50   4  0
 * 54 426  boot code
 * 1FE  2  55 AA
 * </pre>
 *
 * @param bytesPerSector the size of a sector
 * @param clusterSize the size of a cluster in bytes
 * @param hiddenSectors sectors before the partition, unsigned 32 bits
 * @param totalSectors sectors of the volume
 * @param mftCluster the first cluster of $MFT
 * @param mirrorCluster the first cluster of $MFTMirr
 * @param recordSize bytes of a file record
 * @param indexBlockSize bytes of an index block
 * @param serial the serial number
 */
record NtfsBootSector(
    int bytesPerSector,
    int clusterSize,
    long hiddenSectors,
    long totalSectors,
    long mftCluster,
    long mirrorCluster,
    int recordSize,
    int indexBlockSize,
    long serial) {

  /** Bytes of the sector that mean something, whatever the sector size. */
  static final int SIZE = 512;

  /** Bytes of the $Boot file, all of which may hold boot code. */
  static final int BOOT_FILE_SIZE = 8192;

  /** The largest cluster: 2 MiB, since Windows 10 1709; 64 KiB before. */
  static final int MAX_CLUSTER_SIZE = 2 << 20;

  /** Windows keeps cluster numbers within 32 bits. */
  static final long MAX_CLUSTERS = 0xFFFF_FFFEL;

  private static final byte[] OEM_ID = "NTFS    ".getBytes(StandardCharsets.US_ASCII);
  private static final int BPB_OFFSET = 0x03;
  private static final int CODE_OFFSET = 0x54;
  private static final int MARK_OFFSET = 0x1FE;
  private static final int MARK = 0xAA55;
  private static final int MAX_DIRECT_FACTOR = 0x80;
  private static final int MAX_BLOCK_SIZE = 1 << 16;

  /** Bytes of the BPB that must be zero: offset and length. */
  private static final int[][] ZERO_FIELDS = {{0x0E, 7}, {0x16, 2}, {0x20, 4}};

  /** Asks the BIOS for the next boot device and, when that returns, halts. */
  private static final byte[] NO_BOOT_CODE = {(byte) 0xCD, 0x18, (byte) 0xF4, (byte) 0xEB, -3};

  /**
   * Whether a sector says that it begins an NTFS volume. The mark at its end is not asked for: a
   * volume that nobody boots from may lack it, and other readers do without.
   */
  static boolean isPresent(byte[] sector) {
    return sector.length >= SIZE
        && Arrays.equals(sector, BPB_OFFSET, BPB_OFFSET + OEM_ID.length, OEM_ID, 0, OEM_ID.length);
  }

  /**
   * Reads the sector and checks all that later arithmetic relies on.
   *
   * @throws CorruptFormatException when it is no NTFS boot sector or contradicts itself
   * @throws UnsupportedFormatException when a size is one that Windows does not make
   */
  static NtfsBootSector get(byte[] sector, String source) throws DiskFormatException {
    if (!isPresent(sector)) {
      throw new CorruptFormatException(source, 0, "no NTFS boot sector begins here");
    }
    for (int[] field : ZERO_FIELDS) {
      for (int i = field[0]; i < field[0] + field[1]; i++) {
        if (sector[i] != 0) {
          throw new CorruptFormatException(
              source, i, String.format("must be 0 in an NTFS boot sector, not %02xh", sector[i]));
        }
      }
    }
    int bytesPerSector = LittleEndian.u16(sector, 0x0B);
    if (bytesPerSector < 512 || bytesPerSector > 4096 || !isPowerOfTwo(bytesPerSector)) {
      throw new CorruptFormatException(
          source, 0x0B, "bytes per sector (" + bytesPerSector + ") must be 512 to 4096");
    }
    int factor = LittleEndian.u8(sector, 0x0D);
    long clusterSize =
        (long) bytesPerSector * (factor <= MAX_DIRECT_FACTOR ? factor : 1L << (256 - factor & 31));
    if (clusterSize == 0 || !isPowerOfTwo(clusterSize) || clusterSize > MAX_CLUSTER_SIZE) {
      throw new CorruptFormatException(
          source, 0x0D, String.format("%02xh sectors per cluster is no valid count", factor));
    }
    long totalSectors = LittleEndian.i64(sector, 0x28);
    long clusters = totalSectors / (clusterSize / bytesPerSector);
    if (totalSectors < 0 || clusters < 1 || clusters > MAX_CLUSTERS) {
      throw new CorruptFormatException(
          source,
          0x28,
          "the volume cannot have " + Long.toUnsignedString(totalSectors) + " sectors");
    }
    return new NtfsBootSector(
        bytesPerSector,
        (int) clusterSize,
        LittleEndian.u32(sector, 0x1C),
        totalSectors,
        cluster(source, sector, 0x30, clusters),
        cluster(source, sector, 0x38, clusters),
        blockSize(source, sector, 0x40, (int) clusterSize),
        blockSize(source, sector, 0x44, (int) clusterSize),
        LittleEndian.i64(sector, 0x48));
  }

  /** Clusters of the volume; a partial one at its end does not count. */
  long clusterCount() {
    return totalSectors / (clusterSize / bytesPerSector);
  }

  /** Bytes up to the end of the volume, which is where the copy of this sector lies. */
  long backupPosition() {
    return totalSectors * bytesPerSector;
  }

  /**
   * Bytes per unit in which an index counts its blocks: a cluster, or 512 where a block is smaller
   * than a cluster.
   */
  int indexUnit() {
    return indexUnit(indexBlockSize, clusterSize);
  }

  static int indexUnit(int indexBlockSize, int clusterSize) {
    return clusterSize <= indexBlockSize ? clusterSize : UpdateSequence.STRIDE;
  }

  /** Puts everything but the boot code; code that lies where the fields belong is overwritten. */
  void put(byte[] sector) {
    if (sector[0] == 0) {
      sector[0] = (byte) 0xEB;
      sector[1] = CODE_OFFSET - 2;
      sector[2] = (byte) 0x90;
      System.arraycopy(NO_BOOT_CODE, 0, sector, CODE_OFFSET, NO_BOOT_CODE.length);
    }
    Arrays.fill(sector, BPB_OFFSET, CODE_OFFSET, (byte) 0);
    System.arraycopy(OEM_ID, 0, sector, BPB_OFFSET, OEM_ID.length);
    LittleEndian.put16(sector, 0x0B, bytesPerSector);
    int factor = clusterSize / bytesPerSector;
    LittleEndian.put8(
        sector,
        0x0D,
        factor <= MAX_DIRECT_FACTOR ? factor : 256 - Integer.numberOfTrailingZeros(factor));
    LittleEndian.put8(sector, 0x15, 0xF8);
    LittleEndian.put16(sector, 0x18, 63);
    LittleEndian.put16(sector, 0x1A, 255);
    LittleEndian.put32(sector, 0x1C, hiddenSectors);
    LittleEndian.put32(sector, 0x24, 0x0080_0080);
    LittleEndian.put64(sector, 0x28, totalSectors);
    LittleEndian.put64(sector, 0x30, mftCluster);
    LittleEndian.put64(sector, 0x38, mirrorCluster);
    putBlockSize(sector, 0x40, recordSize);
    putBlockSize(sector, 0x44, indexBlockSize);
    LittleEndian.put64(sector, 0x48, serial);
    LittleEndian.put16(sector, MARK_OFFSET, MARK);
  }

  private void putBlockSize(byte[] sector, int offset, int size) {
    LittleEndian.put8(
        sector,
        offset,
        size >= clusterSize ? size / clusterSize : -Integer.numberOfTrailingZeros(size));
  }

  private static long cluster(String source, byte[] sector, int offset, long clusters)
      throws CorruptFormatException {
    long cluster = LittleEndian.i64(sector, offset);
    if (cluster < 1 || cluster >= clusters) {
      throw new CorruptFormatException(
          source, offset, "cluster " + cluster + " is not among the volume's " + clusters);
    }
    return cluster;
  }

  private static int blockSize(String source, byte[] sector, int offset, int clusterSize)
      throws UnsupportedFormatException {
    int code = sector[offset];
    long size = code > 0 ? (long) code * clusterSize : 1L << Math.min(-code, 62);
    if (size < UpdateSequence.STRIDE || size > MAX_BLOCK_SIZE || !isPowerOfTwo(size)) {
      throw new UnsupportedFormatException(
          source, offset, String.format("size code %02xh is not supported", code & 0xFF));
    }
    return (int) size;
  }

  private static boolean isPowerOfTwo(long value) {
    return Long.bitCount(value) == 1;
  }
}
