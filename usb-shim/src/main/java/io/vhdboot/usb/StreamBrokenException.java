package io.vhdboot.usb;

import java.io.IOException;

/** Says that a stream to or from a disk broke off, which cannot be taken up again. */
final class StreamBrokenException extends IOException {

  private static final long serialVersionUID = 1L;

  StreamBrokenException(String message, IOException cause) {
    super(message, cause);
  }
}
