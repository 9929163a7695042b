package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** $MFT of a volume that is checked: its records, understood as far as can be. */
final class CheckedTable {

  /** The first of the records that stay free for extents of $MFT itself. */
  static final int FIRST_RESERVED = 16;

  /** The first record that any file may have. */
  static final int FIRST_ORDINARY = 24;

  private static final int BLOCK_SIZE = 256 << 10;
  private static final int CACHED = 64;

  private final CheckLog log;
  private final ClusterSpace clusters;
  private final int recordSize;
  private final RecordCheck check;
  private final RunList runs;
  private final long count;
  private final long[] cachedNumbers = new long[CACHED];
  private final byte[][] cached = new byte[CACHED][];

  private CheckedTable(
      CheckLog log,
      ClusterSpace clusters,
      int recordSize,
      RecordCheck check,
      RunList runs,
      long size) {
    this.log = log;
    this.clusters = clusters;
    this.recordSize = recordSize;
    this.check = check;
    this.runs = runs;
    this.count = size / recordSize;
  }

  /**
   * Finds the table, by its mirror when its own first record is damaged.
   *
   * @return null when there is none
   */
  static CheckedTable open(CheckLog log, ClusterSpace clusters, NtfsBootSector boot)
      throws IOException {
    RecordCheck check =
        new RecordCheck(log, boot.recordSize(), clusters.clusterSize(), clusters.clusterCount());
    boolean muted = log.mute(true);
    CheckedTable own = open(log, clusters, boot.recordSize(), check, boot.mftCluster(), true);
    CheckedTable mirrored =
        own != null
            ? own
            : open(log, clusters, boot.recordSize(), check, boot.mirrorCluster(), true);
    if (mirrored == null) {
      mirrored = open(log, clusters, boot.recordSize(), check, boot.mftCluster(), false);
    }
    if (mirrored == null) {
      mirrored = open(log, clusters, boot.recordSize(), check, boot.mirrorCluster(), false);
    }
    log.mute(muted);
    return mirrored;
  }

  private static CheckedTable open(
      CheckLog log,
      ClusterSpace clusters,
      int recordSize,
      RecordCheck check,
      long cluster,
      boolean soundOnly)
      throws IOException {
    byte[] raw = new byte[recordSize];
    if (clusters.position(cluster) > clusters.device().size() - recordSize) {
      return null;
    }
    clusters.read(cluster, 0, ByteBuffer.wrap(raw));
    CheckedRecord record = check.read(raw, 0);
    if (record.state() != CheckedRecord.State.BASE || soundOnly && record.changed()) {
      return null;
    }
    CheckedAttribute data = null;
    CheckedAttribute list = null;
    for (CheckedAttribute attribute : record.attributes()) {
      if (attribute.type() == AttributeType.ATTRIBUTE_LIST) {
        list = attribute;
      } else if (data == null
          && attribute.type() == AttributeType.DATA
          && attribute.name().isEmpty()
          && !attribute.isResident()
          && attribute.lowestVcn() == 0) {
        data = attribute;
      }
    }
    // The table lies where the boot sector says, or the record is not the one it was.
    if (data == null || data.runs().isEmpty() || data.runs().get(0).isHole()) {
      return null;
    }
    RunList.Builder builder = new RunList.Builder(clusters, "$MFT");
    try {
      addRuns(builder, data);
      if (list != null) {
        addExtents(log, clusters, recordSize, check, builder, list);
      }
    } catch (CorruptFormatException e) {
      // What is mapped so far is the table.
      log.add(NtfsFindingKind.MFT_SIZE, 0, e.getMessage());
    }
    RunList runs = builder.build();
    AttributeHeader.NonResident header = data.nonResident();
    long size =
        Math.min(
            Math.min(header.dataSize(), header.initialisedSize()),
            clusters.position(firstHole(runs)));
    if (size / recordSize < FIRST_RESERVED) {
      return null; // NTFS's own files would not be in it
    }
    return new CheckedTable(log, clusters, recordSize, check, runs, size);
  }

  private static long firstHole(RunList runs) {
    for (int i = 0; i < runs.size(); i++) {
      if (runs.isHole(i)) {
        return runs.vcn(i);
      }
    }
    return runs.end();
  }

