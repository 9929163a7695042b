package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;

/** A stream as a device, for reading only. */
final class StreamDevice implements BlockDevice {

  private final String name;
  private final StreamContent content;
  private final int sectorSize;

  StreamDevice(String name, StreamContent content, int sectorSize) {
    this.name = name;
    this.content = content;
    this.sectorSize = sectorSize;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return content.size();
  }

  @Override
  public int sectorSize() {
    return sectorSize;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    content.read(position, target);
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void zero(long position, long length) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    return content.map(position);
  }

  @Override
  public void flush() {}

  /** Leaves the volume's device open, which is the caller's. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return name;
  }
}
