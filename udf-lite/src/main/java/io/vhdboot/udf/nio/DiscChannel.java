package io.vhdboot.udf.nio;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Reads the content of a file at any place. Safe for use by several threads. */
final class DiscChannel implements SeekableByteChannel {

  private final BlockDevice content;
  private long position;
  private volatile boolean isClosed;

  DiscChannel(BlockDevice content) {
    this.content = content;
  }

  private void checkOpen() throws ClosedChannelException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    checkOpen();
    if (position >= content.size()) {
      return -1;
    }
    int count = (int) Math.min(target.remaining(), content.size() - position);
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      content.read(position, target);
    } finally {
      target.limit(limit);
    }
    position += count;
    return count;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public synchronized long position() throws IOException {
    checkOpen();
    return position;
  }

  @Override
  public synchronized SeekableByteChannel position(long newPosition) throws IOException {
    checkOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("newPosition (" + newPosition + ") must not be negative");
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    checkOpen();
    return content.size();
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
