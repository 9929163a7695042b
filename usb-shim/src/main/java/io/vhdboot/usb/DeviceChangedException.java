package io.vhdboot.usb;

import java.io.IOException;

/** Says that a disk is gone, or that another one is in its place. */
public class DeviceChangedException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message that names the disk. */
  public DeviceChangedException(String message) {
    super(message);
  }
}
