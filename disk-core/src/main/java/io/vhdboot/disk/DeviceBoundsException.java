package io.vhdboot.disk;

/**
 * Says that a range reaches past the end of a device. Mostly a damaged structure pointed there, or
 * the file was cut short; hence it belongs to {@link CorruptFormatException}.
 */
public class DeviceBoundsException extends CorruptFormatException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception about {@code length} bytes at {@code position} of a device. */
  public DeviceBoundsException(String device, long position, long length, long size) {
    super(
        device,
        position,
        length + " bytes are wanted here, but the size is " + size + " bytes: cut short?");
  }
}
