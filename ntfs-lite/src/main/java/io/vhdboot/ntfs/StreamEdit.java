package io.vhdboot.ntfs;

import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a stream that is edited, plain or with holes. New bytes go to clusters that nothing
 * on disk refers to, or over old ones in place; what lies between the last byte ever written and
 * the next one is filled with zeros.
 */
final class StreamEdit {

  private final AttributeEdit attribute;
  private final FileEdit file;
  private final VolumeEdit volume;
  private final ClusterSpace clusters;

  StreamEdit(AttributeEdit attribute) {
    this.attribute = attribute;
    this.file = attribute.file();
    this.volume = file.volume();
    this.clusters = file.clusters();
  }

  /** Whether a write there changes no metadata but times. */
  boolean isInPlace(long position, long length) {
    if (attribute.isResident()
        || attribute.isCompressed()
        || position + length > attribute.initialisedSize()) {
      return false;
    }
    return !attribute.isSparse() || firstHole(position, position + length) < 0;
  }

  /** The VCN of the first hole in a range of bytes that is mapped, or -1. */
  private long firstHole(long from, long to) {
    long vcn = from / clusters.clusterSize();
    long end = clusters.clustersOf(to);
    while (vcn < end) {
      DataRun run = attribute.find(vcn);
      if (run.isHole()) {
        return vcn;
      }
      vcn += run.length();
    }
    return -1;
  }

  /** Writes the rest of a buffer; the stream grows where it must. */
  void write(long position, ByteBuffer source) throws IOException {
    long end = position + source.remaining();
    if (attribute.isResident()) {
      if (staysResident(Math.max(end, attribute.size()))) {
        byte[] value = attribute.value();
        byte[] now = new byte[(int) Math.max(end, value.length)];
        System.arraycopy(value, 0, now, 0, value.length);
        source.get(now, (int) position, source.remaining());
        attribute.setValue(now);
        return;
      }
      leaveRecord();
    }
    long size = attribute.size();
    long initialised = attribute.initialisedSize();
    map(position, end);
    fillHoles(position, end, position, end);
    if (position > initialised) {
      attribute.zero(initialised, position - initialised);
    }
    attribute.write(position, source);
    attribute.setSizes(Math.max(size, end), Math.max(initialised, end));
  }

  /** Sees to it that clusters or holes are mapped up to an end, clusters from a position on. */
  private void map(long position, long end) throws IOException {
    long wanted = rounded(clusters.clustersOf(end));
    long mapped = attribute.end();
    if (wanted <= mapped) {
      return;
    }
    long hole = 0;
    if (attribute.isSparse()) {
      int unit = 1 << attribute.compressionUnit();
      hole = Math.max(0, position / clusters.clusterSize() / unit * unit - mapped);
      if (hole > 0) {
        attribute.append(List.of(new DataRun(DataRun.HOLE, hole)));
      }
    }
    long count = wanted - mapped - hole;
    if (count > 0) {
      attribute.append(volume.allocator().allocate(count, attribute.nearEnd()));
    }
  }

  /** A number of clusters that the attribute may have. */
  private long rounded(long count) {
    if (!attribute.hasStoredSize()) {
      return count;
    }
    long unit = 1L << attribute.compressionUnit();
    return (count + unit - 1) / unit * unit;
  }

  /** Puts clusters where holes are in a range; all but what is to be written becomes zeros. */
  private void fillHoles(long from, long to, long keepFrom, long keepTo) throws IOException {
    if (!attribute.isSparse()) {
      return;
    }
    int clusterSize = clusters.clusterSize();
    long unit = 1L << attribute.compressionUnit();
    long last = Math.min(attribute.end(), rounded(clusters.clustersOf(to)));
    long vcn = from / clusterSize / unit * unit;
    while (vcn < last) {
      DataRun run = attribute.find(vcn);
      long count = Math.min(run.length(), last - vcn);
      if (run.isHole()) {
        long before = vcn == 0 ? -1 : nearBefore(vcn);
        long at = vcn;
        for (DataRun filled : volume.allocator().allocate(count, before)) {
          attribute.replace(at, filled);
          at += filled.length();
        }
        zeroAround(vcn * clusterSize, (vcn + count) * clusterSize, keepFrom, keepTo);
      }
      vcn += count;
    }
  }

  private long nearBefore(long vcn) {
    DataRun before = attribute.find(vcn - 1);
    return before.isHole() ? -1 : before.lcn() + 1;
  }

  /** Zeros what a range has outside another one, as far as it is initialised. */
  private void zeroAround(long from, long to, long keepFrom, long keepTo) throws IOException {
    long end = Math.min(to, attribute.initialisedSize());
    if (from < keepFrom && from < end) {
      attribute.zero(from, Math.min(end, keepFrom) - from);
    }
    if (keepTo < end) {
      long begin = Math.max(from, keepTo);
      attribute.zero(begin, end - begin);
    }
  }

