package io.vhdboot.usb;

import java.io.IOException;

/** Says that a disk has less room than it claims. */
public class FakeCapacityException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long position;

  /**
   * Creates an exception.
   *
   * @param disk the disk
   * @param position the first place found that did not keep what was written
   */
  public FakeCapacityException(DiskDevice disk, long position) {
    super(
        disk
            + " does not keep what is written at offset "
            + position
            + ": it has less room than it claims, or is broken");
    this.position = position;
  }

  /** The first place found that did not keep what was written, in bytes. */
  public long position() {
    return position;
  }
}
