package io.vhdboot.usb;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Says that the rules forbid to write a disk; nothing was written. */
public class DeviceRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient List<DeviceObjection> objections;

  /**
   * Creates an exception.
   *
   * @param disk the disk
   * @param objections why, at least one
   */
  public DeviceRefusedException(DiskDevice disk, List<DeviceObjection> objections) {
    super(
        disk
            + " is not written: "
            + objections.stream().map(DeviceObjection::toString).collect(Collectors.joining(". ")));
    this.objections = List.copyOf(objections);
  }

  /** Why. */
  public List<DeviceObjection> objections() {
    return objections;
  }
}