  /** Sets the size. */
  void setSize(long size) throws IOException {
    if (attribute.isResident()) {
      if (staysResident(size)) {
        byte[] value = attribute.value();
        byte[] now = new byte[(int) size];
        System.arraycopy(value, 0, now, 0, Math.min(now.length, value.length));
        attribute.setValue(now);
        return;
      }
      leaveRecord();
    }
    if (size > attribute.size()) {
      grow(rounded(clusters.clustersOf(size)) - attribute.end());
      attribute.setSizes(size, attribute.initialisedSize());
      return;
    }
    if (size < attribute.size() && becomesResident(size)) {
      byte[] value = new byte[(int) size];
      attribute.read(0, ByteBuffer.wrap(value));
      release(attribute.truncate(0));
      attribute.toResident(value);
      return;
    }
    long keep = rounded(clusters.clustersOf(size));
    if (keep < attribute.end()) {
      release(attribute.truncate(keep));
    }
    attribute.setSizes(size, Math.min(size, attribute.initialisedSize()));
  }

  private void grow(long count) throws IOException {
    if (count > 0) {
      attribute.append(
          attribute.isSparse()
              ? List.of(new DataRun(DataRun.HOLE, count))
              : volume.allocator().allocate(count, attribute.nearEnd()));
    }
  }

  private void release(List<DataRun> runs) {
    for (DataRun run : runs) {
      volume.release(run, attribute.type());
    }
  }

  /** Moves the value to clusters; one that is empty needs none yet. */
  private void leaveRecord() throws IOException {
    if (attribute.size() == 0) {
      attribute.toNonResident();
    } else {
      file.toClusters(attribute);
    }
  }

  /** Whether so few bytes have room in the base record again. */
  private boolean becomesResident(long size) {
    return !attribute.hasStoredSize() && !attribute.isEncrypted() && staysResident(size);
  }

  /** Whether so few bytes have room in the base record. */
  private boolean staysResident(long size) {
    if (size > volume.recordSize()) {
      return false;
    }
    int others = file.base().used();
    for (AttributePart part : attribute.parts()) {
      others -= part.record() == file.base() ? part.size() : 0;
    }
    return others + RecordAttribute.residentLength(attribute.name(), size)
        <= FileRecord.capacity(volume.recordSize());
  }

  /** Makes a range within the stream zeros, by holes where it may have them. */
  void zero(long position, long length) throws IOException {
    if (attribute.isResident()) {
      byte[] now = attribute.value().clone();
      Arrays.fill(now, (int) position, (int) (position + length), (byte) 0);
      attribute.setValue(now);
      return;
    }
    long end = Math.min(position + length, attribute.initialisedSize());
    if (position >= end) {
      return;
    }
    if (!attribute.isSparse()) {
      attribute.zero(position, end - position);
      return;
    }
    long unit = (long) clusters.clusterSize() << attribute.compressionUnit();
    long firstWhole = (position + unit - 1) / unit * unit;
    // What lies behind the end of the stream need not be kept.
    long lastWhole = end == attribute.size() ? rounded(attribute.end()) : end / unit;
    lastWhole = end == attribute.size() ? clusters.position(lastWhole) : lastWhole * unit;
    if (firstWhole >= lastWhole) {
      attribute.zero(position, end - position);
      return;
    }
    attribute.zero(position, Math.min(firstWhole, end) - position);
    punch(firstWhole / clusters.clusterSize(), lastWhole / clusters.clusterSize());
    if (lastWhole < end) {
      attribute.zero(lastWhole, end - lastWhole);
    }
  }

  private void punch(long from, long to) {
    long vcn = from;
    while (vcn < to) {
      DataRun run = attribute.find(vcn);
      long count = Math.min(run.length(), to - vcn);
      if (!run.isHole()) {
        release(attribute.replace(vcn, new DataRun(DataRun.HOLE, count)));
      }
      vcn += count;
    }
  }

  /** Fills all holes, so that the stream may go without them. */
  void fill() throws IOException {
    fillHoles(0, clusters.position(attribute.end()), Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** What the bytes from a position on are. */
  MappedExtent map(long position) throws IOException {
    long size = attribute.size();
    if (attribute.isResident()) {
      return new MappedExtent(position, size - position, MappedExtent.Kind.DATA);
    }
    if (position >= attribute.initialisedSize()) {
      return new MappedExtent(position, size - position, MappedExtent.Kind.ZERO);
    }
    DataRun run = attribute.find(position / clusters.clusterSize());
    long in = position % clusters.clusterSize();
    long length =
        Math.min(clusters.position(run.length()) - in, attribute.initialisedSize() - position);
    if (run.isHole()) {
      return new MappedExtent(position, length, MappedExtent.Kind.ZERO);
    }
    MappedExtent below = clusters.device().map(clusters.position(run.lcn()) + in);
    return new MappedExtent(position, Math.min(below.length(), length), below.kind());
  }
}
