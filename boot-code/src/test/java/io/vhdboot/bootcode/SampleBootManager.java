package io.vhdboot.bootcode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Makes the sample boot manager in any size: the assembled core, a payload of arbitrary bytes, and
 * the two numbers in the core's header that let it verify itself.
 *
 * <pre>
 * 10  4  length of the whole file
 * 14  4  CRC-32 of the whole file with these four bytes taken as 0
 * </pre>
 */
final class SampleBootManager {

  private static final int LENGTH_OFFSET = 0x10;
  private static final int CRC_OFFSET = 0x14;

  private SampleBootManager() {}

  /** A whole sample of so many bytes. */
  static byte[] of(int size) throws IOException {
    return of(size, size);
  }

  /** A whole sample of so many bytes, zero from one on. */
  static byte[] of(int size, int zeroFrom) throws IOException {
    byte[] core = Sources.sampleCore();
    if (size < core.length) {
      throw new IllegalArgumentException(
          "size (" + size + ") must be at least the core's " + core.length);
    }
    byte[] file = new byte[size];
    new Random(size).nextBytes(file);
    Arrays.fill(file, zeroFrom, size, (byte) 0);
    System.arraycopy(core, 0, file, 0, core.length);
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(LENGTH_OFFSET, size).putInt(CRC_OFFSET, 0);
    CRC32 crc = new CRC32();
    crc.update(file);
    header.putInt(CRC_OFFSET, (int) crc.getValue());
    return file;
  }
}
