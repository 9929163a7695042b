package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The partitions of a UDF volume, by the maps of the logical volume, whose order numbers them:
 *
 * <pre>
 * kind 1, 6 bytes    04  2  number of the partition
 * kind 2, 64 bytes   04 32  identifier, whose text at 05 tells what it is
 *                    26  2  number of the partition
 *   metadata         28  4  block of the metadata file's entry
 *                    2C  4  that of its mirror
 * </pre>
 *
 * <p>The blocks of a metadata partition are those of the metadata file; those of a virtual one, see
 * {@link VirtualPartition}.
 *
 * <p>Source: ECMA-167, 3/10.7, and OSTA UDF 2.60, 2.2.8 to 2.2.10.
 */
final class UdfPartitions {

  private static final int PLAIN = 1;
  private static final int PLAIN_SIZE = 6;
  private static final int SPECIAL = 2;
  private static final int SPECIAL_SIZE = 64;
  private static final int IDENTIFIER_OFFSET = 5;
  private static final int IDENTIFIER_SIZE = 23;

  private final String source;
  private final int blockSize;
  private final List<BlockDevice> partitions = new ArrayList<>();

  private UdfPartitions(String source, int blockSize) {
    this.source = source;
    this.blockSize = blockSize;
  }

  /**
   * Reads the maps.
   *
   * @param physical the partitions of the disc, by their numbers
   * @param maps the bytes of the maps
   * @param count how many maps there are
   * @param place where the maps lie, for messages
   */
  static UdfPartitions read(
      String source,
      int blockSize,
      Map<Integer, BlockDevice> physical,
      byte[] maps,
      long count,
      long place)
      throws IOException {
    UdfPartitions result = new UdfPartitions(source, blockSize);
    int at = 0;
    for (long i = 0; i < count; i++) {
      int length = at + 2 <= maps.length ? maps[at + 1] & 0xFF : 0;
      int kind = length == 0 ? 0 : maps[at];
      if (length > maps.length - at
          || !(kind == PLAIN && length == PLAIN_SIZE
              || kind == SPECIAL && length == SPECIAL_SIZE)) {
        throw new CorruptFormatException(
            source, place + at, "a partition map of kind " + kind + " has no " + length + " bytes");
      }
      result.add(physical, maps, at, kind, place + at);
      at += length;
    }
    return result;
  }

  private void add(Map<Integer, BlockDevice> physical, byte[] maps, int at, int kind, long place)
      throws IOException {
    int number = LittleEndian.u16(maps, at + (kind == PLAIN ? 0x04 : 0x26));
    BlockDevice partition = physical.get(number);
    if (partition == null) {
      throw new CorruptFormatException(
          source, place, "a partition map names partition " + number + ", which is not there");
    }
    if (kind == PLAIN) {
      partitions.add(partition);
      return;
    }
    String identifier =
        new String(maps, at + IDENTIFIER_OFFSET, IDENTIFIER_SIZE, StandardCharsets.ISO_8859_1)
            .replace("\0", "");
    switch (identifier) {
      case "*UDF Metadata Partition" -> partitions.add(metadata(partition, maps, at));
      // Blocks that went bad are replaced by others; what lies on the disc first is where it was.
      case "*UDF Sparable Partition" -> partitions.add(partition);
      case "*UDF Virtual Partition" -> partitions.add(VirtualPartition.open(alone(partition)));
      default ->
          throw new UnsupportedFormatException(
              source, place, "a partition of kind '" + identifier + "'");
    }
  }

  private BlockDevice metadata(BlockDevice partition, byte[] maps, int at) throws IOException {
    long block = LittleEndian.u32(maps, at + 0x28);
    try {
      return metadataFile(partition, block);
    } catch (CorruptFormatException e) {
      try {
        return metadataFile(partition, LittleEndian.u32(maps, at + 0x2C));
      } catch (CorruptFormatException alsoBad) {
        throw e;
      }
    }
  }

  private BlockDevice metadataFile(BlockDevice partition, long block) throws IOException {
    LongAllocation place = new LongAllocation(blockSize, block, 0);
    return FileEntry.read(alone(partition), place).device(source);
  }

  /** A partition in which extents of a file lie that tells of another; no map numbers it for it. */
  private UdfPartitions alone(BlockDevice partition) {
    UdfPartitions alone = new UdfPartitions(source, blockSize);
    alone.partitions.add(partition);
    return alone;
  }

  String source() {
    return source;
  }

  /** Bytes per block. */
  int blockSize() {
    return blockSize;
  }

  /**
   * A partition by its number among the maps.
   *
   * @throws CorruptFormatException when there is none of that number
   */
  BlockDevice get(int reference) throws CorruptFormatException {
    if (reference >= partitions.size()) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "partition " + reference + " is named, but there are " + partitions.size());
    }
    return partitions.get(reference);
  }

  /** Where a block is among the bytes of its partition. */
  long position(long block) {
    return block * blockSize;
  }

  /** Reads a block. */
  byte[] readBlock(int reference, long block) throws IOException {
    BlockDevice partition = get(reference);
    if (position(block) > partition.size() - blockSize) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "block " + block + " is named, but partition " + reference + " ends before");
    }
    return partition.read(position(block), blockSize);
  }
}
