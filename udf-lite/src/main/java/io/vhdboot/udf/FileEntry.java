package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What describes a file of UDF, in a block of its own:
 *
 * <pre>
 * file entry  extended
 *     00         00    16  {@link DescriptorTag}, kind 261 or 266
 *     10         10    20  ICB tag: strategy at 14, kind of file at 1B, flags at 22
 *     38         38     8  size of the content
 *     54         5C    12  when it was modified
 *     A8         D0     4  bytes of extended attributes
 *     AC         D4     4  bytes of allocation descriptors
 *     B0         D8        extended attributes, then allocation descriptors
 * </pre>
 *
 * <p>The low 3 bits of the flags tell what the allocation descriptors are: 0 short (8 bytes, in the
 * entry's own partition), 1 long (16 bytes), 2 extended (20 bytes), 3 the content itself.
 *
 * <p>Source: ECMA-167, 4/14.9, 4/14.17 and 4/14.6.
 */
final class FileEntry {

  static final int DIRECTORY = 4;
  static final int SYMBOLIC_LINK = 12;

  private static final int STRATEGY_OFFSET = 0x14;
  private static final int KIND_OFFSET = 0x1B;
  private static final int FLAGS_OFFSET = 0x22;
  private static final int SIZE_OFFSET = 0x38;
  private static final int USUAL_STRATEGY = 4;

  private static final int SHORT = 0;
  private static final int LONG = 1;
  private static final int EXTENDED = 2;
  private static final int INLINE = 3;

  private static final long LENGTH_MASK = (1L << 30) - 1;
  private static final int KIND_SHIFT = 30;
  private static final int RECORDED = 0;
  private static final int CONTINUED = 3;

  /** Extents of a file: each of 1 GiB at most, on discs that are not written in tiny pieces. */
  private static final int MAX_EXTENTS = 1 << 20;

  private static final int MAX_INDIRECTIONS = 16;

  private final UdfPartitions partitions;
  private final int partition;
  private final long block;
  private final byte[] bytes;
  private final boolean isExtended;

  private FileEntry(UdfPartitions partitions, int partition, long block, byte[] bytes, int kind) {
    this.partitions = partitions;
    this.partition = partition;
    this.block = block;
    this.bytes = bytes;
    this.isExtended = kind == DescriptorTag.EXTENDED_FILE_ENTRY;
  }

  /**
   * Reads the entry at a place.
   *
   * @throws CorruptFormatException when there is none
   */
  static FileEntry read(UdfPartitions partitions, LongAllocation place) throws IOException {
    int partition = place.partition();
    long block = place.block();
    for (int i = 0; i < MAX_INDIRECTIONS; i++) {
      byte[] bytes = partitions.readBlock(partition, block);
      long position = partitions.position(block);
      DescriptorTag tag = DescriptorTag.get(bytes, 0, partitions.source(), position);
      if (tag.kind() == DescriptorTag.FILE_ENTRY
          || tag.kind() == DescriptorTag.EXTENDED_FILE_ENTRY) {
        FileEntry entry = new FileEntry(partitions, partition, block, bytes, tag.kind());
        entry.check();
        return entry;
      }
      if (tag.kind() != DescriptorTag.INDIRECT_ENTRY) {
        throw new CorruptFormatException(
            partitions.source(), position, "a descriptor of kind " + tag.kind() + " is no file");
      }
      LongAllocation next = LongAllocation.get(bytes, 0x24);
      partition = next.partition();
      block = next.block();
    }
    throw new CorruptFormatException(
        partitions.source(), partitions.position(block), "the way to a file does not end");
  }

  private void check() throws IOException {
    int strategy = LittleEndian.u16(bytes, STRATEGY_OFFSET);
    if (strategy != USUAL_STRATEGY) {
      throw new UnsupportedFormatException(
          partitions.source(), place() + STRATEGY_OFFSET, "a file of strategy " + strategy);
    }
    if (attributesEnd() + allocationsLength() > bytes.length) {
      throw corrupt("attributes and allocation descriptors reach out of the file's block");
    }
    if (size() < 0) {
      throw corrupt("a file cannot have " + Long.toUnsignedString(size()) + " bytes");
    }
  }

  /** Where it lies in its partition, in bytes. */
  long place() {
    return partitions.position(block);
  }

  int kind() {
    return bytes[KIND_OFFSET] & 0xFF;
  }

  long size() {
    return LittleEndian.i64(bytes, SIZE_OFFSET);
  }

  Optional<Instant> modified() {
    return UdfTimestamp.get(bytes, isExtended ? 0x5C : 0x54);
  }

  private long attributesEnd() {
    return (isExtended ? 0xD8 : 0xB0) + LittleEndian.u32(bytes, isExtended ? 0xD0 : 0xA8);
  }

  private long allocationsLength() {
    return LittleEndian.u32(bytes, isExtended ? 0xD4 : 0xAC);
  }

  private int allocationKind() {
    return LittleEndian.u16(bytes, FLAGS_OFFSET) & 7;
  }

  /** The content. */
  BlockDevice device(String name) throws IOException {
    List<ExtentDevice.Extent> extents = new ArrayList<>();
    int start = (int) attributesEnd();
    if (allocationKind() == INLINE) {
      if (size() > allocationsLength()) {
        throw corrupt(
            "a file of " + size() + " bytes has " + allocationsLength() + " in its entry");
      }
      extents.add(
          new ExtentDevice.Extent(partitions.get(partition), place() + start, allocationsLength()));
    } else {
      long found = addExtents(extents, bytes, start, start + (int) allocationsLength());
      if (found < size()) {
        throw corrupt("a file of " + size() + " bytes has extents of " + found + " bytes");
      }
    }
    return new ExtentDevice(name, extents, size());
  }

  /** Adds the extents that descriptors list, also of those that they continue with. */
  private long addExtents(List<ExtentDevice.Extent> extents, byte[] first, int from, int to)
      throws IOException {
    int kind = allocationKind();
    int step =
        switch (kind) {
          case SHORT -> 8;
          case LONG -> LongAllocation.SIZE;
          case EXTENDED -> 20;
          default -> throw corrupt("allocation descriptors of kind " + kind);
        };
    byte[] list = first;
    int at = from;
    int end = to;
    long total = 0;
    for (int i = 0; i < MAX_EXTENTS; i++) {
      if (at + step > end) {
        return total;
      }
      LongAllocation place = allocation(list, at, kind);
      long length = place.length() & LENGTH_MASK;
      int state = (int) (place.length() >>> KIND_SHIFT);
      at += step;
      if (length == 0) {
        return total;
      }
      if (state == CONTINUED) {
        list = continuation(place);
        at = 24;
        end = at + (int) LittleEndian.u32(list, 20);
        continue;
      }
      BlockDevice source = null;
      if (state == RECORDED) {
        source = partitions.get(place.partition());
        if (partitions.position(place.block()) > source.size() - length) {
          throw corrupt(
              "an extent of "
                  + length
                  + " bytes at block "
                  + place.block()
                  + " is not on the disc");
        }
      }
      extents.add(new ExtentDevice.Extent(source, partitions.position(place.block()), length));
      total += length;
    }
    throw new UnsupportedFormatException(
        partitions.source(), place(), "a file of more than " + MAX_EXTENTS + " extents");
  }

  private LongAllocation allocation(byte[] list, int at, int kind) {
    return switch (kind) {
      case SHORT ->
          new LongAllocation(LittleEndian.u32(list, at), LittleEndian.u32(list, at + 4), partition);
      case LONG -> LongAllocation.get(list, at);
      // The length comes three times: of the extent, as recorded and as decoded.
      default ->
          new LongAllocation(
              LittleEndian.u32(list, at),
              LittleEndian.u32(list, at + 12),
              LittleEndian.u16(list, at + 16));
    };
  }

  private byte[] continuation(LongAllocation place) throws IOException {
    byte[] block = partitions.readBlock(place.partition(), place.block());
    long position = partitions.position(place.block());
    DescriptorTag tag = DescriptorTag.get(block, 0, partitions.source(), position);
    if (tag.kind() != DescriptorTag.ALLOCATION_EXTENT
        || LittleEndian.u32(block, 20) > block.length - 24) {
      throw new CorruptFormatException(
          partitions.source(), position, "there is no list of further extents");
    }
    return block;
  }

  private CorruptFormatException corrupt(String problem) {
    return new CorruptFormatException(partitions.source(), place(), problem);
  }
}
