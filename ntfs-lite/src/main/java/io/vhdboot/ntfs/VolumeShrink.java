package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;

/**
 * Makes a volume smaller: empties the clusters behind the new end, tells that end in the boot
 * sector and then cuts $Bitmap, where the bits behind the end are set by then, as they shall be.
 */
final class VolumeShrink {

  /** Bytes that are asked for beside those in use: attribute lists and $MFT may grow. */
  private static final long MARGIN = 256 << 10;

  private static final long LEAST_MARGIN = 4;

  private final VolumeEdit volume;
  private final BootSectorEdit boot;
  private final ClusterSpace clusters;
  private final ClusterMover mover;
  private final long sectors;
  private final long after;

  VolumeShrink(BlockDevice device, long sectors, long after, NtfsEditOptions options)
      throws IOException {
    this.volume = VolumeEdit.open(device, options.withReserve(0));
    this.boot = new BootSectorEdit(device);
    this.clusters = volume.clusters();
    this.sectors = sectors;
    this.after = after;
    this.mover = new ClusterMover(device, volume, boot, after, clusters.clusterCount());
  }

  static long minimumSize(NtfsVolume volume) throws IOException {
    long margin = Math.max(LEAST_MARGIN, MARGIN / volume.clusterSize());
    long used = volume.clusterCount() - volume.countFreeClusters();
    long clusters = Math.min(volume.clusterCount(), used + margin);
    return clusters * volume.clusterSize() + volume.sectorSize();
  }

  void run() throws IOException {
    long least = minimumSize(volume.volume());
    long wanted = (sectors + 1) * boot.boot().bytesPerSector();
    if (least > wanted) {
      throw new NoSpaceException(clusters.name(), least, wanted);
    }
    mover.check();
    try {
      mover.run();
    } catch (NoSpaceException e) {
      // As large as it was, and clean, with some files elsewhere.
      mover.giveBack();
      volume.close();
      throw e;
    }
    boot.resize(sectors);
    cutBitmap();
    volume.close();
  }

  private void cutBitmap() throws IOException {
    volume.edit(
        () -> {
          AttributeEdit bits = volume.file(SystemFiles.BITMAP).get(AttributeType.DATA, "");
          long size = VolumeGrowth.bitmapSize(after);
          for (DataRun cut : bits.truncate(clusters.clustersOf(size))) {
            volume.release(cut, AttributeType.DATA);
          }
          bits.setSizes(size, size);
          volume.allocator().bitmap().resize(bits, after);
          AttributeEdit bad = volume.file(SystemFiles.BAD_CLUSTERS).get(AttributeType.DATA, "$Bad");
          bad.truncate(after);
          bad.setSizes(clusters.position(after), bad.initialisedSize());
          return null;
        });
  }
}
