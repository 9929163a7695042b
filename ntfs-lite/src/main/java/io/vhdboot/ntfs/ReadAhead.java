package io.vhdboot.ntfs;

import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content that is read in small pieces from its begin to its end, more than once: reads more than
 * is asked for where a piece follows the one before, and all at once what is short. A disk takes
 * longer to find a block than to read some more.
 */
final class ReadAhead implements StreamContent {

  private static final int WINDOW = 32 << 10;
  private static final byte[] NOTHING = {};

  private final StreamContent content;
  private byte[] window = NOTHING;
  private long windowStart;
  private long next;

  ReadAhead(StreamContent content) {
    this.content = content;
  }

  @Override
  public long size() {
    return content.size();
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    return content.map(position);
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) throws IOException {
    int length = target.remaining();
    if (!isInWindow(position, length) && length < WINDOW) {
      if (size() <= WINDOW) {
        load(0);
      } else if (position == next) {
        load(position);
      }
    }
    next = position + length;
    if (isInWindow(position, length)) {
      target.put(window, (int) (position - windowStart), length);
    } else {
      content.read(position, target);
    }
  }

  private boolean isInWindow(long position, int length) {
    return position >= windowStart && position + length <= windowStart + window.length;
  }

  private void load(long position) throws IOException {
    window = NOTHING;
    byte[] bytes = new byte[(int) Math.min(WINDOW, size() - position)];
    try {
      content.read(position, ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      // What is asked for may be there although not all behind it is.
      return;
    }
    window = bytes;
    windowStart = position;
  }
}
