package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;

/**
 * The header of a hive bin, a run of pages filled with cells:
 *
 * <pre>
 * 00  4  "hbin"
 * 04  4  its own offset from the first bin
 * 08  4  its size, header included, a multiple of 4096
 * 0C  8  0
 * 14  8  time of the last write, in the first bin only
 * 1C  4  0
 * </pre>
 */
final class HiveBin {

  static final int HEADER_SIZE = 32;
  static final int PAGE_SIZE = 4096;

  private static final int SIGNATURE = 0x6E696268;

  private HiveBin() {}

  /** Throws unless a bin begins here, and gives its size. */
  static int checkedSize(Cells cells, int offset) throws IOException {
    byte[] bytes = cells.array();
    if (offset > cells.size() - HEADER_SIZE) {
      throw cells.corrupt(offset, "a hive bin begins with \"hbin\"");
    }
    cells.fetch(offset, HEADER_SIZE);
    if (LittleEndian.i32(bytes, offset) != SIGNATURE) {
      throw cells.corrupt(offset, "a hive bin begins with \"hbin\"");
    }
    long own = LittleEndian.u32(bytes, offset + 4);
    if (own != offset) {
      throw cells.corrupt(
          offset + 4, String.format("a hive bin names its own offset %xh, not %xh", offset, own));
    }
    long size = LittleEndian.u32(bytes, offset + 8);
    if (size == 0 || size % PAGE_SIZE != 0 || size > cells.size() - offset) {
      throw cells.corrupt(
          offset + 8,
          "a hive bin's size is a multiple of 4096 within the hive's bins, not " + size);
    }
    return (int) size;
  }

  /** Writes a header over zeros. */
  static void put(byte[] bytes, int offset, int size) {
    LittleEndian.put32(bytes, offset, SIGNATURE);
    LittleEndian.put32(bytes, offset + 4, offset);
    LittleEndian.put32(bytes, offset + 8, size);
  }

  static long time(byte[] bytes, int offset) {
    return LittleEndian.i64(bytes, offset + 0x14);
  }

  static void setTime(byte[] bytes, int offset, long time) {
    LittleEndian.put64(bytes, offset + 0x14, time);
  }
}
