package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives out records of $MFT, takes them back, and makes the table grow. Not for several threads.
 *
 * <p>Records 16 to 23 hold what does not fit into that of $MFT itself, and nothing else: so does
 * Windows.
 */
final class RecordAllocator {

  private static final long FIRST_FOR_TABLE = 16;
  static final long FIRST_FOR_FILES = 24;
  private static final long MIN_GROWTH = 64;
  private static final long MAX_GROWTH = 4096;

  /** Records that can be numbered in the 32 bits that a record has for its own number. */
  private static final long MAX_RECORDS = 1L << 32;

  private static final int FREE_AT_ONCE = 1 << 20;

  private final VolumeEdit volume;
  private final AllocationBitmap bitmap;
  private final Set<Long> fresh = new HashSet<>();
  private long next = FIRST_FOR_FILES;
  private boolean hasGrown;

  RecordAllocator(VolumeEdit volume, AllocationBitmap bitmap) {
    this.volume = volume;
    this.bitmap = bitmap;
  }

  AllocationBitmap bitmap() {
    return bitmap;
  }

  /** Whether a record was given out since the last flush: nothing on disk refers to it. */
  boolean isFresh(long number) {
    return fresh.contains(number);
  }

  /** Whether $MFT has grown since the last flush. */
  boolean hasGrown() {
    return hasGrown;
  }

  /** Notes that everything is on disk. */
  void flushed() {
    fresh.clear();
    hasGrown = false;
    next = FIRST_FOR_FILES;
  }

  /** Notes that edits were taken back, and with them growth of the table. */
  void undone() throws IOException {
    resize();
  }

  /**
   * Gives a record out.
   *
   * @throws NoSpaceException when $MFT is full and cannot grow
   */
  RecordEdit allocate() throws IOException {
    while (true) {
      long number = bitmap.nextClear(next, bitmap.count());
      if (number == bitmap.count()) {
        grow();
        continue;
      }
      next = number + 1;
      RecordEdit record = take(number);
      if (record != null) {
        return record;
      }
    }
  }

  /**
   * Gives a record out that continues that of $MFT.
   *
   * @param mapped clusters of the table that its first extent maps
   */
  RecordEdit allocateForTable(long mapped) throws IOException {
    long limit = Math.min(bitmap.count(), volume.clusters().position(mapped) / volume.recordSize());
    for (long number = FIRST_FOR_TABLE; number < limit; number++) {
      RecordEdit record = bitmap.isSet(number) ? null : take(number);
      if (record != null) {
        return record;
      }
    }
    throw new NoSpaceException(
        volume.clusters().name() + ": the begin of $MFT",
        (limit + 1) * volume.recordSize(),
        limit * volume.recordSize());
  }

  /** Takes a record, unless it is in use although its bit is clear. */
  private RecordEdit take(long number) throws IOException {
    int sequence = 0;
    int updateSequence = 0;
    try {
      byte[] before = volume.table().viewIfPresent(number);
      if (before != null) {
        FileRecord header = FileRecord.get(before, volume.table().source(number));
        if (header.isInUse()) {
          bitmap.set(number, 1);
          return null;
        }
        sequence = header.sequence();
        updateSequence = UpdateSequence.number(before);
      }
    } catch (CorruptFormatException e) {
      // A free record may hold anything.
      sequence = 0;
    }
    bitmap.set(number, 1);
    fresh.add(number);
    volume.writeBack().onUndo(() -> fresh.remove(number));
    RecordEdit record = new RecordEdit(number, sequence == 0 ? 1 : sequence);
    record.countOnFrom(0, updateSequence, 0);
    return record;
  }

  /**
   * Takes a record back.
   *
   * @param base the reference of its base record, 0 for a base record
   */
  void free(RecordEdit record, long base) throws IOException {
    byte[] bytes = FileRecord.unused(volume.recordSize(), record.number());
    UpdateSequence.remove(bytes, 0, bytes.length, volume.table().source(record.number()));
    int sequence = record.sequence() == 0xFFFF ? 1 : record.sequence() + 1;
    LittleEndian.put16(bytes, 0x10, sequence);
    byte[] before = volume.table().read(record.number());
    if (FileRecord.isPresent(before)) {
      UpdateSequence.setNumber(bytes, UpdateSequence.number(before) + 1);
    }
    WriteBack.State state = base == 0 ? WriteBack.State.FREED : WriteBack.State.FREED_PART;
    volume.writeBack().putRecord(record.number(), bytes, state);
    bitmap.free(record.number(), 1);
  }

  /** Makes $MFT longer by some free records. */
  private void grow() throws IOException {
    int recordSize = volume.recordSize();
    ClusterSpace clusters = volume.clusters();
    long wanted = Math.max(MIN_GROWTH, Math.min(MAX_GROWTH, bitmap.count() / 8));
    long least = Math.max(1, recordSize / clusters.clusterSize());
    long count = (clusters.clustersOf(wanted * recordSize) + least - 1) / least * least;
    FileEdit file = volume.file(0);
    AttributeEdit data = file.get(AttributeType.DATA, "");
    List<DataRun> runs;
    try {
      runs = volume.allocator().allocateForTable(count, data.nearEnd());
    } catch (NoSpaceException e) {
      count = least;
      runs = volume.allocator().allocateForTable(count, data.nearEnd());
    }
    long begin = data.initialisedSize() / recordSize * recordSize;
    data.append(runs);
    long end = clusters.position(data.end()) / recordSize * recordSize;
    if (end / recordSize > MAX_RECORDS) {
      throw new NoSpaceException(clusters.name() + ": $MFT", end, MAX_RECORDS * recordSize);
    }
    writeFree(data, begin, end);
    data.setSizes(end, end);
    growBitmap(file, end / recordSize);
    hasGrown = true;
    file.store();
    resize();
  }

  private void writeFree(AttributeEdit data, long begin, long end) throws IOException {
    int recordSize = volume.recordSize();
    long at = begin;
    while (at < end) {
      int length = (int) Math.min(FREE_AT_ONCE, end - at);
      ByteBuffer free = ByteBuffer.allocate(length);
      for (long number = at / recordSize; free.hasRemaining(); number++) {
        free.put(FileRecord.unused(recordSize, number));
      }
      data.write(at, free.flip());
      at += length;
    }
  }

  private void growBitmap(FileEdit file, long records) throws IOException {
    AttributeEdit bits = file.get(AttributeType.BITMAP, "");
    long size = (records + 63) / 64 * 8;
    if (size <= bits.size()) {
      return;
    }
    long missing = volume.clusters().clustersOf(size) - bits.end();
    if (missing > 0) {
      bits.append(volume.allocator().allocate(missing, bits.nearEnd()));
    }
    bits.zero(bits.initialisedSize(), size - bits.initialisedSize());
    bits.setSizes(size, size);
  }

  /** Takes over the size that the table has now. */
  private void resize() throws IOException {
    FileEdit file = volume.file(0);
    AttributeEdit data = file.get(AttributeType.DATA, "");
    bitmap.resize(file.get(AttributeType.BITMAP, ""), data.size() / volume.recordSize());
    volume
        .table()
        .replaceContent(
            new ClusterContent(
                volume.clusters(),
                data.runs(),
                data.size(),
                data.initialisedSize(),
                file.source()));
  }
}
