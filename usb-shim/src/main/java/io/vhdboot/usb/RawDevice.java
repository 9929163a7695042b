package io.vhdboot.usb;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A whole disk that is open. Any position and length will do, as with every {@link BlockDevice}.
 *
 * <p>For one thread at a time.
 */
public interface RawDevice extends BlockDevice {

  /** The disk as it was when it was opened. */
  DiskDevice disk();

  /**
   * Reads what the medium holds, not what some cache remembers, as far as the system lets us.
   * Called after {@link #flush}.
   *
   * @throws io.vhdboot.disk.DeviceBoundsException when the range is not wholly inside the device
   */
  void readMedium(long position, ByteBuffer target) throws IOException;

  /** Whether it can only be written from its beginning to its end, and again from the beginning. */
  default boolean isSequential() {
    return false;
  }
}
