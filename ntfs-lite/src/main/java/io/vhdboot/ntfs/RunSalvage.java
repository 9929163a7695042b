package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.List;

/**
 * The data runs that can be read of mapping pairs which may be damaged: those before the first that
 * cannot be.
 *
 * @param runs the runs, adjacent ones as they stand
 * @param count the clusters that they cover
 * @param problem what is wrong behind them, or null
 * @param isMinimal whether they take as few bytes as Windows needs
 */
record RunSalvage(List<DataRun> runs, long count, String problem, boolean isMinimal) {

  private static final int MAX_BYTES = 8;

  /** More runs than any attribute holds in a record of 64 KiB. */
  private static final int MAX_COUNT = 1 << 16;

  /**
   * Reads what can be read.
   *
   * @param from where the pairs begin
   * @param to where the attribute ends
   * @param clusterSize bytes of a cluster; sums of sizes must stay within 63 bits
   * @param clusterCount clusters of the volume; a run that reaches past them ends the reading
   */
  static RunSalvage of(byte[] bytes, int from, int to, int clusterSize, long clusterCount) {
    List<DataRun> runs = new ArrayList<>();
    long most = Long.MAX_VALUE / clusterSize;
    long lcn = 0;
    long covered = 0;
    boolean minimal = true;
    int at = from;
    while (runs.size() < MAX_COUNT) {
      if (at >= to) {
        return new RunSalvage(runs, covered, "data runs are not ended", minimal);
      }
      int header = bytes[at] & 0xFF;
      if (header == 0) {
        return new RunSalvage(runs, covered, null, minimal);
      }
      int lengthBytes = header & 0xF;
      int distanceBytes = header >>> 4;
      int end = at + 1 + lengthBytes + distanceBytes;
      if (lengthBytes == 0 || lengthBytes > MAX_BYTES || distanceBytes > MAX_BYTES || end > to) {
        return new RunSalvage(
            runs, covered, String.format("bad data run header %02xh", header), minimal);
      }
      long length = signed(bytes, at + 1, lengthBytes);
      if (length <= 0 || length > most - covered) {
        return new RunSalvage(runs, covered, "a data run of " + length + " clusters", minimal);
      }
      minimal &= lengthBytes == MappingPairs.width(length);
      if (distanceBytes == 0) {
        runs.add(new DataRun(DataRun.HOLE, length));
      } else {
        long distance = signed(bytes, at + 1 + lengthBytes, distanceBytes);
        minimal &= distanceBytes == MappingPairs.width(distance);
        lcn += distance;
        if (lcn < 0 || lcn > clusterCount - length) {
          return new RunSalvage(
              runs,
              covered,
              "clusters " + lcn + "+" + length + " are not among the volume's " + clusterCount,
              minimal);
        }
        runs.add(new DataRun(lcn, length));
      }
      covered += length;
      at = end;
    }
    return new RunSalvage(runs, covered, "more than " + MAX_COUNT + " data runs", minimal);
  }

  private static long signed(byte[] bytes, int offset, int count) {
    long value = bytes[offset + count - 1];
    for (int i = count - 2; i >= 0; i--) {
      value = value << 8 | bytes[offset + i] & 0xFF;
    }
    return value;
  }
}
