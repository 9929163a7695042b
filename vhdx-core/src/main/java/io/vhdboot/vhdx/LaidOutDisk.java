package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The disk in a VHDX whose layout is settled: nothing but a translation of positions. Safe for
 * several threads as far as the target is.
 */
final class LaidOutDisk implements BlockDevice {

  private final BlockDevice target;
  private final VhdxOptions options;
  private final VhdxLayout layout;
  private final long size;
  private final int blockSize;
  private final AtomicBoolean closed = new AtomicBoolean();

  LaidOutDisk(BlockDevice target, VhdxOptions options, VhdxLayout layout) {
    this.target = target;
    this.options = options;
    this.layout = layout;
    this.size = options.diskSize();
    this.blockSize = options.blockSize();
  }

  @Override
  public String name() {
    return Vhdx.diskName(target);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int sectorSize() {
    return options.logicalSectorSize();
  }

  @Override
  public void read(long position, ByteBuffer buffer) throws IOException {
    checkRange(position, buffer.remaining());
    long at = position;
    int limit = buffer.limit();
    while (buffer.hasRemaining()) {
      int count = inBlock(at, buffer.remaining());
      buffer.limit(buffer.position() + count);
      long there = layout.filePositionOf(at);
      if (there < 0) {
        ZeroFill.rest(buffer);
      } else {
        target.read(there, buffer);
      }
      buffer.limit(limit);
      at += count;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when a byte is in an absent block; then nothing is written
   */
  @Override
  public void write(long position, ByteBuffer buffer) throws IOException {
    checkRange(position, buffer.remaining());
    checkPresent(position, buffer.remaining());
    long at = position;
    int limit = buffer.limit();
    while (buffer.hasRemaining()) {
      int count = inBlock(at, buffer.remaining());
      buffer.limit(buffer.position() + count);
      target.write(layout.filePositionOf(at), buffer);
      buffer.limit(limit);
      at += count;
    }
  }

  @Override
  public void zero(long position, long length) throws IOException {
    checkRange(position, length);
    long at = position;
    while (at < position + length) {
      int count = inBlock(at, position + length - at);
      long there = layout.filePositionOf(at);
      if (there >= 0) {
        target.zero(there, count);
      }
      at += count;
    }
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    boolean absent = layout.filePositionOf(position) < 0;
    long at = position + inBlock(position, size - position);
    while (at < size && layout.filePositionOf(at) < 0 == absent) {
      at += inBlock(at, size - at);
    }
    return new MappedExtent(
        position, at - position, absent ? MappedExtent.Kind.ZERO : MappedExtent.Kind.DATA);
  }

  @Override
  public void flush() throws IOException {
    target.flush();
  }

  /** Writes the headers; leaves the target open. */
  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      layout.finish(target);
    }
  }

  @Override
  public String toString() {
    return name();
  }

  /** How many of the bytes from a position on are in the same block. */
  private int inBlock(long position, long most) {
    return (int) Math.min(most, blockSize - (position & blockSize - 1));
  }

  private void checkPresent(long position, int length) {
    for (long at = position; at < position + length; at += inBlock(at, position + length - at)) {
      if (layout.filePositionOf(at) < 0) {
        throw new IllegalArgumentException(
            "position ("
                + at
                + ") must be in a block that the layout has: block "
                + at / blockSize
                + " is absent");
      }
    }
  }
}
