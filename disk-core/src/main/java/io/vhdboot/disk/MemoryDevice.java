package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in memory as a device, for small things: a boot sector, a hive, a test. */
public final class MemoryDevice implements ResizableBlockDevice {

  private final String name;
  private volatile byte[] bytes;

  private MemoryDevice(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** A device over an array, which is not copied. */
  public static MemoryDevice wrap(String name, byte[] bytes) {
    return new MemoryDevice(name, bytes);
  }

  /** A device of zeros. */
  public static MemoryDevice ofSize(String name, int size) {
    return new MemoryDevice(name, new byte[size]);
  }

  /** A copy of what it holds. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void setSize(long size) throws IOException {
    if (size > Integer.MAX_VALUE - 8) {
      throw new NoSpaceException(name, size, Integer.MAX_VALUE - 8);
    }
    bytes = Arrays.copyOf(bytes, Math.toIntExact(size));
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    target.put(bytes, (int) position, target.remaining());
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    checkRange(position, source.remaining());
    source.get(bytes, (int) position, source.remaining());
  }

  @Override
  public void zero(long position, long length) throws IOException {
    checkRange(position, length);
    Arrays.fill(bytes, (int) position, (int) (position + length), (byte) 0);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public String toString() {
    return name;
  }
}
