package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A host file as a device. New files are sparse: what was never written takes no room where the
 * host's file system knows holes.
 */
public final class FileDevice implements ResizableBlockDevice {

  private static final int ZERO_PROBE = 1 << 16;
  private static final int PIECE = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final boolean readOnly;
  private volatile long size;

  private FileDevice(Path path, boolean readOnly, OpenOption... options) throws IOException {
    this.path = path;
    this.readOnly = readOnly;
    if (Files.isDirectory(path)) {
      // The channel's own message would not say which.
      throw new FileSystemException(path.toString(), null, "is a folder, not a file");
    }
    this.channel = FileChannel.open(path, Set.of(options));
    this.size = channel.size();
  }

  /** Opens an existing file for reading only. */
  public static FileDevice openReadOnly(Path path) throws IOException {
    return new FileDevice(path, true, StandardOpenOption.READ);
  }

  /**
   * Opens an existing file for reading and writing.
   *
   * @throws FileSystemException when it is a device of the host: those are written by nobody who
   *     does not know which disk that is
   */
  public static FileDevice open(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a device, not a file, and is only read here");
    }
    return new FileDevice(path, false, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Creates a file that reads as zeros.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is a file of that name
   */
  public static FileDevice create(Path path, long size) throws IOException {
    FileDevice device =
        new FileDevice(
            path,
            false,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE);
    try {
      device.setSize(size);
      return device;
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public void setSize(long newSize) throws IOException {
    checkWritable();
    if (newSize < 0) {
      throw new IllegalArgumentException("size (" + newSize + ") must not be negative");
    }
    if (newSize < size) {
      channel.truncate(newSize);
    } else if (newSize > size) {
      // A single byte at the new end leaves a hole before it.
      writeFully(ByteBuffer.allocate(1), newSize - 1);
    }
    size = newSize;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    int end = target.limit();
    long at = position;
    try {
      while (target.position() < end) {
        target.limit(pieceEnd(target, end));
        int count = channel.read(target, at);
        if (count < 0) {
          throw new DeviceBoundsException(name(), at, end - target.position(), channel.size());
        }
        at += count;
      }
    } finally {
      target.limit(end);
    }
  }

  /**
   * How far a buffer goes to the channel at once: it copies what is in the heap by a buffer outside
   * of it as large as the piece, and each thread keeps the largest that it ever had.
   */
  private static int pieceEnd(ByteBuffer buffer, int end) {
    return buffer.isDirect() ? end : Math.min(end - buffer.position(), PIECE) + buffer.position();
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    checkWritable();
    checkRange(position, source.remaining());
    writeFully(source, position);
  }

  /** Writes zeros only where the file does not read as zeros already, so that holes stay holes. */
  @Override
  public void zero(long position, long length) throws IOException {
    checkWritable();
    checkRange(position, length);
    ByteBuffer probe = ByteBuffer.allocate((int) Math.min(ZERO_PROBE, Math.max(length, 1)));
    long at = position;
    long end = position + length;
    while (at < end) {
      probe.clear().limit((int) Math.min(probe.capacity(), end - at));
      int count = probe.remaining();
      read(at, probe);
      if (!Zeros.isZero(probe.array(), 0, count)) {
        Zeros.write(this, at, count);
      }
      at += count;
    }
  }

  @Override
  public void flush() throws IOException {
    if (!readOnly) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return name();
  }

  private void checkWritable() {
    if (readOnly) {
      throw new ReadOnlyFileSystemException();
    }
  }

  private void writeFully(ByteBuffer source, long position) throws IOException {
    int end = source.limit();
    long at = position;
    try {
      while (source.position() < end) {
        source.limit(pieceEnd(source, end));
        at += channel.write(source, at);
      }
    } finally {
      source.limit(end);
    }
  }
}
