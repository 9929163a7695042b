package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Makes a disk larger or smaller. What the table says about blocks behind the disk's end counts for
 * nothing, so a larger table is prepared first, and one entry of the log then makes it count; a
 * smaller disk comes first, and its blocks are given up then.
 */
final class DiskResize {

  private static final int CHUNK = 1 << 20;

  private final Vhdx disk;
  private final VhdxStructures structures;
  private final BlockAllocator allocator;
  private final BlockDevice file;
  private final BlockFormat format;

  DiskResize(Vhdx disk) {
    this.disk = disk;
    this.structures = disk.structures();
    this.allocator = disk.allocator();
    this.file = structures.file();
    this.format = structures.format();
  }

  void to(long newSize, boolean discardTail) throws IOException {
    if (newSize > disk.size()) {
      grow(newSize);
    } else if (newSize < disk.size()) {
      if (!discardTail) {
        checkZeros(newSize);
      }
      shrink(newSize);
    }
  }

  private void grow(long newSize) throws IOException {
    long oldSize = disk.size();
    allocator.beginDataChange();
    clearLastBlock(newSize);
    allocator.settle();
    RegionTable regions = structures.regions();
    int count = format.entryCount(newSize, structures.isDifferencing());
    long needed = BlockFormat.alignUp((long) count * BatEntry.SIZE, BlockFormat.MIB);
    boolean moves = needed > regions.bat().length();
    if (moves) {
      regions = regions.withBat(allocator.space().take(needed), needed);
    }
    BlockAllocationTable table = structures.table().resized(regions.bat().offset(), count);
    fillNewBlocks(table, oldSize, newSize);
    if (moves) {
      for (int page = 0; page < table.pageCount(); page++) {
        if (!table.isZeroPage(page)) {
          table.page(page).write(file);
        }
      }
    } else {
      int first = BlockAllocationTable.pageOf(format.indexOf(format.blockCount(oldSize) - 1));
      writeChangedPages(table, first);
    }
    MetadataRegion items =
        structures.metadata().withDiskSize(newSize).toRegion(structures.metadataRegion());
    List<LogPage> pages = new ArrayList<>(items.changes(file, regions.metadata()));
    for (long copy : RegionTable.OFFSETS) {
      pages.addAll(changes(copy, regions.toBytes()));
    }
    allocator.writeNow(pages);
    structures.changed(regions, items, table);
    disk.structuresChanged();
  }

  /** Lets that part of the last block which was behind the disk's end read as zeros. */
  private void clearLastBlock(long newSize) throws IOException {
    long oldSize = disk.size();
    int offset = format.offsetInBlock(oldSize);
    if (offset == 0) {
      return;
    }
    int block = format.blockOf(oldSize);
    long entry = structures.table().get(format.indexOf(block));
    if (BatEntry.isStored(entry)) {
      long position = BatEntry.position(entry);
      FileSpace.grow(file, position + format.blockSize());
      file.zero(position + offset, format.blockSize() - offset);
    }
    long blockEnd = format.diskPositionOf(block + 1);
    if (BatEntry.state(entry) == PayloadState.PARTIALLY_PRESENT) {
      disk.bitmaps().set(format.sectorOf(oldSize), format.sectorOf(blockEnd), false);
    }
    long shown = Math.min(Math.min(blockEnd, newSize), parentSize());
    if (shown > oldSize) {
      disk.zeroWithin(oldSize, shown - oldSize);
    }
  }

  /** Stores all new blocks of a fixed disk; hides what a parent has there that is larger. */
  private void fillNewBlocks(BlockAllocationTable table, long oldSize, long newSize)
      throws IOException {
    int first = format.blockCount(oldSize);
    int end = format.blockCount(newSize);
    forget(first, table, index -> table.set(index, BatEntry.NONE));
    if (structures.metadata().type() == VhdxType.FIXED && first < end) {
      long position = allocator.space().take((long) (end - first) * format.blockSize());
      for (int block = first; block < end; block++) {
        table.set(format.indexOf(block), BatEntry.of(PayloadState.FULLY_PRESENT, position));
        position += format.blockSize();
      }
    }
    long shown = Math.min(newSize, parentSize());
    for (int block = first; block < end && format.diskPositionOf(block) < shown; block++) {
      table.set(format.indexOf(block), BatEntry.of(PayloadState.ZERO, 0));
    }
  }

