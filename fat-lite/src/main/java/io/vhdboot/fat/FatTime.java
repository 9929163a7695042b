package io.vhdboot.fat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A time as directories store it: a date, and in two-second steps the time of a day. Times of FAT
 * are local, and nothing says of which place; here they are taken for UTC.
 *
 * <pre>
 * date: bits 15-9 years from 1980, 8-5 month, 4-0 day
 * time: bits 15-11 hour, 10-5 minute, 4-0 half the second
 * </pre>
 *
 * <p>Source: Microsoft's FAT specification, "Date and time formats". Immutable.
 *
 * @param date the date's 16 bits; 0 where there is none
 * @param time the time's 16 bits
 * @param hundredths hundredths of a second to add, 0 to 199
 */
public record FatTime(int date, int time, int hundredths) {

  /** The earliest time: 1980-01-01. */
  public static final FatTime EARLIEST = new FatTime(0x21, 0, 0);

  /** The latest time: the end of 2107. */
  public static final FatTime LATEST = new FatTime(0xFF9F, 0xBF7D, 199);

  private static final int FIRST_YEAR = 1980;
  private static final int LAST_YEAR = 2107;

  /** The time of an instant, cut to hundredths; what is out of range becomes the nearest time. */
  public static FatTime of(Instant instant) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    if (local.getYear() < FIRST_YEAR) {
      return EARLIEST;
    }
    if (local.getYear() > LAST_YEAR) {
      return LATEST;
    }
    int date =
        local.getYear() - FIRST_YEAR << 9 | local.getMonthValue() << 5 | local.getDayOfMonth();
    int time = local.getHour() << 11 | local.getMinute() << 5 | local.getSecond() / 2;
    return new FatTime(date, time, local.getSecond() % 2 * 100 + local.getNano() / 10_000_000);
  }

  /** The instant; nothing where the bits are no time. */
  public Optional<Instant> toInstant() {
    try {
      return Optional.of(
          LocalDateTime.of(
                  FIRST_YEAR + (date >> 9),
                  date >> 5 & 0xF,
                  date & 0x1F,
                  time >> 11,
                  time >> 5 & 0x3F,
                  (time & 0x1F) * 2)
              .plusNanos(Math.min(hundredths, 199) * 10_000_000L)
              .toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
