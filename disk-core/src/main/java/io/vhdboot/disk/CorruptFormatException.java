package io.vhdboot.disk;

/** Says that what was read contradicts its own format: damaged, cut short or forged. */
public class CorruptFormatException extends DiskFormatException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception about a place in a source.
   *
   * @param source the name of what was read
   * @param offset the byte offset within the source, or {@link #NO_OFFSET}
   * @param problem what was found and what was expected, without a full stop
   */
  public CorruptFormatException(String source, long offset, String problem) {
    super(source, offset, problem, null);
  }

  /** Creates an exception about a place in a source, with what led to it. */
  public CorruptFormatException(String source, long offset, String problem, Throwable cause) {
    super(source, offset, problem, cause);
  }
}
