package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes what a child stores into its parent. The child stays as it is and reads as before, however
 * far this got: all that changes in the parent is hidden by it.
 */
final class Merging {

  private static final int STEP = 1 << 20;

  private final BlockDevice childFile;
  private final SparseStructure child;
  private final SectorBitmaps bitmaps;
  private final Vhd parent;
  private final ByteBuffer step = ByteBuffer.allocate(STEP);

  private Merging(BlockDevice childFile, SparseStructure child, Vhd parent) {
    this.childFile = childFile;
    this.child = child;
    this.bitmaps = new SectorBitmaps(childFile, child);
    this.parent = parent;
  }

  static void merge(BlockDevice childFile, Vhd parent, ProgressListener progress)
      throws IOException {
    SparseStructure child = SparseStructure.read(childFile, FooterSearch.in(childFile));
    child.checkBlocks(childFile, false);
    if (!child.isDifferencing() || !child.header().parentId().equals(parent.footer().uniqueId())) {
      throw new IllegalArgumentException(
          "parent (" + parent.name() + ") must be the parent of " + childFile.name());
    }
    if (child.diskSize() > parent.size()) {
      throw new IllegalArgumentException(
          "parent ("
              + parent.name()
              + ", "
              + parent.size()
              + " bytes) must have at least the child's "
              + child.diskSize()
              + " bytes");
    }
    progress.begin("Merging", child.diskSize());
    Merging merging = new Merging(childFile, child, parent);
    for (int block = 0; block < child.table().count(); block++) {
      if (child.table().isPresent(block)) {
        merging.mergeBlock(block);
      }
      progress.advance(child.bytesWithin(block));
    }
    parent.flush();
  }

  private void mergeBlock(int block) throws IOException {
    SectorBitmap bitmap = bitmaps.of(block);
    int sectors = child.sectorsWithin(block);
    for (int sector = 0, end; sector < sectors; sector = end) {
      boolean stored = bitmap.isSet(sector);
      end = Math.min(sectors, bitmap.endOfRun(sector, stored));
      if (stored) {
        mergeRange(block, sector * BlockFormat.SECTOR_SIZE, end * BlockFormat.SECTOR_SIZE);
      }
    }
  }

  private void mergeRange(int block, int from, int to) throws IOException {
    long file = child.format().dataBehindBitmap(child.table().positionOf(block));
    long disk = child.format().diskPositionOf(block);
    for (int at = from; at < to; at += STEP) {
      int count = Math.min(STEP, to - at);
      step.clear().limit(count);
      childFile.read(file + at, step);
      if (Zeros.isZero(step.array(), 0, count)) {
        parent.zero(disk + at, count);
      } else {
        parent.write(disk + at, step.flip());
      }
    }
  }
}
