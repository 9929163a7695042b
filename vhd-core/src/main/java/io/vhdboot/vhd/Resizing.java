package io.vhdboot.vhd;

import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes the size of the disk in a VHD. The new size holds from the moment on at which a footer
 * with it is written, as the last step of growing and the first of shrinking.
 */
final class Resizing {

  private static final int STEP = 1 << 20;

  private final ResizableBlockDevice file;
  private final long newSize;

  private Resizing(ResizableBlockDevice file, long newSize) {
    this.file = file;
    this.newSize = newSize;
  }

  static void resize(
      ResizableBlockDevice file, long newSize, boolean discardTail, ParentResolver parents)
      throws IOException {
    if (newSize <= 0 || newSize > VhdOptions.MAX_DISK_SIZE || newSize % 512 != 0) {
      throw new IllegalArgumentException(
          "diskSize ("
              + newSize
              + ") must be a multiple of 512 from 512 to "
              + VhdOptions.MAX_DISK_SIZE);
    }
    VhdType type;
    long oldSize;
    try (Vhd vhd = Vhd.open(file, false, parents)) {
      type = vhd.type();
      oldSize = vhd.size();
      if (newSize < oldSize && !discardTail) {
        requireFree(vhd, newSize);
      }
    }
    Resizing resizing = new Resizing(file, newSize);
    if (type == VhdType.FIXED) {
      new FixedResizing(file).resize(newSize);
    } else if (newSize == oldSize) {
      // What an earlier stop left, if anything.
      Compaction.closeGaps(SparseEditor.open(file));
    } else if (newSize > oldSize) {
      resizing.grow();
    } else {
      resizing.shrink();
    }
  }

  /** Throws unless the disk reads as zeros from a position on. */
  private static void requireFree(Vhd vhd, long newSize) throws IOException {
    ByteBuffer step = ByteBuffer.allocate(STEP);
    for (long at = newSize; at < vhd.size(); ) {
      MappedExtent extent = vhd.map(at);
      long end = extent.end();
      if (extent.kind() == MappedExtent.Kind.DATA) {
        end = Math.min(end, at + STEP);
        step.clear().limit((int) (end - at));
        vhd.read(at, step);
        if (!Zeros.isZero(step.array(), 0, step.position())) {
          throw new IllegalArgumentException(
              "diskSize ("
                  + newSize
                  + ") must leave the data behind byte "
                  + at
                  + " on the disk, or it must be discarded expressly");
        }
      }
      at = end;
    }
  }

  private void grow() throws IOException {
    SparseEditor editor = SparseEditor.open(file);
    int blocks = Math.toIntExact((newSize + blockSize(editor) - 1) / blockSize(editor));
    clearBehindDisk(editor);
    if (blocks > editor.structure().table().count()) {
      growTable(editor, blocks);
    }
    editor.switchFooter(editor.structure().footer().withDiskSize(newSize));
    Compaction.closeGaps(editor);
  }

  private static long blockSize(SparseEditor editor) {
    return editor.structure().format().blockSize();
  }

  /** The part of the last block that is behind the disk's end comes into view. */
  private void clearBehindDisk(SparseEditor editor) throws IOException {
    SparseStructure structure = editor.structure();
    int last = structure.table().count() - 1;
    long within = structure.bytesWithin(last);
    if (structure.table().isPresent(last) && within < blockSize(editor)) {
      long position = structure.table().positionOf(last);
      editor.growFile(structure.format().endOfBlock(position));
      file.zero(structure.format().dataBehindBitmap(position) + within, blockSize(editor) - within);
      file.flush();
    }
  }

  private void growTable(SparseEditor editor, int blocks) throws IOException {
    SparseStructure structure = editor.structure();
    long offset = structure.header().tableOffset();
    long end = structure.table().resized(offset, blocks).paddedEnd();
    if (isStructureWithin(structure, structure.tableEnd(), end)) {
      // Something that is no block stands in the way; then the table goes behind everything.
      offset = BlockFormat.alignUp(structure.end(file), BlockFormat.ALIGNMENT);
      editor.growFile(structure.table().resized(offset, blocks).paddedEnd());
    } else {
      makeWay(editor, end);
      editor.growFile(end);
    }
    editor.writeTable(editor.structure().table().resized(offset, blocks));
    editor.switchTable(offset, Math.max(blocks, structure.header().maxTableEntries()));
  }

  private boolean isStructureWithin(SparseStructure structure, long from, long to) {
    List<long[]> ranges = new ArrayList<>(FileSpace.structures(structure, file));
    return ranges.stream()
        .filter(range -> range[0] != structure.header().tableOffset())
        .anyMatch(range -> range[0] < to && range[1] > from);
  }

  /** Moves the blocks that lie before an end behind all others. */
  private void makeWay(SparseEditor editor, long end) throws IOException {
    SparseStructure structure = editor.structure();
    BlockFormat format = structure.format();
    long fileEnd = structure.end(file);
    Map<Integer, Long> moves = new LinkedHashMap<>();
    for (int block = 0; block < structure.table().count(); block++) {
      long position = structure.table().positionOf(block);
      if (position != BlockAllocationTable.ABSENT && position < end) {
        long to = format.bitmapBehind(Math.max(fileEnd, end));
        moves.put(block, to);
        fileEnd = format.endOfBlock(to);
      }
    }
    if (!moves.isEmpty()) {
      editor.move(moves);
    }
  }

  private void shrink() throws IOException {
    SparseEditor editor = SparseEditor.open(file);
    SparseStructure before = editor.structure();
    int blocks = Math.toIntExact((newSize + blockSize(editor) - 1) / blockSize(editor));
    editor.switchFooter(before.footer().withDiskSize(newSize));
    // Others may look at entries that the disk does not need.
    int oldBlocks = before.table().count();
    if (blocks < oldBlocks) {
      BlockAllocationTable kept = before.table();
      for (int block = blocks; block < oldBlocks; block++) {
        kept.remove(block);
      }
      editor.writeTable(kept);
      editor.switchTable(before.header().tableOffset(), blocks);
    }
    Compaction.closeGaps(editor);
  }
}
