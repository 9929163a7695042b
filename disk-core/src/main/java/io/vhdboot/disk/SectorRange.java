package io.vhdboot.disk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Sectors that follow each other.
 *
 * @param first the first sector
 * @param end the sector behind the last one
 */
record SectorRange(long first, long end) {

  static SectorRange ofCount(long first, long count) {
    return new SectorRange(first, first + count);
  }

  long count() {
    return end - first;
  }

  boolean contains(SectorRange other) {
    return other.first >= first && other.end <= end;
  }

  boolean overlaps(SectorRange other) {
    return first < other.end && other.first < end;
  }

  /** What is left of this when other ranges, in any order, are taken out. */
  List<SectorRange> without(List<SectorRange> taken) {
    List<SectorRange> gaps = new ArrayList<>();
    long at = first;
    List<SectorRange> sorted =
        taken.stream().sorted(Comparator.comparingLong(SectorRange::first)).toList();
    for (SectorRange range : sorted) {
      if (range.first > at) {
        gaps.add(new SectorRange(at, Math.min(range.first, end)));
      }
      at = Math.max(at, range.end);
      if (at >= end) {
        return gaps;
      }
    }
    if (at < end) {
      gaps.add(new SectorRange(at, end));
    }
    return gaps;
  }

  /** As much of this as begins, and if that is possible ends, on a multiple of an alignment. */
  Optional<SectorRange> aligned(long alignment) {
    long start = alignUp(first, alignment);
    long last = end / alignment * alignment;
    SectorRange inner = new SectorRange(start, last > start ? last : end);
    return inner.count() > 0 ? Optional.of(inner) : Optional.empty();
  }

  static long alignUp(long sector, long alignment) {
    return (sector + alignment - 1) / alignment * alignment;
  }
}