  /**
   * Clears the entries from a block on: in a differencing disk the table has entries of blocks that
   * are behind the disk's end, up to the sector bitmap of the last chunk. That one is kept.
   */
  private void forget(int firstBlock, BlockAllocationTable table, IntConsumer clear) {
    int lastBitmap = format.indexOfBitmap(format.chunkOf(firstBlock - 1));
    for (int i = table.skipZeroPages(format.indexOf(firstBlock - 1) + 1);
        i < table.count();
        i = table.skipZeroPages(i + 1)) {
      if (table.get(i) != BatEntry.NONE && i != lastBitmap) {
        clear.accept(i);
      }
    }
  }

  private long parentSize() {
    return disk.parent().map(Vhdx::size).orElse(0L);
  }

  /** Writes those pages through the log that differ from what the file has. */
  private void writeChangedPages(BlockAllocationTable table, int first) throws IOException {
    List<LogPage> batch = new ArrayList<>();
    for (int i = first; i < table.pageCount(); i++) {
      LogPage page = table.page(i);
      if (!Arrays.equals(page.bytes(), file.read(page.position(), page.bytes().length))) {
        batch.add(page);
      }
      if (batch.size() == LogEntry.MAX_PAGES) {
        allocator.writeNow(batch);
        batch.clear();
      }
    }
    if (!batch.isEmpty()) {
      allocator.writeNow(batch);
    }
  }

  private List<LogPage> changes(long position, byte[] bytes) throws IOException {
    List<LogPage> pages = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += LogEntry.SECTOR_SIZE) {
      byte[] page = Arrays.copyOfRange(bytes, at, at + LogEntry.SECTOR_SIZE);
      if (!Arrays.equals(page, file.read(position + at, page.length))) {
        pages.add(new LogPage(position + at, page));
      }
    }
    return pages;
  }

  private void checkZeros(long newSize) throws IOException {
    byte[] chunk = new byte[CHUNK];
    long dataEnd = newSize;
    for (long at = newSize; at < disk.size(); ) {
      MappedExtent extent = disk.map(at);
      long end = Math.min(extent.end(), at + chunk.length);
      if (extent.kind() != MappedExtent.Kind.ZERO) {
        int count = (int) (end - at);
        disk.read(at, ByteBuffer.wrap(chunk, 0, count));
        int last = count - 1;
        while (last >= 0 && chunk[last] == 0) {
          last--;
        }
        dataEnd = last >= 0 ? at + last + 1 : dataEnd;
      } else {
        end = extent.end();
      }
      at = end;
    }
    if (dataEnd > newSize) {
      throw new NoSpaceException(disk.name() + ", in which there are data,", dataEnd, newSize);
    }
  }

  /** Makes the disk smaller, whatever there is behind its new end. */
  private void shrink(long newSize) throws IOException {
    allocator.beginDataChange();
    MetadataRegion items =
        structures.metadata().withDiskSize(newSize).toRegion(structures.metadataRegion());
    allocator.writeNow(items.changes(file, structures.regions().metadata()));
    int count = format.entryCount(newSize, structures.isDifferencing());
    BlockAllocationTable table = structures.table();
    forget(format.blockCount(newSize), table, index -> allocator.setEntry(index, BatEntry.NONE));
    allocator.settle();
    disk.bitmaps().forget();
    BlockAllocationTable smaller = table.resized(table.offset(), count);
    structures.changed(structures.regions(), items, smaller);
    disk.structuresChanged();
    allocator.cut(structures.checkBlocks(false).end());
  }
}
