package io.vhdboot.disk.testing;

import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A device that takes its time, so that threads meet in it. Nothing is durable on it.
 *
 * @param device what holds the bytes
 */
public record SlowDevice(ResizableBlockDevice device) implements ResizableBlockDevice {

  private static final int MOST_NANOS = 1_000_000;

  private static void pause() {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(MOST_NANOS));
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
  public void setSize(long size) throws IOException {
    pause();
    device.setSize(size);
    pause();
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    device.read(position, target);
    pause();
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    pause();
    device.write(position, source);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    pause();
    device.zero(position, length);
  }

  @Override
  public void flush() {
    pause();
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
