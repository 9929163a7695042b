package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An attribute of a file that is checked, all its extents together.
 *
 * @param first the value in the record, or the first extent
 * @param runs the data runs of all extents
 */
record CheckedStream(CheckedAttribute first, List<DataRun> runs) {

  /** A value in the record. */
  static CheckedStream resident(int type, String name, byte[] value) {
    return new CheckedStream(CheckedAttribute.resident(0, type, name, 0, value), List.of());
  }

  /** Plain clusters. */
  static CheckedStream plain(
      int type, String name, List<DataRun> runs, long size, int clusterSize) {
    return new CheckedStream(
        CheckedAttribute.plain(0, type, name, runs, size, clusterSize), List.copyOf(runs));
  }

  int type() {
    return first.type();
  }

  String name() {
    return first.name();
  }

  boolean is(int type, String name) {
    return type() == type && name().equals(name);
  }

  boolean isResident() {
    return first.isResident();
  }

  int flags() {
    return first.header().flags();
  }

  boolean isCompressed() {
    return first.header().isCompressed();
  }

  boolean isSparse() {
    return first.header().isSparse();
  }

  boolean isEncrypted() {
    return first.header().isEncrypted();
  }

  /** The value in the record. */
  byte[] value() {
    return first.value();
  }

  AttributeHeader.NonResident header() {
    return first.nonResident();
  }

  /** The size in bytes. */
  long size() {
    return isResident()
        ? ((AttributeHeader.Resident) first.header()).valueLength()
        : header().dataSize();
  }

  /** The bytes it takes on the volume, as directories repeat them. */
  long storedSize() {
    if (isResident()) {
      return size() + 7 & -8L;
    }
    return isCompressed() || isSparse() ? header().storedSize() : header().allocatedSize();
  }

  /** The clusters that the runs cover. */
  long covered() {
    return runs.stream().mapToLong(DataRun::length).sum();
  }

  /** The clusters that the runs hold. */
  long held() {
    return runs.stream().filter(run -> !run.isHole()).mapToLong(DataRun::length).sum();
  }

  /**
   * Whether the field of the held size is there, as it must be in sparse and compressed streams.
   */
  boolean hasStoredSize() {
    return LittleEndian.u16(first.bytes(), 0x20) >= AttributeHeader.NonResident.SIZE_WITH_STORED;
  }

  /** The stream with other flags and sizes. */
  CheckedStream with(int flags, long allocated, long size, long initialised, long stored) {
    return new CheckedStream(first.with(flags, allocated, size, initialised, stored), runs);
  }

  /** The stream with other runs, cut to what they cover. */
  CheckedStream withRuns(List<DataRun> other, int clusterSize) {
    CheckedStream changed = new CheckedStream(first, List.copyOf(other));
    long allocated = changed.covered() * clusterSize;
    long size = Math.min(header().dataSize(), allocated);
    return changed.with(
        flags(),
        allocated,
        size,
        Math.min(header().initialisedSize(), size),
        changed.held() * clusterSize);
  }

  /**
   * The bytes as they lie in clusters or in the record, whatever they mean.
   *
   * @throws CorruptFormatException when they are not all there
   */
  StreamContent content(ClusterSpace clusters) throws IOException {
    if (isResident()) {
      byte[] value = value();
      return new ResidentContent(value, 0, value.length);
    }
    RunList.Builder builder = new RunList.Builder(clusters, toString());
    for (DataRun run : runs) {
      builder.add(run.lcn(), run.length());
    }
    return new ClusterContent(
        clusters, builder.build(), size(), header().initialisedSize(), toString());
  }

  /**
   * The whole value.
   *
   * @throws CorruptFormatException when it has more bytes than the limit or is not all there
   */
  byte[] bytes(ClusterSpace clusters, int limit) throws IOException {
    if (size() > limit) {
      throw new CorruptFormatException(
          toString(), 0, "the attribute has " + size() + " bytes, more than " + limit);
    }
    byte[] bytes = new byte[(int) size()];
    content(clusters).read(0, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** Writes to the clusters of a stream without holes; the caller has checked the range. */
  void write(ClusterSpace clusters, long position, ByteBuffer source) throws IOException {
    long at = 0;
    int end = source.limit();
    for (DataRun run : runs) {
      long runEnd = at + clusters.position(run.length());
      long from = position + source.position();
      while (source.hasRemaining() && from < runEnd) {
        source.limit((int) Math.min(end, source.position() + runEnd - from));
        long device = clusters.position(run.lcn()) + from - at;
        int count = source.remaining();
        clusters.device().write(device, source);
        source.limit(end);
        from += count;
      }
      at = runEnd;
      if (!source.hasRemaining()) {
        return;
      }
    }
  }

  @Override
  public String toString() {
    return first.toString();
  }
}
