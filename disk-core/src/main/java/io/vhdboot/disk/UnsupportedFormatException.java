package io.vhdboot.disk;

/** Says that what was read may well be sound but uses something this library does not know. */
public class UnsupportedFormatException extends DiskFormatException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception about a place in a source.
   *
   * @param source the name of what was read
   * @param offset the byte offset within the source, or {@link #NO_OFFSET}
   * @param problem what is not supported and what would be, without a full stop
   */
  public UnsupportedFormatException(String source, long offset, String problem) {
    super(source, offset, problem, null);
  }
}
