package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The disk in a differencing VHD, seen through its parent: a sector whose bit is set is in this
 * file, any other is the parent's, and zero where the parent's disk is smaller.
 *
 * <p>A sector's data is written before its bit, with a barrier between them; until a flush the bit
 * is in memory only. A stop therefore leaves either the sector as it was or the new one.
 *
 * <p>Bits are set by the byte, for the eight sectors of 4 KiB: where a write covers only some of
 * them, the others are copied from the parent first. The specification does not ask for it, but
 * libvhdi (20210425) takes whatever follows a set bit within its byte for set as well.
 */
final class DifferencingVhd extends SparseVhd {

  private static final int SECTOR = BlockFormat.SECTOR_SIZE;

  /** The sectors that share a byte of the bitmap, in bytes. */
  private static final int GRANULE = 8 * SECTOR;

  /** Bitmaps with bits that the file lacks at which nobody's flush is waited for. */
  private static final int MAX_CHANGED_BITMAPS = 1024;

  private final ParentReference reference;
  private final Vhd parent;
  private final SectorBitmaps bitmaps;
  private final BlockAdder adder;

  DifferencingVhd(
      BlockDevice file,
      SparseStructure structure,
      ParentReference reference,
      Vhd parent,
      List<String> findings,
      boolean readOnly,
      boolean closesFile) {
    super(file, structure, findings, readOnly, closesFile);
    this.reference = reference;
    this.parent = parent;
    this.bitmaps = new SectorBitmaps(file, structure);
    this.adder = BlockAdder.forDifferencing(file, structure, bitmaps);
  }

  @Override
  BlockAdder adder() {
    return adder;
  }

  @Override
  public VhdType type() {
    return VhdType.DIFFERENCING;
  }

  @Override
  public Optional<ParentReference> parentReference() {
    return Optional.of(reference);
  }

  @Override
  public Optional<Vhd> parent() {
    return Optional.of(parent);
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long at = position;
    int limit = target.limit();
    while (target.hasRemaining()) {
      MappedExtent run = mapOwn(at, target.remaining());
      int count = (int) run.length();
      target.limit(target.position() + count);
      if (run.kind() == MappedExtent.Kind.DATA) {
        file.read(filePositionOf(at), target);
      } else {
        readParent(at, target);
      }
      target.limit(limit);
      at += count;
    }
  }

