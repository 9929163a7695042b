package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A UDF volume, as the sequence of volume descriptors tells of it:
 *
 * <pre>
 * partition, kind 5        16  2  its number
 *                          BC  4  first sector
 *                          C0  4  sectors
 * logical volume, kind 6   10  4  number of the descriptor: of several the greatest counts
 *                          54 128 label, text in a field
 *                          D4  4  bytes per block
 *                          F8 16  {@link LongAllocation} of the file set
 *                         108  4  bytes of partition maps
 *                         10C  4  count of them
 *                         1B8     the maps
 * file set, kind 256      190 16  {@link LongAllocation} of the root directory
 * </pre>
 *
 * <p>Source: ECMA-167, 3/10 and 4/14.1.
 *
 * @param label the label
 * @param root the root directory
 */
record UdfVolume(String label, UdfFile root) {

  private static final int MAX_SEQUENCE = 1 << 20;
  private static final int LABEL_OFFSET = 0x54;
  private static final int LABEL_SIZE = 128;
  private static final int MAPS_OFFSET = 0x1B8;

  /**
   * Opens the volume that an anchor leads to, by the reserve sequence when the main one is damaged.
   */
  static UdfVolume open(BlockDevice device, AnchorPointer anchor) throws IOException {
    try {
      return open(device, anchor.sectorSize(), anchor.mainSector(), anchor.mainLength());
    } catch (CorruptFormatException e) {
      try {
        return open(device, anchor.sectorSize(), anchor.reserveSector(), anchor.reserveLength());
      } catch (CorruptFormatException alsoBad) {
        throw e;
      }
    }
  }

  private static UdfVolume open(BlockDevice device, int sectorSize, long sector, long length)
      throws IOException {
    Map<Integer, BlockDevice> physical = new HashMap<>();
    byte[] volume = null;
    long volumePlace = 0;
    long at = sector * sectorSize;
    long end = at + Math.min(length, MAX_SEQUENCE);
    int steps = MAX_SEQUENCE / sectorSize;
    while (at + sectorSize <= end && steps-- > 0) {
      if (at > device.size() - sectorSize) {
        throw new CorruptFormatException(
            device.name(), at, "the volume descriptors are not on the disc: cut short?");
      }
      byte[] bytes = device.read(at, sectorSize);
      if (!DescriptorTag.isPresent(bytes, 0)) {
        break;
      }
      DescriptorTag tag = DescriptorTag.get(bytes, 0, device.name(), at);
      long place = at;
      at += sectorSize;
      switch (tag.kind()) {
        case DescriptorTag.PARTITION ->
            physical.put(
                LittleEndian.u16(bytes, 0x16), partition(device, sectorSize, bytes, place));
        case DescriptorTag.LOGICAL_VOLUME -> {
          if (volume == null || LittleEndian.u32(bytes, 0x10) >= LittleEndian.u32(volume, 0x10)) {
            volume = bytes;
            volumePlace = place;
          }
        }
        case DescriptorTag.VOLUME_POINTER -> {
          at = LittleEndian.u32(bytes, 0x18) * sectorSize;
          end = at + Math.min(LittleEndian.u32(bytes, 0x14), MAX_SEQUENCE);
        }
        case DescriptorTag.TERMINATOR -> end = at;
        default -> {
          // Nothing that matters here.
        }
      }
    }
    if (volume == null) {
      throw new CorruptFormatException(
          device.name(), sector * sectorSize, "there is no logical volume among the descriptors");
    }
    return volume(device.name(), physical, volume, volumePlace);
  }

  private static BlockDevice partition(BlockDevice device, int sectorSize, byte[] bytes, long place)
      throws IOException {
    long start = LittleEndian.u32(bytes, 0xBC) * sectorSize;
    long size = LittleEndian.u32(bytes, 0xC0) * sectorSize;
    if (start > device.size()) {
      throw new CorruptFormatException(
          device.name(), place, "the partition at " + start + " is not on the disc: cut short?");
    }
    // Some writers count sectors that the image does not have.
    return device.slice(start, Math.min(size, device.size() - start));
  }

  private static UdfVolume volume(
      String source, Map<Integer, BlockDevice> physical, byte[] bytes, long place)
      throws IOException {
    long blockSize = LittleEndian.u32(bytes, 0xD4);
    if (blockSize < 512 || blockSize > 1 << 16 || Long.bitCount(blockSize) != 1) {
      throw new CorruptFormatException(
          source, place + 0xD4, "blocks of " + blockSize + " bytes cannot be");
    }
    long mapsLength = LittleEndian.u32(bytes, 0x108);
    if (mapsLength > bytes.length - MAPS_OFFSET) {
      throw new CorruptFormatException(
          source, place + 0x108, "partition maps of " + mapsLength + " bytes reach out");
    }
    UdfPartitions partitions =
        UdfPartitions.read(
            source,
            (int) blockSize,
            physical,
            Arrays.copyOfRange(bytes, MAPS_OFFSET, MAPS_OFFSET + (int) mapsLength),
            LittleEndian.u32(bytes, 0x10C),
            place + MAPS_OFFSET);
    LongAllocation fileSetPlace = LongAllocation.get(bytes, 0xF8);
    byte[] fileSet = partitions.readBlock(fileSetPlace.partition(), fileSetPlace.block());
    long fileSetPosition = partitions.position(fileSetPlace.block());
    DescriptorTag tag = DescriptorTag.get(fileSet, 0, source, fileSetPosition);
    if (tag.kind() != DescriptorTag.FILE_SET) {
      throw new CorruptFormatException(
          source, fileSetPosition, "a descriptor of kind " + tag.kind() + " is no file set");
    }
    return new UdfVolume(
        CompressedUnicode.getField(bytes, LABEL_OFFSET, LABEL_SIZE, source, place),
        UdfFile.root(partitions, LongAllocation.get(fileSet, 0x190)));
  }
}
