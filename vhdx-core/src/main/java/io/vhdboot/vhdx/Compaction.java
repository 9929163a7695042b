package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes a file smaller: blocks that nobody needs are not stored any more, those at the end move
 * into the gaps, and the file is cut. A block's new place is durable before the table names it, and
 * its old one is not touched.
 */
final class Compaction {

  private static final int CHUNK = 1 << 20;

  /** Blocks that move before the table is written, so that they share the log's flushes. */
  private static final int BATCH = 64;

  private final Vhdx disk;
  private final VhdxStructures structures;
  private final BlockAllocator allocator;
  private final BlockDevice file;
  private final BlockFormat format;
  private final UnusedRanges unused;
  private final byte[] chunk = new byte[CHUNK];
  private int dropped;
  private int moved;

  Compaction(Vhdx disk, UnusedRanges unused) {
    this.unused = unused;
    this.disk = disk;
    this.structures = disk.structures();
    this.allocator = disk.allocator();
    this.file = structures.file();
    this.format = structures.format();
  }

  VhdxCompaction run(ProgressListener listener) throws IOException {
    long before = file.size();
    if (structures.metadata().type() != VhdxType.FIXED) {
      allocator.settle();
      dropBlocks(listener);
      allocator.settle();
      moveBlocks(listener);
      allocator.settle();
      long end = structures.checkBlocks(false).end();
      if (end < before) {
        allocator.beginFileChange();
        allocator.cut(end);
      }
    }
    return new VhdxCompaction(before, file.size(), dropped, moved);
  }

  private void dropBlocks(ProgressListener listener) throws IOException {
    listener.begin("looking for empty blocks", disk.presentBlockCount() * disk.blockSize());
    structures.forEachEntry(
        (index, block, entry) -> {
          if (block >= 0 && BatEntry.isStored(entry)) {
            drop(index, block, entry);
            listener.advance(format.blockSize());
          }
        });
    dropBitmaps();
  }

  private void drop(int index, int block, long entry) throws IOException {
    long start = format.diskPositionOf(block);
    long end = Math.min(disk.size(), start + format.blockSize());
    boolean ownedWholly = true;
    if (BatEntry.state(entry) == PayloadState.PARTIALLY_PRESENT) {
      long sector = format.sectorOf(start);
      long endSector = format.sectorOf(end - 1) + 1;
      ownedWholly =
          disk.bitmaps().isSet(sector) && disk.bitmaps().endOfRun(sector, endSector) == endSector;
      if (!disk.bitmaps().isSet(sector)
          && disk.bitmaps().endOfRun(sector, endSector) == endSector) {
        allocator.beginFileChange();
        allocator.setEntry(index, BatEntry.NONE);
        dropped++;
        return;
      }
    }
    boolean zero = ownedWholly && isEmpty(entry, start, end, UnusedRanges.NONE);
    if (zero) {
      allocator.beginFileChange();
    } else if (unused.endOfUnused(start) >= end
        || ownedWholly && isEmpty(entry, start, end, unused)) {
      allocator.beginDataChange();
    } else {
      return;
    }
    dropped++;
    allocator.setEntry(
        index, structures.isDifferencing() ? BatEntry.of(PayloadState.ZERO, 0) : BatEntry.NONE);
  }

  /** Whether a block holds nothing but zeros and what nobody needs. */
  private boolean isEmpty(long entry, long start, long end, UnusedRanges needless)
      throws IOException {
    int sectorSize = format.sectorSize();
    for (long at = start; at < end; ) {
      int count = (int) Math.min(end - at, CHUNK);
      file.read(BatEntry.position(entry) + (at - start), ByteBuffer.wrap(chunk, 0, count));
      for (int i = 0; i < count; i += sectorSize) {
        if (!FileSpace.isZero(chunk, i, i + sectorSize)
            && needless.endOfUnused(at + i) < at + i + sectorSize) {
          return false;
        }
      }
      at += count;
    }
    return true;
  }

  /** Gives up the sector bitmaps of chunks in which no block is partially present any more. */
  private void dropBitmaps() throws IOException {
    if (!structures.isDifferencing()) {
      return;
    }
    boolean[] needed = new boolean[format.chunkCount(disk.size())];
    structures.forEachEntry(
        (index, block, entry) -> {
          if (block >= 0 && BatEntry.state(entry) == PayloadState.PARTIALLY_PRESENT) {
            needed[format.chunkOf(block)] = true;
          }
        });
    allocator.settle();
    for (int chunkNumber = 0; chunkNumber < needed.length; chunkNumber++) {
      int index = format.indexOfBitmap(chunkNumber);
      if (!needed[chunkNumber] && BatEntry.isBitmapPresent(structures.table().get(index))) {
        allocator.beginFileChange();
        allocator.setEntry(index, BatEntry.NONE);
      }
    }
    disk.bitmaps().forget();
  }

  private void moveBlocks(ProgressListener listener) throws IOException {
    FileMap map = structures.checkBlocks(false);
    long[] stored = storedFromTheEnd();
    listener.begin("moving blocks", -1);
    long[] firstFree = new long[2];
    for (int i = stored.length - 1; i >= 0; i--) {
      int index = (int) stored[i];
      int block = format.blockOfIndex(index);
      long entry = structures.table().get(index);
      long position = BatEntry.position(entry);
      long length = structures.storedSize(block, entry);
      int kind = block < 0 ? 0 : 1;
      firstFree[kind] = map.firstFree(firstFree[kind], length);
      if (firstFree[kind] + length > position) {
        break;
      }
      allocator.beginFileChange();
      FileSpace.copy(file, position, firstFree[kind], length);
      map.take(firstFree[kind], length);
      allocator.setEntry(index, BatEntry.moved(entry, firstFree[kind]));
      listener.advance(length);
      if (++moved % BATCH == 0) {
        allocator.settle();
      }
    }
  }

  /** The stored blocks' MiB in the file and, in the low half, index in the table; sorted. */
  private long[] storedFromTheEnd() throws IOException {
    int[] count = new int[1];
    structures.forEachEntry(
        (index, block, entry) -> count[0] += structures.storedSize(block, entry) > 0 ? 1 : 0);
    long[] stored = new long[count[0]];
    structures.forEachEntry(
        (index, block, entry) -> {
          if (structures.storedSize(block, entry) > 0) {
            stored[--count[0]] = BatEntry.position(entry) / BlockFormat.MIB << 32 | index;
          }
        });
    Arrays.sort(stored);
    return stored;
  }
}
