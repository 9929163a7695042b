package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DeviceBoundsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Where everything lies on a volume that an {@link NtfsImageBuilder} has planned. It stays true as
 * long as the builder is told nothing more.
 */
public final class NtfsLayout {

  private static final int MAX_THREADS = 1024;

  private final TreePlan tree;
  private final VolumePlacement placement;
  private final long totalSectors;
  private final int revision;

  NtfsLayout(TreePlan tree, VolumePlacement placement, long totalSectors) {
    this.tree = tree;
    this.placement = placement;
    this.totalSectors = totalSectors;
    this.revision = tree.builder().revision();
  }

  /** Bytes of the volume's partition. */
  public long volumeSize() {
    return (totalSectors + 1) * options().bytesPerSector();
  }

  /** Bytes of a cluster. */
  public int clusterSize() {
    return options().clusterSize();
  }

  /** Clusters of the volume. */
  public long clusterCount() {
    return placement.clusterCount();
  }

  /** Clusters that nothing uses. */
  public long freeClusters() {
    return placement.clusterCount() - placement.neededClusters();
  }

  /** Whether a stream lies in the record of its file. */
  public boolean isResident(StreamHandle stream) {
    checkCurrent();
    return tree.isResident(stream);
  }

  /**
   * Where a stream lies: nowhere if it is resident or empty, otherwise in one range, which ends
   * with the stream and not with its last cluster. That of a sparse or compressed stream is what is
   * kept for it; how much of it is needed turns out when it is written.
   */
  public List<VolumeRange> extents(StreamHandle stream) {
    checkCurrent();
    if (tree.isResident(stream) || stream.size == 0) {
      return List.of();
    }
    StreamHandle stored = stream.form == StreamForm.OVERLAY ? stream.overlayData : stream;
    return List.of(new VolumeRange(placement.lcn(stored) * clusterSize(), stored.size));
  }

  /**
   * All that is used or will be written, as sorted ranges of whole clusters, and behind the volume
   * the sector with the copy of the boot sector.
   */
  public List<VolumeRange> usedRanges() {
    checkCurrent();
    List<VolumeRange> ranges = new ArrayList<>();
    add(ranges, 0, placement.frontEnd() * clusterSize());
    add(ranges, placement.tableStart() * clusterSize(), placement.metadataEnd() * clusterSize());
    add(ranges, placement.contentStart() * clusterSize(), placement.contentEnd() * clusterSize());
    add(ranges, totalSectors * options().bytesPerSector(), volumeSize());
    return List.copyOf(ranges);
  }

  /**
   * The links that could not keep their short name, since another name in the directory is the same
   * or since it differs from another long name only in case.
   */
  public List<LinkHandle> droppedShortNames() {
    return List.copyOf(tree.builder().droppedShortNames());
  }

  /**
   * Begins to write the volume.
   *
   * @param target the partition, as large as this layout
   * @param zeroed whether the target is known to read as zeros, so that none need be written
   * @throws DeviceBoundsException when the target is too small
   */
  public NtfsImageWriter writer(BlockDevice target, boolean zeroed) throws DeviceBoundsException {
    return writer(target, zeroed, Runnable::run, 1);
  }

  /**
   * Begins to write the volume, with several threads for what the overlay filter compresses.
   *
   * @param target the partition, as large as this layout
   * @param zeroed whether the target is known to read as zeros, so that none need be written
   * @param executor compresses; is not shut down
   * @param threads how many threads of the executor may be used, 1 to 1024
   * @throws DeviceBoundsException when the target is too small
   */
  public NtfsImageWriter writer(BlockDevice target, boolean zeroed, Executor executor, int threads)
      throws DeviceBoundsException {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("threads (" + threads + ") must be 1 to " + MAX_THREADS);
    }
    checkCurrent();
    target.checkRange(0, volumeSize());
    return new NtfsImageWriter(this, target, zeroed, new ChunkCompressor(executor, threads));
  }

  TreePlan tree() {
    return tree;
  }

  NtfsFormatOptions options() {
    return tree.options();
  }

  VolumePlacement placement() {
    return placement;
  }

  /** Sectors of the volume, without the one behind it. */
  long totalSectors() {
    return totalSectors;
  }

  private void checkCurrent() {
    if (tree.builder().revision() != revision) {
      throw new IllegalStateException("the builder was told more after this layout was made");
    }
  }

  private static void add(List<VolumeRange> ranges, long start, long end) {
    int last = ranges.size() - 1;
    if (start == end) {
      return;
    }
    if (last >= 0 && ranges.get(last).end() == start) {
      VolumeRange before = ranges.remove(last);
      ranges.add(new VolumeRange(before.position(), end - before.position()));
    } else {
      ranges.add(new VolumeRange(start, end - start));
    }
  }
}
