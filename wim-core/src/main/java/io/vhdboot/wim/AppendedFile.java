package io.vhdboot.wim;

import io.vhdboot.disk.ResizableBlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Appends to a file through a buffer; what was appended can be read and written over. */
final class AppendedFile implements Closeable {

  private static final int BUFFER_SIZE = 1 << 20;

  private final ResizableBlockDevice device;
  private final byte[] buffer = new byte[BUFFER_SIZE];

  /** Where the first byte of the buffer belongs. */
  private long start;

  private int used;

  /**
   * Begins to append.
   *
   * @param position where; what lies behind is written over
   */
  AppendedFile(ResizableBlockDevice device, long position) {
    this.device = device;
    this.start = position;
  }

  /** What messages call the file. */
  String name() {
    return device.name();
  }

  /** Where the next byte goes. */
  long position() {
    return start + used;
  }

  void append(byte[] bytes) throws IOException {
    append(bytes, 0, bytes.length);
  }

  void append(byte[] bytes, int offset, int length) throws IOException {
    if (length > buffer.length - used) {
      flushBuffer();
    }
    if (length >= buffer.length) {
      writeThrough(start, bytes, offset, length);
      start += length;
    } else {
      System.arraycopy(bytes, offset, buffer, used, length);
      used += length;
    }
  }

  /** Leaves room that {@link #overwrite} fills later; zeros until then. */
  void reserve(long length) throws IOException {
    byte[] zeros = new byte[(int) Math.min(length, buffer.length)];
    for (long left = length; left > 0; left -= zeros.length) {
      append(zeros, 0, (int) Math.min(left, zeros.length));
    }
  }

  /** Writes over bytes that were appended, or that were there before. */
  void overwrite(long position, byte[] bytes) throws IOException {
    int before = (int) Math.max(0, Math.min(bytes.length, start - position));
    if (before > 0) {
      writeThrough(position, bytes, 0, before);
    }
    if (before < bytes.length) {
      System.arraycopy(
          bytes, before, buffer, (int) (position + before - start), bytes.length - before);
    }
  }

  /** Reads bytes that were appended. */
  void read(long position, byte[] bytes, int length) throws IOException {
    if (position + length > start) {
      flushBuffer();
    }
    device.read(position, ByteBuffer.wrap(bytes, 0, length));
  }

  /** Goes back: what lies behind is no longer wanted. */
  void moveBackTo(long position) throws IOException {
    if (position >= start) {
      used = (int) (position - start);
    } else {
      start = position;
      used = 0;
    }
  }

  /** Cuts the file off behind what was appended, and makes all of it durable. */
  void sync() throws IOException {
    flushBuffer();
    if (device.size() > start) {
      device.setSize(start);
    }
    device.flush();
  }

  /** The file with all that was appended, for reading. */
  ResizableBlockDevice flushedDevice() throws IOException {
    flushBuffer();
    return device;
  }

  private void flushBuffer() throws IOException {
    if (used > 0) {
      writeThrough(start, buffer, 0, used);
      start += used;
      used = 0;
    }
  }

  private void writeThrough(long position, byte[] bytes, int offset, int length)
      throws IOException {
    if (position + length > device.size()) {
      device.setSize(position + length);
    }
    device.write(position, ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
