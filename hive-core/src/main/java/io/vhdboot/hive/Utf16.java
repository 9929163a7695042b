package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;

/**
 * UTF-16 text, unit by unit: unlike a charset's decoder it keeps lone surrogates, so that any even
 * number of bytes comes back as it was.
 */
final class Utf16 {

  private Utf16() {}

  static String decode(byte[] bytes, int offset, int length) {
    char[] units = new char[length / 2];
    for (int i = 0; i < units.length; i++) {
      units[i] = (char) LittleEndian.u16(bytes, offset + 2 * i);
    }
    return new String(units);
  }

  static byte[] encode(String text) {
    byte[] bytes = new byte[2 * text.length()];
    for (int i = 0; i < text.length(); i++) {
      LittleEndian.put16(bytes, 2 * i, text.charAt(i));
    }
    return bytes;
  }
}
