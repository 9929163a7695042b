package io.vhdboot.disk.testing;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that are read from another device and written to it. */
public final class CountingDevice implements BlockDevice {

  private final BlockDevice device;
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong bytesWritten = new AtomicLong();

  /** Counts what goes to and from a device, which {@link #close()} closes. */
  public CountingDevice(BlockDevice device) {
    this.device = device;
  }

  /** How often something was read so far. */
  public long reads() {
    return reads.get();
  }

  /** The bytes that were read so far. */
  public long bytesRead() {
    return bytesRead.get();
  }

  /** The bytes that were written so far. */
  public long bytesWritten() {
    return bytesWritten.get();
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
    reads.incrementAndGet();
    bytesRead.addAndGet(target.remaining());
    device.read(position, target);
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    bytesWritten.addAndGet(source.remaining());
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
