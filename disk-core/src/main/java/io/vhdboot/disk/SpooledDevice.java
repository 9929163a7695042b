package io.vhdboot.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;

/**
 * All that came out of a stream that cannot go back, such as a pipe, as a device that can be read
 * in any order. It lies in a temporary file, which is gone when the device is closed.
 */
public final class SpooledDevice implements BlockDevice {

  private static final int BUFFER_SIZE = 1 << 18;

  private final String name;
  private final Path file;
  private final FileChannel channel;
  private final long size;

  private SpooledDevice(String name, Path file, FileChannel channel) throws IOException {
    this.name = name;
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  /**
   * Reads a stream to its end.
   *
   * @param name what messages call it
   * @param folder where there is room for all of it
   */
  public static SpooledDevice of(InputStream stream, String name, Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "vhdboot", ".spool");
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      byte[] buffer = new byte[BUFFER_SIZE];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      return new SpooledDevice(name, file, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      Files.deleteIfExists(file);
      throw e;
    }
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
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new DeviceBoundsException(name, at, target.remaining(), channel.size());
      }
      at += count;
    }
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void flush() {}

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }

  @Override
  public String toString() {
    return name;
  }
}
