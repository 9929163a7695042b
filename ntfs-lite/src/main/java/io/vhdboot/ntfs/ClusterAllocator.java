package io.vhdboot.ntfs;

import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives out clusters and takes them back. Searches go on where the last one ended and prefer one
 * run that is long enough; the clusters behind $MFT are kept for its growth while there are others.
 * Some are kept for what gives clusters back, which may need a few before: a list of attributes,
 * for one, is never written over. Not for several threads.
 */
final class ClusterAllocator {

  /** Runs that are looked at for a long enough one before the longest is taken. */
  private static final int MAX_LOOKS = 64;

  /** What is kept behind $MFT at most: as much as Windows keeps at least. */
  private static final long MAX_ZONE = 200L << 20;

  /** The part of a volume that is kept at most for what gives clusters back. */
  private static final int RESERVE_PART = 64;

  /** What deleting may need of very large clusters: for a list of attributes and for an index. */
  private static final int LEAST_RESERVE = 2;

  /** Clear bits that are counted beyond those wanted, so that they are counted seldom. */
  private static final int COUNTED_AHEAD = 1 << 16;

  private final ClusterSpace clusters;
  private final AllocationBitmap bitmap;
  private final long reserve;
  private boolean mayUseReserve;

  /** No more than there are clear bits. */
  private long clear;

  private long zoneBegin;
  private long zoneEnd;
  private long next;

  /**
   * Gives out the clusters of a volume.
   *
   * @param reserved bytes that only what gives clusters back may take
   */
  ClusterAllocator(ClusterSpace clusters, AllocationBitmap bitmap, int reserved) {
    this.clusters = clusters;
    this.bitmap = bitmap;
    this.reserve =
        reserved == 0
            ? 0
            : Math.max(
                LEAST_RESERVE,
                Math.min(clusters.clustersOf(reserved), clusters.clusterCount() / RESERVE_PART));
  }

  /**
   * Says whether the reserve may be used.
   *
   * @return whether it might be before
   */
  boolean useReserve(boolean use) {
    boolean before = mayUseReserve;
    mayUseReserve = use;
    return before;
  }

  /** Clusters that can be had, or can after the next flush. Reads the bitmap. */
  long countFree() throws IOException {
    return Math.max(0, bitmap.countClear() - reserve);
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
    if (!mayUseReserve && !isClear(count + reserve)) {
      throw full(count);
    }
    long left = count;
    if (near >= 0 && near < bitmap.count()) {
      long end = bitmap.nextSet(near, Math.min(bitmap.count(), near + left));
      left -= take(runs, near, end - near);
    }
    left = search(runs, left, false);
    left = search(runs, left, true);
    if (left > 0) {
      free(runs);
      throw full(count);
    }
    return runs;
  }

  private NoSpaceException full(long count) throws IOException {
    long size = clusters.clusterSize();
    boolean isReserved = reserve > 0 && !mayUseReserve;
    return new NoSpaceException(
        clusters.name() + (isReserved ? ", " + reserve * size + " bytes kept for deleting," : ""),
        count * size,
        (isReserved ? countFree() : bitmap.countClear()) * size);
  }

  /** Whether so many bits are clear; those behind the last search are looked at first. */
  private boolean isClear(long wanted) throws IOException {
    if (clear < wanted) {
      clear = bitmap.countClear(Math.min(next, bitmap.count()), wanted + COUNTED_AHEAD);
    }
    if (clear < wanted) {
      clear = bitmap.countClear(0, wanted + COUNTED_AHEAD);
    }
    return clear >= wanted;
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
    clear = Math.max(0, clear - length);
    DataRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (last != null && last.lcn() + last.length() == lcn) {
      runs.set(runs.size() - 1, new DataRun(last.lcn(), last.length() + length));
    } else {
      runs.add(new DataRun(lcn, length));
    }
    return length;
  }
}
