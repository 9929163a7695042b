package io.vhdboot.disk;

import java.io.IOException;

/**
 * Says that something read is not as its format demands: which source, where in it, and what was
 * expected. {@link CorruptFormatException} and {@link UnsupportedFormatException} tell damage from
 * what this library does not know.
 */
public abstract class DiskFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /** The offset of an exception that concerns the source as a whole. */
  public static final long NO_OFFSET = -1;

  private final String source;
  private final long offset;

  /** Creates an exception of a kind that a module adds. */
  protected DiskFormatException(String source, long offset, String problem, Throwable cause) {
    super(
        source + ": " + problem + (offset < 0 ? "" : String.format(" (at byte 0x%x)", offset)),
        cause);
    this.source = source;
    this.offset = offset;
  }

  /** The name of what was read: a file, or a structure within one. */
  public final String source() {
    return source;
  }

  /** The byte offset within the source, or {@link #NO_OFFSET}. */
  public final long offset() {
    return offset;
  }
}