  private void readParent(long position, ByteBuffer target) throws IOException {
    int limit = target.limit();
    long there = Math.max(0, Math.min(target.remaining(), parent.size() - position));
    if (there > 0) {
      target.limit(target.position() + (int) there);
      parent.read(position, target);
      target.limit(limit);
    }
    Zeros.fill(target);
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
      writeInBlock(at, source);
      source.limit(limit);
      at += count;
    }
    settleIfMany();
  }

  /** Writes within one present block. */
  private void writeInBlock(long position, ByteBuffer source) throws IOException {
    long end = position + source.remaining();
    beginStored(position, end);
    file.write(filePositionOf(position), source);
    setStored(position, end);
  }

  /** Makes a range within one present block ready to be written, whatever its ends are. */
  private void beginStored(long position, long end) throws IOException {
    if (position % GRANULE != 0) {
      copyFromParent(position / GRANULE * GRANULE);
    }
    if (end % GRANULE != 0 && end != size()) {
      copyFromParent(end / GRANULE * GRANULE);
    }
  }

  private void setStored(long position, long end) throws IOException {
    int sector = sectorInBlock(position);
    int count = (int) ((end + SECTOR - 1) / SECTOR - position / SECTOR);
    bitmaps.set(format.blockOf(position), sector, sector + count);
  }

  /**
   * Copies those sectors of a granule that are the parent's. Another thread may be about to write
   * other bytes of them, hence one at a time.
   */
  private void copyFromParent(long granule) throws IOException {
    int block = format.blockOf(granule);
    int sector = sectorInBlock(granule);
    int sectors = (int) Math.min(GRANULE, size() - granule) / SECTOR;
    if (bitmaps.of(block).isSet(sector, sector + sectors)) {
      return;
    }
    synchronized (this) {
      SectorBitmap bitmap = bitmaps.of(block);
      ByteBuffer content = ByteBuffer.allocate(sectors * SECTOR);
      readParent(granule, content);
      for (int i = 0, end; i < sectors; i = end) {
        boolean stored = bitmap.isSet(sector + i);
        end = Math.min(sectors, bitmap.endOfRun(sector + i, stored) - sector);
        if (!stored) {
          content.limit(end * SECTOR).position(i * SECTOR);
          file.write(filePositionOf(granule) + (long) i * SECTOR, content);
        }
      }
      bitmaps.set(block, sector, sector + sectors);
    }
  }

  /** Leaves out what is zero in the parent and is not in this file. */
  @Override
  public void zero(long position, long length) throws IOException {
    checkWritable();
    checkRange(position, length);
    long at = position;
    long end = position + length;
    while (at < end) {
      MappedExtent run = mapOwn(at, end - at);
      if (run.kind() == MappedExtent.Kind.PARENT) {
        run = parentExtent(at, run.end());
      }
      if (run.kind() == MappedExtent.Kind.DATA) {
        zeroStored(at, (int) Math.min(run.length(), format.blockSize()));
        at += Math.min(run.length(), format.blockSize());
      } else {
        at = run.end();
      }
    }
    settleIfMany();
  }

  private void zeroStored(long position, int length) throws IOException {
    adder.prepare();
    adder.add(format.blockOf(position), format.blockOf(position + length - 1));
    long at = position;
    long end = position + length;
    while (at < end) {
      int count = inBlock(at, end - at);
      beginStored(at, at + count);
      file.zero(filePositionOf(at), count);
      setStored(at, at + count);
      at += count;
    }
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    MappedExtent own = mapOwn(position);
    return own.kind() == MappedExtent.Kind.PARENT ? parentExtent(position, own.end()) : own;
  }

  private MappedExtent parentExtent(long position, long end) throws IOException {
    if (position >= parent.size()) {
      return new MappedExtent(position, end - position, MappedExtent.Kind.ZERO);
    }
    MappedExtent extent = parent.map(position);
    return new MappedExtent(position, Math.min(extent.end(), end) - position, extent.kind());
  }

  @Override
  public MappedExtent mapOwn(long position) throws IOException {
    checkRange(position, 1);
    return mapOwn(position, size() - position);
  }

  private MappedExtent mapOwn(long position, long most) throws IOException {
    int block = format.blockOf(position);
    if (!table.isPresent(block)) {
      long end = endOfAbsent(position, most);
      return new MappedExtent(position, end - position, MappedExtent.Kind.PARENT);
    }
    SectorBitmap bitmap = bitmaps.of(block);
    int sector = sectorInBlock(position);
    boolean stored = bitmap.isSet(sector);
    long runEnd = format.diskPositionOf(block) + (long) bitmap.endOfRun(sector, stored) * SECTOR;
    return new MappedExtent(
        position,
        Math.min(most, runEnd - position),
        stored ? MappedExtent.Kind.DATA : MappedExtent.Kind.PARENT);
  }

  /** Closes the parent too, which nobody else has. */
  @Override
  public void close() throws IOException {
    try (parent) {
      super.close();
    }
  }

  private void settleIfMany() throws IOException {
    if (bitmaps.changedCount() >= MAX_CHANGED_BITMAPS) {
      adder.settle();
    }
  }

  private int sectorInBlock(long position) {
    return format.offsetInBlock(position) / SECTOR;
  }

  /** Where a byte of the disk is in the file, whose block is present. */
  private long filePositionOf(long position) {
    return format.dataBehindBitmap(table.positionOf(format.blockOf(position)))
        + format.offsetInBlock(position);
  }
}
