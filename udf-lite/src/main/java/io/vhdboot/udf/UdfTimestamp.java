package io.vhdboot.udf;

import io.vhdboot.disk.LittleEndian;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A time, 12 bytes:
 *
 * <pre>
 * 00  2  kind in the upper 4 bits; below, the signed minutes from UTC, -2047 for unknown
 * 02  2  year
 * 04  5  month, day, hour, minute, second
 * 09  3  hundredths, then hundreds of microseconds, then microseconds
 * </pre>
 *
 * <p>Source: ECMA-167, 1/7.3.
 */
final class UdfTimestamp {

  private static final int UNKNOWN_ZONE = -2047;

  private UdfTimestamp() {}

  /** The time, or nothing where the fields name none. One of an unknown zone is taken as UTC. */
  static Optional<Instant> get(byte[] bytes, int offset) {
    int zone = LittleEndian.u16(bytes, offset) << 20 >> 20;
    int nanos =
        bytes[offset + 9] * 10_000_000 + bytes[offset + 10] * 100_000 + bytes[offset + 11] * 1_000;
    try {
      LocalDateTime time =
          LocalDateTime.of(
              (short) LittleEndian.u16(bytes, offset + 2),
              bytes[offset + 4],
              bytes[offset + 5],
              bytes[offset + 6],
              bytes[offset + 7],
              bytes[offset + 8],
              nanos);
      return Optional.of(
          time.minusMinutes(zone == UNKNOWN_ZONE ? 0 : zone).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
