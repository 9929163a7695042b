package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * $MFT, the file that holds a record for every file, itself included. Safe for use by several
 * threads.
 *
 * <p>Its own run list may need an attribute list, whose records then lie in the parts of the table
 * that the runs before them map.
 */
final class MasterFileTable {

  /** The record of the root directory. */
  static final long ROOT = 5;

  private static final long MFT = 0;
  private static final int BLOCK_SIZE = 32 << 10;
  private static final int CACHED_BLOCKS = 64;

  /** Blocks that are read at once where records are wanted more or less in their order. */
  private static final int BLOCKS_AHEAD = 8;

  /** How far ahead of the last block that was read a block still counts as the next. */
  private static final int NEAR = 4;

  private final ClusterSpace clusters;
  private final int recordSize;
  private volatile StreamContent content;
  private volatile Newer newer = number -> null;

  /** The last block that was read, which threads may know late: then less is read ahead. */
  private volatile long lastRead = Long.MIN_VALUE / 2;

  private final Map<Long, byte[]> cache =
      new LinkedHashMap<>(2 * CACHED_BLOCKS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > CACHED_BLOCKS;
        }
      };

  /** Records that are newer than what the table's clusters hold. */
  interface Newer {
    /** The bytes of a record, update sequence undone, or null for what the clusters hold. */
    byte[] record(long number);
  }

  private MasterFileTable(ClusterSpace clusters, int recordSize, StreamContent content) {
    this.clusters = clusters;
    this.recordSize = recordSize;
    this.content = content;
  }

  /**
   * Finds the table, by its mirror when its own first record is damaged.
   *
   * @throws CorruptFormatException when neither leads to the table
   */
  static MasterFileTable open(ClusterSpace clusters, NtfsBootSector boot) throws IOException {
    try {
      return open(clusters, boot.recordSize(), boot.mftCluster());
    } catch (CorruptFormatException e) {
      try {
        return open(clusters, boot.recordSize(), boot.mirrorCluster());
      } catch (CorruptFormatException alsoBad) {
        e.addSuppressed(alsoBad);
        throw e;
      }
    }
  }

  private static MasterFileTable open(ClusterSpace clusters, int recordSize, long firstCluster)
      throws IOException {
    String source = source(clusters, MFT);
    byte[] record = new byte[recordSize];
    clusters.read(firstCluster, 0, ByteBuffer.wrap(record));
    FileRecord header = decode(record, source);
    NtfsAttribute.Extent first = null;
    NtfsAttribute list = null;
    for (AttributeHeader attribute : header.attributes(record, source)) {
      NtfsAttribute.Extent extent = new NtfsAttribute.Extent(record, attribute, source);
      if (attribute.type() == AttributeType.DATA && attribute.name().isEmpty()) {
        first = extent;
      } else if (attribute.type() == AttributeType.ATTRIBUTE_LIST) {
        list = new NtfsAttribute(clusters, List.of(extent));
      }
    }
    if (first == null || !(first.header() instanceof AttributeHeader.NonResident data)) {
      throw new CorruptFormatException(source, 0, "$MFT has no non-resident $DATA");
    }
    RunList.Builder runs = new RunList.Builder(clusters, source);
    NtfsAttribute.addRuns(runs, first, clusters);
    if (list != null) {
      addExtents(clusters, recordSize, runs, list);
    }
    return new MasterFileTable(
        clusters,
        recordSize,
        new ClusterContent(
            clusters, runs.build(), data.dataSize(), data.initialisedSize(), source));
  }

  /** Adds the extents that other records hold, each of which those before it must map. */
  private static void addExtents(
      ClusterSpace clusters, int recordSize, RunList.Builder runs, NtfsAttribute list)
      throws IOException {
    List<AttributeListEntry> extents = new ArrayList<>();
    for (AttributeListEntry entry : AttributeListEntry.all(list)) {
      if (entry.type() == AttributeType.DATA && entry.name().isEmpty() && entry.lowestVcn() > 0) {
        extents.add(entry);
      }
    }
    extents.sort(Comparator.comparingLong(AttributeListEntry::lowestVcn));
    for (AttributeListEntry entry : extents) {
      RunList mapped = runs.view();
      long size = clusters.position(mapped.end());
      MasterFileTable soFar =
          new MasterFileTable(
              clusters,
              recordSize,
              new ClusterContent(clusters, mapped, size, size, list.source()));
      long number = FileReference.record(entry.reference());
      byte[] record = new byte[recordSize];
      soFar.readRaw(number, record);
      String source = source(clusters, number);
      FileRecord header = decode(record, source);
      if (!header.isExtension() || FileReference.record(header.baseReference()) != MFT) {
        throw new CorruptFormatException(source, 0x20, "the record must be a part of $MFT");
      }
      NtfsAttribute.addRuns(
          runs,
          new NtfsAttribute.Extent(
              record, entry.findIn(header.attributes(record, source), source), source),
          clusters);
    }
  }

  /** Looks for records among newer ones first, from now on. */
  void prefer(Newer records) {
    this.newer = records;
  }

  /** Takes another content for that of the table, which grew. */
  void replaceContent(StreamContent grown) {
    this.content = grown;
    forget();
  }

  /** Forgets what was read, since the clusters hold something else now. */
  void forget() {
    synchronized (cache) {
      cache.clear();
    }
  }

  ClusterSpace clusters() {
    return clusters;
  }

  /** Bytes per record. */
  int recordSize() {
    return recordSize;
  }

  /** The number of records, free ones included. */
  long recordCount() {
    return content.size() / recordSize;
  }

  /** What exceptions call a record. */
  String source(long number) {
    return source(clusters, number);
  }

  /**
   * Reads a record as {@link #read} does, into an array that may be shared and must not be changed.
   */
  byte[] view(long number) throws IOException {
    byte[] known = newer.record(number);
    return known != null ? known : read(number);
  }

  /**
   * Reads a record as {@link #view} does, or gives null when it was never used.
   *
   * @throws CorruptFormatException when it is damaged
   */
  byte[] viewIfPresent(long number) throws IOException {
    byte[] known = newer.record(number);
    if (known != null) {
      return known;
    }
    if (number < 0 || number >= recordCount()) {
      return null;
    }
    byte[] record = readRaw(number);
    if (!FileRecord.isPresent(record)) {
      return null;
    }
    decode(record, source(number));
    return record;
  }

  /** Whether a record was ever used, which those that are all zero were not. */
  boolean isPresent(long number) throws IOException {
    byte[] known = newer.record(number);
    return known != null
        || number >= 0 && number < recordCount() && FileRecord.isPresent(readRaw(number));
  }

  /**
   * Reads a record and undoes its update sequence.
   *
   * @throws CorruptFormatException when there is no such record or it is damaged
   */
  byte[] read(long number) throws IOException {
    byte[] known = newer.record(number);
    if (known != null) {
      return known.clone();
    }
    byte[] record = readRaw(number);
    decode(record, source(number));
    return record;
  }

  private byte[] readRaw(long number) throws IOException {
    if (number < 0 || number >= recordCount()) {
      throw new CorruptFormatException(
          clusters.name(),
          CorruptFormatException.NO_OFFSET,
          "MFT record " + number + " is not among the table's " + recordCount());
    }
    if (recordSize >= BLOCK_SIZE) {
      byte[] record = new byte[recordSize];
      readRaw(number, record);
      return record;
    }
    int recordsPerBlock = BLOCK_SIZE / recordSize;
    byte[] block = block(number / recordsPerBlock);
    int offset = (int) (number % recordsPerBlock) * recordSize;
    if (block.length < offset + recordSize) {
      byte[] record = new byte[recordSize];
      readRaw(number, record);
      return record;
    }
    return Arrays.copyOfRange(block, offset, offset + recordSize);
  }

  private void readRaw(long number, byte[] record) throws IOException {
    if (number >= recordCount()) {
      throw new CorruptFormatException(
          clusters.name(),
          CorruptFormatException.NO_OFFSET,
          "MFT record " + number + " is wanted before the runs of $MFT map it");
    }
    content.read(number * recordSize, ByteBuffer.wrap(record));
  }

  private byte[] block(long index) throws IOException {
    synchronized (cache) {
      byte[] block = cache.get(index);
      if (block != null) {
        return block;
      }
    }
    long distance = index - lastRead;
    lastRead = index;
    try {
      return readBlocks(index, distance > 0 && distance <= NEAR ? BLOCKS_AHEAD : 1);
    } catch (IOException e) {
      // A disk that is damaged or cut short may still have the record that is wanted.
      return new byte[0];
    }
  }

  /** Reads a block, and with it some behind it, which are kept; gives the first. */
  private byte[] readBlocks(long first, int count) throws IOException {
    long position = first * BLOCK_SIZE;
    byte[] bytes = new byte[(int) Math.min((long) count * BLOCK_SIZE, content.size() - position)];
    content.read(position, ByteBuffer.wrap(bytes));
    List<byte[]> blocks = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += BLOCK_SIZE) {
      blocks.add(Arrays.copyOfRange(bytes, from, Math.min(from + BLOCK_SIZE, bytes.length)));
    }
    synchronized (cache) {
      for (int i = 0; i < blocks.size(); i++) {
        cache.put(first + i, blocks.get(i));
      }
    }
    lastRead = first + blocks.size() - 1;
    return blocks.get(0);
  }

  private static FileRecord decode(byte[] record, String source) throws CorruptFormatException {
    FileRecord.checkSignature(record, source);
    UpdateSequence.remove(record, 0, record.length, source);
    return FileRecord.get(record, source);
  }

  private static String source(ClusterSpace clusters, long number) {
    return clusters.name() + ": MFT record " + number;
  }
}
