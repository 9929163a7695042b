package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DeviceBoundsException;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;

/**
 * Makes a volume larger or smaller in place.
 *
 * <p>It begins as any edit does: volumes that were not dismounted are refused, the volume is marked
 * dirty, and the mark goes when all is done. What lies behind the new end is copied before anything
 * refers to the copy, and the boot sector comes to say the new size when nothing lies behind it any
 * more; so a stop at any moment leaves a volume whose files can all be read, and that Windows
 * checks when it next mounts it.
 */
public final class NtfsResize {

  private NtfsResize() {}

  /**
   * The least size that {@link #resize} makes of a volume: what is in use, and the little that may
   * be needed to note down where it went.
   *
   * @param device the volume's partition
   * @return bytes of the partition
   * @throws io.vhdboot.disk.DiskFormatException when it holds no volume, or a damaged one
   */
  public static long minimumSize(BlockDevice device) throws IOException {
    return VolumeShrink.minimumSize(NtfsVolume.open(device));
  }

  /**
   * Resizes a volume.
   *
   * @param device the volume's partition, which stays as large as it is: before a volume grows its
   *     partition must, and after it shrank its partition may
   * @param size the new size in bytes of the partition, a multiple of its sector size; the last
   *     sector is for the copy of the boot sector
   * @throws UncleanVolumeException when the volume must be checked before it can be edited
   * @throws NoSpaceException when what it holds does not fit, or what lies behind the new end
   *     cannot be moved; nothing was changed then
   * @throws DeviceBoundsException when the device is smaller than the new size
   */
  public static void resize(BlockDevice device, long size) throws IOException {
    resize(device, size, NtfsEditOptions.defaults());
  }

  /** As {@link #resize(BlockDevice, long)}, with the memory that these options allow. */
  public static void resize(BlockDevice device, long size, NtfsEditOptions options)
      throws IOException {
    NtfsVolume volume = NtfsVolume.open(device);
    int sector = volume.sectorSize();
    if (size <= 0 || size % sector != 0) {
      throw new IllegalArgumentException("size (" + size + ") must be a multiple of " + sector);
    }
    device.checkRange(0, size);
    long sectors = size / sector - 1;
    long clusters = sectors / (volume.clusterSize() / sector);
    if (clusters < 1 || clusters > NtfsBootSector.MAX_CLUSTERS) {
      throw new IllegalArgumentException(
          "size ("
              + size
              + ") must be one of 1 to 2^32 - 2 clusters of "
              + volume.clusterSize()
              + " bytes");
    }
    if (clusters < volume.clusterCount()) {
      new VolumeShrink(device, sectors, clusters, options).run();
    } else {
      new VolumeGrowth(device, sectors, clusters, options).run();
    }
  }
}
