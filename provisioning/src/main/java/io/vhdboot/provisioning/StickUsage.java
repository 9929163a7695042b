package io.vhdboot.provisioning;

import io.vhdboot.ntfs.FreeSpace;
import io.vhdboot.ntfs.NtfsLayout;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.VolumeRange;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What of a stick is in use: all but the free clusters of its NTFS volume and what lies behind. */
final class StickUsage {

  /** Where each range begins that is in use, and where it ends. */
  private final TreeMap<Long, Long> used = new TreeMap<>();

  private StickUsage() {}

  static StickUsage of(StickGeometry geometry, NtfsLayout layout) {
    StickUsage usage = new StickUsage();
    long start = geometry.ntfsOffset();
    long end = start + geometry.ntfsLength();
    usage.add(0, start);
    for (VolumeRange range : layout.usedRanges()) {
      usage.add(start + range.position(), start + range.end());
    }
    // Behind the last cluster is the copy of the boot record.
    usage.add(start + layout.clusterCount() * layout.clusterSize(), end);
    usage.add(geometry.efiOffset(), geometry.efiOffset() + geometry.efiLength());
    if (geometry.firmware() == StickFirmware.UEFI) {
      usage.add(end, geometry.size());
    }
    return usage;
  }

  /** Adds what a volume uses that was changed after it was laid out. */
  void addVolume(StickGeometry geometry, NtfsVolume volume) throws IOException {
    FreeSpace free = volume.freeSpace();
    long start = geometry.ntfsOffset();
    long at = 0;
    for (Optional<VolumeRange> run = free.next(at); run.isPresent(); run = free.next(at)) {
      add(start + at, start + run.get().position());
      at = run.get().end();
    }
    add(start + at, start + volume.clusterCount() * volume.clusterSize());
  }

  private void add(long from, long to) {
    long start = from;
    long end = to;
    if (start >= end) {
      return;
    }
    Map.Entry<Long, Long> before = used.floorEntry(start);
    if (before != null && before.getValue() >= start) {
      start = before.getKey();
      end = Math.max(end, before.getValue());
    }
    for (Map.Entry<Long, Long> next = used.ceilingEntry(start);
        next != null && next.getKey() <= end;
        next = used.ceilingEntry(start)) {
      end = Math.max(end, next.getValue());
      used.remove(next.getKey());
    }
    used.put(start, end);
  }

  /** Where the unused range ends in which a position lies; the position itself when it is used. */
  long endOfUnused(long position) {
    Map.Entry<Long, Long> at = used.floorEntry(position);
    if (at != null && at.getValue() > position) {
      return position;
    }
    Long next = used.higherKey(position);
    return next == null ? Long.MAX_VALUE : next;
  }
}
