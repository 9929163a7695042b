package io.vhdboot.driver;

/**
 * A mistake in an INF file or its package.
 *
 * @param level how grave it is
 * @param code the number that Microsoft's documentation of InfVerif gives such mistakes; 0 for
 *     those that this library adds
 * @param line the line of the INF file, from 1; 0 where it concerns no line
 * @param message what was found, without a full stop
 */
public record InfFinding(Level level, int code, int line, String message) {

  /** How grave a finding is. */
  public enum Level {
    /** Windows does something else than the INF's author meant, or nothing. */
    ERROR,
    /** Against a rule that not every Windows holds to. */
    WARNING
  }

  static InfFinding error(int code, int line, String message) {
    return new InfFinding(Level.ERROR, code, line, message);
  }

  static InfFinding warning(int code, int line, String message) {
    return new InfFinding(Level.WARNING, code, line, message);
  }

  @Override
  public String toString() {
    return (line > 0 ? "line " + line + ": " : "")
        + (level == Level.ERROR ? "error" : "warning")
        + (code > 0 ? " " + code : "")
        + ": "
        + message;
  }
}
