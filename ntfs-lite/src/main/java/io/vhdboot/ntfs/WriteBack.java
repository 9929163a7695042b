package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metadata that is newer in memory than on the device: file records, and blocks of clusters such as
 * those of indexes. {@link #flush} brings it down in an order that leaves every file that was
 * flushed before readable at every moment, with a barrier of the device behind each step:
 *
 * <ol>
 *   <li>Content was written as it came, to clusters that nothing on disk refers to.
 *   <li>Bits of both bitmaps that become set; $MFT where it grew.
 *   <li>Records and blocks that were free: nothing refers to them yet.
 *   <li>Records and blocks that were in use. A file's base record is its atomic switch: records
 *       that continue it are replaced by new ones; in place only what their names repeat of the
 *       file is written.
 *   <li>Base records that become free, and the mirror. Until then a file that is deleted is whole.
 *   <li>Records that continued a file and become free, and bits that become clear. Only then are
 *       these clusters and records given out again.
 * </ol>
 *
 * <p>The arrays that are held are never changed, only replaced, so that an edit that fails can be
 * undone. Records may be looked up from any thread; all else is for one thread.
 */
final class WriteBack implements MasterFileTable.Newer {

  private static final int CACHED_BYTES = 8 << 20;
  private static final int MAX_WRITE = 1 << 20;

  /** How a record comes to be written, which decides when. */
  enum State {
    /** It was free on disk. */
    FRESH,
    /** It is in use on disk. */
    CHANGED,
    /** It was the base of a file, and becomes free. */
    FREED,
    /** It continued a file, and becomes free. */
    FREED_PART
  }

  private record HeldRecord(byte[] bytes, State state) {}

  /**
   * A block in clusters, which may lie in several pieces of equal length. Other threads see it by
   * {@link #bytes} only.
   */
  private static final class HeldBlock implements EditedDevice.Source {
    final long[] positions;
    final boolean fresh;
    final boolean isProtected;
    private byte[] bytes;
    private byte[] encoded;

    HeldBlock(long[] positions, byte[] bytes, boolean fresh, boolean isProtected) {
      this.positions = positions;
      this.bytes = bytes;
      this.fresh = fresh;
      this.isProtected = isProtected;
    }

    int pieceLength() {
      return bytes.length / positions.length;
    }

    /** Whether another block takes exactly the place of this one. */
    boolean isInPlaceOf(long[] otherPositions, byte[] other, boolean otherIsProtected) {
      return other.length == bytes.length
          && otherIsProtected == isProtected
          && Arrays.equals(positions, otherPositions);
    }

    synchronized void replace(byte[] newBytes) {
      bytes = newBytes;
      encoded = null;
    }

    @Override
    public synchronized byte[] bytes() {
      if (encoded == null) {
        encoded = bytes.clone();
        if (isProtected) {
          UpdateSequence.apply(encoded, 0, encoded.length);
        }
      }
      return encoded;
    }
  }

  private final EditedDevice device;
  private final int recordSize;
  private final TreeMap<Long, HeldRecord> records = new TreeMap<>();
  private final TreeMap<Long, HeldBlock> blocks = new TreeMap<>();
  private final Map<Long, byte[]> clean = new LinkedHashMap<>(64, 0.75f, true);
  private long cleanBytes;
  private long heldBytes;
  private Deque<Runnable> undo;

  WriteBack(EditedDevice device, int recordSize) {
    this.device = device;
    this.recordSize = recordSize;
  }

  /** Bytes that are held until the next flush. */
  long heldBytes() {
    return heldBytes;
  }

  // Edits that can be undone.

  /** Begins an edit: what follows is kept by {@link #commit} or taken back by {@link #rollback}. */
  void begin() {
    undo = new ArrayDeque<>();
  }

  void commit() {
    undo = null;
  }

  /** Takes back all that was done since {@link #begin}. */
  void rollback() {
    Deque<Runnable> steps = undo;
    undo = null;
    while (!steps.isEmpty()) {
      steps.pop().run();
    }
    dropClean();
  }

  /** Remembers how to take a step back. */
  void onUndo(Runnable step) {
    if (undo != null) {
      undo.push(step);
    }
  }

  // Records.

  @Override
  public synchronized byte[] record(long number) {
    HeldRecord held = records.get(number);
    return held == null ? null : held.bytes;
  }

  /** Holds a record, update sequence undone. */
  void putRecord(long number, byte[] bytes, State wanted) {
    HeldRecord before;
    synchronized (this) {
      before = records.get(number);
      boolean staysFresh = before != null && before.state == State.FRESH && wanted == State.CHANGED;
      records.put(number, new HeldRecord(bytes, staysFresh ? State.FRESH : wanted));
    }
    heldBytes += before == null ? recordSize : 0;
    onUndo(() -> restoreRecord(number, before));
  }

  private synchronized void restoreRecord(long number, HeldRecord before) {
    if (before == null) {
      records.remove(number);
      heldBytes -= recordSize;
    } else {
      records.put(number, before);
    }
  }

  // Blocks.

  /** The bytes of a block that begins at a position of the device, or null when it is not known. */
  byte[] block(long position) {
    HeldBlock held = blocks.get(position);
    return held != null ? held.bytes : clean.get(position);
  }

  /** Keeps a block that was read, as long as there is room. */
  void keep(long position, byte[] bytes) {
    if (clean.put(position, bytes) == null) {
      cleanBytes += bytes.length;
    }
    while (cleanBytes > CACHED_BYTES) {
      long eldest = clean.keySet().iterator().next();
      cleanBytes -= clean.remove(eldest).length;
    }
  }

  /**
   * Holds a block.
   *
   * @param positions where its pieces lie on the device, all of one length
   * @param bytes the block, update sequence undone; no longer the caller's
   * @param fresh whether nothing on disk refers to it yet
   * @param isProtected whether it has an update sequence
   */
  void putBlock(long[] positions, byte[] bytes, boolean fresh, boolean isProtected) {
    long position = positions[0];
    HeldBlock before = blocks.get(position);
    byte[] older = before != null ? before.bytes : clean.get(position);
    if (isProtected && older != null && older.length == bytes.length) {
      // A torn write must not look whole: the number differs from the one on disk.
      UpdateSequence.setNumber(bytes, UpdateSequence.number(older) + 1);
    }
    if (before != null && before.isInPlaceOf(positions, bytes, isProtected)) {
      before.replace(bytes);
      onUndo(() -> before.replace(older));
      return;
    }
    boolean isFresh = before != null ? before.fresh : fresh;
    hold(position, new HeldBlock(positions, bytes, isFresh, isProtected), before);
    onUndo(() -> restoreBlock(position, before));
  }

  /** Forgets the blocks in a range of the device that is given back. */
  void dropBlocks(long from, long length) {
    List<Long> within = new ArrayList<>(blocks.subMap(from, from + length).keySet());
    for (long position : clean.keySet()) {
      if (position >= from && position < from + length) {
        within.add(position);
      }
    }
    within.forEach(this::dropBlock);
  }

  /** Forgets a block whose clusters are given back. */
  void dropBlock(long position) {
    HeldBlock before = blocks.get(position);
    byte[] known = clean.remove(position);
    cleanBytes -= known == null ? 0 : known.length;
    if (before != null) {
      restoreBlock(position, null);
      onUndo(() -> hold(position, before, null));
    }
  }

  private void hold(long position, HeldBlock block, HeldBlock before) {
    blocks.put(position, block);
    heldBytes += before == null ? block.bytes.length : 0;
    int length = block.pieceLength();
    for (int i = 0; i < block.positions.length; i++) {
      device.show(block.positions[i], length, block, i * length);
    }
  }

  private void restoreBlock(long position, HeldBlock before) {
    HeldBlock now = blocks.remove(position);
    if (now != null) {
      heldBytes -= now.bytes.length;
      for (long piece : now.positions) {
        device.hide(piece);
      }
    }
    if (before != null) {
      hold(position, before, null);
    }
  }

  private void dropClean() {
    clean.clear();
    cleanBytes = 0;
  }

  // Writing.

  /** What the flush needs to know of the volume. */
  interface Places {
    /** $MFT's data. */
    AttributeEdit tableData() throws IOException;

    /** $MFTMirr's data. */
    AttributeEdit mirrorData() throws IOException;

    AllocationBitmap clusterBits();

    AllocationBitmap recordBits();

    /** Whether $MFT has grown since the last flush. */
    boolean hasTableGrown();
  }

  /** Brings everything down; what was held is then on disk, and what was freed is free. */
  void flush(Places places) throws IOException {
    places.clusterBits().write();
    if (places.hasTableGrown()) {
      device.barrier();
      writeTableItself(places);
    }
    places.recordBits().write();
    device.barrier();
    writeRecords(State.FRESH, places);
    writeBlocks(true);
    device.barrier();
    writeRecords(State.CHANGED, places);
    writeBlocks(false);
    device.barrier();
    writeRecords(State.FREED, places);
    writeMirror(places);
    device.barrier();
    writeRecords(State.FREED_PART, places);
    places.clusterBits().clearFreed();
    places.recordBits().clearFreed();
    device.barrier();
    settle();
  }

  /** $MFT's own records go ahead of the bits and records in what it gained. */
  private void writeTableItself(Places places) throws IOException {
    List<Long> continued = new ArrayList<>();
    for (Map.Entry<Long, HeldRecord> entry : records.entrySet()) {
      byte[] bytes = entry.getValue().bytes;
      if (entry.getValue().state == State.FRESH
          && LittleEndian.i64(bytes, 0x20) != 0
          && FileReference.record(LittleEndian.i64(bytes, 0x20)) == 0) {
        continued.add(entry.getKey());
      }
    }
    for (long number : continued) {
      writeTable(number, ByteBuffer.wrap(encoded(number)), places);
    }
    device.barrier();
    if (records.containsKey(0L)) {
      writeTable(0, ByteBuffer.wrap(encoded(0)), places);
    }
  }

  private byte[] encoded(long number) {
    byte[] bytes = records.get(number).bytes.clone();
    UpdateSequence.apply(bytes, 0, bytes.length);
    return bytes;
  }

  private void writeRecords(State state, Places places) throws IOException {
    byte[] run = new byte[Math.min(MAX_WRITE, Math.max(1, records.size()) * recordSize)];
    long first = -1;
    int count = 0;
    for (Map.Entry<Long, HeldRecord> entry : records.entrySet()) {
      if (entry.getValue().state != state) {
        continue;
      }
      long number = entry.getKey();
      if (count > 0 && (number != first + count || (count + 1) * recordSize > run.length)) {
        writeTable(first, ByteBuffer.wrap(run, 0, count * recordSize), places);
        count = 0;
      }
      if (count == 0) {
        first = number;
      }
      System.arraycopy(encoded(number), 0, run, count * recordSize, recordSize);
      count++;
    }
    if (count > 0) {
      writeTable(first, ByteBuffer.wrap(run, 0, count * recordSize), places);
    }
  }

  private void writeTable(long number, ByteBuffer bytes, Places places) throws IOException {
    AttributeEdit table = places.tableData();
    if (table.isResident() || number * recordSize + bytes.remaining() > table.size()) {
      // Another file of a damaged volume may have the clusters of $MFT too, and was written.
      throw new CorruptFormatException(
          table.file().source(),
          CorruptFormatException.NO_OFFSET,
          table + " of " + table.size() + " bytes has no longer room for record " + number);
    }
    table.write(number * recordSize, bytes);
  }

  private void writeBlocks(boolean fresh) throws IOException {
    for (HeldBlock block : blocks.values()) {
      if (block.fresh != fresh) {
        continue;
      }
      byte[] bytes = block.bytes();
      int length = block.pieceLength();
      for (int i = 0; i < block.positions.length; i++) {
        device.write(block.positions[i], ByteBuffer.wrap(bytes, i * length, length));
      }
    }
  }

  private void writeMirror(Places places) throws IOException {
    AttributeEdit mirror = places.mirrorData();
    for (long number : records.headMap(mirror.size() / recordSize).keySet()) {
      mirror.write(number * recordSize, ByteBuffer.wrap(encoded(number)));
    }
  }

  /** Holds nothing any more; the blocks are remembered as they are on disk now. */
  private void settle() {
    synchronized (this) {
      records.clear();
    }
    for (Map.Entry<Long, HeldBlock> entry : blocks.entrySet()) {
      HeldBlock block = entry.getValue();
      if (block.isProtected) {
        UpdateSequence.setNumber(block.bytes, UpdateSequence.number(block.bytes()));
      }
      for (long piece : block.positions) {
        device.hide(piece);
      }
      keep(entry.getKey(), block.bytes);
    }
    blocks.clear();
    heldBytes = 0;
  }

  /** The device that content is written to. */
  BlockDevice device() {
    return device;
  }
}
