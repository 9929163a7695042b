package io.vhdboot.bootcode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Puts {@code int13-shim.asm} before the boot code of a disk: the BIOS with the peculiarities that
 * are asked for here. Its settings lie at the beginning of the disk's second sector.
 */
final class Int13Shim {

  private static final int BOOT_CODE_POSITION = 3 * BootVolume.SECTOR;
  private static final int SHOWN_DRIVE = BootVolume.SECTOR + 4;
  private static final int FLAGS = BootVolume.SECTOR + 5;
  private static final int TAKEN_KIB = BootVolume.SECTOR + 6;
  private static final int MULTIPLE = BootVolume.SECTOR + 8;
  private static final int TRACK_SECTORS = BootVolume.SECTOR + 10;
  private static final int LAST_HEAD = BootVolume.SECTOR + 11;

  private static final int HAS_EXTENSIONS = 1;
  private static final int LIES = 2;
  private static final int FLAKY = 4;
  private static final int NO_GEOMETRY = 8;

  private final ByteBuffer shim;

  private Int13Shim(byte[] assembled) {
    this.shim = ByteBuffer.wrap(assembled).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A BIOS that knows only cylinders, heads and sectors: 63 in 255. */
  static Int13Shim withoutExtensions(Path folder) throws IOException {
    return new Int13Shim(Sources.assemble(Sources.INT13_SHIM, folder));
  }

  /** A BIOS that has the extensions. */
  static Int13Shim withExtensions(Path folder) throws IOException {
    return withoutExtensions(folder).flag(HAS_EXTENSIONS);
  }

  /** Says to have extensions; what they should do fails. */
  Int13Shim thatLies() {
    return flag(LIES);
  }

  /** Lets two of three reads fail. */
  Int13Shim flaky() {
    return flag(FLAKY);
  }

  /** Does not tell the geometry. */
  Int13Shim withoutGeometry() {
    return flag(NO_GEOMETRY);
  }

  /** Calls the drive by another number than 80h. */
  Int13Shim drive(int number) {
    shim.put(SHOWN_DRIVE, (byte) number);
    return this;
  }

  Int13Shim geometry(int heads, int trackSectors) {
    shim.put(LAST_HEAD, (byte) (heads - 1)).put(TRACK_SECTORS, (byte) trackSectors);
    return this;
  }

  /** Has sectors of so many bytes. */
  Int13Shim sector(int bytes) {
    shim.putShort(MULTIPLE, (short) (bytes / BootVolume.SECTOR));
    return this;
  }

  /** Leaves so many KiB less of conventional memory. */
  Int13Shim takeMemory(int kibibytes) {
    shim.putShort(TAKEN_KIB, (short) kibibytes);
    return this;
  }

  /** Puts it on a disk; the disk's own boot code moves to the fourth sector. */
  Path on(Path disk) throws IOException {
    try (FileChannel channel =
        FileChannel.open(disk, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bootCode = ByteBuffer.allocate(BootCode.MBR_SIZE);
      channel.read(bootCode, 0);
      channel.write(bootCode.flip(), BOOT_CODE_POSITION);
      byte[] bytes = shim.array();
      channel.write(ByteBuffer.wrap(Arrays.copyOf(bytes, BootCode.MBR_SIZE)), 0);
      channel.write(
          ByteBuffer.wrap(bytes, BootVolume.SECTOR, bytes.length - BootVolume.SECTOR),
          BootVolume.SECTOR);
    }
    return disk;
  }

  private Int13Shim flag(int flag) {
    shim.put(FLAGS, (byte) (shim.get(FLAGS) | flag));
    return this;
  }
}
