package io.vhdboot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a stream to a file and leaves holes where it is zero, since disk images mostly are. */
final class SparseCopy {

  private static final int BLOCK = 1 << 16;

  private SparseCopy() {}

  static void copy(InputStream in, Path target) throws IOException {
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] block = new byte[BLOCK];
      long position = 0;
      int length;
      while ((length = in.readNBytes(block, 0, BLOCK)) > 0) {
        if (!isZero(block, length)) {
          out.write(ByteBuffer.wrap(block, 0, length), position);
        }
        position += length;
      }
      if (out.size() < position) {
        out.write(ByteBuffer.allocate(1), position - 1);
      }
    }
  }

  private static boolean isZero(byte[] block, int length) {
    for (int i = 0; i < length; i++) {
      if (block[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
