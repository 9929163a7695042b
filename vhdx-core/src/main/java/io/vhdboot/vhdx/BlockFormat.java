package io.vhdboot.vhdx;

/**
 * How a disk is cut into blocks and its table interleaved ([MS-VHDX] 2.4 and 2.5). A chunk is what
 * one sector bitmap block of 1 MiB has bits for: 2<sup>23</sup> sectors. In the table the entries
 * of a chunk's payload blocks come first, then that of its sector bitmap block.
 */
final class BlockFormat {

  /** The unit of every position in the file. */
  static final long MIB = 1 << 20;

  private static final int SECTORS_PER_CHUNK_SHIFT = 23;

  private final int blockSize;
  private final int blockShift;
  private final int sectorSize;
  private final int sectorShift;

  BlockFormat(int blockSize, int sectorSize) {
    this.blockSize = blockSize;
    this.blockShift = Integer.numberOfTrailingZeros(blockSize);
    this.sectorSize = sectorSize;
    this.sectorShift = Integer.numberOfTrailingZeros(sectorSize);
  }

  int blockSize() {
    return blockSize;
  }

  int sectorSize() {
    return sectorSize;
  }

  int blockOf(long diskPosition) {
    return (int) (diskPosition >>> blockShift);
  }

  int offsetInBlock(long diskPosition) {
    return (int) (diskPosition & blockSize - 1);
  }

  long diskPositionOf(int block) {
    return (long) block << blockShift;
  }

  /** The sector of the disk that a byte is in. */
  long sectorOf(long diskPosition) {
    return diskPosition >>> sectorShift;
  }

  /** Payload blocks per sector bitmap block. */
  int chunkRatio() {
    return 1 << SECTORS_PER_CHUNK_SHIFT + sectorShift - blockShift;
  }

  /** The chunk that a sector is in. */
  static int chunkOfSector(long sector) {
    return (int) (sector >>> SECTORS_PER_CHUNK_SHIFT);
  }

  int chunkOf(int block) {
    return block / chunkRatio();
  }

  /** The index of a payload block's entry in the table. */
  int indexOf(int block) {
    return block + chunkOf(block);
  }

  /** The index of a sector bitmap block's entry in the table. */
  int indexOfBitmap(int chunk) {
    return chunk * (chunkRatio() + 1) + chunkRatio();
  }

  /** The payload block whose entry has an index; -1 when it is a sector bitmap block's. */
  int blockOfIndex(int index) {
    int inChunk = index % (chunkRatio() + 1);
    return inChunk == chunkRatio() ? -1 : index - index / (chunkRatio() + 1);
  }

  /** The payload blocks of a disk. */
  int blockCount(long diskSize) {
    return Math.toIntExact((diskSize + blockSize - 1) >>> blockShift);
  }

  /** The chunks of a disk. */
  int chunkCount(long diskSize) {
    return chunkOf(blockCount(diskSize) - 1) + 1;
  }

  /** The entries that a disk needs; a differencing one also that of the last sector bitmap. */
  int entryCount(long diskSize, boolean differencing) {
    return differencing
        ? chunkCount(diskSize) * (chunkRatio() + 1)
        : indexOf(blockCount(diskSize) - 1) + 1;
  }

  static long alignUp(long value, long alignment) {
    return (value + alignment - 1) & -alignment;
  }
}
