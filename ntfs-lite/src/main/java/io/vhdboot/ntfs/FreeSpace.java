package io.vhdboot.ntfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The free clusters of a volume, as its $Bitmap has them: a bit for each cluster, the lowest of a
 * byte first, 0 for a free one. A cluster of which the bitmap says nothing is not free.
 *
 * <p>Holds a small part of the bitmap at a time. Not safe for several threads.
 */
public final class FreeSpace {

  private static final int WINDOW = 64 << 10;

  private final StreamContent bitmap;
  private final long clusterCount;
  private final int clusterSize;
  private final byte[] window = new byte[WINDOW];
  private long windowStart = -1;

  FreeSpace(StreamContent bitmap, long clusterCount, int clusterSize) {
    this.bitmap = bitmap;
    this.clusterCount = Math.min(clusterCount, bitmap.size() * Byte.SIZE);
    this.clusterSize = clusterSize;
  }

  /**
   * The first run of free clusters from a position on. Asking on from where each run ends goes
   * through the volume once.
   *
   * @param position a position on the volume, in bytes, not negative
   * @return the run, which begins at the position or behind it; nothing when all is in use there
   */
  public Optional<VolumeRange> next(long position) throws IOException {
    long first = find((position + clusterSize - 1) / clusterSize, false);
    if (first >= clusterCount) {
      return Optional.empty();
    }
    long end = find(first, true);
    return Optional.of(new VolumeRange(first * clusterSize, (end - first) * clusterSize));
  }

  /** The first cluster from one on that is in use, or is not; the count when there is none. */
  private long find(long from, boolean used) throws IOException {
    int skipped = used ? 0 : 0xFF;
    long at = from;
    while (at < clusterCount) {
      int bits = byteOf(at);
      if (at % Byte.SIZE == 0 && bits == skipped) {
        at += Byte.SIZE;
      } else if ((bits >>> (int) (at % Byte.SIZE) & 1) == (used ? 1 : 0)) {
        return at;
      } else {
        at++;
      }
    }
    return clusterCount;
  }

  private int byteOf(long cluster) throws IOException {
    long index = cluster / Byte.SIZE;
    long start = index / WINDOW * WINDOW;
    if (start != windowStart) {
      int length = (int) Math.min(WINDOW, bitmap.size() - start);
      bitmap.read(start, ByteBuffer.wrap(window, 0, length));
      windowStart = start;
    }
    return window[(int) (index - start)] & 0xFF;
  }
}
