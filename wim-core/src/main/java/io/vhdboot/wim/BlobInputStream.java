package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Objects;

/** Reads a resource from front to back and checks its SHA-1 when the last byte is reached. */
final class BlobInputStream extends InputStream {

  private final BlockDevice device;
  private final Blob blob;
  private final MessageDigest digest = Sha1.newDigest();
  private final byte[] buffer;
  private int start;
  private int end;
  private long position;

  /**
   * Reads a blob.
   *
   * @param device the blob's bytes
   * @param step how many are best read at a time
   */
  BlobInputStream(BlockDevice device, int step, Blob blob) {
    this.device = device;
    this.blob = blob;
    this.buffer = new byte[(int) Math.min(step, device.size())];
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer[start++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, end - start);
    System.arraycopy(buffer, start, target, offset, count);
    start += count;
    return count;
  }

  @Override
  public int available() {
    return end - start;
  }

  private boolean fill() throws IOException {
    if (start < end) {
      return true;
    }
    if (position == device.size()) {
      return false;
    }
    int count = (int) Math.min(buffer.length, device.size() - position);
    device.read(position, ByteBuffer.wrap(buffer, 0, count));
    Sha1.update(digest, buffer, 0, count);
    if (position + count == device.size()) {
      check(device.name(), blob, Sha1.get(digest.digest(), 0));
    }
    position += count;
    start = 0;
    end = count;
    return true;
  }

  /** Throws unless a blob's bytes have the hash by which it is known. */
  static void check(String source, Blob blob, Sha1 found) throws CorruptFormatException {
    if (!found.equals(blob.sha1())) {
      throw new CorruptFormatException(
          source,
          blob.offset(),
          "the content's SHA-1 is " + found + ", not " + blob.sha1() + ": damaged");
    }
  }
}
