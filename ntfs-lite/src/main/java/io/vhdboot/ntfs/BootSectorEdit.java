package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The boot sector of a volume that is resized, and its copy at the end. */
final class BootSectorEdit {

  /** What the BIOS told when the volume was formatted: offset and length. */
  private static final int[][] KEPT = {{0x18, 4}, {0x24, 4}};

  private final BlockDevice device;
  private NtfsBootSector boot;

  BootSectorEdit(BlockDevice device) throws IOException {
    this.device = device;
    this.boot = NtfsBootSector.get(device.read(0, NtfsBootSector.SIZE), device.name());
  }

  /** What it says now. */
  NtfsBootSector boot() {
    return boot;
  }

  /** Says where $MFT and its mirror lie. */
  void moveTable(long mftCluster, long mirrorCluster) throws IOException {
    write(boot.totalSectors(), mftCluster, mirrorCluster);
  }

  /** Says how large the volume is; the copy goes to its new end. */
  void resize(long totalSectors) throws IOException {
    write(totalSectors, boot.mftCluster(), boot.mirrorCluster());
  }

  private void write(long totalSectors, long mftCluster, long mirrorCluster) throws IOException {
    byte[] sector = device.read(0, boot.bytesPerSector());
    byte[] before = sector.clone();
    NtfsBootSector changed =
        new NtfsBootSector(
            boot.bytesPerSector(),
            boot.clusterSize(),
            boot.hiddenSectors(),
            totalSectors,
            mftCluster,
            mirrorCluster,
            boot.recordSize(),
            boot.indexBlockSize(),
            boot.serial());
    changed.put(sector);
    for (int[] kept : KEPT) {
      System.arraycopy(before, kept[0], sector, kept[0], kept[1]);
    }
    // All that the sector will lead to must be there, then its copy, then itself.
    device.flush();
    device.write(changed.backupPosition(), ByteBuffer.wrap(sector));
    device.flush();
    device.write(0, ByteBuffer.wrap(sector));
    device.flush();
    boot = changed;
  }
}
