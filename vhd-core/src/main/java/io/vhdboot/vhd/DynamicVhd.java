package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The disk in a dynamic VHD.
 *
 * <p>A block whose bitmap has clear bits (none of ours has) reads as zeros there; before it is
 * written to, it gets zeros there and all its bits set.
 */
final class DynamicVhd extends SparseVhd {

  private final BlockAdder adder;
  private final CompleteBlocks complete;

  DynamicVhd(
      BlockDevice file,
      SparseStructure structure,
      List<String> findings,
      boolean readOnly,
      boolean closesFile) {
    super(file, structure, findings, readOnly, closesFile);
    this.complete = new CompleteBlocks(table.count());
    this.adder = BlockAdder.forDynamic(file, structure, complete);
  }

  @Override
  BlockAdder adder() {
    return adder;
  }

  @Override
  public VhdType type() {
    return VhdType.DYNAMIC;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long at = position;
    int limit = target.limit();
    while (target.hasRemaining()) {
      int count = inBlock(at, target.remaining());
      target.limit(target.position() + count);
      int block = format.blockOf(at);
      long bitmap = table.positionOf(block);
      if (bitmap == BlockAllocationTable.ABSENT) {
        Zeros.fill(target);
      } else if (isComplete(block, bitmap)) {
        file.read(format.dataBehindBitmap(bitmap) + format.offsetInBlock(at), target);
      } else {
        readPartial(block, bitmap, at, target);
      }
      target.limit(limit);
      at += count;
    }
  }

  /** Reads from one block of whose sectors only some were written. */
  private void readPartial(int block, long bitmap, long position, ByteBuffer target)
      throws IOException {
    SectorBitmap sectors = bitmapOf(block, bitmap);
    int offset = format.offsetInBlock(position);
    int limit = target.limit();
    while (target.hasRemaining()) {
      int sector = offset / BlockFormat.SECTOR_SIZE;
      int runEnd = sectors.endOfRun(sector) * BlockFormat.SECTOR_SIZE;
      int count = Math.min(target.remaining(), runEnd - offset);
      target.limit(target.position() + count);
      if (sectors.isSet(sector)) {
        file.read(format.dataBehindBitmap(bitmap) + offset, target);
      } else {
        Zeros.fill(target);
      }
      target.limit(limit);
      offset += count;
    }
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    checkWritable();
    checkRange(position, source.remaining());
    if (!source.hasRemaining()) {
      return;
    }
    adder.prepare();
    adder.add(format.blockOf(position), format.blockOf(position + source.remaining() - 1));
    long at = position;
    int limit = source.limit();
    while (source.hasRemaining()) {
      int count = inBlock(at, source.remaining());
      source.limit(source.position() + count);
      long data = completedData(format.blockOf(at));
      file.write(data + format.offsetInBlock(at), source);
      source.limit(limit);
      at += count;
    }
  }

  /** Leaves absent blocks out; zeros what is there. */
  @Override
  public void zero(long position, long length) throws IOException {
    checkWritable();
    checkRange(position, length);
    long at = position;
    long end = position + length;
    while (at < end) {
      int count = inBlock(at, end - at);
      int block = format.blockOf(at);
      if (table.isPresent(block)) {
        adder.prepare();
        file.zero(completedData(block) + format.offsetInBlock(at), count);
      }
      at += count;
    }
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    int block = format.blockOf(position);
    long bitmap = table.positionOf(block);
    long inBlock = inBlock(position, size() - position);
    if (bitmap == BlockAllocationTable.ABSENT) {
      long end = endOfAbsent(position, size() - position);
      return new MappedExtent(position, end - position, MappedExtent.Kind.ZERO);
    }
    if (isComplete(block, bitmap)) {
      return new MappedExtent(position, inBlock, MappedExtent.Kind.DATA);
    }
    SectorBitmap sectors = bitmapOf(block, bitmap);
    int offset = format.offsetInBlock(position);
    int sector = offset / BlockFormat.SECTOR_SIZE;
    long runLength = (long) sectors.endOfRun(sector) * BlockFormat.SECTOR_SIZE - offset;
    return new MappedExtent(
        position,
        Math.min(inBlock, runLength),
        sectors.isSet(sector) ? MappedExtent.Kind.DATA : MappedExtent.Kind.ZERO);
  }

  private SectorBitmap bitmapOf(int block, long position) throws IOException {
    int sectors = structure.sectorsWithin(block);
    return new SectorBitmap(file.read(position, SectorBitmap.bytesFor(sectors)), sectors);
  }

  private boolean isComplete(int block, long bitmap) throws IOException {
    if (complete.contains(block)) {
      return true;
    }
    if (bitmapOf(block, bitmap).isComplete()) {
      complete.add(block);
      return true;
    }
    return false;
  }

  /** Where the data begins of a present block, all of whose sectors hold data from now on. */
  private long completedData(int block) throws IOException {
    long position = table.positionOf(block);
    if (!isComplete(block, position)) {
      complete(block, position);
    }
    return format.dataBehindBitmap(position);
  }

  private synchronized void complete(int block, long position) throws IOException {
    if (complete.contains(block)) {
      return;
    }
    SectorBitmap bitmap = bitmapOf(block, position);
    int sectors = structure.sectorsWithin(block);
    for (int sector = 0, end; sector < sectors; sector = end) {
      end = bitmap.endOfRun(sector);
      if (!bitmap.isSet(sector)) {
        long at = format.dataBehindBitmap(position) + (long) sector * BlockFormat.SECTOR_SIZE;
        file.zero(at, (long) (end - sector) * BlockFormat.SECTOR_SIZE);
      }
    }
    // The zeros first: whatever was there must never show.
    file.flush();
    bitmap.setAll();
    file.write(position, ByteBuffer.wrap(bitmap.toBytes()));
    complete.add(block);
  }
}
