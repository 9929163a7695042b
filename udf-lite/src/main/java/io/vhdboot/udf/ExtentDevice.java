package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;

/** Extents of other devices, one after another, as a device that cannot be written. */
final class ExtentDevice implements BlockDevice {

  private final String name;
  private final List<Extent> extents;

  /** Where each extent begins, and where the last one ends. */
  private final long[] starts;

  private final long size;

  /**
   * A range of bytes.
   *
   * @param source where they lie; null for zeros that are stored nowhere
   * @param position where in the source they begin
   * @param length how many they are
   */
  record Extent(BlockDevice source, long position, long length) {}

  /**
   * Joins extents.
   *
   * @param size bytes of the device, no more than the extents together have
   */
  ExtentDevice(String name, List<Extent> extents, long size) {
    this.name = name;
    this.extents = List.copyOf(extents);
    this.starts = new long[extents.size() + 1];
    for (int i = 0; i < extents.size(); i++) {
      starts[i + 1] = starts[i] + extents.get(i).length;
    }
    this.size = size;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long at = position;
    int limit = target.limit();
    while (target.hasRemaining()) {
      int index = find(at);
      Extent extent = extents.get(index);
      int count = (int) Math.min(target.remaining(), starts[index + 1] - at);
      target.limit(target.position() + count);
      if (extent.source == null) {
        while (target.hasRemaining()) {
          target.put((byte) 0);
        }
      } else {
        extent.source.read(extent.position + at - starts[index], target);
      }
      target.limit(limit);
      at += count;
    }
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    int index = find(position);
    long end = Math.min(starts[index + 1], size);
    return new MappedExtent(
        position,
        end - position,
        extents.get(index).source == null ? MappedExtent.Kind.ZERO : MappedExtent.Kind.DATA);
  }

  /** The extent that holds a position: the last that begins at or before it and is not empty. */
  private int find(long position) {
    int low = 0;
    int high = extents.size() - 1;
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (starts[middle] <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void flush() {}

  /** Leaves the sources open. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return name;
  }
}
