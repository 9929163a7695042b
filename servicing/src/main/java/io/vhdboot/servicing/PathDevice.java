package io.vhdboot.servicing;

import io.vhdboot.disk.DeviceBoundsException;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A file of any file system as a device. */
final class PathDevice implements ResizableBlockDevice {

  private final String name;
  private final FileChannel channel;
  private final boolean readOnly;
  private long size;

  private PathDevice(String name, FileChannel channel, boolean readOnly) throws IOException {
    this.name = name;
    this.channel = channel;
    this.readOnly = readOnly;
    this.size = channel.size();
  }

  static PathDevice openReadOnly(Path file) throws IOException {
    return open(file, true, Set.of(StandardOpenOption.READ));
  }

  /** Opens a file to be written, which is made where there is none. */
  static PathDevice open(Path file) throws IOException {
    return open(
        file,
        false,
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
  }

  private static PathDevice open(Path file, boolean readOnly, Set<OpenOption> options)
      throws IOException {
    FileChannel channel = file.getFileSystem().provider().newFileChannel(file, options);
    try {
      return new PathDevice(file.toString(), channel, readOnly);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized long size() {
    return size;
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public synchronized void setSize(long newSize) throws IOException {
    checkWritable();
    if (newSize < size) {
      channel.truncate(newSize);
    } else if (newSize > size) {
      ByteBuffer last = ByteBuffer.allocate(1);
      writeAll(newSize - 1, last);
    }
    size = newSize;
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new DeviceBoundsException(name, at, target.remaining(), channel.size());
      }
      at += count;
    }
  }

  @Override
  public synchronized void write(long position, ByteBuffer source) throws IOException {
    checkWritable();
    checkRange(position, source.remaining());
    writeAll(position, source);
  }

  private void writeAll(long position, ByteBuffer source) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }

  private void checkWritable() {
    if (readOnly) {
      throw new ReadOnlyFileSystemException();
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
    return name;
  }
}
