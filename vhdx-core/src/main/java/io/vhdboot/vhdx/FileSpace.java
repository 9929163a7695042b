package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Gives out room behind everything that a file holds. Not safe for several threads. */
final class FileSpace {

  private static final int CHUNK = 1 << 20;

  private final BlockDevice file;
  private long end;

  /**
   * Creates the space.
   *
   * @param end where the last structure or block ends, a multiple of 1 MiB
   */
  FileSpace(BlockDevice file, long end) {
    this.file = file;
    this.end = end;
  }

  /** Takes room of some whole MiB that reads as zeros, for which the file grows. */
  long take(long length) throws IOException {
    long position = end;
    long oldSize = file.size();
    grow(file, position + length);
    // Behind the last block there may be what an earlier stop left.
    if (position < oldSize) {
      file.zero(position, Math.min(oldSize - position, length));
    }
    end = position + length;
    return position;
  }

  /** Where everything ends that was given out. */
  long end() {
    return end;
  }

  /** Says that what is behind a position is free. */
  void setEnd(long position) {
    end = position;
  }

  /** Copies a range of whole MiB within a file; what would be behind its end is zeros. */
  static void copy(BlockDevice file, long from, long to, long length) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long done = 0; done < length; done += CHUNK) {
      int count = (int) Math.max(0, Math.min(CHUNK, file.size() - from - done));
      file.read(from + done, ByteBuffer.wrap(chunk, 0, count));
      Arrays.fill(chunk, count, CHUNK, (byte) 0);
      if (isZero(chunk, 0, CHUNK)) {
        file.zero(to + done, CHUNK);
      } else {
        file.write(to + done, ByteBuffer.wrap(chunk));
      }
    }
  }

  static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Makes a file at least so large. */
  static void grow(BlockDevice file, long size) throws IOException {
    if (size <= file.size()) {
      return;
    }
    if (!(file instanceof ResizableBlockDevice resizable)) {
      throw new NoSpaceException(file.name() + ", which cannot grow,", size, file.size());
    }
    resizable.setSize(size);
  }
}
