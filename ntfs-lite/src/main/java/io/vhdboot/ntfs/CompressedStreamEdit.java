package io.vhdboot.ntfs;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.Lznt1Compressor;
import io.vhdboot.compression.Lznt1Decompressor;
import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a stream that is edited and compressed; {@link Lznt1Content} tells how they are
 * stored. A unit is never changed in place: what a write leaves of it is decoded, and the whole
 * goes to other clusters, encoded if that saves one, or becomes a hole if it is zeros. The size may
 * lie within a unit; what is behind the initialised size is never looked at again.
 */
final class CompressedStreamEdit {

  /** The unit that Windows gives a new stream, as a power of two in clusters. */
  static final int UNIT_SHIFT = 4;

  /** Windows compresses only with clusters up to this size. */
  static final int MAX_CLUSTER_SIZE = 4096;

  private static final int CHUNK_SIZE = 4096;
  private static final int MAX_UNIT_SIZE = 1 << 20;

  private final AttributeEdit attribute;
  private final FileEdit file;
  private final VolumeEdit volume;
  private final ClusterSpace clusters;
  private final int clusterSize;
  private final int unitInClusters;
  private final int unitSize;
  private final Lznt1Compressor compressor = new Lznt1Compressor();

  /**
   * Opens a compressed stream.
   *
   * @throws UnsupportedFormatException when its units are larger than 1 MiB
   */
  CompressedStreamEdit(AttributeEdit attribute) throws UnsupportedFormatException {
    this(attribute, attribute.isResident() ? UNIT_SHIFT : attribute.compressionUnit());
  }

  private CompressedStreamEdit(AttributeEdit attribute, int unitShift)
      throws UnsupportedFormatException {
    this.attribute = attribute;
    this.file = attribute.file();
    this.volume = file.volume();
    this.clusters = file.clusters();
    this.clusterSize = clusters.clusterSize();
    long unit = unitShift > 20 ? Long.MAX_VALUE : (long) clusterSize << unitShift;
    if (unit > MAX_UNIT_SIZE) {
      throw new UnsupportedFormatException(
          file.source(),
          UnsupportedFormatException.NO_OFFSET,
          "compression units of 2^" + unitShift + " clusters of " + clusterSize + " bytes");
    }
    this.unitSize = (int) unit;
    this.unitInClusters = 1 << unitShift;
  }

  // Turning streams.

  /**
   * Compresses a stream that is not yet, and is not encrypted.
   *
   * @throws UnsupportedFormatException when the volume's clusters are larger than 4 KiB
   */
  static void compress(AttributeEdit attribute) throws IOException {
    checkClusters(attribute.file());
    new CompressedStreamEdit(attribute, UNIT_SHIFT).compress();
  }

  /**
   * Checks that a volume can have compressed files.
   *
   * @throws UnsupportedFormatException when its clusters are larger than 4 KiB
   */
  static void checkClusters(FileEdit file) throws UnsupportedFormatException {
    if (file.clusterSize() > MAX_CLUSTER_SIZE) {
      throw new UnsupportedFormatException(
          file.source(),
          UnsupportedFormatException.NO_OFFSET,
          "NTFS compresses with clusters up to 4096 bytes, not of " + file.clusterSize());
    }
  }

  private void compress() throws IOException {
    int flags = attribute.flags() & ~AttributeHeader.MASK_COMPRESSION;
    if (attribute.isResident()) {
      attribute.setFlags(flags | AttributeHeader.FLAG_COMPRESSED, 0);
      return;
    }
    List<DataRun> runs = new ArrayList<>();
    List<DataRun> left = new ArrayList<>();
    byte[] content = new byte[unitSize];
    for (long at = 0; at < attribute.size(); at += unitSize) {
      int length = (int) Math.min(unitSize, attribute.size() - at);
      Arrays.fill(content, (byte) 0);
      attribute.read(at, ByteBuffer.wrap(content, 0, length));
      List<DataRun> before = clustersIn(at / unitSize);
      // Clusters that hold the whole unit stay; what they have behind the initialised size must go.
      boolean isWhole =
          at + length <= attribute.initialisedSize()
              && before.stream().mapToLong(DataRun::length).sum() == unitInClusters;
      List<DataRun> now = isWhole && !shrinks(content, length) ? before : null;
      if (now == null) {
        left.addAll(before);
        now = place(content, length, near(runs));
      }
      runs.addAll(now);
    }
    for (long unit = unitsOf(attribute.size()); unit < unitsMapped(); unit++) {
      left.addAll(clustersIn(unit));
    }
    replaceAll(runs, flags | AttributeHeader.FLAG_COMPRESSED, UNIT_SHIFT);
    release(left);
  }

