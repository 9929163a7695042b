package io.vhdboot.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Anything that holds sectors: a file, a partition, the disk inside a VHD, a file inside NTFS.
 *
 * <p>Any byte position and length is allowed. Reads and writes are whole or they throw; one that
 * reaches past the end throws {@link DeviceBoundsException} and transfers nothing. Calls on
 * disjoint ranges may run at the same time from several threads.
 *
 * <p>{@link #flush()} is a barrier through all layers: what was written before it is durable before
 * what is written after it.
 */
public interface BlockDevice extends Closeable {

  /** What messages call this device; the layers show, as in {@code stick.img@1048576+4096}. */
  String name();

  /** The size in bytes. */
  long size();

  /** Bytes per logical sector, a power of two: 512 or 4096. */
  default int sectorSize() {
    return 512;
  }

  /**
   * Whether every write would be refused with {@link java.nio.file.ReadOnlyFileSystemException}.
   */
  default boolean isReadOnly() {
    return false;
  }

  /**
   * Fills the rest of a buffer from a position on.
   *
   * @throws DeviceBoundsException when the range is not wholly inside the device
   */
  void read(long position, ByteBuffer target) throws IOException;

  /**
   * Writes the rest of a buffer from a position on.
   *
   * @throws DeviceBoundsException when the range is not wholly inside the device
   */
  void write(long position, ByteBuffer source) throws IOException;

  /**
   * Makes a range read as zeros; may be cheaper than writing them.
   *
   * @throws DeviceBoundsException when the range is not wholly inside the device
   */
  default void zero(long position, long length) throws IOException {
    checkRange(position, length);
    Zeros.write(this, position, length);
  }

  /** Makes all that was written durable before anything that is written later. */
  void flush() throws IOException;

  /**
   * Tells where the device holds data, so that copying can leave holes out.
   *
   * @param position where the range begins
   * @return the extent that begins at {@code position}, never empty, cut at the end of the device;
   *     the next one differs in kind or begins where the implementation chose to stop looking
   * @throws DeviceBoundsException when the position is not inside the device
   */
  default MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    return new MappedExtent(position, size() - position, MappedExtent.Kind.DATA);
  }

  /**
   * A window onto a part of this device, such as a partition. Closing it does not close this.
   *
   * @throws DeviceBoundsException when the range is not wholly inside the device
   */
  default BlockDevice slice(long offset, long length) throws IOException {
    return DeviceSlice.of(this, offset, length);
  }

  /** Reads {@code length} bytes from a position on. For small structures: it takes the memory. */
  default byte[] read(long position, int length) throws IOException {
    checkRange(position, length);
    byte[] bytes = new byte[length];
    read(position, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** Throws unless the range is wholly inside the device. */
  default void checkRange(long position, long length) throws DeviceBoundsException {
    if (position < 0 || length < 0 || position > size() - length) {
      throw new DeviceBoundsException(name(), position, length, size());
    }
  }
}
