package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;

/**
 * A disk as it were with other bytes in its first sector, to see how the way would go on behind
 * what breaks there. Only to be read.
 */
final class PatchedDevice implements BlockDevice {

  private final BlockDevice disk;
  private final byte[] firstBytes;

  PatchedDevice(BlockDevice disk, byte[] firstBytes) {
    this.disk = disk;
    this.firstBytes = firstBytes.clone();
  }

  @Override
  public String name() {
    return disk.name();
  }

  @Override
  public long size() {
    return disk.size();
  }

  @Override
  public int sectorSize() {
    return disk.sectorSize();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    int start = target.position();
    disk.read(position, target);
    for (int at = start;
        at < target.position() && position + at - start < firstBytes.length;
        at++) {
      target.put(at, firstBytes[(int) position + at - start]);
    }
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void flush() {
    // Nothing is written.
  }

  @Override
  public void close() {
    // The disk is its opener's to close.
  }
}
