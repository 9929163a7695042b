package io.vhdboot.vhdx;

import io.vhdboot.disk.MappedExtent;
import java.io.IOException;

/**
 * Tells what a file itself holds of its disk.
 *
 * @param parentSize the size of the parent's disk; 0 where there is none
 */
record OwnExtents(
    BlockFormat format,
    BlockAllocationTable table,
    SectorBitmaps bitmaps,
    long size,
    long parentSize) {

  /** The extent that begins at a position: data, zeros, or what is the parent's. */
  MappedExtent at(long position) throws IOException {
    int block = format.blockOf(position);
    long entry = entryOf(block);
    return BatEntry.state(entry) == PayloadState.PARTIALLY_PRESENT
        ? inPartialBlock(position)
        : ofWholeBlocks(position, kindOf(entry, position));
  }

  private MappedExtent inPartialBlock(long position) throws IOException {
    long blockEnd = Math.min(size, format.diskPositionOf(format.blockOf(position) + 1));
    long sector = format.sectorOf(position);
    long runEnd = bitmaps.endOfRun(sector, format.sectorOf(blockEnd - 1) + 1) * format.sectorSize();
    MappedExtent.Kind kind =
        bitmaps.isSet(sector) ? MappedExtent.Kind.DATA : kindOf(BatEntry.NONE, position);
    return extent(position, runEnd, kind);
  }

  private MappedExtent ofWholeBlocks(long position, MappedExtent.Kind kind) {
    int next = format.blockOf(position) + 1;
    while (next < format.blockCount(size)
        && BatEntry.state(entryOf(next)) != PayloadState.PARTIALLY_PRESENT
        && kindOf(entryOf(next), format.diskPositionOf(next)) == kind) {
      next = afterEqual(next);
    }
    return extent(position, Math.min(size, format.diskPositionOf(next)), kind);
  }

  private MappedExtent extent(long position, long end, MappedExtent.Kind kind) {
    long cut = kind == MappedExtent.Kind.PARENT ? Math.min(end, parentSize) : end;
    return new MappedExtent(position, cut - position, kind);
  }

  /** The block behind one, or behind a page of the table of which none is present. */
  private int afterEqual(int block) {
    int index = format.indexOf(block);
    int skipped = table.skipZeroPages(index);
    if (skipped <= index + 1 || parentSize > 0) {
      return block + 1;
    }
    int last = format.blockOfIndex(skipped - 1);
    return Math.max(block, last < 0 ? format.blockOfIndex(skipped - 2) : last) + 1;
  }

  private MappedExtent.Kind kindOf(long entry, long position) {
    return switch (BatEntry.state(entry)) {
      case FULLY_PRESENT, PARTIALLY_PRESENT -> MappedExtent.Kind.DATA;
      case NOT_PRESENT -> position < parentSize ? MappedExtent.Kind.PARENT : MappedExtent.Kind.ZERO;
      default -> MappedExtent.Kind.ZERO;
    };
  }

  private long entryOf(int block) {
    return table.get(format.indexOf(block));
  }
}
