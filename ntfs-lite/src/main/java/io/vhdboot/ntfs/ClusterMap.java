package io.vhdboot.ntfs;

import java.util.Arrays;

/**
 * A set of clusters, in pages: those that are empty or full take no memory, others 8 KiB for 65,536
 * clusters.
 */
final class ClusterMap {

  private static final int PAGE_BITS = 1 << 16;
  private static final long[] FULL = new long[0];

  private final long count;
  private final long[][] pages;

  /**
   * Creates an empty set.
   *
   * @param count clusters of the volume, below 2^32
   */
  ClusterMap(long count) {
    this.count = count;
    this.pages = new long[(int) (count / PAGE_BITS) + 1][];
  }

  /** Whether a cluster is in the set. */
  boolean contains(long cluster) {
    long[] page = pages[(int) (cluster / PAGE_BITS)];
    int bit = (int) (cluster % PAGE_BITS);
    return page == FULL || page != null && (page[bit >> 6] & 1L << bit) != 0;
  }

  /**
   * Adds clusters.
   *
   * @param twice where to add those that were in the set before; may be null
   * @return whether any was
   */
  boolean add(long first, long length, ClusterMap twice) {
    boolean any = false;
    long at = first;
    long end = first + length;
    while (at < end) {
      int index = (int) (at / PAGE_BITS);
      long next = Math.min(end, (index + 1L) * PAGE_BITS);
      long[] page = pages[index];
      if (page == null && next - at == PAGE_BITS) {
        pages[index] = FULL;
      } else if (page == FULL) {
        any = true;
        if (twice != null) {
          twice.add(at, next - at, null);
        }
      } else {
        any |= addToPage(index, at, next, twice);
      }
      at = next;
    }
    return any;
  }

  private boolean addToPage(int index, long from, long to, ClusterMap twice) {
    if (pages[index] == null) {
      pages[index] = new long[PAGE_BITS / Long.SIZE];
    }
    boolean any = false;
    long[] page = pages[index];
    for (long at = from; at < to; ) {
      int bit = (int) (at % PAGE_BITS);
      int length = (int) Math.min(to - at, Long.SIZE - bit % Long.SIZE);
      long mask = (length == Long.SIZE ? -1L : (1L << length) - 1) << bit;
      long old = page[bit >> 6];
      if ((old & mask) != 0) {
        any = true;
        for (int i = 0; twice != null && i < length; i++) {
          if ((old & 1L << bit + i) != 0) {
            twice.add(at + i, 1, null);
          }
        }
      }
      page[bit >> 6] = old | mask;
      at += length;
    }
    return any;
  }

  /** Removes clusters. */
  void remove(long first, long length) {
    for (long at = first; at < first + length; at++) {
      int index = (int) (at / PAGE_BITS);
      int bit = (int) (at % PAGE_BITS);
      if (pages[index] == FULL) {
        pages[index] = new long[PAGE_BITS / Long.SIZE];
        Arrays.fill(pages[index], -1);
      }
      if (pages[index] != null) {
        pages[index][bit >> 6] &= ~(1L << bit);
      }
    }
  }

  /** Whether any of some clusters is in the set. */
  boolean containsAny(long first, long length) {
    long at = first;
    long end = first + length;
    while (at < end) {
      int index = (int) (at / PAGE_BITS);
      long next = Math.min(end, (index + 1L) * PAGE_BITS);
      if (pages[index] == FULL) {
        return true;
      }
      while (pages[index] != null && at < next) {
        int bit = (int) (at % PAGE_BITS);
        if (bit % Long.SIZE == 0 && pages[index][bit >> 6] == 0) {
          at += Long.SIZE;
          continue;
        }
        if ((pages[index][bit >> 6] & 1L << bit) != 0) {
          return true;
        }
        at++;
      }
      at = next;
    }
    return false;
  }

  /** 64 clusters of the set as bits; those past the last cluster are clear. */
  long word(long first) {
    long[] page = pages[(int) (first / PAGE_BITS)];
    if (page == null) {
      return 0;
    }
    if (page != FULL) {
      return page[(int) (first % PAGE_BITS) >> 6];
    }
    return count - first >= Long.SIZE ? -1L : (1L << count - first) - 1;
  }

  /** The number of clusters in the set. */
  long size() {
    long size = 0;
    for (long[] page : pages) {
      if (page == FULL) {
        size += PAGE_BITS;
      } else if (page != null) {
        for (long word : page) {
          size += Long.bitCount(word);
        }
      }
    }
    return size;
  }

  /**
   * Finds clusters that are not in the set and follow each other.
   *
   * @param from where to begin
   * @param most how many are wanted at most
   * @return the first such run behind {@code from}, or null when there is none
   */
  DataRun nextFree(long from, long most) {
    long at = from;
    while (at < count) {
      int index = (int) (at / PAGE_BITS);
      if (pages[index] == FULL) {
        at = (index + 1L) * PAGE_BITS;
      } else if (contains(at)) {
        at++;
      } else {
        long end = at + 1;
        while (end < count && end - at < most && !contains(end)) {
          end++;
        }
        return new DataRun(at, end - at);
      }
    }
    return null;
  }
}
