package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Keeps what is written in memory, page by page, above a device that stays as it is. */
final class LayeredDevice implements BlockDevice {

  private static final int PAGE = 1 << 14;

  private final BlockDevice below;
  private final byte[][] pages;

  LayeredDevice(BlockDevice below) {
    this.below = below;
    this.pages = new byte[(int) ((below.size() + PAGE - 1) / PAGE)][];
  }

  @Override
  public String name() {
    return below.name();
  }

  @Override
  public long size() {
    return below.size();
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long at = position;
    int end = target.limit();
    while (target.position() < end) {
      int inPage = (int) (at % PAGE);
      int count = Math.min(PAGE - inPage, end - target.position());
      byte[] page = pages[(int) (at / PAGE)];
      if (page != null) {
        target.put(page, inPage, count);
      } else {
        target.limit(target.position() + count);
        below.read(at, target);
        target.limit(end);
      }
      at += count;
    }
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    checkRange(position, source.remaining());
    long at = position;
    while (source.hasRemaining()) {
      int inPage = (int) (at % PAGE);
      int count = Math.min(PAGE - inPage, source.remaining());
      source.get(page((int) (at / PAGE)), inPage, count);
      at += count;
    }
  }

  private byte[] page(int number) throws IOException {
    if (pages[number] == null) {
      long at = (long) number * PAGE;
      pages[number] = below.read(at, (int) Math.min(PAGE, size() - at));
    }
    return pages[number];
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
