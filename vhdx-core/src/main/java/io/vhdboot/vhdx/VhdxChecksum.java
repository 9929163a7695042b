package io.vhdboot.vhdx;

import io.vhdboot.disk.LittleEndian;
import java.util.zip.CRC32C;

/**
 * The CRC-32C that seals headers, region tables and log entries: over the whole structure, its own
 * four bytes taken as zero. They follow the signature in all three.
 */
final class VhdxChecksum {

  private static final int OFFSET = 4;
  private static final byte[] NONE = new byte[4];

  private VhdxChecksum() {}

  static boolean isRight(byte[] bytes) {
    return LittleEndian.u32(bytes, OFFSET) == of(bytes);
  }

  static void seal(byte[] bytes) {
    LittleEndian.put32(bytes, OFFSET, of(bytes));
  }

  private static long of(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, OFFSET);
    crc.update(NONE);
    int rest = OFFSET + NONE.length;
    crc.update(bytes, rest, bytes.length - rest);
    return crc.getValue();
  }
}
