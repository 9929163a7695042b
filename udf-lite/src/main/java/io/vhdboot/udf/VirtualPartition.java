package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the virtual partition of a disc that was written in parts, such as a CD-R: a table that is
 * written last tells where each of its blocks lies in the partition below. What is written anew
 * goes behind everything else, and a new table behind it.
 *
 * <pre>
 * table of UDF 1.50: file of kind 0     4 each  blocks, all ones for none
 *                                    -24    32  identifier, whose text at 1 tells what it is
 *                                     -4     4  block of the table before
 * table from 2.00:   file of kind 248   00  2   bytes before the blocks, 152 or more
 *                                           4 each  blocks
 * </pre>
 *
 * <p>Source: OSTA UDF 2.60, 2.2.11, and 1.50, 2.2.10.
 */
final class VirtualPartition {

  private static final int OLD_TABLE = 0;
  private static final int TABLE = 248;
  private static final int OLD_TAIL = 36;
  private static final int SMALLEST_HEADER = 152;
  private static final String OLD_IDENTIFIER = "*UDF Virtual Alloc Tbl";
  private static final long NO_BLOCK = 0xFFFFFFFFL;
  private static final int ENTRY_SIZE = 4;

  /** Bytes that are looked through at a time for the table. */
  private static final int PIECE_SIZE = 1 << 20;

  private final UdfPartitions below;
  private final BlockDevice partition;

  /**
   * A virtual partition.
   *
   * @param below has the one partition that the blocks lie in
   */
  private VirtualPartition(UdfPartitions below) throws CorruptFormatException {
    this.below = below;
    this.partition = below.get(0);
  }

  /**
   * Finds the last table, and gives the blocks that it tells of in their order.
   *
   * @param below has the one partition that the blocks lie in
   * @throws CorruptFormatException when there is no table, as on a disc whose writing was cut short
   */
  static BlockDevice open(UdfPartitions below) throws IOException {
    return new VirtualPartition(below).open();
  }

  private BlockDevice open() throws IOException {
    int blockSize = below.blockSize();
    int blocks = PIECE_SIZE / blockSize;
    long end = partition.size() / blockSize;
    // An image may have room behind that was never written.
    while (end > 0) {
      int count = (int) Math.min(blocks, end);
      byte[] piece = partition.read((end - count) * blockSize, count * blockSize);
      for (int i = count - 1; i >= 0; i--) {
        if (mayBeTable(piece, i * blockSize)) {
          BlockDevice found = openTable(end - count + i);
          if (found != null) {
            return found;
          }
        }
      }
      end -= count;
    }
    throw new CorruptFormatException(
        below.source(),
        CorruptFormatException.NO_OFFSET,
        "the disc was written in parts, and has no table of them: not finished?");
  }

  private static boolean mayBeTable(byte[] bytes, int at) {
    int kind = LittleEndian.u16(bytes, at);
    return (kind == DescriptorTag.FILE_ENTRY || kind == DescriptorTag.EXTENDED_FILE_ENTRY)
        && DescriptorTag.isPresent(bytes, at);
  }

  /** The partition by the table at a block, or null where there is none. */
  private BlockDevice openTable(long block) throws IOException {
    byte[] table;
    FileEntry entry;
    try {
      entry = FileEntry.read(below, new LongAllocation(below.blockSize(), block, 0));
      if (entry.kind() != OLD_TABLE && entry.kind() != TABLE || entry.size() > largestTable()) {
        return null;
      }
      table = entry.device(below.source()).read(0, (int) entry.size());
    } catch (DiskFormatException e) {
      // Content that looks like an entry.
      return null;
    }
    if (entry.kind() == OLD_TABLE) {
      return isOldTable(table) ? blocks(table, 0, table.length - OLD_TAIL, entry) : null;
    }
    int header = table.length < SMALLEST_HEADER ? table.length + 1 : LittleEndian.u16(table, 0);
    if (header < SMALLEST_HEADER || header > table.length) {
      throw new CorruptFormatException(
          below.source(), entry.place(), "a table of virtual blocks begins with no header");
    }
    return blocks(table, header, table.length, entry);
  }

  /** Each block that a table names lies in the partition; it holds no more of them. */
  private long largestTable() {
    long blocks = partition.size() / below.blockSize();
    return Math.min(Integer.MAX_VALUE / 2, blocks * ENTRY_SIZE + (1 << 16));
  }

  private static boolean isOldTable(byte[] table) {
    int at = table.length - OLD_TAIL + 1;
    int size = OLD_IDENTIFIER.length();
    return table.length >= OLD_TAIL
        && new String(table, at, size, StandardCharsets.ISO_8859_1).equals(OLD_IDENTIFIER);
  }

  private BlockDevice blocks(byte[] table, int from, int to, FileEntry entry)
      throws CorruptFormatException {
    int blockSize = below.blockSize();
    List<ExtentDevice.Extent> extents = new ArrayList<>();
    long size = 0;
    int at = from;
    while (at + ENTRY_SIZE <= to) {
      long block = LittleEndian.u32(table, at);
      int next = at + ENTRY_SIZE;
      while (next + ENTRY_SIZE <= to
          && LittleEndian.u32(table, next) == following(block, (next - at) / ENTRY_SIZE)) {
        next += ENTRY_SIZE;
      }
      long length = (long) (next - at) / ENTRY_SIZE * blockSize;
      if (block != NO_BLOCK && below.position(block) > partition.size() - length) {
        throw new CorruptFormatException(
            below.source(), entry.place(), "virtual block " + block + " is not on the disc");
      }
      extents.add(
          new ExtentDevice.Extent(
              block == NO_BLOCK ? null : partition, below.position(block), length));
      size += length;
      at = next;
    }
    return new ExtentDevice(below.source(), extents, size);
  }

  /** The block that continues an extent. */
  private static long following(long block, int count) {
    return block == NO_BLOCK ? NO_BLOCK : block + count;
  }
}
