package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;

/**
 * The stream $Info of $UpCase, by which Windows 8 and later know the table:
 *
 * <pre>
 * 00  4  length: 32
 * 04  4  0
 * 08  8  CRC-64 of the table
 * 10  4  major version of the Windows that formatted the volume
 * 14  4  minor version
 * 18  4  build
 * 1C  4  service pack, major and minor
 * </pre>
 */
final class UpCaseInformation {

  static final String NAME = "$Info";

  private static final int SIZE = 32;
  private static final int MAJOR = 10;

  /** Windows 10 20H1. */
  private static final int BUILD = 19041;

  /** The polynomial of ECMA-182, reflected. */
  private static final long POLYNOMIAL = 0x9A6C_9329_AC4B_C9B5L;

  /** Bytes that are taken in one step. */
  private static final int SLICES = 8;

  private static final long[][] STEPS = steps();

  private UpCaseInformation() {}

  static byte[] of(byte[] table) {
    byte[] bytes = new byte[SIZE];
    LittleEndian.put32(bytes, 0x00, SIZE);
    LittleEndian.put64(bytes, 0x08, crc64(table));
    LittleEndian.put32(bytes, 0x10, MAJOR);
    LittleEndian.put32(bytes, 0x18, BUILD);
    return bytes;
  }

  static long crc64(byte[] bytes) {
    long crc = -1;
    int i = 0;
    for (; i <= bytes.length - SLICES; i += SLICES) {
      long word = crc ^ LittleEndian.i64(bytes, i);
      crc = 0;
      for (int slice = 0; slice < SLICES; slice++) {
        crc ^= STEPS[SLICES - 1 - slice][(int) (word >>> 8 * slice) & 0xFF];
      }
    }
    for (; i < bytes.length; i++) {
      crc = crc >>> 8 ^ STEPS[0][(int) (crc ^ bytes[i]) & 0xFF];
    }
    return ~crc;
  }

  /** What a byte does to the checksum that has so many bytes of zeros behind it. */
  private static long[][] steps() {
    long[][] steps = new long[SLICES][256];
    for (int i = 0; i < 256; i++) {
      long value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = value >>> 1 ^ ((value & 1) != 0 ? POLYNOMIAL : 0);
      }
      steps[0][i] = value;
    }
    for (int slice = 1; slice < SLICES; slice++) {
      for (int i = 0; i < 256; i++) {
        long value = steps[slice - 1][i];
        steps[slice][i] = value >>> 8 ^ steps[0][(int) value & 0xFF];
      }
    }
    return steps;
  }
}