  /** Stores a compressed stream plainly. */
  void decompress() throws IOException {
    int flags = attribute.flags() & ~AttributeHeader.MASK_COMPRESSION;
    if (attribute.isResident()) {
      attribute.setFlags(flags, 0);
      return;
    }
    boolean isSparse = attribute.isSparse();
    List<DataRun> runs = new ArrayList<>();
    List<DataRun> left = new ArrayList<>();
    for (long at = 0; at < attribute.size(); at += unitSize) {
      int length = (int) Math.min(unitSize, attribute.size() - at);
      byte[] content = unit(at / unitSize);
      if (isSparse && isZero(content)) {
        runs.add(new DataRun(DataRun.HOLE, unitInClusters));
      } else {
        long count = isSparse ? unitInClusters : clusters.clustersOf(length);
        List<DataRun> now = volume.allocator().allocate(count, near(runs));
        write(content, now);
        runs.addAll(now);
      }
    }
    for (long unit = 0; unit < unitsMapped(); unit++) {
      left.addAll(clustersIn(unit));
    }
    replaceAll(runs, flags, isSparse ? attribute.compressionUnit() : 0);
    release(left);
  }

  private void replaceAll(List<DataRun> runs, int flags, int unitShift) {
    attribute.truncate(0);
    attribute.setFlags(flags, unitShift);
    attribute.append(runs);
    attribute.setSizes(attribute.size(), attribute.size());
  }

  private long unitsOf(long size) {
    return (size + unitSize - 1) / unitSize;
  }

  private long unitsMapped() {
    return (attribute.end() + unitInClusters - 1) / unitInClusters;
  }

  private static long near(List<DataRun> runs) {
    for (int i = runs.size() - 1; i >= 0; i--) {
      if (!runs.get(i).isHole()) {
        return runs.get(i).lcn() + runs.get(i).length();
      }
    }
    return -1;
  }

  // Reading.

  /** Fills a buffer; the caller has checked that the range lies within the size. */
  void read(long position, ByteBuffer target) throws IOException {
    if (attribute.isResident()) {
      attribute.read(position, target);
      return;
    }
    long at = position;
    while (target.hasRemaining()) {
      int offset = (int) (at % unitSize);
      int count = Math.min(target.remaining(), unitSize - offset);
      target.put(unit(at / unitSize), offset, count);
      at += count;
    }
  }

  /** What the bytes from a position on are. */
  MappedExtent map(long position) {
    long size = attribute.size();
    if (!attribute.isResident() && position >= attribute.initialisedSize()) {
      return new MappedExtent(position, size - position, MappedExtent.Kind.ZERO);
    }
    if (attribute.isResident()) {
      return new MappedExtent(position, size - position, MappedExtent.Kind.DATA);
    }
    long unit = position / unitSize;
    long end = Math.min((unit + 1) * unitSize, attribute.initialisedSize());
    return new MappedExtent(
        position,
        end - position,
        clustersIn(unit).isEmpty() ? MappedExtent.Kind.ZERO : MappedExtent.Kind.DATA);
  }

  /** The bytes of a unit; zeros behind the initialised size. */
  private byte[] unit(long unit) throws IOException {
    long left = attribute.initialisedSize() - unit * unitSize;
    if (left <= 0) {
      return new byte[unitSize];
    }
    byte[] content = stored(unit);
    if (left < unitSize) {
      Arrays.fill(content, (int) left, unitSize, (byte) 0);
    }
    return content;
  }

  /** The bytes of a unit as they are stored, whatever the initialised size is. */
  private byte[] stored(long unit) throws IOException {
    byte[] content = new byte[unitSize];
    List<DataRun> stored = clustersIn(unit);
    long mapped = Math.min(unitInClusters, attribute.end() - unit * unitInClusters);
    int length = 0;
    for (DataRun run : stored) {
      length += (int) run.length() * clusterSize;
    }
    if (length == mapped * clusterSize) {
      read(stored, content);
    } else if (length > 0) {
      checkHoleLast(unit, length / clusterSize);
      byte[] encoded = new byte[length];
      read(stored, encoded);
      try {
        new Lznt1Decompressor().decompress(encoded, 0, length, content, 0, unitSize);
      } catch (MalformedChunkException e) {
        throw new CorruptFormatException(
            file.source(),
            CorruptFormatException.NO_OFFSET,
            "the compression unit at " + unit * unitSize + " is damaged: " + e.getMessage(),
            e);
      }
    }
    return content;
  }

