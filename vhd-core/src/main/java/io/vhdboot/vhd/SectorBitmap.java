package io.vhdboot.vhd;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bitmap in front of each block's data, a bit per sector, the highest bit of a byte first. In a
 * dynamic VHD a set bit says that the sector was written and a clear one that it reads as zeros; in
 * a differencing VHD a clear one stands for the parent's sector.
 *
 * <p>Programs differ in whether they look at a dynamic VHD's bitmaps at all (QEMU does not, libvhdi
 * does), so a block must hold zeros where bits are clear, and our blocks have all bits set.
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

  boolean isSet(int sector) {
    return (bytes[sector >>> 3] & 0x80 >>> (sector & 7)) != 0;
  }

  /** The first sector from one on whose bit differs from that one's; the end where none does. */
  int endOfRun(int sector) {
    boolean set = isSet(sector);
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
  boolean isComplete() {
    return isSet(0) && endOfRun(0) == sectors;
  }

  /** Sets the bits of all sectors. */
  void setAll() {
    Arrays.fill(bytes, 0, sectors / 8, (byte) 0xFF);
    if (sectors % 8 != 0) {
      bytes[sectors / 8] |= (byte) (0xFF00 >> sectors % 8);
    }
  }

  ByteBuffer toBuffer() {
    return ByteBuffer.wrap(bytes);
  }
}
