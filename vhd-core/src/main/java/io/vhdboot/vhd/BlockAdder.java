package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds blocks to a dynamic VHD such that a stop at any point leaves a file that opens and holds
 * what was flushed. Two steps with a barrier between them:
 *
 * <ol>
 *   <li>the file grows, the footer is written at its new end, then the blocks with their bitmaps
 *   <li>the table's entries are written, and in a differencing VHD the bits of sectors that were
 *       written before
 * </ol>
 *
 * <p>The second waits for {@link #settle}, so that many blocks share the barrier; until then the
 * blocks are in the table in memory and nobody has been told that they are durable. Should the file
 * keep its new size and lose what was written to it, its last sector is no footer: the copy at its
 * beginning, which is never written again, then serves. Should it lose its new size, the former
 * footer is still there.
 *
 * <p>Safe for several threads.
 */
final class BlockAdder {

  /** Unsettled blocks at which nobody's flush is waited for, to bound what a stop takes away. */
  private static final int MAX_UNSETTLED = 64;

  private final BlockDevice file;
  private final SparseStructure structure;
  private final BlockFormat format;
  private final BlockAllocationTable table;
  private final CompleteBlocks complete;
  private final SectorBitmaps bitmaps;
  private final List<Integer> unsettled = new ArrayList<>();
  private volatile boolean prepared;
  private long end;
  private boolean footerWritten;

  private BlockAdder(
      BlockDevice file, SparseStructure structure, CompleteBlocks complete, SectorBitmaps bitmaps) {
    this.file = file;
    this.structure = structure;
    this.format = structure.format();
    this.table = structure.table();
    this.complete = complete;
    this.bitmaps = bitmaps;
    this.end = structure.end(file);
    this.footerWritten = structure.search().state() == FooterSearch.State.SOUND;
    this.prepared = footerWritten && structure.search().isCopyEqual();
  }

  /**
   * An adder of blocks that read as zeros.
   *
   * @param complete is told of the added blocks, whose bitmaps need not be looked at
   */
  static BlockAdder forDynamic(
      BlockDevice file, SparseStructure structure, CompleteBlocks complete) {
    return new BlockAdder(file, structure, complete, null);
  }

  /**
   * An adder of blocks that read as the parent.
   *
   * @param bitmaps is told of the added blocks, and asked for bits to write
   */
  static BlockAdder forDifferencing(
      BlockDevice file, SparseStructure structure, SectorBitmaps bitmaps) {
    return new BlockAdder(file, structure, null, bitmaps);
  }

  /** Puts the footer of a file and its copy back, and nothing else. */
  static void putFootersBack(BlockDevice file, SparseStructure structure) throws IOException {
    new BlockAdder(file, structure, null, null).prepare();
    file.flush();
  }

  /**
   * Puts the footer back where a rescued file lacks it, and its copy where that is another, for
   * upon a stop amid growing the copy must serve. To be called before the first write.
   */
  void prepare() throws IOException {
    if (prepared) {
      return;
    }
    synchronized (this) {
      if (!footerWritten) {
        writeFooter(end);
      }
      if (!structure.search().isCopyEqual()) {
        file.flush();
        file.write(0, ByteBuffer.wrap(structure.search().bytes()));
        file.flush();
      }
      prepared = true;
    }
  }

  /**
   * Adds those blocks of a range that are absent.
   *
   * @param first the first block
   * @param last the last block
   */
  synchronized void add(int first, int last) throws IOException {
    List<Integer> absent = new ArrayList<>();
    for (int block = first; block <= last; block++) {
      if (!table.isPresent(block)) {
        absent.add(block);
      }
    }
    if (absent.isEmpty()) {
      return;
    }
    long[] positions = new long[absent.size()];
    long newEnd = end;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = format.bitmapBehind(newEnd);
      newEnd = format.endOfBlock(positions[i]);
    }
    if (!BlockAllocationTable.canHold(positions[positions.length - 1])) {
      throw new NoSpaceException(file.name() + ", whose blocks must begin", newEnd, 2L << 40);
    }
    long oldSize = file.size();
    writeFooter(newEnd);
    ByteBuffer bitmap = ByteBuffer.wrap(newBitmap());
    for (long position : positions) {
      file.write(position, bitmap.rewind());
      // Behind the last block there may be what an earlier stop left.
      long data = format.dataBehindBitmap(position);
      if (bitmaps == null && data < oldSize) {
        file.zero(data, Math.min(oldSize, format.endOfBlock(position)) - data);
      }
    }
    end = newEnd;
    for (int i = 0; i < positions.length; i++) {
      if (bitmaps == null) {
        complete.add(absent.get(i));
      } else {
        bitmaps.added(absent.get(i));
      }
      table.set(absent.get(i), positions[i]);
    }
    unsettled.addAll(absent);
    if (unsettled.size() >= MAX_UNSETTLED) {
      settle();
    }
  }

  private byte[] newBitmap() {
    return bitmaps == null ? SectorBitmap.full(format) : new byte[format.bitmapSize()];
  }

  /** Makes durable that the added blocks, and the sectors written to, are there. */
  synchronized void settle() throws IOException {
    // Bits that are set from here on are of sectors that the flush may miss.
    List<SectorBitmaps.Change> changes = bitmaps == null ? List.of() : bitmaps.changes();
    if (unsettled.isEmpty() && changes.isEmpty()) {
      return;
    }
    file.flush();
    if (bitmaps != null) {
      bitmaps.write(changes);
    }
    for (int block : unsettled) {
      table.writeEntry(file, block);
    }
    unsettled.clear();
  }

  /** Writes the footer behind everything, where the file must grow at its new end. */
  private void writeFooter(long contentEnd) throws IOException {
    long wanted = contentEnd + VhdFooter.SIZE;
    long size = Math.max(wanted, BlockFormat.alignUp(file.size(), BlockFormat.SECTOR_SIZE));
    if (size == file.size() && footerWritten) {
      return;
    }
    if (size != file.size()) {
      if (!(file instanceof ResizableBlockDevice resizable)) {
        throw new NoSpaceException(file.name() + ", which cannot grow,", size, file.size());
      }
      footerWritten = false;
      resizable.setSize(size);
    }
    file.write(size - VhdFooter.SIZE, ByteBuffer.wrap(structure.search().bytes()));
    footerWritten = true;
  }
}