  /** Checks that a unit is all hole behind its clusters; records may divide the hole. */
  private void checkHoleLast(long unit, int stored) throws CorruptFormatException {
    long end = Math.min((unit + 1) * unitInClusters, attribute.end());
    long vcn = unit * unitInClusters + stored;
    while (vcn < end) {
      DataRun run = attribute.find(vcn);
      if (!run.isHole()) {
        throw new CorruptFormatException(
            file.source(),
            CorruptFormatException.NO_OFFSET,
            "clusters behind a hole in the compression unit at " + unit * unitSize);
      }
      vcn += run.length();
    }
  }

  /** The clusters that a unit has. */
  private List<DataRun> clustersIn(long unit) {
    List<DataRun> stored = new ArrayList<>();
    long vcn = unit * unitInClusters;
    long end = Math.min(vcn + unitInClusters, attribute.end());
    while (vcn < end) {
      DataRun run = attribute.find(vcn);
      long count = Math.min(run.length(), end - vcn);
      if (!run.isHole()) {
        stored.add(new DataRun(run.lcn(), count));
      }
      vcn += count;
    }
    return stored;
  }

  private void read(List<DataRun> runs, byte[] bytes) throws IOException {
    int at = 0;
    for (DataRun run : runs) {
      int count = (int) run.length() * clusterSize;
      clusters.read(run.lcn(), 0, ByteBuffer.wrap(bytes, at, count));
      at += count;
    }
  }

  // Writing.

  /** Writes the rest of a buffer; the stream grows where it must. */
  void write(long position, ByteBuffer source) throws IOException {
    long end = position + source.remaining();
    if (attribute.isResident()) {
      if (end <= volume.recordSize()) {
        byte[] now = Arrays.copyOf(attribute.value(), (int) Math.max(attribute.size(), end));
        source.get(now, (int) position, source.remaining());
        attribute.setValue(now);
        return;
      }
      toUnits();
    }
    long size = Math.max(attribute.size(), end);
    mapTo(size);
    forgetUninitialised(position);
    long at = position;
    while (at < end) {
      long unit = at / unitSize;
      int offset = (int) (at % unitSize);
      int count = (int) Math.min(unitSize - offset, end - at);
      byte[] content = count == unitSize ? new byte[unitSize] : unit(unit);
      source.get(content, offset, count);
      put(unit, content, size);
      at += count;
    }
    attribute.setSizes(size, Math.max(attribute.initialisedSize(), end));
  }

  /** Makes a range within the stream zeros. */
  void zero(long position, long length) throws IOException {
    if (attribute.isResident()) {
      byte[] now = attribute.value().clone();
      Arrays.fill(now, (int) position, (int) (position + length), (byte) 0);
      attribute.setValue(now);
      return;
    }
    long end = Math.min(position + length, attribute.initialisedSize());
    long at = position;
    while (at < end) {
      long unit = at / unitSize;
      int offset = (int) (at % unitSize);
      long whole = end == attribute.initialisedSize() ? unitsOf(end) : end / unitSize;
      if (offset == 0 && whole > unit) {
        punch(unit, whole);
        at = whole * unitSize;
        continue;
      }
      int count = (int) Math.min(unitSize - offset, end - at);
      byte[] content = unit(unit);
      Arrays.fill(content, offset, offset + count, (byte) 0);
      put(unit, content, attribute.size());
      at += count;
    }
  }

  /** Sets the size. */
  void setSize(long size) throws IOException {
    if (attribute.isResident()) {
      if (size <= volume.recordSize()) {
        attribute.setValue(Arrays.copyOf(attribute.value(), (int) size));
        return;
      }
      toUnits();
    }
    if (size > attribute.size()) {
      forgetStale();
      mapTo(size);
    } else {
      long keep = unitsOf(size) * unitInClusters;
      if (keep < attribute.end()) {
        release(attribute.truncate(keep));
      }
    }
    boolean isCut = size < attribute.initialisedSize();
    attribute.setSizes(size, Math.min(size, attribute.initialisedSize()));
    if (isCut) {
      try {
        forgetStale();
      } catch (NoSpaceException e) {
        // A full volume must let files be cut; what is behind goes when the stream grows.
      }
    }
  }

  /**
   * Stores the unit in which the initialised size lies without what stands behind that: Linux's
   * ntfs3 shows it when the stream grows.
   */
  private void forgetStale() throws IOException {
    long unit = attribute.initialisedSize() / unitSize;
    int offset = (int) (attribute.initialisedSize() % unitSize);
    if (offset == 0) {
      return;
    }
    byte[] content = stored(unit);
    int last = unitSize;
    while (last > offset && content[last - 1] == 0) {
      last--;
    }
    if (last > offset) {
      Arrays.fill(content, offset, unitSize, (byte) 0);
      put(unit, content, attribute.size());
    }
  }

