package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An attribute of a file that is edited: a resident value, or the clusters in which it lies and its
 * sizes. What it says of clusters it does not do to them: whoever maps them anew allocates and
 * frees.
 */
final class AttributeEdit {

  private static final byte[] NONE = {};

  private final FileEdit file;
  private final int type;
  private String name;
  private int flags;
  private final boolean isIndexed;
  private byte[] value;
  private int compressionUnit;
  private long size;
  private long initialisedSize;
  private long storedClusters;
  private final List<AttributePart> parts = new ArrayList<>();

  /** An attribute as a header in a record describes its first part; the parts follow. */
  AttributeEdit(FileEdit file, AttributeHeader header, byte[] record) {
    this.file = file;
    this.type = header.type();
    this.name = header.name();
    this.flags = header.flags();
    if (header instanceof AttributeHeader.NonResident first) {
      this.isIndexed = false;
      this.compressionUnit = first.compressionUnit();
      this.size = first.dataSize();
      this.initialisedSize = Math.min(first.initialisedSize(), size);
    } else {
      AttributeHeader.Resident resident = (AttributeHeader.Resident) header;
      this.isIndexed = resident.indexed();
      int from = resident.position() + resident.valueOffset();
      this.value = new byte[resident.valueLength()];
      System.arraycopy(record, from, value, 0, value.length);
    }
  }

  /** A new resident attribute. */
  AttributeEdit(FileEdit file, int type, String name, byte[] value, boolean isIndexed) {
    this.file = file;
    this.type = type;
    this.name = name;
    this.value = value;
    this.isIndexed = isIndexed;
    parts.add(new AttributePart(this, 0));
  }

  FileEdit file() {
    return file;
  }

  int type() {
    return type;
  }

  String name() {
    return name;
  }

  void rename(String newName) {
    name = newName;
    allChanged();
  }

  int flags() {
    return flags;
  }

  boolean isCompressed() {
    return (flags & AttributeHeader.MASK_COMPRESSION) != 0;
  }

  boolean isSparse() {
    return (flags & AttributeHeader.FLAG_SPARSE) != 0;
  }

  boolean isEncrypted() {
    return (flags & AttributeHeader.FLAG_ENCRYPTED) != 0;
  }

  /** Whether holes are allowed, and how many clusters there really are is told. */
  boolean hasStoredSize() {
    return !isResident() && (isCompressed() || isSparse());
  }

  /**
   * Sets the flags.
   *
   * @param unit the compression unit as a power of two in clusters, for one in clusters
   */
  void setFlags(int newFlags, int unit) {
    flags = newFlags;
    compressionUnit = unit;
    allChanged();
  }

  int compressionUnit() {
    return compressionUnit;
  }

  boolean isIndexed() {
    return isIndexed;
  }

  boolean isResident() {
    return value != null;
  }

  /** The parts in which it lies, in the order of their VCNs. */
  List<AttributePart> parts() {
    return parts;
  }

  private AttributePart last() {
    return parts.get(parts.size() - 1);
  }

  private void allChanged() {
    parts.forEach(AttributePart::changed);
  }

  // A resident value.

  /** The value of a resident attribute, which must not be changed. */
  byte[] value() {
    return value;
  }

  /** Replaces the value of a resident attribute. */
  void setValue(byte[] newValue) {
    value = newValue;
    parts.get(0).changed();
  }

  /**
   * Replaces the value of a resident attribute by one that is right whether what else is changed in
   * the file comes to the device or not. One of its length can then be written in place.
   */
  void refreshValue(byte[] newValue) {
    if (newValue.length == value.length) {
      value = newValue;
      parts.get(0).record().refreshed();
    } else {
      setValue(newValue);
    }
  }

  /** Bytes that it takes of a record as a resident attribute. */
  int residentSize() {
    return (int) RecordAttribute.residentLength(name, value.length);
  }

  /** Makes it one whose value lies in clusters, of which it has none yet. */
  void toNonResident() {
    value = null;
    size = 0;
    initialisedSize = 0;
    storedClusters = 0;
    parts.get(0).changed();
  }

  /** Makes it resident; its clusters were given back, and its parts but the first taken out. */
  void toResident(byte[] newValue) {
    value = newValue;
    storedClusters = 0;
    parts.get(0).truncate(0);
  }

  /** The whole value, resident or not, of an attribute that is no larger than a limit. */
  byte[] wholeValue(int limit) throws IOException {
    if (isResident()) {
      return value.clone();
    }
    if (size > limit) {
      throw new CorruptFormatException(
          file.source(),
          CorruptFormatException.NO_OFFSET,
          AttributeType.toString(type) + " of " + size + " bytes, more than " + limit);
    }
    byte[] all = new byte[(int) size];
    read(0, ByteBuffer.wrap(all));
    return all;
  }

  // Sizes.

  /** The size in bytes. */
  long size() {
    return isResident() ? value.length : size;
  }

  /** The size up to which it was written. */
  long initialisedSize() {
    return isResident() ? value.length : initialisedSize;
  }

  /** Sets the sizes of one in clusters. */
  void setSizes(long newSize, long newInitialisedSize) {
    size = newSize;
    initialisedSize = newInitialisedSize;
    parts.get(0).changed();
  }

  /** The clusters that are mapped, in bytes. */
  long allocatedSize() {
    return isResident() ? AttributeHeader.align(value.length) : end() * clusterSize();
  }

  /** The clusters that are really there, in bytes. */
  long storedSize() {
    return hasStoredSize() ? storedClusters * clusterSize() : allocatedSize();
  }

  private int clusterSize() {
    return file.clusterSize();
  }

  // Clusters.

