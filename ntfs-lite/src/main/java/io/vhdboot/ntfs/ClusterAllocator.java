package io.vhdboot.ntfs;

import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives out clusters and takes them back. Searches go on where the last one ended and prefer one
 * run that is long enough; the clusters behind $MFT are kept for its growth while there are others.
 * Not for several threads.
 */
final class ClusterAllocator {

  /** Runs that are looked at for a long enough one before the longest is taken. */
  private static final int MAX_LOOKS = 64;

  /** What is kept behind $MFT at most: as much as Windows keeps at least. */
  private static final long MAX_ZONE = 200L << 20;

  private final ClusterSpace clusters;
  private final AllocationBitmap bitmap;
  private long zoneBegin;
  private long zoneEnd;
  private long next;

  ClusterAllocator(ClusterSpace clusters, AllocationBitmap bitmap) {
    this.clusters = clusters;
    this.bitmap = bitmap;
  }

  AllocationBitmap bitmap() {
    return bitmap;
  }

  /** Keeps the clusters behind the end of $MFT for it. */
  void keepZone(long tableEnd) {
    zoneBegin = tableEnd;
    zoneEnd =
        Math.min(
            clusters.clusterCount(),
            tableEnd + Math.min(clusters.clusterCount() / 8, MAX_ZONE / clusters.clusterSize()));
  }

  /**
   * Gives clusters out.
   *
   * @param count how many
   * @param near where the first of them would lie best, or a negative number
   * @return runs that have so many clusters together
   * @throws NoSpaceException when there are not so many; none is given out then
   */
  List<DataRun> allocate(long count, long near) throws IOException {
    List<DataRun> runs = new ArrayList<>();
    long left = count;
    if (near >= 0 && near < bitmap.count()) {
      long end = bitmap.nextSet(near, Math.min(bitmap.count(), near + left));
      left -= take(runs, near, end - near);
    }
    left = search(runs, left, false);
    left = search(runs, left, true);
    if (left > 0) {
      free(runs);
      throw new NoSpaceException(
          clusters.name(),
          count * clusters.clusterSize(),
          bitmap.countClear() * clusters.clusterSize());
    }
    return runs;
  }

  /** Gives clusters out for $MFT, whose zone they may come from. */
  List<DataRun> allocateForTable(long count, long near) throws IOException {
    long begin = zoneBegin;
    zoneBegin = zoneEnd;
    try {
      return allocate(count, near);
    } finally {
      zoneBegin = Math.min(begin, zoneEnd);
    }
  }

  /** Takes a run back; it is given out again after the next flush. */
  void free(DataRun run) {
    if (!run.isHole()) {
      bitmap.free(run.lcn(), run.length());
    }
  }

  /** Takes runs back, as {@link #free(DataRun)} does. */
  void free(List<DataRun> runs) {
    runs.forEach(this::free);
  }

  /** Takes from what is free, and says how much is still wanted. */
  private long search(List<DataRun> runs, long wanted, boolean inZone) throws IOException {
    long left = wanted;
    while (left > 0) {
      DataRun best = best(left, inZone);
      if (best == null) {
        return left;
      }
      left -= take(runs, best.lcn(), Math.min(best.length(), left));
      next = best.lcn() + best.length();
    }
    return 0;
  }

  /** A free run of the length wanted, or the longest of some, or null when nothing is free. */
  private DataRun best(long wanted, boolean inZone) throws IOException {
    DataRun best = null;
    long begin = next;
    int looks = 0;
    for (int pass = 0; pass < 2; pass++) {
      long at = pass == 0 ? begin : 0;
      long limit = pass == 0 ? bitmap.count() : Math.min(begin, bitmap.count());
      while (at < limit) {
        at = bitmap.nextClear(at, limit);
        if (!inZone && at >= zoneBegin && at < zoneEnd) {
          at = zoneEnd;
          continue;
        }
        if (at >= limit) {
          break;
        }
        long most = !inZone && at < zoneBegin ? Math.min(limit, zoneBegin) : limit;
        long end = bitmap.nextSet(at, Math.min(most, at + wanted));
        if (end - at == wanted) {
          return new DataRun(at, wanted);
        }
        if (best == null || end - at > best.length()) {
          best = new DataRun(at, end - at);
        }
        if (++looks == MAX_LOOKS) {
          return best;
        }
        at = end;
      }
    }
    return best;
  }

  private long take(List<DataRun> runs, long lcn, long length) throws IOException {
    if (length <= 0) {
      return 0;
    }
    bitmap.set(lcn, length);
    DataRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (last != null && last.lcn() + last.length() == lcn) {
      runs.set(runs.size() - 1, new DataRun(last.lcn(), last.length() + length));
    } else {
      runs.add(new DataRun(lcn, length));
    }
    return length;
  }
}
