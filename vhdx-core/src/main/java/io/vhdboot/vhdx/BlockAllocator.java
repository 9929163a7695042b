package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Changes where and how blocks are stored, such that a stop at any point leaves a file that opens
 * and holds what was flushed.
 *
 * <ol>
 *   <li>before anything else the headers get new write ids
 *   <li>the file grows; data go to their place in it; nothing refers to them yet
 *   <li>{@link #settle} makes that durable, then writes through the {@link MetadataLog log} those
 *       pages of sector bitmaps and of the table that changed, bitmaps first
 * </ol>
 *
 * <p>Until then the changes are in memory, and nobody has been told that they are durable. Safe for
 * several threads.
 */
final class BlockAllocator {

  /** Changed pages at which nobody's flush is waited for. */
  private static final int MAX_UNSETTLED_PAGES = 100;

  /** Added blocks at which nobody's flush is waited for, to bound what a stop takes away. */
  private static final int MAX_UNSETTLED_BLOCKS = 512;

  private final BlockDevice file;
  private final VhdxStructures structures;
  private final SectorBitmaps bitmaps;
  private final Supplier<UUID> ids;
  private final MetadataLog log;
  private final FileSpace space;
  private final NavigableSet<Integer> changedPages = new TreeSet<>();
  private int unsettledBlocks;
  private volatile boolean fileIdNew;
  private volatile boolean dataIdNew;

  BlockAllocator(VhdxStructures structures, SectorBitmaps bitmaps, Supplier<UUID> ids, long end)
      throws IOException {
    this.file = structures.file();
    this.structures = structures;
    this.bitmaps = bitmaps;
    this.ids = ids;
    this.log = new MetadataLog(file, structures.headers(), ids);
    this.space = new FileSpace(file, end);
  }

  FileSpace space() {
    return space;
  }

  MetadataLog log() {
    return log;
  }

  /** To be called before the file is changed, in ways that the disk's user cannot see. */
  void beginFileChange() throws IOException {
    if (!fileIdNew) {
      begin(false, null);
    }
  }

  /** To be called before something is changed that the disk's user can see. */
  void beginDataChange() throws IOException {
    if (!dataIdNew) {
      begin(true, null);
    }
  }

  /** The same with a DataWriteGuid that is chosen beforehand. */
  synchronized void beginDataChange(UUID dataWriteId) throws IOException {
    begin(true, dataWriteId);
  }

  /** To be called before the disk is written to with what it reads as already. */
  synchronized void beginUnseenChange() throws IOException {
    begin(false, null);
    dataIdNew = true;
  }

  private synchronized void begin(boolean data, UUID chosen) throws IOException {
    boolean newFileId = !fileIdNew;
    boolean newDataId = data && !dataIdNew;
    if (!newFileId && !newDataId) {
      return;
    }
    UUID fileId = newFileId ? ids.get() : structures.headers().current().fileWriteId();
    UUID dataId =
        !newDataId
            ? structures.headers().current().dataWriteId()
            : chosen == null ? ids.get() : chosen;
    structures.headers().update(h -> h.withFileWriteId(fileId).withDataWriteId(dataId));
    fileIdNew = true;
    dataIdNew |= newDataId;
  }

  /**
   * The entry of a block that is stored from now on; what was not stored before reads as it did.
   */
  synchronized long store(int block) throws IOException {
    settleIfMuch();
    int index = structures.format().indexOf(block);
    long entry = structures.table().get(index);
    if (BatEntry.isStored(entry)) {
      return entry;
    }
    boolean partial =
        structures.isDifferencing() && BatEntry.state(entry) == PayloadState.NOT_PRESENT;
    if (partial) {
      clearBits(block);
    }
    long position = space.take(structures.format().blockSize());
    PayloadState state = partial ? PayloadState.PARTIALLY_PRESENT : PayloadState.FULLY_PRESENT;
    long stored = BatEntry.of(state, position);
    setEntry(index, stored);
    unsettledBlocks++;
    return stored;
  }

  /** Room for a block that {@link #setEntry} will name when its data are written. */
  synchronized long reserve() throws IOException {
    settleIfMuch();
    unsettledBlocks++;
    return space.take(structures.format().blockSize());
  }

  /** Sets a block's entry. */
  synchronized void setBlock(int block, PayloadState state, long position) {
    setEntry(structures.format().indexOf(block), BatEntry.of(state, position));
  }

  /** Sets an entry of the table; written when it is settled. */
  synchronized void setEntry(int index, long entry) {
    structures.table().set(index, entry);
    changedPages.add(BlockAllocationTable.pageOf(index));
  }

  /** Clears the bits of a block that is not present yet, where they say nothing so far. */
  private void clearBits(int block) throws IOException {
    BlockFormat format = structures.format();
    int bitmapIndex = format.indexOfBitmap(format.chunkOf(block));
    if (!BatEntry.isBitmapPresent(structures.table().get(bitmapIndex))) {
      setEntry(bitmapIndex, BatEntry.ofBitmap(space.take(BlockFormat.MIB)));
    } else {
      long first = format.sectorOf(format.diskPositionOf(block));
      bitmaps.set(first, first + format.blockSize() / format.sectorSize(), false);
    }
  }

  /** Says that sectors are in this file now; their data must have been written. */
  synchronized void setPresent(long firstSector, long endSector) throws IOException {
    bitmaps.set(firstSector, endSector, true);
  }

  /** Something to be done while nobody else changes the disk. */
  interface Change {

    /** Does it. */
    void run() throws IOException;
  }

  /** Does something while nobody else changes how blocks are stored. */
  synchronized void exclusively(Change change) throws IOException {
    change.run();
  }

  private void settleIfMuch() throws IOException {
    if (unsettledBlocks >= MAX_UNSETTLED_BLOCKS
        || changedPages.size() + bitmaps.changedCount() >= MAX_UNSETTLED_PAGES) {
      settle();
    }
  }

  /**
   * Makes all changes durable.
   *
   * @return whether there were any, and so whether the file was flushed
   */
  synchronized boolean settle() throws IOException {
    Map<Long, LogPage> bitmapPages = bitmaps.changes();
    if (changedPages.isEmpty() && bitmapPages.isEmpty()) {
      return false;
    }
    List<LogPage> batch = new ArrayList<>();
    List<Runnable> done = new ArrayList<>();
    for (Map.Entry<Long, LogPage> page : bitmapPages.entrySet()) {
      batch.add(page.getValue());
      done.add(() -> bitmaps.written(page.getKey()));
      writeFull(batch, done);
    }
    for (int page : List.copyOf(changedPages)) {
      batch.add(structures.table().page(page));
      done.add(() -> changedPages.remove(page));
      writeFull(batch, done);
    }
    if (!batch.isEmpty()) {
      write(batch, done);
    }
    unsettledBlocks = 0;
    return true;
  }

  private void writeFull(List<LogPage> batch, List<Runnable> done) throws IOException {
    if (batch.size() == LogEntry.MAX_PAGES) {
      write(batch, done);
    }
  }

  private void write(List<LogPage> batch, List<Runnable> done) throws IOException {
    // What the pages refer to, and what the log's last entry wrote.
    file.flush();
    log.write(List.copyOf(batch));
    done.forEach(Runnable::run);
    batch.clear();
    done.clear();
  }

  /**
   * Writes pages at once, after everything that was changed before.
   *
   * @throws NoSpaceException when there are more than go into an entry of the log
   */
  synchronized void writeNow(List<LogPage> pages) throws IOException {
    if (pages.size() > LogEntry.MAX_PAGES) {
      throw new NoSpaceException(
          file.name() + ", whose log",
          (long) pages.size() * LogEntry.SECTOR_SIZE,
          (long) LogEntry.MAX_PAGES * LogEntry.SECTOR_SIZE);
    }
    settle();
    if (pages.isEmpty()) {
      return;
    }
    file.flush();
    log.write(pages);
  }

  /**
   * Cuts what is free at the end of the file, where that can be cut. The log must not remember the
   * larger size, so it is emptied first.
   */
  synchronized void cut(long end) throws IOException {
    settle();
    log.clear();
    space.setEnd(end);
    if (end < file.size() && file instanceof ResizableBlockDevice resizable) {
      resizable.setSize(end);
    }
  }

  /** Makes all changes durable and the log empty, as a closed file has it. */
  synchronized void finish() throws IOException {
    settle();
    log.clear();
  }
}
