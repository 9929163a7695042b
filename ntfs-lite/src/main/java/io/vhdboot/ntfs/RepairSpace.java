package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The clusters and records that a repair may take: those that no file held when it was checked. */
final class RepairSpace {

  private static final int COPY_STEP = 1 << 20;

  private final CheckedVolume volume;
  private final BitSet taken = new BitSet();
  private long nextCluster;
  private long nextRecord = CheckedTable.FIRST_ORDINARY;

  RepairSpace(CheckedVolume volume) {
    this.volume = volume;
  }

  /**
   * Takes clusters.
   *
   * @throws NoSpaceException when there are not so many
   */
  List<DataRun> takeClusters(long count) throws NoSpaceException {
    List<DataRun> runs = new ArrayList<>();
    long left = count;
    boolean wrapped = false;
    while (left > 0) {
      DataRun run = volume.used().nextFree(nextCluster, left);
      if (run == null) {
        if (wrapped) {
          runs.forEach(taken -> volume.used().remove(taken.lcn(), taken.length()));
          throw new NoSpaceException(
              volume.clusters().name(), count * volume.clusters().clusterSize(), 0);
        }
        wrapped = true;
        nextCluster = 0;
        continue;
      }
      volume.used().add(run.lcn(), run.length(), null);
      runs.add(run);
      left -= run.length();
      nextCluster = run.lcn() + run.length();
    }
    return StreamCheck.merge(runs);
  }

  /** Takes clusters and fills them with bytes, and with zeros behind these. */
  List<DataRun> store(byte[] bytes) throws IOException {
    long clusters = volume.clusters().clustersOf(bytes.length);
    List<DataRun> runs = takeClusters(clusters);
    int at = 0;
    for (DataRun run : runs) {
      long size = volume.clusters().position(run.length());
      int count = (int) Math.min(size, bytes.length - at);
      volume
          .clusters()
          .device()
          .write(volume.clusters().position(run.lcn()), ByteBuffer.wrap(bytes, at, count));
      if (count < size) {
        volume
            .clusters()
            .device()
            .zero(volume.clusters().position(run.lcn()) + count, size - count);
      }
      at += count;
    }
    return runs;
  }

  /** Takes clusters and copies others to them. */
  List<DataRun> copy(long lcn, long count) throws IOException {
    List<DataRun> runs = takeClusters(count);
    ClusterSpace clusters = volume.clusters();
    long from = clusters.position(lcn);
    for (DataRun run : runs) {
      long to = clusters.position(run.lcn());
      for (long left = clusters.position(run.length()); left > 0; ) {
        int step = (int) Math.min(left, COPY_STEP);
        clusters.device().write(to, ByteBuffer.wrap(clusters.device().read(from, step)));
        from += step;
        to += step;
        left -= step;
      }
    }
    return runs;
  }

  /**
   * Takes a free record.
   *
   * @param forTable whether it is for $MFT itself, which has records of its own
   * @return its number, or -1 when there is none
   */
  long takeRecord(boolean forTable) {
    if (forTable) {
      for (long number = CheckedTable.FIRST_RESERVED;
          number < CheckedTable.FIRST_ORDINARY;
          number++) {
        if (isFree(number)) {
          taken.set((int) number);
          return number;
        }
      }
    }
    while (nextRecord < volume.table().count()) {
      long number = nextRecord++;
      if (isFree(number)) {
        taken.set((int) number);
        return number;
      }
    }
    return -1;
  }

  private boolean isFree(long number) {
    return !volume.files().state(number).isInUse() && !taken.get((int) number);
  }

  /** The sequence number that a free record gives its next user. */
  int sequence(long number) throws IOException {
    byte[] raw = volume.table().readRaw(number);
    int sequence = FileRecord.isPresent(raw) ? LittleEndian.u16(raw, 0x10) : 1;
    return sequence == 0 ? 1 : sequence;
  }
}
