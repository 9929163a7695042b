package io.vhdboot.cli;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** What a user gives so that the same input makes the same bytes: a seed, and a time. */
final class Reproducible {

  private static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

  private Reproducible() {}

  /** The bytes of a seed. */
  static byte[] seed(String hex) {
    try {
      return HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--seed takes hexadecimal digits in pairs, not " + hex, e);
    }
  }

  /** The time for everything that is made, where the environment sets one. */
  static Optional<Instant> sourceDate() {
    String seconds = System.getenv(SOURCE_DATE_EPOCH);
    if (seconds == null || seconds.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds.strip())));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          SOURCE_DATE_EPOCH + " must be seconds since 1970, not " + seconds, e);
    }
  }
}
