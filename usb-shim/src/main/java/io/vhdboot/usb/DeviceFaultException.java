package io.vhdboot.usb;

import java.io.IOException;

/** Says at which place a disk could not be read or written, or does not hold what was written. */
public class DeviceFaultException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long position;

  /**
   * Creates an exception.
   *
   * @param device what the disk is called
   * @param position the first byte that it is about
   * @param message what is wrong there
   * @param cause what the system said, or null
   */
  public DeviceFaultException(String device, long position, String message, Throwable cause) {
    super(device + ": at offset " + position + ": " + message, cause);
    this.position = position;
  }

  /** The first byte of the disk that it is about. */
  public long position() {
    return position;
  }
}
