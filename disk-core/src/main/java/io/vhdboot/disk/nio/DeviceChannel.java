package io.vhdboot.disk.nio;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * An open file: a device with a position, which is closed with the channel. Safe for use by several
 * threads.
 */
public final class DeviceChannel implements SeekableByteChannel {

  private final BlockDevice device;
  private final boolean isReadable;
  private final boolean isWritable;
  private final boolean isAppending;
  private long position;
  private boolean isClosed;

  /**
   * Opens a device.
   *
   * @param isWritable whether it can be written; then it is a {@link ResizableBlockDevice}
   * @param isAppending whether whatever is written goes to the end
   */
  public DeviceChannel(
      BlockDevice device, boolean isReadable, boolean isWritable, boolean isAppending) {
    this.device = device;
    this.isReadable = isReadable;
    this.isWritable = isWritable;
    this.isAppending = isAppending;
  }

  /** Opens a device to be read. */
  public DeviceChannel(BlockDevice device) {
    this(device, true, false, false);
  }

  private void checkOpen() throws ClosedChannelException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    checkOpen();
    if (!isReadable) {
      throw new NonReadableChannelException();
    }
    if (position >= device.size()) {
      return -1;
    }
    int count = (int) Math.min(target.remaining(), device.size() - position);
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      device.read(position, target);
    } finally {
      target.limit(limit);
    }
    position += count;
    return count;
  }

  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    checkOpen();
    if (!isWritable) {
      throw new NonWritableChannelException();
    }
    int count = source.remaining();
    long at = isAppending ? device.size() : position;
    if (at + count > device.size() && count > 0) {
      ((ResizableBlockDevice) device).setSize(at + count);
    }
    device.write(at, source);
    position = at + count;
    return count;
  }

  @Override
  public synchronized long position() throws IOException {
    checkOpen();
    return position;
  }

  @Override
  public synchronized SeekableByteChannel position(long newPosition) throws IOException {
    checkOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("newPosition (" + newPosition + ") must not be negative");
    }
    position = newPosition;
    return this;
  }

  @Override
  public synchronized long size() throws IOException {
    checkOpen();
    return device.size();
  }

  @Override
  public synchronized SeekableByteChannel truncate(long size) throws IOException {
    checkOpen();
    if (!isWritable) {
      throw new NonWritableChannelException();
    }
    if (size < device.size()) {
      ((ResizableBlockDevice) device).setSize(size);
    }
    position = Math.min(position, size);
    return this;
  }

  @Override
  public synchronized boolean isOpen() {
    return !isClosed;
  }

  @Override
  public synchronized void close() throws IOException {
    if (!isClosed) {
      isClosed = true;
      device.close();
    }
  }
}
