package io.vhdboot.ntfs;

import java.nio.ByteBuffer;

/** Bytes that lie in the MFT record itself. */
final class ResidentContent implements StreamContent {

  private final byte[] bytes;
  private final int offset;
  private final int length;

  ResidentContent(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer target) {
    target.put(bytes, offset + (int) position, target.remaining());
  }
}
