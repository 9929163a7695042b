package io.vhdboot.disk;

/**
 * Windows' names and texts: little-endian 16-bit units with no meaning beyond their value. Unlike a
 * charset this keeps a lone surrogate, so that whatever was read is written back as it was.
 */
public final class Utf16 {

  private Utf16() {}

  /** The text of {@code units} 16-bit units at an offset. */
  public static String get(byte[] bytes, int offset, int units) {
    char[] text = new char[units];
    for (int i = 0; i < units; i++) {
      text[i] = (char) LittleEndian.u16(bytes, offset + 2 * i);
    }
    return new String(text);
  }

  /** Puts a text's units at an offset. */
  public static void put(byte[] bytes, int offset, String text) {
    for (int i = 0; i < text.length(); i++) {
      LittleEndian.put16(bytes, offset + 2 * i, text.charAt(i));
    }
  }

  /** A text's units as bytes. */
  public static byte[] toBytes(String text) {
    byte[] bytes = new byte[2 * text.length()];
    put(bytes, 0, text);
    return bytes;
  }
}
