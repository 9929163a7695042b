package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The clusters of a volume, by which everything on it is addressed.
 *
 * @param device the volume's device
 * @param clusterSize bytes per cluster, a power of two
 * @param clusterCount the number of clusters
 */
record ClusterSpace(BlockDevice device, int clusterSize, long clusterCount) {

  /** Where a cluster begins on the device. */
  long position(long lcn) {
    return lcn * clusterSize;
  }

  /** The number of clusters that so many bytes take. */
  long clustersOf(long bytes) {
    return bytes / clusterSize + (bytes % clusterSize == 0 ? 0 : 1);
  }

  /** Throws unless a run of clusters lies on the volume. */
  void checkRun(long lcn, long count, String source) throws CorruptFormatException {
    if (lcn < 0 || count <= 0 || lcn > clusterCount - count) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "clusters " + lcn + "+" + count + " are not on a volume of " + clusterCount);
    }
  }

  /** Fills a buffer from clusters that follow each other. */
  void read(long lcn, long offset, ByteBuffer target) throws IOException {
    device.read(position(lcn) + offset, target);
  }

  /** What messages call the volume. */
  String name() {
    return device.name();
  }
}
