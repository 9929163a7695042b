package io.vhdboot.vhdx;

import io.vhdboot.disk.MappedExtent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Ranges of a disk whose content nobody needs, sorted and joined. */
final class UnusedRanges {

  private final long[] starts;
  private final long[] ends;

  UnusedRanges(Iterable<MappedExtent> ranges) {
    List<MappedExtent> sorted = new ArrayList<>();
    ranges.forEach(sorted::add);
    sorted.sort((a, b) -> Long.compare(a.position(), b.position()));
    long[] from = new long[sorted.size()];
    long[] to = new long[sorted.size()];
    int count = 0;
    for (MappedExtent range : sorted) {
      if (count > 0 && range.position() <= to[count - 1]) {
        to[count - 1] = Math.max(to[count - 1], range.end());
      } else {
        from[count] = range.position();
        to[count++] = range.end();
      }
    }
    starts = Arrays.copyOf(from, count);
    ends = Arrays.copyOf(to, count);
  }

  /** Where the range ends that a position is in; the position itself when it is in none. */
  long skip(long position) {
    int at = Arrays.binarySearch(starts, position);
    int range = at >= 0 ? at : -at - 2;
    return range >= 0 && ends[range] > position ? ends[range] : position;
  }

  /** Where the next range begins behind a position that is in none. */
  long next(long position) {
    int at = Arrays.binarySearch(starts, position);
    int range = at >= 0 ? at : -at - 1;
    return range < starts.length ? starts[range] : Long.MAX_VALUE;
  }
}
