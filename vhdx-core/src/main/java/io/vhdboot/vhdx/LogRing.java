package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The place of the log in the file, whose end continues at its beginning.
 *
 * @param file the file
 * @param offset where the log is in the file
 * @param length its length, a multiple of 1 MiB
 */
record LogRing(BlockDevice file, long offset, long length) {

  /**
   * The log that a header names.
   *
   * @throws CorruptFormatException when it is none or not wholly in the file
   */
  static LogRing of(BlockDevice file, HeaderPair headers) throws IOException {
    long offset = headers.current().logOffset();
    long length = headers.current().logLength();
    if (length == 0
        || length % BlockFormat.MIB != 0
        || offset < BlockFormat.MIB
        || offset % BlockFormat.MIB != 0
        || offset > file.size() - length) {
      throw new CorruptFormatException(
          file.name(),
          headers.currentOffset(),
          "the header says that a log of "
              + length
              + " bytes is at "
              + offset
              + ", which cannot be in a file of "
              + file.size()
              + " bytes: cut short?");
    }
    return new LogRing(file, offset, length);
  }

  /** A position that may be behind the end, within. */
  long wrap(long position) {
    return position % length;
  }

  void read(long position, byte[] bytes) throws IOException {
    int first = (int) Math.min(bytes.length, length - position);
    file.read(offset + position, ByteBuffer.wrap(bytes, 0, first));
    file.read(offset, ByteBuffer.wrap(bytes, first, bytes.length - first));
  }

  void write(long position, byte[] bytes) throws IOException {
    int first = (int) Math.min(bytes.length, length - position);
    file.write(offset + position, ByteBuffer.wrap(bytes, 0, first));
    if (first < bytes.length) {
      file.write(offset, ByteBuffer.wrap(bytes, first, bytes.length - first));
    }
  }
}
