package io.vhdboot.fat;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.fat.AllocationTable.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The clusters of a file or directory, in order. A chain that comes back to itself is found out
 * wherever it does. Not thread-safe while it is changed.
 */
final class ClusterChain {

  /** The first clusters of runs. */
  private int[] firsts = new int[4];

  /** For each run, how many clusters there are up to its end. */
  private int[] ends = new int[4];

  private int runs;

  ClusterChain() {}

  /**
   * Reads as much of a chain as a file of some size has. What is behind that does not matter, as
   * long as it ends.
   *
   * @param first its first cluster, or 0 for none
   * @param count how many clusters are needed
   * @param what what the chain belongs to, for messages
   * @throws CorruptFormatException when it leads out of the volume or to itself, or is shorter
   */
  static ClusterChain read(
      AllocationTable table, long first, long count, String source, String what)
      throws IOException {
    ClusterChain chain = new ClusterChain();
    if (count > 0) {
      chain.follow(table, first, count, source, what);
    }
    if (chain.clusterCount() < count) {
      throw corrupt(source, what + " has " + chain.clusterCount() + " clusters but needs " + count);
    }
    return chain;
  }

  /**
   * Reads a whole chain.
   *
   * @param most more clusters than this are an error
   * @throws CorruptFormatException when it leads out of the volume or to itself, or is too long
   */
  static ClusterChain readAll(
      AllocationTable table, long first, long most, String source, String what) throws IOException {
    ClusterChain chain = new ClusterChain();
    chain.follow(table, first, most + 1, source, what);
    if (chain.clusterCount() > most) {
      throw corrupt(source, what + " has more than " + most + " clusters");
    }
    return chain;
  }

  private void follow(AllocationTable table, long first, long count, String source, String what)
      throws IOException {
    if (first == 0) {
      return;
    }
    if (!table.isCluster(first)) {
      throw corrupt(source, what + " begins at cluster " + first + ", none of the volume");
    }
    // Brent's way to find a loop: the mark moves up at every power of two.
    long mark = 0;
    long steps = 0;
    long moveAt = 1;
    for (long cluster = first; cluster != 0; cluster = table.next(cluster)) {
      if (cluster == mark) {
        throw corrupt(source, "the clusters of " + what + " lead back to " + cluster);
      }
      if (steps++ < count) {
        add(cluster, 1);
      }
      if (steps == moveAt) {
        mark = cluster;
        moveAt *= 2;
      }
    }
  }

  private static CorruptFormatException corrupt(String source, String problem) {
    return new CorruptFormatException(source, CorruptFormatException.NO_OFFSET, problem);
  }

  private void add(long first, long count) {
    int total = (int) clusterCount();
    if (runs > 0 && firsts[runs - 1] + total - endBefore(runs - 1) == (int) first) {
      ends[runs - 1] += (int) count;
      return;
    }
    if (runs == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * runs);
      ends = Arrays.copyOf(ends, 2 * runs);
    }
    firsts[runs] = (int) first;
    ends[runs++] = (int) (total + count);
  }

  void append(List<Run> added) {
    added.forEach(run -> add(run.first(), run.count()));
  }

  private int endBefore(int run) {
    return run == 0 ? 0 : ends[run - 1];
  }

  long clusterCount() {
    return runs == 0 ? 0 : ends[runs - 1];
  }

  /** The first cluster, or 0 where there is none. */
  long first() {
    return runs == 0 ? 0 : firsts[0];
  }

  /** The last cluster, or 0 where there is none. */
  long last() {
    return runs == 0 ? 0 : cluster(clusterCount() - 1);
  }

  /** The cluster of an index in the chain. */
  long cluster(long index) {
    int run = run(index);
    return firsts[run] + index - endBefore(run);
  }

  /** How many clusters from that index on lie one behind the other. */
  long contiguous(long index) {
    return ends[run(index)] - index;
  }

  private int run(long index) {
    int found = Arrays.binarySearch(ends, 0, runs, (int) index);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** Cuts the chain, and gives what was behind the cut. */
  List<Run> truncate(long count) {
    List<Run> cut = new ArrayList<>();
    for (long index = count; index < clusterCount(); index += contiguous(index)) {
      cut.add(new Run(cluster(index), contiguous(index)));
    }
    if (count == 0) {
      runs = 0;
    } else if (count < clusterCount()) {
      runs = run(count - 1) + 1;
      ends[runs - 1] = (int) count;
    }
    return cut;
  }
}
