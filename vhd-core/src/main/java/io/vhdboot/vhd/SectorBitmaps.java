package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bitmaps of a differencing VHD's blocks: those used last, and all that have bits set which are
 * not in the file yet. Bits are only ever set, never cleared. Safe for several threads.
 */
final class SectorBitmaps {

  /** What bitmaps that are in the file may take in memory. */
  private static final int MAX_CACHED_BYTES = 8 << 20;

  /** A bitmap as it was when it was looked at, to be written. */
  record Change(int block, byte[] bytes) {}

  private final BlockDevice file;
  private final SparseStructure structure;
  private final int maxCached;
  private final Map<Integer, SectorBitmap> cached = new LinkedHashMap<>(16, 0.75f, true);
  private final TreeMap<Integer, SectorBitmap> changed = new TreeMap<>();

  SectorBitmaps(BlockDevice file, SparseStructure structure) {
    this.file = file;
    this.structure = structure;
    this.maxCached = Math.max(8, MAX_CACHED_BYTES / structure.format().bitmapSize());
  }

  /** The bitmap of a present block. */
  synchronized SectorBitmap of(int block) throws IOException {
    SectorBitmap bitmap = changed.get(block);
    if (bitmap == null) {
      bitmap = cached.get(block);
    }
    if (bitmap == null) {
      int sectors = structure.sectorsWithin(block);
      byte[] bytes = file.read(structure.table().positionOf(block), SectorBitmap.bytesFor(sectors));
      bitmap = cache(block, new SectorBitmap(bytes, sectors));
    }
    return bitmap;
  }

  /** Is told of a block that was just added, none of whose bits is set. */
  synchronized void added(int block) {
    int sectors = structure.sectorsWithin(block);
    cache(block, new SectorBitmap(new byte[SectorBitmap.bytesFor(sectors)], sectors));
  }

  private SectorBitmap cache(int block, SectorBitmap bitmap) {
    cached.put(block, bitmap);
    if (cached.size() > maxCached) {
      Iterator<Integer> oldest = cached.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return bitmap;
  }

  /** Sets the bits of sectors whose data is written. */
  synchronized void set(int block, int from, int to) throws IOException {
    SectorBitmap bitmap = of(block);
    if (bitmap.set(from, to)) {
      changed.put(block, bitmap);
    }
  }

  synchronized int changedCount() {
    return changed.size();
  }

  /** The bitmaps that the file does not have yet, as they are now. */
  synchronized List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    changed.forEach((block, bitmap) -> changes.add(new Change(block, bitmap.toBytes())));
    return changes;
  }

  /** Writes bitmaps whose sectors' data is durable. */
  synchronized void write(List<Change> changes) throws IOException {
    for (Change change : changes) {
      file.write(structure.table().positionOf(change.block), ByteBuffer.wrap(change.bytes));
      SectorBitmap bitmap = changed.get(change.block);
      if (bitmap != null && Arrays.equals(bitmap.toBytes(), change.bytes)) {
        changed.remove(change.block);
        cache(change.block, bitmap);
      }
    }
  }
}
