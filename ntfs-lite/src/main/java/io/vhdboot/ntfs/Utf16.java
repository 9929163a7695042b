package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;

/**
 * NTFS names: little-endian 16-bit units with no meaning beyond their value. A lone surrogate is a
 * valid name and survives, which no charset would let it do.
 */
final class Utf16 {

  private Utf16() {}

  /** The text of {@code units} 16-bit units at an offset. */
  static String get(byte[] bytes, int offset, int units) {
    char[] text = new char[units];
    for (int i = 0; i < units; i++) {
      text[i] = (char) LittleEndian.u16(bytes, offset + 2 * i);
    }
    return new String(text);
  }

  /** Puts a text's units at an offset. */
  static void put(byte[] bytes, int offset, String text) {
    for (int i = 0; i < text.length(); i++) {
      LittleEndian.put16(bytes, offset + 2 * i, text.charAt(i));
    }
  }
}
