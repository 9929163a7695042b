package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A window onto a part of another device. */
final class DeviceSlice implements BlockDevice {

  private final BlockDevice parent;
  private final long offset;
  private final long length;

  private DeviceSlice(BlockDevice parent, long offset, long length) {
    this.parent = parent;
    this.offset = offset;
    this.length = length;
  }

  static BlockDevice of(BlockDevice parent, long offset, long length) throws DeviceBoundsException {
    parent.checkRange(offset, length);
    // A window onto a window looks straight at the device below.
    if (parent instanceof DeviceSlice outer) {
      return new DeviceSlice(outer.parent, outer.offset + offset, length);
    }
    return new DeviceSlice(parent, offset, length);
  }

  @Override
  public String name() {
    return parent.name() + "@" + offset + "+" + length;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public int sectorSize() {
    return parent.sectorSize();
  }

  @Override
  public boolean isReadOnly() {
    return parent.isReadOnly();
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    parent.read(offset + position, target);
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    checkRange(position, source.remaining());
    parent.write(offset + position, source);
  }

  @Override
  public void zero(long position, long count) throws IOException {
    checkRange(position, count);
    parent.zero(offset + position, count);
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    MappedExtent extent = parent.map(offset + position);
    return new MappedExtent(position, Math.min(extent.length(), length - position), extent.kind());
  }

  @Override
  public void flush() throws IOException {
    parent.flush();
  }

  /** Leaves the parent open: it may have other windows. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return name();
  }
}
