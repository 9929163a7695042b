package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.NtfsEditor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * An open stream of a file. What is written reaches the volume when the editor flushes: at {@link
 * #force}, after each write of a channel that was opened with {@code SYNC}, and when the file
 * system is closed. Safe for use by several threads.
 *
 * <p>There are no file locks and no mapped memory.
 */
final class StreamChannel extends FileChannel implements Closeable {

  private static final int TRANSFER_SIZE = 256 << 10;

  private final NtfsFileSystem fileSystem;
  private final BlockDevice device;
  private final OpenMode mode;
  private final Closeable atClose;
  private final Object positionLock = new Object();
  private long position;

  /**
   * Opens a channel on a device, which follows the file.
   *
   * @param atClose is done when the channel is closed
   */
  StreamChannel(NtfsFileSystem fileSystem, BlockDevice device, OpenMode mode, Closeable atClose) {
    this.fileSystem = fileSystem;
    this.device = device;
    this.mode = mode;
    this.atClose = atClose;
  }

  private void checkReadable() throws IOException {
    checkOpen();
    if (!mode.isRead()) {
      throw new NonReadableChannelException();
    }
  }

  private void checkWritable() throws IOException {
    checkOpen();
    if (!mode.isWrite()) {
      throw new NonWritableChannelException();
    }
  }

  private void checkOpen() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private static void checkNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " (" + value + ") must not be negative");
    }
  }

  /** Does something that an interrupt ends by closing the channel. */
  private <T> T interruptibly(NtfsFileSystem.Action<T> action) throws IOException {
    boolean isDone = false;
    try {
      begin();
      T result = action.run();
      isDone = true;
      return result;
    } finally {
      end(isDone);
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    synchronized (positionLock) {
      int count = read(target, position);
      position += Math.max(0, count);
      return count;
    }
  }

  @Override
  public int read(ByteBuffer target, long at) throws IOException {
    checkNotNegative("position", at);
    checkReadable();
    return interruptibly(() -> fileSystem.read(() -> readNow(target, at)));
  }

  private int readNow(ByteBuffer target, long at) throws IOException {
    int count = (int) Math.max(0, Math.min(target.remaining(), device.size() - at));
    if (count == 0) {
      return target.hasRemaining() ? -1 : 0;
    }
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      device.read(at, target);
    } finally {
      target.limit(limit);
    }
    return count;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    synchronized (positionLock) {
      checkReadable();
      long all = 0;
      for (int i = offset; i < offset + length; i++) {
        int count = read(targets[i]);
        if (count < 0) {
          return all == 0 ? -1 : all;
        }
        all += count;
        if (targets[i].hasRemaining()) {
          break;
        }
      }
      return all;
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    synchronized (positionLock) {
      checkWritable();
      int count = source.remaining();
      position =
          interruptibly(
              () ->
                  fileSystem.edit(
                      editor -> {
                        long at = mode.isAppend() ? device.size() : position;
                        writeNow(source, at, editor);
                        return at + count;
                      }));
      return count;
    }
  }

  @Override
  public int write(ByteBuffer source, long at) throws IOException {
    checkNotNegative("position", at);
    checkWritable();
    int count = source.remaining();
    interruptibly(
        () ->
            fileSystem.edit(
                editor -> {
                  writeNow(source, mode.isAppend() ? device.size() : at, editor);
                  return null;
                }));
    return count;
  }

  private void writeNow(ByteBuffer source, long at, NtfsEditor editor) throws IOException {
    if (!source.hasRemaining()) {
      return;
    }
    long end = Math.addExact(at, source.remaining());
    if (end > device.size()) {
      ((ResizableBlockDevice) device).setSize(end);
    }
    device.write(at, source);
    if (mode.isSync()) {
      editor.flush();
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    synchronized (positionLock) {
      checkWritable();
      long all = 0;
      for (int i = offset; i < offset + length; i++) {
        all += write(sources[i]);
      }
      return all;
    }
  }

  @Override
  public long position() throws IOException {
    synchronized (positionLock) {
      checkOpen();
      return mode.isAppend() ? size() : position;
    }
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    checkNotNegative("newPosition", newPosition);
    synchronized (positionLock) {
      checkOpen();
      position = newPosition;
      return this;
    }
  }

  @Override
  public long size() throws IOException {
    checkOpen();
    return fileSystem.read(device::size);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    checkNotNegative("size", size);
    synchronized (positionLock) {
      checkWritable();
      fileSystem.edit(
          editor -> {
            if (size < device.size()) {
              ((ResizableBlockDevice) device).setSize(size);
              if (mode.isSync()) {
                editor.flush();
              }
            }
            return null;
          });
      position = Math.min(position, size);
      return this;
    }
  }

  /** Makes all edits of the volume durable, not this file's only. */
  @Override
  public void force(boolean metaData) throws IOException {
    checkOpen();
    if (mode.isWrite()) {
      fileSystem.edit(
          editor -> {
            editor.flush();
            return null;
          });
    }
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
    checkNotNegative("position", at);
    checkNotNegative("count", count);
    checkReadable();
    long end = at + Math.max(0, Math.min(count, size() - at));
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_SIZE, Math.max(0, end - at)));
    long next = at;
    while (next < end) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - next));
      if (read(buffer, next) <= 0) {
        break;
      }
      buffer.flip();
      int written = target.write(buffer);
      next += written;
      if (buffer.hasRemaining()) {
        break;
      }
    }
    return next - at;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
    checkNotNegative("position", at);
    checkNotNegative("count", count);
    checkWritable();
    if (at > size()) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_SIZE, count));
    long done = 0;
    while (done < count) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
      if (source.read(buffer) <= 0) {
        break;
      }
      done += write(buffer.flip(), at + done);
    }
    return done;
  }

  /** Copies all to an empty channel, leaving out what reads as zeros without being stored. */
  void copyTo(StreamChannel target) throws IOException {
    long size = size();
    long at = 0;
    while (at < size) {
      long next = at;
      MappedExtent extent = fileSystem.read(() -> device.map(next));
      if (extent.kind() == MappedExtent.Kind.DATA) {
        target.position(at);
        transferTo(at, extent.length(), target);
      }
      at = extent.end();
    }
    target.fileSystem.edit(
        editor -> {
          if (target.device.size() < size) {
            ((ResizableBlockDevice) target.device).setSize(size);
          }
          return null;
        });
  }

  @Override
  public MappedByteBuffer map(MapMode mapMode, long at, long size) {
    throw new UnsupportedOperationException("a file in an NTFS volume is not mapped");
  }

  @Override
  public FileLock lock(long at, long size, boolean shared) {
    throw new UnsupportedOperationException("files in an NTFS volume are not locked");
  }

  @Override
  public FileLock tryLock(long at, long size, boolean shared) {
    throw new UnsupportedOperationException("files in an NTFS volume are not locked");
  }

  @Override
  protected void implCloseChannel() throws IOException {
    fileSystem.release(this);
    try {
      if (mode.isWrite()) {
        fileSystem.edit(
            editor -> {
              device.close();
              return null;
            });
      }
    } finally {
      atClose.close();
    }
  }
}
