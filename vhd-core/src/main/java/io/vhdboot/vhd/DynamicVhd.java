package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;

/**
 * The disk in a dynamic VHD.
 *
 * <p>A block whose bitmap has clear bits (none of ours has) reads as zeros there; before it is
 * written to, it gets zeros there and all its bits set.
 */
final class DynamicVhd implements Vhd {

  private final BlockDevice file;
  private final SparseStructure structure;
  private final BlockFormat format;
  private final BlockAllocationTable table;
  private final List<String> findings;
  private final boolean readOnly;
  private final boolean closesFile;
  private final BlockAdder adder;
  private final CompleteBlocks complete;

  DynamicVhd(
      BlockDevice file,
      SparseStructure structure,
      List<String> findings,
      boolean readOnly,
      boolean closesFile) {
    this.file = file;
    this.structure = structure;
    this.format = structure.format();
    this.table = structure.table();
    this.findings = List.copyOf(findings);
    this.readOnly = readOnly;
    this.closesFile = closesFile;
    this.complete = new CompleteBlocks(table.count());
    this.adder = BlockAdder.forDynamic(file, structure, complete);
  }

  @Override
  public BlockDevice file() {
    return file;
  }

  @Override
  public VhdType type() {
    return VhdType.DYNAMIC;
  }

  @Override
  public VhdFooter footer() {
    return structure.footer();
  }

  @Override
  public long blockSize() {
    return format.blockSize();
  }

  @Override
  public int blockCount() {
    return table.count();
  }

  @Override
  public int presentBlockCount() {
    return table.presentCount();
  }

  @Override
  public List<String> findings() {
    return findings;
  }

  @Override
  public String name() {
    return Vhd.diskName(file);
  }

  @Override
  public long size() {
    return structure.diskSize();
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
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
        ZeroFill.rest(target);
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
        ZeroFill.rest(target);
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
      int next = block + 1;
      while (next < table.count() && !table.isPresent(next)) {
        next++;
      }
      long end = Math.min(size(), format.diskPositionOf(next));
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

  @Override
  public void flush() throws IOException {
    if (!readOnly) {
      adder.settle();
      file.flush();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      if (closesFile) {
        file.close();
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }

  private void checkWritable() {
    if (readOnly) {
      throw new ReadOnlyFileSystemException();
    }
  }

  /** How many of the bytes from a position on are in the same block. */
  private int inBlock(long position, long most) {
    return (int) Math.min(most, format.blockSize() - format.offsetInBlock(position));
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
