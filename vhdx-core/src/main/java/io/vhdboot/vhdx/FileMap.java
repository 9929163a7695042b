package io.vhdboot.vhdx;

import java.util.BitSet;

/** Which MiB of a file are in use, to find what overlaps and what is free. */
final class FileMap {

  /** The greatest position that is looked at: all of the greatest disk and 1 TiB more. */
  static final long MAX_POSITION = VhdxOptions.MAX_DISK_SIZE + (1L << 40);

  private final BitSet used = new BitSet();

  /**
   * Marks a range as used.
   *
   * @return whether it was free; if not, nothing changes
   */
  boolean take(long position, long length) {
    boolean free = isFree(position, length);
    if (free && length > 0) {
      used.set(number(position), number(position + length));
    }
    return free;
  }

  /** Whether nothing of a range is used; an empty one may be anywhere, even where no file ends. */
  boolean isFree(long position, long length) {
    if (length == 0) {
      return true;
    }
    int next = used.nextSetBit(number(position));
    return next < 0 || next >= number(position + length);
  }

  private static int number(long position) {
    return (int) (position / BlockFormat.MIB);
  }

  /** Where the first free range of a length begins, from a position on. */
  long firstFree(long from, long length) {
    int wanted = (int) (length / BlockFormat.MIB);
    int at = used.nextClearBit((int) (from / BlockFormat.MIB));
    while (true) {
      int next = used.nextSetBit(at);
      if (next < 0 || next - at >= wanted) {
        return at * BlockFormat.MIB;
      }
      at = used.nextClearBit(next);
    }
  }

  /** Where the last used range ends. */
  long end() {
    return used.length() * BlockFormat.MIB;
  }

  /** The bytes in use. */
  long usedBytes() {
    return used.cardinality() * BlockFormat.MIB;
  }
}
