package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The disk in a VHD whose layout is settled: nothing but a translation of positions. Safe for
 * several threads as far as the target is.
 */
final class LaidOutDisk implements BlockDevice {

  private final BlockDevice target;
  private final VhdOptions options;
  private final VhdType type;
  private final DynamicVhdLayout layout;
  private final long size;
  private final int blockSize;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Creates the disk.
   *
   * @param layout where the blocks are; null when the disk lies in the target as it is
   */
  LaidOutDisk(BlockDevice target, VhdOptions options, VhdType type, DynamicVhdLayout layout) {
    this.target = target;
    this.options = options;
    this.type = type;
    this.layout = layout;
    this.size = options.diskSize();
    this.blockSize = options.blockSize();
  }

  static void checkTarget(BlockDevice target, long fileSize) {
    if (target.size() != fileSize) {
      throw new IllegalArgumentException(
          "target (" + target.size() + " bytes) must have the layout's " + fileSize + " bytes");
    }
  }

  static void checkPosition(long position, long size) {
    if (position < 0 || position >= size) {
      throw new IllegalArgumentException(
          "position (" + position + ") must be within the disk's " + size + " bytes");
    }
  }

  @Override
  public String name() {
    return Vhd.diskName(target);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer buffer) throws IOException {
    checkRange(position, buffer.remaining());
    if (layout == null) {
      target.read(position, buffer);
      return;
    }
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
    if (layout == null) {
      target.write(position, buffer);
      return;
    }
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
    if (layout == null) {
      target.zero(position, length);
      return;
    }
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
    if (layout == null) {
      return new MappedExtent(position, size - position, MappedExtent.Kind.DATA);
    }
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

  /** Writes the footer; leaves the target open. */
  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      byte[] footer = VhdFooter.of(options, type).toBytes();
      target.write(target.size() - VhdFooter.SIZE, ByteBuffer.wrap(footer));
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
