package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.ntfs.FreeSpace;
import io.vhdboot.ntfs.LogState;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.VolumeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a disk its NTFS volumes do not use. Everything outside of volumes is in use, and all of a
 * volume that was not dismounted, whose log may know better than its bitmap. Not safe for several
 * threads; quick when it is asked in ascending order.
 */
public final class DiskUsage {

  /** A volume on the disk. */
  private record Volume(long start, long end, FreeSpace space) {}

  private final List<Volume> volumes = new ArrayList<>();
  private long from;
  private long to;
  private boolean free;

  private DiskUsage() {}

  /** Everything is in use. */
  public static DiskUsage all() {
    return new DiskUsage();
  }

  /** What the volumes of a disk say, which stays open. */
  public static DiskUsage ofVolumes(BlockDevice disk) throws IOException {
    DiskUsage usage = new DiskUsage();
    if (NtfsVolume.isPresent(disk)) {
      usage.add(disk, 0, disk.size());
    }
    for (Partition partition : PartitionTable.read(disk).partitions()) {
      usage.add(partition.open(disk), partition.offset(), partition.length());
    }
    return usage;
  }

  private void add(BlockDevice device, long offset, long length) throws IOException {
    try {
      if (NtfsVolume.isPresent(device)) {
        NtfsVolume volume = NtfsVolume.open(device);
        LogState log = volume.logState();
        if (!volume.isDirty() && (log == LogState.CLEAN || log == LogState.EMPTY)) {
          volumes.add(new Volume(offset, offset + length, volume.freeSpace()));
        }
      }
    } catch (DiskFormatException e) {
      // What cannot be read is kept as it is.
      return;
    }
  }

  /** Where the unused range ends in which a position lies; the position itself when it is used. */
  public long endOfUnused(long position) throws IOException {
    if (position < from || position >= to) {
      look(position);
    }
    return free ? to : position;
  }

  private void look(long position) throws IOException {
    free = false;
    from = position;
    to = Long.MAX_VALUE;
    for (Volume volume : volumes) {
      if (position >= volume.end) {
        continue;
      }
      if (position < volume.start) {
        to = Math.min(to, volume.start);
        continue;
      }
      Optional<VolumeRange> run = volume.space.next(position - volume.start);
      if (run.isEmpty()) {
        to = volume.end;
      } else if (run.get().position() + volume.start > position) {
        to = run.get().position() + volume.start;
      } else {
        free = true;
        to = run.get().end() + volume.start;
      }
      return;
    }
  }
}
