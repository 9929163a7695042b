package io.vhdboot.ntfs;

import io.vhdboot.disk.DiskFormatException;

/**
 * Says that a volume must not be edited as it stands: it was not dismounted, or is damaged, so that
 * its bitmaps and indexes may not say the truth. It can still be read.
 */
public final class UncleanVolumeException extends DiskFormatException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception about a volume, with what is wrong and what helps. */
  public UncleanVolumeException(String volume, String problem) {
    super(volume, NO_OFFSET, problem, null);
  }
}
