package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a volume larger: first $Bitmap gains bits, which are set as those behind the end of a
 * volume are; then the boot sector tells the new end; then the bits of the new clusters are
 * cleared.
 */
final class VolumeGrowth {

  private static final int STEP = 1 << 20;

  private final VolumeEdit volume;
  private final BootSectorEdit boot;
  private final BlockDevice device;
  private final long sectors;
  private final long before;
  private final long after;

  VolumeGrowth(BlockDevice device, long sectors, long clusters, NtfsEditOptions options)
      throws IOException {
    this.device = device;
    this.volume = VolumeEdit.open(device, options.withReserve(0));
    this.boot = new BootSectorEdit(device);
    this.sectors = sectors;
    this.before = volume.clusters().clusterCount();
    this.after = clusters;
  }

  void run() throws IOException {
    try {
      addBits(bitmapSize(after));
    } catch (NoSpaceException e) {
      volume.close();
      throw e;
    }
    volume.flush();
    boot.resize(sectors);
    clearBits();
    device.flush();
    volume.close();
  }

  /** Makes $Bitmap and $BadClus as large as they shall be. */
  private void addBits(long bytes) throws IOException {
    volume.edit(
        () -> {
          AttributeEdit bits = bits();
          addClusters(bits, volume.clusters().clustersOf(bytes));
          for (long at = bits.size(); at < bytes; at += STEP) {
            bits.write(at, ByteBuffer.wrap(filled((int) Math.min(STEP, bytes - at), -1)));
          }
          long larger = Math.max(bytes, bits.size());
          bits.setSizes(larger, larger);
          AttributeEdit bad = badClusters();
          if (bad.end() < after) {
            bad.append(List.of(new DataRun(DataRun.HOLE, after - bad.end())));
          }
          bad.setSizes(after * volume.clusters().clusterSize(), bad.initialisedSize());
          return null;
        });
  }

  private void addClusters(AttributeEdit bits, long wanted) throws IOException {
    if (bits.end() < wanted) {
      bits.append(volume.allocator().allocate(wanted - bits.end(), bits.nearEnd()));
    }
  }

  /** Clears the bits of clusters that the volume has now and had not. */
  private void clearBits() throws IOException {
    AttributeEdit bits = bits();
    long from = before;
    while (from < after) {
      long position = from / Byte.SIZE;
      long end = Math.min(after, (position + STEP) * Byte.SIZE);
      byte[] bytes = new byte[(int) ((end + Byte.SIZE - 1) / Byte.SIZE - position)];
      if (from % Byte.SIZE != 0) {
        byte[] first = new byte[1];
        bits.read(position, ByteBuffer.wrap(first));
        bytes[0] = (byte) (first[0] & (1 << from % Byte.SIZE) - 1);
      }
      if (end % Byte.SIZE != 0) {
        bytes[bytes.length - 1] |= (byte) (-1 << end % Byte.SIZE);
      }
      bits.write(position, ByteBuffer.wrap(bytes));
      from = end;
    }
  }

  private AttributeEdit bits() throws IOException {
    return volume.file(SystemFiles.BITMAP).get(AttributeType.DATA, "");
  }

  private AttributeEdit badClusters() throws IOException {
    return volume.file(SystemFiles.BAD_CLUSTERS).get(AttributeType.DATA, "$Bad");
  }

  /** Bytes of $Bitmap for so many clusters: whole words, as Windows has it. */
  static long bitmapSize(long clusters) {
    return (clusters + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
