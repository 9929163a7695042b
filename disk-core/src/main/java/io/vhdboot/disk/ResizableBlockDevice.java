package io.vhdboot.disk;

import java.io.IOException;

/** A device whose size can change, on which a dynamic VHD can grow: a host file, mostly. */
public interface ResizableBlockDevice extends BlockDevice {

  /**
   * Sets the size. New bytes read as zeros; bytes behind a smaller size are gone.
   *
   * @param size the new size in bytes, not negative
   */
  void setSize(long size) throws IOException;
}
