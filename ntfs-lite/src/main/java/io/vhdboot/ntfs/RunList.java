package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.util.Arrays;

/**
 * Where the clusters of an attribute lie: for each of its virtual clusters (VCN) the volume's
 * cluster (LCN), or none in a hole. Immutable; a search in it takes logarithmic time.
 */
final class RunList {

  /** The LCN of a hole. */
  static final long HOLE = DataRun.HOLE;

  /** A list without any run. */
  static final RunList EMPTY = new RunList(new long[] {0}, new long[0], 0);

  private final long[] starts;
  private final long[] lcns;
  private final int count;

  private RunList(long[] starts, long[] lcns, int count) {
    this.starts = starts;
    this.lcns = lcns;
    this.count = count;
  }

  /** The number of runs. */
  int size() {
    return count;
  }

  /** The first VCN of a run; that of the run behind the last is the end. */
  long vcn(int run) {
    return starts[run];
  }

  /** The first LCN of a run, or {@link #HOLE}. */
  long lcn(int run) {
    return lcns[run];
  }

  /** The number of clusters of a run. */
  long length(int run) {
    return starts[run + 1] - starts[run];
  }

  boolean isHole(int run) {
    return lcns[run] == HOLE;
  }

  /** The VCN behind the last run. */
  long end() {
    return starts[count];
  }

  /** The number of clusters that are not in holes. */
  long allocated() {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      if (lcns[i] != HOLE) {
        sum += length(i);
      }
    }
    return sum;
  }

  /** The run that holds a VCN, which must be from 0 to below {@link #end}. */
  int find(long vcn) {
    int found = Arrays.binarySearch(starts, 0, count, vcn);
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ", ")
          .append(isHole(i) ? "hole" : Long.toString(lcns[i]))
          .append('+')
          .append(length(i));
    }
    return text.append(']').toString();
  }

  /** Collects runs in the order of their VCNs and merges those that follow each other. */
  static final class Builder {

    /**
     * The most runs that are taken. Windows itself cannot write more than about 1.5 million with
     * records of 1 KiB and 6 million with records of 4 KiB.
     */
    private static final int MAX_RUNS = 6_000_000;

    private final ClusterSpace clusters;
    private final String source;
    private long[] starts = new long[8];
    private long[] lcns = new long[7];
    private int count;

    Builder(ClusterSpace clusters, String source) {
      this.clusters = clusters;
      this.source = source;
    }

    /** The VCN behind the last run so far. */
    long end() {
      return starts[count];
    }

    /**
     * Adds a run.
     *
     * @param lcn the first LCN, or {@link #HOLE}
     * @param length the number of clusters
     * @throws CorruptFormatException when it is not on the volume or the sum of all is absurd
     */
    void add(long lcn, long length) throws CorruptFormatException {
      if (lcn != HOLE) {
        clusters.checkRun(lcn, length, source);
      }
      long most = Long.MAX_VALUE / clusters.clusterSize();
      if (length <= 0 || length > most - end()) {
        throw new CorruptFormatException(
            source,
            CorruptFormatException.NO_OFFSET,
            "a run of " + length + " clusters behind " + end() + " cannot be");
      }
      if (count > 0 && follows(lcn)) {
        starts[count] += length;
        return;
      }
      if (count == MAX_RUNS) {
        throw new CorruptFormatException(
            source,
            CorruptFormatException.NO_OFFSET,
            "more than " + MAX_RUNS + " fragments in one file cannot be");
      }
      if (count == lcns.length) {
        lcns = Arrays.copyOf(lcns, Math.min(2 * count + 1, MAX_RUNS));
        starts = Arrays.copyOf(starts, lcns.length + 1);
      }
      lcns[count] = lcn;
      starts[count + 1] = starts[count] + length;
      count++;
    }

    private boolean follows(long lcn) {
      long last = lcns[count - 1];
      return last == HOLE
          ? lcn == HOLE
          : lcn != HOLE && lcn == last + starts[count] - starts[count - 1];
    }

    /** What was added so far, as long as nothing more is added: it is not copied. */
    RunList view() {
      return new RunList(starts, lcns, count);
    }

    /** The list of what was added. */
    RunList build() {
      return new RunList(Arrays.copyOf(starts, count + 1), Arrays.copyOf(lcns, count), count);
    }
  }
}
