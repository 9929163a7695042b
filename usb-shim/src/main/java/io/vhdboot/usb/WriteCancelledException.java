package io.vhdboot.usb;

import java.io.IOException;

/** Says that writing was told to stop; the disk has no partition table then. */
public class WriteCancelledException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param device what the disk is called
   * @param position up to where it is written
   */
  public WriteCancelledException(String device, long position) {
    super(device + ": cancelled at offset " + position + "; the disk is not usable as it is");
  }
}
