package io.vhdboot.vhd;

import java.util.Arrays;

/**
 * The bitmap in front of each block's data, a bit per sector, the highest bit of a byte first. In a
 * dynamic VHD a set bit says that the sector was written and a clear one that it reads as zeros; in
 * a differencing VHD a clear one stands for the parent's sector.
 *
 * <p>Programs differ in whether they look at a dynamic VHD's bitmaps at all (QEMU does not, libvhdi
 * does), so a block must hold zeros where bits are clear, and our blocks have all bits set.
 *
 * <p>Safe for several threads.
 */
final class SectorBitmap {

  private final byte[] bytes;
  private final int sectors;

  /** A view of bytes as they are in the file. */
  SectorBitmap(byte[] bytes, int sectors) {
    this.bytes = bytes;
    this.sectors = sectors;
  }

  static int bytesFor(int sectors) {
    return (sectors + 7) / 8;
  }

  /** The bytes of a bitmap with all bits set, with its padding. */
  static byte[] full(BlockFormat format) {
    byte[] bytes = new byte[format.bitmapSize()];
    Arrays.fill(bytes, 0, bytesFor(format.sectorsPerBlock()), (byte) 0xFF);
    return bytes;
  }

  synchronized boolean isSet(int sector) {
    return (bytes[sector >>> 3] & 0x80 >>> (sector & 7)) != 0;
  }

  /** The first sector from one on whose bit differs from that one's; the end where none does. */
  int endOfRun(int sector) {
    return endOfRun(sector, isSet(sector));
  }

  /** The first sector from the one behind another on whose bit is not as told. */
  synchronized int endOfRun(int sector, boolean set) {
    byte same = (byte) (set ? 0xFF : 0);
    int at = sector + 1;
    while (at < sectors) {
      if ((at & 7) == 0 && bytes[at >>> 3] == same) {
        at += 8;
      } else if (isSet(at) == set) {
        at++;
      } else {
        break;
      }
    }
    return Math.min(at, sectors);
  }

  /** Whether the bits of all sectors are set. */
  synchronized boolean isComplete() {
    return isSet(0) && endOfRun(0) == sectors;
  }

  /** Whether the bits of all of some sectors are set. */
  synchronized boolean isSet(int from, int to) {
    return isSet(from) && endOfRun(from, true) >= to;
  }

  /** Whether no bit is set. */
  synchronized boolean isClear() {
    return !isSet(0) && endOfRun(0) == sectors;
  }

  /**
   * Sets the bits of some sectors.
   *
   * @return whether one of them was clear
   */
  synchronized boolean set(int from, int to) {
    boolean changed = false;
    for (int sector = from; sector < to; sector++) {
      if ((sector & 7) == 0 && sector + 8 <= to) {
        changed |= bytes[sector >>> 3] != (byte) 0xFF;
        bytes[sector >>> 3] = (byte) 0xFF;
        sector += 7;
      } else {
        int bit = 0x80 >>> (sector & 7);
        changed |= (bytes[sector >>> 3] & bit) == 0;
        bytes[sector >>> 3] |= (byte) bit;
      }
    }
    return changed;
  }

  /** Sets the bits of all sectors. */
  synchronized void setAll() {
    Arrays.fill(bytes, 0, sectors / 8, (byte) 0xFF);
    if (sectors % 8 != 0) {
      bytes[sectors / 8] |= (byte) (0xFF00 >> sectors % 8);
    }
  }

  /** A copy of the bytes as they go to the file. */
  synchronized byte[] toBytes() {
    return bytes.clone();
  }
}
