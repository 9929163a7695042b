package io.vhdboot.usb;

import java.util.List;

/**
 * A partition of a disk as the operating system has it.
 *
 * @param path what the system calls it, such as {@code /dev/sdb1}
 * @param size its size in bytes
 * @param mountPoints where it is mounted, drive letters included
 */
public record DiskVolume(String path, long size, List<String> mountPoints) {

  /** Copies the list. */
  public DiskVolume {
    mountPoints = List.copyOf(mountPoints);
  }
}