  /** The VCN behind the last. */
  long end() {
    return last().end();
  }

  /** The run that maps a VCN, cut to begin there and to end with its part. */
  DataRun find(long vcn) {
    return part(vcn).find(vcn);
  }

  /** The part that maps a VCN. */
  private AttributePart part(long vcn) {
    return parts.get(partIndex(vcn));
  }

  private int partIndex(long vcn) {
    int low = 0;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (parts.get(middle).lowestVcn() <= vcn) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The LCN behind its last cluster, where the next one would lie best; -1 when it has none. */
  long nearEnd() {
    List<DataRun> runs = last().runs();
    DataRun run = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    return run == null || run.isHole() ? -1 : run.lcn() + run.length();
  }

  /** Adds a part that was read. */
  void load(AttributePart part) {
    parts.add(part);
    for (DataRun run : part.runs()) {
      storedClusters += run.isHole() ? 0 : run.length();
    }
  }

  /** Adds a part that was split off the one before. */
  void insertAfter(AttributePart before, AttributePart part) {
    parts.add(parts.indexOf(before) + 1, part);
  }

  /** Takes out a part that no record holds any more. */
  void removePart(AttributePart part) {
    parts.remove(part);
  }

  /** Puts all its runs into the first part; the others are out of their records. */
  void joinParts() {
    AttributePart first = parts.get(0);
    for (AttributePart part : parts.subList(1, parts.size())) {
      part.runs().forEach(first::append);
    }
    parts.subList(1, parts.size()).clear();
  }

  /** Maps more clusters at the end. */
  void append(List<DataRun> runs) {
    for (DataRun run : runs) {
      last().append(run);
      storedClusters += run.isHole() ? 0 : run.length();
    }
    parts.get(0).changed();
  }

  /**
   * Maps some of its clusters anew.
   *
   * @param vcn the first of them
   * @param run where they lie now
   * @return where they lay
   */
  List<DataRun> replace(long vcn, DataRun run) {
    List<DataRun> before = new ArrayList<>();
    long done = 0;
    while (done < run.length()) {
      AttributePart part = part(vcn + done);
      long count = Math.min(run.length() - done, part.end() - (vcn + done));
      long lcn = run.isHole() ? DataRun.HOLE : run.lcn() + done;
      before.addAll(part.replace(vcn + done, new DataRun(lcn, count)));
      done += count;
    }
    storedClusters += run.isHole() ? 0 : run.length();
    for (DataRun old : before) {
      storedClusters -= old.isHole() ? 0 : old.length();
    }
    parts.get(0).changed();
    return before;
  }

  /** Maps no cluster from a VCN on any more, and gives the runs that mapped them. */
  List<DataRun> truncate(long vcn) {
    List<DataRun> cut = new ArrayList<>();
    while (parts.size() > 1 && last().lowestVcn() >= vcn) {
      AttributePart part = last();
      cut.addAll(0, part.runs());
      part.record().remove(part);
      parts.remove(part);
    }
    if (vcn < last().end()) {
      cut.addAll(0, last().truncate(vcn));
    }
    for (DataRun run : cut) {
      storedClusters -= run.isHole() ? 0 : run.length();
    }
    parts.get(0).changed();
    return cut;
  }

  /** All its runs. */
  RunList runs() throws IOException {
    RunList.Builder builder = new RunList.Builder(file.clusters(), file.source());
    for (AttributePart part : parts) {
      for (DataRun run : part.runs()) {
        builder.add(run.lcn(), run.length());
      }
    }
    return builder.build();
  }

  // Bytes.

  /** Fills a buffer; what is behind the initialised size, or in a hole, is zeros. */
  void read(long position, ByteBuffer target) throws IOException {
    if (isResident()) {
      target.put(value, (int) position, target.remaining());
      return;
    }
    long at = position;
    while (target.hasRemaining()) {
      if (at >= initialisedSize) {
        StreamContent.putZeros(target, target.remaining());
        return;
      }
      DataRun run = find(at / clusterSize());
      long in = at % clusterSize();
      long most = Math.min(run.length() * clusterSize() - in, initialisedSize - at);
      int count = (int) Math.min(target.remaining(), most);
      if (run.isHole()) {
        StreamContent.putZeros(target, count);
      } else {
        int limit = target.limit();
        target.limit(target.position() + count);
        file.clusters().read(run.lcn(), in, target);
        target.limit(limit);
      }
      at += count;
    }
  }

  /** Writes to clusters that are there; sizes stay as they are. */
  void write(long position, ByteBuffer source) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      DataRun run = find(at / clusterSize());
      if (run.isHole()) {
        throw new IllegalStateException("a hole cannot be written at " + at);
      }
      long in = at % clusterSize();
      int count = (int) Math.min(source.remaining(), run.length() * clusterSize() - in);
      int limit = source.limit();
      source.limit(source.position() + count);
      file.clusters().device().write(file.clusters().position(run.lcn()) + in, source);
      source.limit(limit);
      at += count;
    }
  }

  /** Writes zeros to clusters that are there, and leaves out holes. */
  void zero(long position, long length) throws IOException {
    long at = position;
    long end = position + length;
    while (at < end) {
      DataRun run = find(at / clusterSize());
      long in = at % clusterSize();
      long count = Math.min(end - at, run.length() * clusterSize() - in);
      if (!run.isHole()) {
        file.clusters().device().zero(file.clusters().position(run.lcn()) + in, count);
      }
      at += count;
    }
  }

  /** A value without any byte. */
  static byte[] emptyValue() {
    return NONE;
  }

  @Override
  public String toString() {
    return AttributeType.toString(type) + (name.isEmpty() ? "" : ":" + name);
  }
}
