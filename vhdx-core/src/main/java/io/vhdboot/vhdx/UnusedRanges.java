package io.vhdboot.vhdx;

import java.io.IOException;

/** Tells which ranges of a disk nobody needs, such as the free clusters of a volume. */
@FunctionalInterface
public interface UnusedRanges {

  /** Everything is needed. */
  UnusedRanges NONE = position -> position;

  /**
   * Where the unused range ends in which a position lies; the position itself when it is needed.
   */
  long endOfUnused(long position) throws IOException;
}
