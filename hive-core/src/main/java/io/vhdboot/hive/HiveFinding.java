package io.vhdboot.hive;

import java.util.Locale;

/**
 * Something that is not as it should be in a hive.
 *
 * @param severity how bad it is
 * @param place the path of the key concerned, or {@code bins} for what belongs to no key
 * @param problem what is wrong
 */
public record HiveFinding(Severity severity, String place, String problem) {

  /** How bad a finding is. */
  public enum Severity {

    /** Windows tolerates it, or it only wastes room. */
    NOTE,

    /** Something is unreadable, or Windows does not find it or reads it wrongly. */
    ERROR
  }

  @Override
  public String toString() {
    return severity.name().toLowerCase(Locale.ROOT) + ": " + place + ": " + problem;
  }
}
