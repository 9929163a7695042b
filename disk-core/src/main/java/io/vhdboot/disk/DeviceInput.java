package io.vhdboot.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads a device from front to back. Not thread-safe. */
public final class DeviceInput extends InputStream {

  private static final int BUFFER_SIZE = 1 << 14;

  private final BlockDevice device;
  private final byte[] buffer;
  private long position;
  private int at;
  private int end;

  /** Begins at the front. Closing it does not close the device. */
  public DeviceInput(BlockDevice device) {
    this.device = device;
    this.buffer = new byte[(int) Math.min(BUFFER_SIZE, device.size())];
  }

  @Override
  public int read() throws IOException {
    if (at == end && !fill()) {
      return -1;
    }
    return buffer[at++] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (at == end && length >= buffer.length && position < device.size()) {
      int count = (int) Math.min(length, device.size() - position);
      device.read(position, ByteBuffer.wrap(target, offset, count));
      position += count;
      return count;
    }
    if (at == end && !fill()) {
      return -1;
    }
    int count = Math.min(length, end - at);
    System.arraycopy(buffer, at, target, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return end - at;
  }

  private boolean fill() throws IOException {
    if (position == device.size()) {
      return false;
    }
    end = (int) Math.min(buffer.length, device.size() - position);
    at = 0;
    device.read(position, ByteBuffer.wrap(buffer, 0, end));
    position += end;
    return true;
  }
}
