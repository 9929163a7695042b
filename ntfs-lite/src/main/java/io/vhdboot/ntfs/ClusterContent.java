package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that lie plainly in clusters. Holes, and what lies behind the initialised size, read as
 * zeros.
 */
final class ClusterContent implements StreamContent {

  private final ClusterSpace clusters;
  private final RunList runs;
  private final long size;
  private final long initialisedSize;

  /**
   * Creates the content of a run list.
   *
   * @throws CorruptFormatException when the size reaches past the last run
   */
  ClusterContent(
      ClusterSpace clusters, RunList runs, long size, long initialisedSize, String source)
      throws CorruptFormatException {
    this.clusters = clusters;
    this.runs = runs;
    this.size = size;
    this.initialisedSize = Math.min(initialisedSize, size);
    if (clusters.clustersOf(size) > runs.end()) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          size + " bytes cannot lie in the " + runs.end() + " clusters that are mapped");
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    long at = position;
    int run = -1;
    while (target.hasRemaining()) {
      if (at >= initialisedSize) {
        StreamContent.putZeros(target, target.remaining());
        return;
      }
      run = run < 0 ? runs.find(at / clusters.clusterSize()) : run + 1;
      long end = Math.min(clusters.position(runs.vcn(run + 1)), initialisedSize);
      int count = (int) Math.min(target.remaining(), end - at);
      if (runs.isHole(run)) {
        StreamContent.putZeros(target, count);
      } else {
        int limit = target.limit();
        target.limit(target.position() + count);
        clusters.read(runs.lcn(run), at - clusters.position(runs.vcn(run)), target);
        target.limit(limit);
      }
      at += count;
    }
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    if (position >= initialisedSize) {
      return new MappedExtent(position, size - position, MappedExtent.Kind.ZERO);
    }
    int run = runs.find(position / clusters.clusterSize());
    long begin = clusters.position(runs.vcn(run));
    long end = Math.min(clusters.position(runs.vcn(run + 1)), initialisedSize);
    if (runs.isHole(run)) {
      return new MappedExtent(position, end - position, MappedExtent.Kind.ZERO);
    }
    MappedExtent below = clusters.device().map(clusters.position(runs.lcn(run)) + position - begin);
    return new MappedExtent(position, Math.min(below.length(), end - position), below.kind());
  }
}
