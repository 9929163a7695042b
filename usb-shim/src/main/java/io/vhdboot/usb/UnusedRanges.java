package io.vhdboot.usb;

import java.io.IOException;

/**
 * Tells what of a disk may hold anything, such as free clusters. It is asked in ascending order.
 */
public interface UnusedRanges {

  /** All of the disk is in use. */
  UnusedRanges NONE = position -> position;

  /**
   * Where the unused range ends in which a position lies; the position itself when it is used. May
   * be behind the end of the disk.
   */
  long endOfUnused(long position) throws IOException;
}
