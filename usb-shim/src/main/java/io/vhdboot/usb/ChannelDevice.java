package io.vhdboot.usb;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;

/**
 * A disk behind channels of Java: one for everything, and where the system keeps a cache, one that
 * reads past it.
 *
 * <p>Where the system takes whole sectors only, the rest of a sector is read and written with what
 * is asked for.
 */
final class ChannelDevice implements RawDevice {

  private static final int BUFFER = 1 << 20;

  /** As often as a channel may transfer nothing before that is a fault. */
  private static final int MAX_EMPTY = 16;

  private final DiskDevice disk;
  private final FileChannel channel;
  private final long size;
  private FileChannel mediumChannel;
  private int mediumAlignment = 1;
  private int alignment = 1;
  private boolean readOnly;
  private Step check = () -> {};
  private List<Closeable> resources = List.of();
  private Step afterClosing = () -> {};
  private ByteBuffer buffer;
  private boolean closed;

  /** Something that may fail. */
  interface Step {

    /** Does it. */
    void run() throws IOException;
  }

  private ChannelDevice(DiskDevice disk, FileChannel channel, long size) {
    this.disk = disk;
    this.channel = channel;
    this.mediumChannel = channel;
    this.size = size;
  }

  static Builder of(DiskDevice disk, FileChannel channel, long size) {
    return new Builder(new ChannelDevice(disk, channel, size));
  }

  /** Says how the channels are to be used. */
  static final class Builder {

    private final ChannelDevice device;

    private Builder(ChannelDevice device) {
      this.device = device;
      device.resources = List.of(device.channel);
    }

    /** Reads the medium by another channel, in units and from memory of an alignment. */
    Builder reading(FileChannel medium, int aligned) {
      device.mediumChannel = medium;
      device.mediumAlignment = aligned;
      return this;
    }

    /** Transfers whole units only, as Windows and macOS demand. */
    Builder whole(int unit) {
      device.alignment = unit;
      device.mediumAlignment = unit;
      return this;
    }

    Builder readOnly(boolean yes) {
      device.readOnly = yes;
      return this;
    }

    /** Throws, when something fails, if it is because the disk is gone. */
    Builder checking(Step check) {
      device.check = check;
      return this;
    }

    /** Closes these in their order, and does something behind it. */
    Builder closing(List<Closeable> resources, Step after) {
      device.resources = List.copyOf(resources);
      device.afterClosing = after;
      return this;
    }

    ChannelDevice build() {
      return device;
    }
  }

  @Override
  public DiskDevice disk() {
    return disk;
  }

  @Override
  public String name() {
    return disk.path();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int sectorSize() {
    return disk.sectorSize();
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    attempt(() -> read(channel, alignment, position, target));
  }

  @Override
  public void readMedium(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    attempt(() -> read(mediumChannel, mediumAlignment, position, target));
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    if (readOnly) {
      throw new ReadOnlyFileSystemException();
    }
    checkRange(position, source.remaining());
    attempt(() -> writeAligned(position, source));
  }

  private void attempt(Step transfer) throws IOException {
    try {
      transfer.run();
    } catch (IOException e) {
      try {
        check.run();
      } catch (IOException gone) {
        gone.addSuppressed(e);
        throw gone;
      }
      throw e;
    }
  }

  private ByteBuffer buffer() {
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(BUFFER + 8192).alignedSlice(4096);
    }
    return buffer.clear();
  }

  private void read(FileChannel from, int unit, long position, ByteBuffer target)
      throws IOException {
    if (unit == 1) {
      fill(from, position, target);
      return;
    }
    long at = position;
    while (target.hasRemaining()) {
      long start = at / unit * unit;
      long end = Math.min((at + target.remaining() + unit - 1) / unit * unit, start + BUFFER);
      ByteBuffer piece = buffer();
      if (end > size) {
        end = size / unit * unit;
      }
      if (end <= start) {
        // A tail that is no whole unit can only be read through the cache.
        fill(channel, at, target);
        return;
      }
      piece.limit((int) (end - start));
      fill(from, start, piece);
      piece.position((int) (at - start));
      int count = Math.min(piece.remaining(), target.remaining());
      piece.limit(piece.position() + count);
      target.put(piece);
      at += count;
    }
  }

  private void fill(FileChannel from, long position, ByteBuffer target) throws IOException {
    long at = position;
    int empty = 0;
    while (target.hasRemaining()) {
      int count = from.read(target, at);
      if (count < 0 || count == 0 && ++empty == MAX_EMPTY) {
        throw new EOFException(name() + " ends at offset " + at + " of " + size);
      }
      at += count;
    }
  }

  private void writeAligned(long position, ByteBuffer source) throws IOException {
    if (alignment == 1 || position % alignment == 0 && source.remaining() % alignment == 0) {
      drain(position, source);
      return;
    }
    long at = position;
    while (source.hasRemaining()) {
      long start = at / alignment * alignment;
      long end = Math.min((at + source.remaining() + alignment - 1) / alignment * alignment, size);
      end = Math.min(end, start + BUFFER);
      ByteBuffer piece = buffer().limit((int) (end - start));
      fill(channel, start, piece);
      piece.position((int) (at - start));
      int count = Math.min(piece.remaining(), source.remaining());
      piece.put(source.slice(source.position(), count));
      source.position(source.position() + count);
      drain(start, piece.rewind());
      at += count;
    }
  }

  private void drain(long position, ByteBuffer source) throws IOException {
    long at = position;
    int empty = 0;
    while (source.hasRemaining()) {
      int count = channel.write(source, at);
      if (count == 0 && ++empty == MAX_EMPTY) {
        throw new IOException(name() + " takes nothing more at offset " + at);
      }
      at += count;
    }
  }

  @Override
  public void flush() throws IOException {
    if (!readOnly) {
      attempt(() -> channel.force(true));
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    IOException problem = null;
    for (Closeable resource : resources) {
      try {
        resource.close();
      } catch (IOException e) {
        if (problem == null) {
          problem = e;
        } else {
          problem.addSuppressed(e);
        }
      }
    }
    if (problem != null) {
      throw problem;
    }
    afterClosing.run();
  }

  @Override
  public String toString() {
    return name();
  }
}
