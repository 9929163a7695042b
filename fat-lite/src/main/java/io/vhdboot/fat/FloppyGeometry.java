package io.vhdboot.fat;

import java.util.Arrays;
import java.util.Optional;

/**
 * The floppy disks that have a form of their own, which drives and old programs expect.
 *
 * <p>Source: the table of media in Microsoft's KB 75131.
 */
enum FloppyGeometry {
  DOUBLE_DENSITY_360(360, 2, 112, 9, 0xFD),
  DOUBLE_DENSITY_720(720, 2, 112, 9, 0xF9),
  HIGH_DENSITY_1200(1200, 1, 224, 15, 0xF9),
  HIGH_DENSITY_1440(1440, 1, 224, 18, 0xF0),
  EXTRA_DENSITY_2880(2880, 2, 240, 36, 0xF0);

  private static final int HEADS = 2;
  private static final int SECTOR_SIZE = 512;

  private final long size;
  private final int sectorsPerCluster;
  private final int rootEntries;
  private final int sectorsPerTrack;
  private final int media;

  FloppyGeometry(
      int kibibytes, int sectorsPerCluster, int rootEntries, int sectorsPerTrack, int media) {
    this.size = kibibytes * 1024L;
    this.sectorsPerCluster = sectorsPerCluster;
    this.rootEntries = rootEntries;
    this.sectorsPerTrack = sectorsPerTrack;
    this.media = media;
  }

  /** The floppy disk of a size, if there is one. */
  static Optional<FloppyGeometry> ofSize(long size) {
    return Arrays.stream(values()).filter(geometry -> geometry.size == size).findFirst();
  }

  int clusterSize() {
    return sectorsPerCluster * SECTOR_SIZE;
  }

  void applyTo(FatBootSector.Layout layout) {
    layout.media = media;
    layout.rootEntries = rootEntries;
    layout.sectorsPerTrack = sectorsPerTrack;
    layout.heads = HEADS;
    layout.driveNumber = 0;
  }
}