  private static void addRuns(RunList.Builder builder, CheckedAttribute extent)
      throws CorruptFormatException {
    if (extent.lowestVcn() != builder.end()) {
      throw new CorruptFormatException(
          "$MFT", 0, "an extent begins at VCN " + extent.lowestVcn() + ", not " + builder.end());
    }
    for (DataRun run : extent.runs()) {
      builder.add(run.lcn(), run.length());
    }
  }

  private static void addExtents(
      CheckLog log,
      ClusterSpace clusters,
      int recordSize,
      RecordCheck check,
      RunList.Builder builder,
      CheckedAttribute list)
      throws IOException {
    List<AttributeListEntry> extents = new ArrayList<>();
    for (AttributeListEntry entry : CheckedList.read(list, clusters)) {
      if (entry.type() == AttributeType.DATA && entry.name().isEmpty() && entry.lowestVcn() > 0) {
        extents.add(entry);
      }
    }
    extents.sort(Comparator.comparingLong(AttributeListEntry::lowestVcn));
    for (AttributeListEntry entry : extents) {
      RunList mapped = builder.view();
      CheckedTable soFar =
          new CheckedTable(
              log, clusters, recordSize, check, mapped, clusters.position(mapped.end()));
      long number = FileReference.record(entry.reference());
      if (number >= soFar.count()) {
        throw new CorruptFormatException("$MFT", 0, "record " + number + " is not mapped");
      }
      for (CheckedAttribute attribute : soFar.read(number).attributes()) {
        if (attribute.type() == AttributeType.DATA
            && attribute.name().isEmpty()
            && attribute.lowestVcn() == entry.lowestVcn()) {
          addRuns(builder, attribute);
        }
      }
    }
  }

  /** The number of records that are mapped and initialised. */
  long count() {
    return count;
  }

  int recordSize() {
    return recordSize;
  }

  RecordCheck check() {
    return check;
  }

  /** Where the table lies. */
  RunList runs() {
    return runs;
  }

  /** Reads a record and reports what is wrong with it. */
  CheckedRecord read(long number) throws IOException {
    return check.read(readRaw(number), number);
  }

  /** Reads a record that was read before, without reporting again. */
  CheckedRecord readAgain(long number) throws IOException {
    boolean muted = log.mute(true);
    try {
      return read(number);
    } finally {
      log.mute(muted);
    }
  }

  /** The bytes of a record as they lie on disk, for the caller to keep. */
  byte[] readRaw(long number) throws IOException {
    byte[] record = new byte[recordSize];
    long position = number * recordSize;
    long block = position / BLOCK_SIZE;
    int slot = (int) (block % CACHED);
    if (cached[slot] == null || cachedNumbers[slot] != block) {
      long start = block * BLOCK_SIZE;
      byte[] bytes = new byte[(int) Math.min(BLOCK_SIZE, count * recordSize - start)];
      transfer(start, ByteBuffer.wrap(bytes), false);
      cached[slot] = bytes;
      cachedNumbers[slot] = block;
    }
    System.arraycopy(cached[slot], (int) (position % BLOCK_SIZE), record, 0, recordSize);
    return record;
  }

  /** Writes a record as it belongs on disk. */
  void write(long number, byte[] bytes) throws IOException {
    long position = number * recordSize;
    long block = position / BLOCK_SIZE;
    int slot = (int) (block % CACHED);
    byte[] known = cached[slot] != null && cachedNumbers[slot] == block ? cached[slot] : null;
    cached[slot] = known == null ? cached[slot] : null; // until the device has it
    transfer(position, ByteBuffer.wrap(bytes), true);
    if (known != null) {
      // A repair writes record after record: the block is not read again for each.
      System.arraycopy(bytes, 0, known, (int) (position % BLOCK_SIZE), recordSize);
      cached[slot] = known;
    }
  }

  private void transfer(long position, ByteBuffer buffer, boolean write) throws IOException {
    long at = position;
    int end = buffer.limit();
    while (buffer.position() < end) {
      int run = runs.find(at / clusters.clusterSize());
      long offset = at - clusters.position(runs.vcn(run));
      long inRun = clusters.position(runs.length(run)) - offset;
      buffer.limit((int) Math.min(end, buffer.position() + inRun));
      at += buffer.remaining();
      long device = clusters.position(runs.lcn(run)) + offset;
      if (write) {
        clusters.device().write(device, buffer);
      } else {
        clusters.device().read(device, buffer);
      }
    }
  }
}
