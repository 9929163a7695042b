package io.vhdboot.ntfs.nio;

import java.nio.file.ReadOnlyFileSystemException;

/** Says that a volume is not written, and why. */
public final class ReadOnlyVolumeException extends ReadOnlyFileSystemException {

  private static final long serialVersionUID = 1L;

  private final String message;

  ReadOnlyVolumeException(String message) {
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
