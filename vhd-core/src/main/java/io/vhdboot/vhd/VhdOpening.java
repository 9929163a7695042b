package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Opens and creates VHDs: judges the structures and picks the class that serves the type. */
final class VhdOpening {

  private final BlockDevice file;
  private final boolean readOnly;
  private final boolean closesFile;
  private final List<String> findings = new ArrayList<>();

  private VhdOpening(BlockDevice file, boolean readOnly, boolean closesFile) {
    this.file = file;
    this.readOnly = readOnly || file.isReadOnly();
    this.closesFile = closesFile;
  }

  static Vhd open(BlockDevice file, boolean readOnly, boolean closesFile) throws IOException {
    return new VhdOpening(file, readOnly, closesFile).open();
  }

  static Vhd create(ResizableBlockDevice file, VhdLayout layout, boolean closesFile)
      throws IOException {
    file.setSize(0);
    file.setSize(layout.fileSize());
    layout.create(file).close();
    file.flush();
    return open(file, false, closesFile);
  }

  private Vhd open() throws IOException {
    FooterSearch search = FooterSearch.in(file);
    VhdFooter footer = search.footer();
    switch (search.state()) {
      case RESCUED ->
          findings.add("the footer at the end is missing or damaged; its copy was used");
      case UNSEALED -> unsealed("the footer's checksum is wrong", search.end());
      case SOUND -> {}
    }
    if (footer.savedState()) {
      findings.add("a virtual machine's saved state belongs to this disk");
    }
    return switch (footer.type()) {
      case FIXED -> openFixed(search);
      case DYNAMIC -> openDynamic(search);
      case DIFFERENCING -> throw differencing(footer);
    };
  }

  /** Wrong checksums are tolerated as long as nobody builds on them. */
  private void unsealed(String what, long position) throws CorruptFormatException {
    if (!readOnly) {
      throw new CorruptFormatException(
          file.name(), position, what + "; the file can be opened for reading only");
    }
    findings.add(what);
  }

  /** The disk's size; what is beyond its last whole sector is not there, as for QEMU. */
  private static long diskSize(VhdFooter footer) {
    return footer.currentSize() & -BlockFormat.SECTOR_SIZE;
  }

  private Vhd openFixed(FooterSearch search) throws IOException {
    long size = diskSize(search.footer());
    if (size > search.end()) {
      throw new CorruptFormatException(
          file.name(),
          search.end(),
          "the footer says "
              + size
              + " bytes are before it, but there are "
              + search.end()
              + ": cut short?");
    }
    return new FixedVhd(file, search.footer(), size, findings, readOnly, closesFile);
  }

  private Vhd openDynamic(FooterSearch search) throws IOException {
    VhdFooter footer = search.footer();
    long size = diskSize(footer);
    byte[] headerBytes = DynamicHeader.read(file, footer);
    DynamicHeader header = DynamicHeader.get(headerBytes, file, footer.dataOffset());
    if (!DynamicHeader.isChecksumRight(headerBytes)) {
      unsealed("the header's checksum is wrong", footer.dataOffset());
    }
    BlockFormat format = new BlockFormat(header.blockSize());
    int blocks = Math.toIntExact((size + format.blockSize() - 1) / format.blockSize());
    BlockAllocationTable table = BlockAllocationTable.read(file, header, blocks);
    long end = checkBlocks(footer, header, format, table, size);
    return new DynamicVhd(file, search, format, table, size, end, findings, readOnly, closesFile);
  }

  /**
   * Checks that each block that the table names is in the file and covers no structure and, where
   * writing is wanted, no other block.
   *
   * @return where the last structure or block ends
   */
  private long checkBlocks(
      VhdFooter footer,
      DynamicHeader header,
      BlockFormat format,
      BlockAllocationTable table,
      long size)
      throws IOException {
    long tableEnd =
        header.tableOffset()
            + BlockFormat.alignUp(
                header.maxTableEntries() * BlockAllocationTable.ENTRY_SIZE,
                BlockFormat.SECTOR_SIZE);
    long headerEnd = footer.dataOffset() + DynamicHeader.SIZE;
    long end = Math.max(VhdFooter.SIZE, Math.max(headerEnd, tableEnd));
    long[] positions = new long[readOnly ? 0 : table.count()];
    int present = 0;
    for (int block = 0; block < table.count(); block++) {
      long position = table.positionOf(block);
      if (position == BlockAllocationTable.ABSENT) {
        continue;
      }
      // Of the last block only the part within the disk need be there.
      long used = Math.min(format.blockSize(), size - format.diskPositionOf(block));
      if (position > file.size() - format.bitmapSize() - used) {
        throw badBlock(block, position, "outside the file's " + file.size() + " bytes: cut short?");
      }
      long blockEnd = format.endOfBlock(position);
      if (position < VhdFooter.SIZE
          || position < headerEnd && blockEnd > footer.dataOffset()
          || position < tableEnd && blockEnd > header.tableOffset()) {
        throw badBlock(block, position, "over the file's own structures");
      }
      end = Math.max(end, blockEnd);
      if (!readOnly) {
        positions[present++] = position;
      }
    }
    checkOverlaps(positions, present, format);
    return BlockFormat.alignUp(end, BlockFormat.SECTOR_SIZE);
  }

  private void checkOverlaps(long[] positions, int count, BlockFormat format)
      throws CorruptFormatException {
    Arrays.sort(positions, 0, count);
    for (int i = 1; i < count; i++) {
      if (positions[i] < format.endOfBlock(positions[i - 1])) {
        throw new CorruptFormatException(
            file.name(),
            positions[i],
            "two blocks overlap here; the file can be opened for reading only");
      }
    }
  }

  private CorruptFormatException badBlock(int block, long position, String problem) {
    return new CorruptFormatException(
        file.name(), position, "the table says block " + block + " is here, " + problem);
  }

  private DiskFormatException differencing(VhdFooter footer) throws IOException {
    DynamicHeader header =
        DynamicHeader.get(DynamicHeader.read(file, footer), file, footer.dataOffset());
    return new UnsupportedFormatException(
        file.name(),
        DiskFormatException.NO_OFFSET,
        "a differencing VHD, which this version does not read; its parent is \""
            + header.parentName()
            + "\" with the unique id "
            + header.parentId());
  }
}
