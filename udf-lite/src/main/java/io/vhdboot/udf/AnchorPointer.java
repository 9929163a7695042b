package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.Optional;

/**
 * The anchor by which a UDF disc is found, at sector 256 or near the disc's end:
 *
 * <pre>
 * 00 16  {@link DescriptorTag}, kind 2
 * 10  8  main sequence of volume descriptors: length in bytes, first sector
 * 18  8  reserve sequence
 * </pre>
 *
 * <p>Source: ECMA-167, 3/10.2.
 *
 * @param sectorSize bytes per sector
 * @param mainLength bytes of the main sequence
 * @param mainSector where it begins
 * @param reserveLength bytes of the reserve sequence
 * @param reserveSector where it begins
 */
record AnchorPointer(
    int sectorSize, long mainLength, long mainSector, long reserveLength, long reserveSector) {

  /** Discs have sectors of 2048 bytes; formatted disks those of their own. */
  private static final int[] SECTOR_SIZES = {2048, 512, 4096, 1024};

  private static final long USUAL_SECTOR = 256;
  private static final int SIZE = 512;

  /** Finds the anchor of a disc, if it has one. */
  static Optional<AnchorPointer> find(BlockDevice device) throws IOException {
    for (int sectorSize : SECTOR_SIZES) {
      long sectors = device.size() / sectorSize;
      for (long sector : new long[] {USUAL_SECTOR, sectors - 1, sectors - 1 - USUAL_SECTOR}) {
        Optional<AnchorPointer> anchor = at(device, sectorSize, sector);
        if (anchor.isPresent()) {
          return anchor;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<AnchorPointer> at(BlockDevice device, int sectorSize, long sector)
      throws IOException {
    long position = sector * sectorSize;
    if (sector <= 0 || position > device.size() - SIZE) {
      return Optional.empty();
    }
    byte[] bytes = device.read(position, SIZE);
    if (!DescriptorTag.isPresent(bytes, 0)) {
      return Optional.empty();
    }
    try {
      DescriptorTag tag = DescriptorTag.get(bytes, 0, device.name(), position);
      if (tag.kind() != DescriptorTag.ANCHOR || tag.location() != sector) {
        return Optional.empty();
      }
    } catch (CorruptFormatException e) {
      // Another one may be sound.
      return Optional.empty();
    }
    return Optional.of(
        new AnchorPointer(
            sectorSize,
            LittleEndian.u32(bytes, 0x10),
            LittleEndian.u32(bytes, 0x14),
            LittleEndian.u32(bytes, 0x18),
            LittleEndian.u32(bytes, 0x1C)));
  }
}
