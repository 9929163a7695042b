package io.vhdboot.vhd;

/**
 * Where things lie in a dynamic VHD whose blocks are of one size. A block in the file is its {@link
 * SectorBitmap bitmap}, padded to whole sectors, and its data right behind:
 *
 * <pre>
 *   ... data | former footer, padding | bitmap | data (begins on a 4 KiB boundary of the file) | footer
 * </pre>
 *
 * <p>A table entry may point at any sector, so the alignment costs nothing but the padding. Windows
 * aligns blocks in the same way (observed: Hyper-V 2012 R2 and Windows 10), but leaves padding in
 * front of the footer too. Ours stands right behind the last block: QEMU, when it adds a block
 * there, takes everything but the first sector for zeros. A new block's bitmap leaves the former
 * footer alone, which serves should the file lose its new end.
 */
final class BlockFormat {

  static final int SECTOR_SIZE = VhdOptions.SECTOR_SIZE;
  static final int ALIGNMENT = 4096;

  private final int blockSize;
  private final int shift;
  private final int bitmapSize;

  BlockFormat(int blockSize) {
    this.blockSize = blockSize;
    this.shift = Integer.numberOfTrailingZeros(blockSize);
    this.bitmapSize = (int) alignUp(SectorBitmap.bytesFor(blockSize / SECTOR_SIZE), SECTOR_SIZE);
  }

  int blockSize() {
    return blockSize;
  }

  /** The bytes of a block's bitmap with its padding to whole sectors. */
  int bitmapSize() {
    return bitmapSize;
  }

  int sectorsPerBlock() {
    return blockSize / SECTOR_SIZE;
  }

  int blockOf(long diskPosition) {
    return (int) (diskPosition >>> shift);
  }

  int offsetInBlock(long diskPosition) {
    return (int) (diskPosition & blockSize - 1);
  }

  long diskPositionOf(int block) {
    return (long) block << shift;
  }

  /** Where the bitmap of a block goes when everything before, but for a footer, ends here. */
  long bitmapBehind(long end) {
    return alignUp(end + VhdFooter.SIZE + bitmapSize, ALIGNMENT) - bitmapSize;
  }

  /** The first place from a position on at which a bitmap may be, no footer being left alone. */
  long bitmapWithin(long start) {
    return alignUp(start + bitmapSize, ALIGNMENT) - bitmapSize;
  }

  /** Where the data begins of a block whose bitmap is at a position. */
  long dataBehindBitmap(long bitmapPosition) {
    return bitmapPosition + bitmapSize;
  }

  /** Where a block ends whose bitmap is at a position. */
  long endOfBlock(long bitmapPosition) {
    return bitmapPosition + bitmapSize + blockSize;
  }

  static long alignUp(long value, int alignment) {
    return (value + alignment - 1) & -alignment;
  }
}
