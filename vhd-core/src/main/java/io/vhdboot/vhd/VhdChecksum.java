package io.vhdboot.vhd;

import io.vhdboot.disk.BigEndian;

/** The checksum of footer and header: the ones' complement of the sum of all other bytes. */
final class VhdChecksum {

  static final int SIZE = 4;

  private VhdChecksum() {}

  /** What the checksum of a structure should be, wherever in it the checksum stands. */
  static int of(byte[] bytes, int checksumOffset) {
    int sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (i < checksumOffset || i >= checksumOffset + SIZE) {
        sum += bytes[i] & 0xFF;
      }
    }
    return ~sum;
  }

  static boolean isRight(byte[] bytes, int checksumOffset) {
    return BigEndian.i32(bytes, checksumOffset) == of(bytes, checksumOffset);
  }

  static void seal(byte[] bytes, int checksumOffset) {
    BigEndian.put32(bytes, checksumOffset, of(bytes, checksumOffset));
  }
}
