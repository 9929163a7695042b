package io.vhdboot.ntfs;

import io.vhdboot.compression.Lznt1Decompressor;
import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that NTFS compressed. Each unit of 16 clusters is one of three: all clusters there, then it
 * is not compressed; a hole, then it is zeros; some clusters and a hole behind them, then the
 * clusters hold LZNT1.
 */
final class Lznt1Content implements StreamContent {

  /** The largest unit that is taken: Windows compresses with clusters up to 4 KiB only. */
  private static final long MAX_UNIT_SIZE = 1 << 20;

  private final ClusterSpace clusters;
  private final RunList runs;
  private final int unitInClusters;
  private final int unitSize;
  private final long size;
  private final long initialisedSize;
  private final String source;
  private final Lznt1Decompressor decompressor = new Lznt1Decompressor();
  private long decodedUnit = -1;
  private byte[] decoded;

  Lznt1Content(
      ClusterSpace clusters,
      RunList runs,
      int unitInClusters,
      long size,
      long initialisedSize,
      String source)
      throws IOException {
    long unit = (long) unitInClusters * clusters.clusterSize();
    if (unit > MAX_UNIT_SIZE) {
      throw new UnsupportedFormatException(
          source,
          UnsupportedFormatException.NO_OFFSET,
          "compression units of " + unit + " bytes are not supported, up to 1 MiB are");
    }
    if (clusters.clustersOf(size) > runs.end()) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          size + " bytes cannot lie in the " + runs.end() + " clusters that are mapped");
    }
    this.clusters = clusters;
    this.runs = runs;
    this.unitInClusters = unitInClusters;
    this.unitSize = (int) unit;
    this.size = size;
    this.initialisedSize = initialisedSize;
    this.source = source;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      if (at >= initialisedSize) {
        StreamContent.putZeros(target, target.remaining());
        return;
      }
      long unit = at / unitSize;
      int offset = (int) (at % unitSize);
      int count =
          (int) Math.min(Math.min(target.remaining(), unitSize - offset), initialisedSize - at);
      readUnit(unit, offset, count, target);
      at += count;
    }
  }

  private void readUnit(long unit, int offset, int count, ByteBuffer target) throws IOException {
    long first = unit * unitInClusters;
    long mapped = Math.min(unitInClusters, runs.end() - first);
    int stored = storedClusters(first, mapped);
    if (stored == 0) {
      StreamContent.putZeros(target, count);
    } else if (stored == mapped) {
      int limit = target.limit();
      target.limit(target.position() + count);
      new ClusterContent(clusters, runs, size, size, source).read(unit * unitSize + offset, target);
      target.limit(limit);
    } else {
      decode(unit, first, stored);
      target.put(decoded, offset, count);
    }
  }

  /** The clusters that a unit has before its hole. */
  private int storedClusters(long first, long mapped) throws CorruptFormatException {
    long stored = 0;
    boolean hole = false;
    long vcn = first;
    for (int run = runs.find(first); vcn < first + mapped; run++) {
      long end = Math.min(runs.vcn(run + 1), first + mapped);
      if (runs.isHole(run)) {
        hole = true;
      } else if (hole) {
        throw new CorruptFormatException(
            source,
            CorruptFormatException.NO_OFFSET,
            "clusters behind a hole in the compression unit at VCN " + first);
      } else {
        stored += end - vcn;
      }
      vcn = end;
    }
    return (int) stored;
  }

  private void decode(long unit, long first, int stored) throws IOException {
    if (unit == decodedUnit) {
      return;
    }
    decodedUnit = -1;
    int length = stored * clusters.clusterSize();
    byte[] encoded = new byte[length];
    long end = (first + stored) * clusters.clusterSize();
    new ClusterContent(clusters, runs, end, end, source)
        .read(unit * unitSize, ByteBuffer.wrap(encoded));
    if (decoded == null) {
      decoded = new byte[unitSize];
    }
    try {
      decompressor.decompress(encoded, 0, length, decoded, 0, unitSize);
    } catch (MalformedChunkException e) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "the compression unit at VCN " + first + " is damaged: " + e.getMessage(),
          e);
    }
    decodedUnit = unit;
  }
}
