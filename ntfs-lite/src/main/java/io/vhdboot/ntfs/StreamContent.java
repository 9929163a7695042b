package io.vhdboot.ntfs;

import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of an attribute, however they are stored. Safe for use by several threads. */
interface StreamContent {

  /** The size in bytes. */
  long size();

  /** Fills the rest of a buffer; the caller has checked that the range lies within the size. */
  void read(long position, ByteBuffer target) throws IOException;

  /** What the bytes from a position on are; the caller has checked the position. */
  default MappedExtent map(long position) throws IOException {
    return new MappedExtent(position, size() - position, MappedExtent.Kind.DATA);
  }

  /** Fills so many bytes of a buffer with zeros. */
  static void putZeros(ByteBuffer target, long count) {
    if (target.hasArray()) {
      int from = target.arrayOffset() + target.position();
      Arrays.fill(target.array(), from, from + (int) count, (byte) 0);
      target.position(target.position() + (int) count);
      return;
    }
    for (long i = 0; i < count; i++) {
      target.put((byte) 0);
    }
  }
}
