package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts the bytes that are read from a device. */
final class CountingDevice implements BlockDevice {

  private final BlockDevice device;
  private long bytesRead;

  CountingDevice(BlockDevice device) {
    this.device = device;
  }

  long bytesRead() {
    return bytesRead;
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public long size() {
    return device.size();
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    bytesRead += target.remaining();
    device.read(position, target);
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    device.write(position, source);
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    return device.map(position);
  }

  @Override
  public void flush() throws IOException {
    device.flush();
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
