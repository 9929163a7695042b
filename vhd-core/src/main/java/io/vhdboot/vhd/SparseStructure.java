package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.Arrays;

/**
 * The structures of a dynamic or differencing VHD, read and judged.
 *
 * @param search how the footer was found
 * @param headerBytes the header as it stands in the file
 * @param header the header
 * @param format where things lie in a block
 * @param table where the blocks are
 * @param diskSize the disk's size in bytes, whole sectors
 */
record SparseStructure(
    FooterSearch search,
    byte[] headerBytes,
    DynamicHeader header,
    BlockFormat format,
    BlockAllocationTable table,
    long diskSize) {

  /** Reads the structures; where the blocks are is judged by {@link #checkBlocks} only. */
  static SparseStructure read(BlockDevice file, FooterSearch search) throws IOException {
    VhdFooter footer = search.footer();
    byte[] headerBytes = DynamicHeader.read(file, footer);
    DynamicHeader header = DynamicHeader.get(headerBytes, file, footer.dataOffset());
    BlockFormat format = new BlockFormat(header.blockSize());
    // What is beyond the last whole sector is not there, as for QEMU.
    long size = footer.currentSize() & -BlockFormat.SECTOR_SIZE;
    int blocks = Math.toIntExact((size + format.blockSize() - 1) / format.blockSize());
    BlockAllocationTable table = BlockAllocationTable.read(file, header, blocks);
    return new SparseStructure(search, headerBytes, header, format, table, size);
  }

  VhdFooter footer() {
    return search.footer();
  }

  boolean isDifferencing() {
    return footer().type() == VhdType.DIFFERENCING;
  }

  /** Where the header ends. */
  long headerEnd() {
    return footer().dataOffset() + DynamicHeader.SIZE;
  }

  /** Where the table ends, with its padding to whole sectors. */
  long tableEnd() {
    return header.tableOffset()
        + BlockFormat.alignUp(
            header.maxTableEntries() * BlockAllocationTable.ENTRY_SIZE, BlockFormat.SECTOR_SIZE);
  }

  /** The bytes of a block that are within the disk: fewer than a block's in the last one only. */
  long bytesWithin(int block) {
    return Math.min(format.blockSize(), diskSize - format.diskPositionOf(block));
  }

  /** The sectors of a block that are within the disk. */
  int sectorsWithin(int block) {
    return (int) (bytesWithin(block) / BlockFormat.SECTOR_SIZE);
  }

  /** Whether a block as the table has it reaches past the end of the file. */
  boolean isOutside(BlockDevice file, int block) {
    return table.positionOf(block) > file.size() - format.bitmapSize() - bytesWithin(block);
  }

  /** Whether nothing of a block's data as the table has it is in the file. */
  boolean isWhollyOutside(BlockDevice file, int block) {
    return format.dataBehindBitmap(table.positionOf(block)) >= file.size();
  }

  /** Whether a block as the table has it lies over a structure. */
  boolean isOverStructure(int block) {
    long position = table.positionOf(block);
    long blockEnd = format.endOfBlock(position);
    return position < VhdFooter.SIZE
        || position < headerEnd() && blockEnd > footer().dataOffset()
        || position < tableEnd() && blockEnd > header.tableOffset();
  }

  /** Where the last of the structures ends, blocks left aside. */
  long endOfStructures(BlockDevice file) {
    long end = Math.max(VhdFooter.SIZE, Math.max(headerEnd(), tableEnd()));
    for (ParentLocator locator : header.locators()) {
      if (locator.isWithin(file)) {
        end = Math.max(end, Math.min(file.size(), locator.dataOffset() + locator.room()));
      }
    }
    return end;
  }

  /** Where the last structure or block ends; the footer's place is not before. */
  long end(BlockDevice file) {
    long end = endOfStructures(file);
    for (int block = 0; block < table.count(); block++) {
      if (table.isPresent(block)) {
        end = Math.max(end, format.endOfBlock(table.positionOf(block)));
      }
    }
    return BlockFormat.alignUp(end, BlockFormat.SECTOR_SIZE);
  }

  /**
   * Checks that each block that the table names is in the file and covers no structure and, where
   * writing is wanted, no other block.
   */
  void checkBlocks(BlockDevice file, boolean forWriting) throws CorruptFormatException {
    long[] positions = new long[forWriting ? table.count() : 0];
    int present = 0;
    for (int block = 0; block < table.count(); block++) {
      if (!table.isPresent(block)) {
        continue;
      }
      long position = table.positionOf(block);
      // Of the last block only the part within the disk need be there.
      if (isOutside(file, block)) {
        throw badBlock(file, block, "outside the file's " + file.size() + " bytes: cut short?");
      }
      if (isOverStructure(block)) {
        throw badBlock(file, block, "over the file's own structures");
      }
      if (forWriting) {
        positions[present++] = position;
      }
    }
    Arrays.sort(positions, 0, present);
    for (int i = 1; i < present; i++) {
      if (positions[i] < format.endOfBlock(positions[i - 1])) {
        throw new CorruptFormatException(
            file.name(),
            positions[i],
            "two blocks overlap here; the file can be opened for reading only");
      }
    }
  }

  private CorruptFormatException badBlock(BlockDevice file, int block, String problem) {
    return new CorruptFormatException(
        file.name(),
        table.positionOf(block),
        "the table says block " + block + " is here, " + problem);
  }
}
