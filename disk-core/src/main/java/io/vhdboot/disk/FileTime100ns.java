package io.vhdboot.disk;

import java.time.Instant;

/**
 * Windows' file times: a 64-bit count of 100 ns since 1601-01-01 UTC, as NTFS, WIM and hives store
 * them (MS-DTYP 2.3.3 FILETIME).
 */
public final class FileTime100ns {

  private static final long TICKS_PER_SECOND = 10_000_000L;
  private static final long EPOCH_DIFFERENCE_SECONDS = 11_644_473_600L;

  private FileTime100ns() {}

  /** The file time of an instant, cut to 100 ns. */
  public static long of(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(
            Math.addExact(instant.getEpochSecond(), EPOCH_DIFFERENCE_SECONDS), TICKS_PER_SECOND),
        instant.getNano() / 100);
  }

  /** The instant of a file time; any 64-bit value has one. */
  public static Instant toInstant(long fileTime) {
    return Instant.ofEpochSecond(
        Math.floorDiv(fileTime, TICKS_PER_SECOND) - EPOCH_DIFFERENCE_SECONDS,
        Math.floorMod(fileTime, TICKS_PER_SECOND) * 100);
  }
}
