package io.vhdboot.vhd;

import io.vhdboot.disk.BigEndian;

/**
 * The geometry that a footer gives for a disk, 4 bytes:
 *
 * <pre>
 * 0  2  cylinders
 * 2  1  heads
 * 3  1  sectors per track
 * </pre>
 *
 * <p>It is derived from the size by a rule (specification, appendix "CHS Calculation") that rounds
 * down, so it mostly stands for less than the disk; disks over 127 GiB exceed it altogether.
 * Windows does not take the disk's size from it.
 *
 * @param cylinders 0 to 65535
 * @param heads 0 to 255
 * @param sectorsPerTrack 0 to 255
 */
public record VhdGeometry(int cylinders, int heads, int sectorsPerTrack) {

  static final int SIZE = 4;

  private static final int SECTOR_SIZE = 512;
  private static final int MAX_CYLINDERS = 65535;
  private static final int MAX_HEADS = 16;
  private static final int MIN_HEADS = 4;
  private static final int BIOS_CYLINDERS = 1024;

  /** The geometry of a disk of this size in bytes. */
  public static VhdGeometry ofDiskSize(long diskSize) {
    long most = (long) MAX_CYLINDERS * MAX_HEADS * 255;
    long sectors = Math.min(diskSize / SECTOR_SIZE, most);
    if (sectors >= (long) MAX_CYLINDERS * MAX_HEADS * 63) {
      return of(sectors, MAX_HEADS, 255);
    }
    long tracks = sectors / 17;
    int heads = Math.max(MIN_HEADS, (int) ((tracks + BIOS_CYLINDERS - 1) / BIOS_CYLINDERS));
    if (heads <= MAX_HEADS && tracks < (long) heads * BIOS_CYLINDERS) {
      return of(sectors, heads, 17);
    }
    if (sectors / 31 < MAX_HEADS * BIOS_CYLINDERS) {
      return of(sectors, MAX_HEADS, 31);
    }
    return of(sectors, MAX_HEADS, 63);
  }

  private static VhdGeometry of(long sectors, int heads, int sectorsPerTrack) {
    return new VhdGeometry((int) (sectors / sectorsPerTrack / heads), heads, sectorsPerTrack);
  }

  /** The size in bytes that the geometry stands for. */
  public long sizeInBytes() {
    return (long) cylinders * heads * sectorsPerTrack * SECTOR_SIZE;
  }

  static VhdGeometry get(byte[] bytes, int offset) {
    return new VhdGeometry(
        BigEndian.u16(bytes, offset),
        BigEndian.u8(bytes, offset + 2),
        BigEndian.u8(bytes, offset + 3));
  }

  void put(byte[] bytes, int offset) {
    BigEndian.put16(bytes, offset, cylinders);
    BigEndian.put8(bytes, offset + 2, heads);
    BigEndian.put8(bytes, offset + 3, sectorsPerTrack);
  }

  @Override
  public String toString() {
    return cylinders + "/" + heads + "/" + sectorsPerTrack;
  }
}
