package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * 4 KiB of a file, which the log writes as a whole.
 *
 * @param position where they are in the file, a multiple of 4 KiB
 * @param bytes their new content; not copied
 */
record LogPage(long position, byte[] bytes) {

  void write(BlockDevice file) throws IOException {
    file.write(position, ByteBuffer.wrap(bytes));
  }
}