  /** Moves a resident value to clusters. */
  void toUnits() throws IOException {
    byte[] value = attribute.value();
    attribute.toNonResident();
    attribute.setFlags(attribute.flags(), UNIT_SHIFT);
    if (value.length > 0) {
      write(0, ByteBuffer.wrap(value));
    }
  }

  /** Sees to it that units are mapped for a size, new ones as holes. */
  private void mapTo(long size) throws IOException {
    long missing = unitsOf(size) * unitInClusters - attribute.end();
    if (missing <= 0) {
      return;
    }
    long cut = attribute.end() % unitInClusters;
    byte[] content = cut == 0 ? null : unit(attribute.end() / unitInClusters);
    attribute.append(List.of(new DataRun(DataRun.HOLE, missing)));
    if (content != null) {
      // Clusters that were all of their unit so far meant something else than before a hole.
      put((attribute.end() - missing) / unitInClusters, content, attribute.size());
    }
  }

  /** Makes zeros of what lies between the initialised size and a position behind it. */
  private void forgetUninitialised(long position) throws IOException {
    long initialised = attribute.initialisedSize();
    long from = initialised / unitSize;
    long to = position / unitSize;
    if (from >= to) {
      return;
    }
    if (initialised % unitSize != 0) {
      put(from, unit(from), attribute.size());
      from++;
    }
    punch(from, to);
  }

  /** Makes holes of units. */
  private void punch(long fromUnit, long toUnit) {
    long vcn = fromUnit * unitInClusters;
    long end = Math.min(toUnit * unitInClusters, attribute.end());
    while (vcn < end) {
      DataRun run = attribute.find(vcn);
      long count = Math.min(run.length(), end - vcn);
      if (!run.isHole()) {
        release(attribute.replace(vcn, new DataRun(DataRun.HOLE, count)));
      }
      vcn += count;
    }
  }

  /**
   * Stores a unit anew.
   *
   * @param size the size of the stream, behind which the unit is zeros
   */
  private void put(long unit, byte[] content, long size) throws IOException {
    int length = (int) Math.min(unitSize, size - unit * unitSize);
    List<DataRun> near = unit == 0 ? List.of() : clustersIn(unit - 1);
    long vcn = unit * unitInClusters;
    for (DataRun run : place(content, length, near(near))) {
      release(attribute.replace(vcn, run));
      vcn += run.length();
    }
  }

  /** Gives clusters to a unit, writes it there and says how it is mapped. */
  private List<DataRun> place(byte[] content, int length, long near) throws IOException {
    if (isZero(content)) {
      return List.of(new DataRun(DataRun.HOLE, unitInClusters));
    }
    byte[] encoded = new byte[unitSize];
    int size = encode(content, length, encoded);
    if (size == Compressor.DOES_NOT_FIT) {
      List<DataRun> runs = volume.allocator().allocate(unitInClusters, near);
      write(content, runs);
      return runs;
    }
    long count = clusters.clustersOf(size);
    // The compressor may have left something behind what it returned.
    Arrays.fill(encoded, size, (int) count * clusterSize, (byte) 0);
    List<DataRun> runs = new ArrayList<>(volume.allocator().allocate(count, near));
    write(encoded, runs);
    runs.add(new DataRun(DataRun.HOLE, unitInClusters - count));
    return runs;
  }

  private boolean shrinks(byte[] content, int length) {
    return isZero(content)
        || encode(content, length, new byte[unitSize]) != Compressor.DOES_NOT_FIT;
  }

  /** Encodes a unit if that saves a cluster; what is stored as it is must be whole chunks. */
  private int encode(byte[] content, int length, byte[] encoded) {
    int chunks = (length + CHUNK_SIZE - 1) / CHUNK_SIZE * CHUNK_SIZE;
    return compressor.compress(
        content, 0, Math.min(chunks, unitSize), encoded, 0, unitSize - clusterSize);
  }

  private void write(byte[] bytes, List<DataRun> runs) throws IOException {
    int at = 0;
    for (DataRun run : runs) {
      int count = (int) run.length() * clusterSize;
      volume
          .writeBack()
          .device()
          .write(clusters.position(run.lcn()), ByteBuffer.wrap(bytes, at, count));
      at += count;
    }
  }

  private void release(List<DataRun> runs) {
    for (DataRun run : runs) {
      volume.release(run, attribute.type());
    }
  }

  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
