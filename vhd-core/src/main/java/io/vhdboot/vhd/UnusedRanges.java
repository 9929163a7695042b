package io.vhdboot.vhd;

import java.io.IOException;

/** Which parts of a disk the volumes on it do not use, so that their content need not be kept. */
@FunctionalInterface
public interface UnusedRanges {

  /** Everything is in use. */
  UnusedRanges NONE = position -> position;

  /**
   * Where the unused range ends in which a position lies; the position itself when it is in use.
   *
   * @param position a position of the disk, in bytes
   */
  long endOfUnused(long position) throws IOException;
}
