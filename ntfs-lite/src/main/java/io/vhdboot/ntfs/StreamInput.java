package io.vhdboot.ntfs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The bytes of a stream one after the other. */
final class StreamInput extends InputStream {

  private static final int TRANSFER_SIZE = 256 << 10;

  private final NtfsStream stream;
  private final long size;
  private final byte[] single = new byte[1];
  private long position;

  StreamInput(NtfsStream stream, long size) {
    this.stream = stream;
    this.size = size;
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    int count = stream.read(position, ByteBuffer.wrap(bytes, offset, length));
    position += Math.max(count, 0);
    return count;
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    byte[] bytes = new byte[(int) Math.min(TRANSFER_SIZE, Math.max(1, size - position))];
    long start = position;
    for (int count = read(bytes); count > 0; count = read(bytes)) {
      out.write(bytes, 0, count);
    }
    return position - start;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, size - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(size - position, Integer.MAX_VALUE);
  }
}
