package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A device whose blocks lie at known places of another, such as the disk in a virtual disk file
 * whose layout is settled: nothing but a translation of positions. Blocks that are absent read as
 * zeros and cannot be written. Safe for several threads as far as the target is.
 */
public abstract class TranslatedDevice implements BlockDevice {

  /** What {@link #targetPositionOf} gives for a byte of an absent block. */
  public static final long ABSENT = -1;

  private final BlockDevice target;
  private final long size;
  private final int blockSize;

  /**
   * A device on another, which {@link #close()} leaves open.
   *
   * @param size its size in bytes
   * @param blockSize bytes that lie together, a power of two
   */
  protected TranslatedDevice(BlockDevice target, long size, int blockSize) {
    this.target = target;
    this.size = size;
    this.blockSize = blockSize;
  }

  /** Where a byte of this device is on the target; {@link #ABSENT} where nothing is stored. */
  protected abstract long targetPositionOf(long position);

  /** The device on which this lies. */
  protected final BlockDevice target() {
    return target;
  }

  @Override
  public final long size() {
    return size;
  }

  @Override
  public final void read(long position, ByteBuffer buffer) throws IOException {
    checkRange(position, buffer.remaining());
    long at = position;
    int limit = buffer.limit();
    while (buffer.hasRemaining()) {
      int count = inBlock(at, buffer.remaining());
      buffer.limit(buffer.position() + count);
      long there = targetPositionOf(at);
      if (there == ABSENT) {
        Zeros.fill(buffer);
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
  public final void write(long position, ByteBuffer buffer) throws IOException {
    checkRange(position, buffer.remaining());
    checkPresent(position, buffer.remaining());
    long at = position;
    int limit = buffer.limit();
    while (buffer.hasRemaining()) {
      int count = inBlock(at, buffer.remaining());
      buffer.limit(buffer.position() + count);
      target.write(targetPositionOf(at), buffer);
      buffer.limit(limit);
      at += count;
    }
  }

  @Override
  public final void zero(long position, long length) throws IOException {
    checkRange(position, length);
    long end = position + length;
    for (long at = position; at < end; ) {
      int count = inBlock(at, end - at);
      long there = targetPositionOf(at);
      if (there != ABSENT) {
        target.zero(there, count);
      }
      at += count;
    }
  }

  @Override
  public final MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    boolean absent = targetPositionOf(position) == ABSENT;
    long at = position + inBlock(position, size - position);
    while (at < size && (targetPositionOf(at) == ABSENT) == absent) {
      at += inBlock(at, size - at);
    }
    return new MappedExtent(
        position, at - position, absent ? MappedExtent.Kind.ZERO : MappedExtent.Kind.DATA);
  }

  @Override
  public void flush() throws IOException {
    target.flush();
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
      if (targetPositionOf(at) == ABSENT) {
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
