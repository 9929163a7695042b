package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The disk in a VHDX file, to read and to edit in place.
 *
 * <p>Reads and writes of disjoint ranges are safe from several threads. Whatever moment the program
 * stops, what was flushed is in the file and the file opens again. Opening for reading writes
 * nothing, nor does an opening that fails. {@link VhdxMaintenance} has what is done to a file as a
 * whole.
 *
 * <p>{@link #close()} flushes and leaves the log empty; it closes the file when it was opened by
 * its path and leaves a caller's device open. Parents are closed with it.
 */
public final class Vhdx implements BlockDevice {

  private final VhdxStructures structures;
  private final BlockDevice file;
  private final Vhdx parent;
  private final BlockAllocator allocator;
  private final SectorBitmaps bitmaps;
  private final boolean closesFile;
  private volatile BlockFormat format;
  private volatile BlockAllocationTable table;
  private volatile long size;
  private boolean closed;

  Vhdx(
      VhdxStructures structures,
      Vhdx parent,
      BlockAllocator allocator,
      SectorBitmaps bitmaps,
      boolean closesFile) {
    this.structures = structures;
    this.file = structures.view();
    this.parent = parent;
    this.allocator = allocator;
    this.bitmaps = bitmaps;
    this.closesFile = closesFile;
    structuresChanged();
  }

  /** Whether a file begins as every VHDX does. */
  public static boolean isVhdx(BlockDevice file) throws IOException {
    return FileIdentifier.isPresent(file);
  }

  /**
   * Reads what a VHDX says of itself, also one whose parent is not there.
   *
   * @return empty when the file is no VHDX
   * @throws io.vhdboot.disk.DiskFormatException when its structures are damaged
   */
  public static Optional<VhdxInfo> identify(BlockDevice file) throws IOException {
    return isVhdx(file) ? Optional.of(VhdxInfo.of(VhdxStructures.read(file))) : Optional.empty();
  }

  /**
   * Opens the disk in a VHDX file.
   *
   * @param file the file; must stay open, and must be resizable for blocks to be added
   * @param access how; a read-only device is only read in any case
   * @throws io.vhdboot.disk.CorruptFormatException when the file is damaged, or a parent is not the
   *     one that its child was made for
   * @throws io.vhdboot.disk.UnsupportedFormatException when the file is no VHDX or has something
   *     that must be known
   * @throws MissingParentException when a parent is not found
   */
  public static Vhdx open(BlockDevice file, VhdxAccess access) throws IOException {
    return VhdxOpening.open(file, access, false);
  }

  /** Opens the disk in a VHDX file, which {@link #close()} closes. */
  public static Vhdx open(Path path, VhdxAccess access) throws IOException {
    FileDevice file = access.isReadOnly() ? FileDevice.openReadOnly(path) : FileDevice.open(path);
    try {
      return VhdxOpening.open(file, access, true);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Creates a fixed VHDX on a device, whose former content is gone. */
  public static Vhdx createFixed(ResizableBlockDevice file, VhdxOptions options, Supplier<UUID> ids)
      throws IOException {
    return VhdxOpening.create(file, VhdxLayout.fixed(options), ids, false);
  }

  /** Creates a file that is a fixed VHDX, sparse where the host knows holes. */
  public static Vhdx createFixed(Path path, VhdxOptions options, Supplier<UUID> ids)
      throws IOException {
    return create(path, file -> VhdxOpening.create(file, VhdxLayout.fixed(options), ids, true));
  }

  /** Creates a dynamic VHDX without blocks on a device, whose former content is gone. */
  public static Vhdx createDynamic(
      ResizableBlockDevice file, VhdxOptions options, Supplier<UUID> ids) throws IOException {
    return VhdxOpening.create(file, VhdxLayout.dynamic(options, new BitSet()), ids, false);
  }

  /** Creates a file that is a dynamic VHDX without blocks. */
  public static Vhdx createDynamic(Path path, VhdxOptions options, Supplier<UUID> ids)
      throws IOException {
    return create(
        path,
        file -> VhdxOpening.create(file, VhdxLayout.dynamic(options, new BitSet()), ids, true));
  }

  /**
   * Creates a child on a device, whose former content is gone: a disk that reads as its parent
   * until it is written to.
   *
   * @param parent the parent's file, which must not be written to any more
   * @param locator where the child will find its parent; see {@link VhdxInfo#dataWriteId()} for
   *     what {@link ParentLocator#relative} wants
   * @param blockSize bytes per block, {@link VhdxOptions#DEFAULT_CHILD_BLOCK_SIZE} mostly
   * @param access must be for writing; finds the parent as it will be found later
   */
  public static Vhdx createDifferencing(
      ResizableBlockDevice file,
      BlockDevice parent,
      ParentLocator locator,
      int blockSize,
      VhdxAccess access)
      throws IOException {
    return VhdxOpening.createChild(file, parent, locator, blockSize, access, false);
  }

  /**
   * Creates a file that is a child of another, found by its path relative to the child's folder.
   */
  public static Vhdx createDifferencing(Path path, Path parent, Supplier<UUID> ids)
      throws IOException {
    return create(path, file -> VhdxOpening.createChild(file, path, parent, ids, true));
  }

  /**
   * Creates a child on a device, whose former content is gone and which will be a file of the host.
   *
   * @param path the file that it will be
   * @param parent the parent's file
   * @see #createDifferencing(Path, Path, Supplier)
   */
  public static Vhdx createDifferencing(
      ResizableBlockDevice file, Path path, Path parent, Supplier<UUID> ids) throws IOException {
    return VhdxOpening.createChild(file, path, parent, ids, false);
  }

  private interface Creation {
    Vhdx on(FileDevice file) throws IOException;
  }

  private static Vhdx create(Path path, Creation creation) throws IOException {
    FileDevice file = FileDevice.create(path, 0);
    try {
      return creation.on(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      Files.delete(path);
      throw e;
    }
  }

  /** What the file says of itself. */
  public VhdxInfo info() {
    return VhdxInfo.of(structures);
  }

  /** The file. */
  public BlockDevice file() {
    return structures.file();
  }

  /** How the disk is stored. */
  public VhdxType type() {
    return structures.metadata().type();
  }

  /** The parent of a differencing disk, for reading. */
  public Optional<Vhdx> parent() {
    return Optional.ofNullable(parent);
  }

  /** Bytes per block. */
  public long blockSize() {
    return format.blockSize();
  }

  /** The number of blocks that the disk has, present or not. */
  public int blockCount() {
    return format.blockCount(size);
  }

  /** The number of blocks that are present in the file, wholly or partially. */
  public int presentBlockCount() {
    return VhdxInfo.presentBlocks(structures);
  }

  /**
   * What is wrong with the file and did not keep it from being opened, a sentence each, for people.
   */
  public List<String> findings() {
    return List.copyOf(structures.findings());
  }

  /** What a disk in a file is called. */
  static String diskName(BlockDevice file) {
    return file.name() + "[disk]";
  }

  @Override
  public String name() {
    return diskName(file);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int sectorSize() {
    return format.sectorSize();
  }

  @Override
  public boolean isReadOnly() {
    return allocator == null;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long at = position;
    int limit = target.limit();
    while (target.hasRemaining()) {
      int count = inBlock(at, target.remaining());
      target.limit(target.position() + count);
      readInBlock(at, target);
      target.limit(limit);
      at += count;
    }
  }

  private void readInBlock(long at, ByteBuffer target) throws IOException {
    long entry = entryOf(format.blockOf(at));
    switch (BatEntry.state(entry)) {
      case FULLY_PRESENT -> file.read(BatEntry.position(entry) + format.offsetInBlock(at), target);
      case PARTIALLY_PRESENT -> readPartial(entry, at, target);
      case NOT_PRESENT -> readParent(at, target);
      default -> Zeros.fill(target);
    }
  }

  /** Reads from one block of whose sectors only some are in this file. */
  private void readPartial(long entry, long position, ByteBuffer target) throws IOException {
    long at = position;
    int limit = target.limit();
    while (target.hasRemaining()) {
      long sector = format.sectorOf(at);
      long end = format.sectorOf(at + target.remaining() - 1) + 1;
      long runEnd = bitmaps.endOfRun(sector, end) * format.sectorSize();
      int count = (int) Math.min(target.remaining(), runEnd - at);
      target.limit(target.position() + count);
      if (bitmaps.isSet(sector)) {
        file.read(BatEntry.position(entry) + format.offsetInBlock(at), target);
      } else {
        readParent(at, target);
      }
      target.limit(limit);
      at += count;
    }
  }

  /** Reads what the parent has here; zeros where there is none, or behind its end. */
  private void readParent(long at, ByteBuffer target) throws IOException {
    if (parent != null && at < parent.size()) {
      int limit = target.limit();
      int count = (int) Math.min(target.remaining(), parent.size() - at);
      target.limit(target.position() + count);
      parent.read(at, target);
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
    allocator.beginDataChange();
    long at = position;
    int limit = source.limit();
    while (source.hasRemaining()) {
      int count = inBlock(at, source.remaining());
      source.limit(source.position() + count);
      writeInBlock(at, source);
      source.limit(limit);
      at += count;
    }
  }

  private void writeInBlock(long at, ByteBuffer source) throws IOException {
    int block = format.blockOf(at);
    long entry = entryOf(block);
    if (!BatEntry.isStored(entry)) {
      if (parent != null && isWholeBlock(at, source.remaining())) {
        // The entry last: a stop must not leave zeros in place of the parent's content.
        long place = allocator.reserve();
        file.write(place, source);
        allocator.setBlock(block, PayloadState.FULLY_PRESENT, place);
        return;
      }
      entry = allocator.store(block);
    }
    long data = BatEntry.position(entry) + format.offsetInBlock(at);
    if (BatEntry.state(entry) == PayloadState.FULLY_PRESENT) {
      file.write(data, source);
    } else {
      int length = source.remaining();
      takeFromParent(entry, at, length);
      file.write(data, source);
      setPresent(at, length);
    }
  }

  private boolean isWholeBlock(long at, long length) {
    return format.offsetInBlock(at) == 0 && length == Math.min(format.blockSize(), size - at);
  }

  /** Copies those sectors from the parent that a range of a block covers only in part. */
  private void takeFromParent(long entry, long at, int length) throws IOException {
    int sectorSize = format.sectorSize();
    if (at % sectorSize != 0) {
      takeSector(entry, format.sectorOf(at));
    }
    if ((at + length) % sectorSize != 0) {
      takeSector(entry, format.sectorOf(at + length));
    }
  }

  private void takeSector(long entry, long sector) throws IOException {
    allocator.exclusively(
        () -> {
          if (!bitmaps.isSet(sector)) {
            ByteBuffer bytes = ByteBuffer.allocate(format.sectorSize());
            long at = sector * format.sectorSize();
            readParent(at, bytes);
            file.write(BatEntry.position(entry) + format.offsetInBlock(at), bytes.flip());
            bitmaps.set(sector, sector + 1, true);
          }
        });
  }

  private void setPresent(long at, long length) throws IOException {
    allocator.setPresent(format.sectorOf(at), format.sectorOf(at + length - 1) + 1);
  }

  /** Leaves blocks out that are not present; zeros what is there. */
  @Override
  public void zero(long position, long length) throws IOException {
    checkWritable();
    checkRange(position, length);
    zeroWithin(position, length);
  }

  /** The same without a look at the disk's size, which may be about to grow. */
  void zeroWithin(long position, long length) throws IOException {
    long at = position;
    long end = position + length;
    while (at < end) {
      int count = inBlock(at, end - at);
      zeroInBlock(at, count);
      at += count;
    }
  }

  private void zeroInBlock(long at, int count) throws IOException {
    int block = format.blockOf(at);
    long entry = entryOf(block);
    if (BatEntry.state(entry) == PayloadState.NOT_PRESENT && parent != null && at < parent.size()) {
      allocator.beginDataChange();
      if (isWholeBlock(at, count)) {
        allocator.setBlock(block, PayloadState.ZERO, 0);
        return;
      }
      entry = allocator.store(block);
    }
    if (BatEntry.isStored(entry)) {
      allocator.beginDataChange();
      boolean partial = BatEntry.state(entry) == PayloadState.PARTIALLY_PRESENT;
      if (partial) {
        takeFromParent(entry, at, count);
      }
      file.zero(BatEntry.position(entry) + format.offsetInBlock(at), count);
      if (partial) {
        setPresent(at, count);
      }
    }
  }

  /** Tells where the disk holds data, in this file or in a parent. */
  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    long end = size;
    for (Vhdx disk = this; disk != null && position < disk.size; disk = disk.parent) {
      MappedExtent extent = disk.mapOwn(position);
      end = Math.min(end, extent.end());
      if (extent.kind() == MappedExtent.Kind.DATA) {
        return new MappedExtent(position, end - position, MappedExtent.Kind.DATA);
      }
      if (extent.kind() == MappedExtent.Kind.ZERO) {
        break;
      }
    }
    return new MappedExtent(position, end - position, MappedExtent.Kind.ZERO);
  }

  /**
   * Tells what this file itself holds: data, zeros, or what is the parent's.
   *
   * @param position where the range begins
   * @return the extent that begins there, as {@link #map} gives it
   */
  public MappedExtent mapOwn(long position) throws IOException {
    checkRange(position, 1);
    long parentSize = parent == null ? 0 : parent.size();
    return new OwnExtents(format, table, bitmaps, size, parentSize).at(position);
  }

  /** Whether all of the block that a byte is in is this file's, whatever the parent has. */
  boolean isOwn(long position) {
    PayloadState state = BatEntry.state(entryOf(format.blockOf(position)));
    return state != PayloadState.NOT_PRESENT && state != PayloadState.PARTIALLY_PRESENT;
  }

  @Override
  public void flush() throws IOException {
    if (allocator != null && !allocator.settle()) {
      file.flush();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (allocator != null) {
        allocator.finish();
        file.flush();
      }
    } finally {
      try {
        if (parent != null) {
          parent.close();
        }
      } finally {
        if (closesFile) {
          file.close();
        }
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }

  private void checkWritable() {
    if (allocator == null) {
      throw new ReadOnlyFileSystemException();
    }
  }

  /** How many of the bytes from a position on are in the same block. */
  private int inBlock(long position, long most) {
    return (int) Math.min(most, format.blockSize() - format.offsetInBlock(position));
  }

  private long entryOf(int block) {
    return table.get(format.indexOf(block));
  }

  VhdxStructures structures() {
    return structures;
  }

  BlockAllocator allocator() {
    return allocator;
  }

  SectorBitmaps bitmaps() {
    return bitmaps;
  }

  /** Changes what the file says of the disk, at once. */
  void changeMetadata(VhdxMetadata changed) throws IOException {
    changeMetadata(changed, structures.metadataRegion());
  }

  /** The same with other items than the format's taken from a region. */
  void changeMetadata(VhdxMetadata changed, MetadataRegion others) throws IOException {
    MetadataRegion items = changed.toRegion(others);
    allocator.beginFileChange();
    allocator.writeNow(items.changes(file, structures.regions().metadata()));
    structures.changed(structures.regions(), items, structures.table());
    structuresChanged();
  }

  /** Takes over what the structures say, after they were changed. */
  void structuresChanged() {
    format = structures.format();
    table = structures.table();
    size = structures.metadata().diskSize();
  }
}
