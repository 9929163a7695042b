package io.vhdboot.driver;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The characters of an INF file. Windows takes UTF-16 with a mark, or its own ANSI code page; as
 * that page is not told by the file, bytes that are valid UTF-8 are taken for it, and others for
 * Windows-1252.
 */
record InfText(String text, Encoding encoding) {

  enum Encoding {
    /** Seven-bit or of the ANSI code page. */
    ANSI,
    UTF_16LE,
    /** Not known to Windows. */
    UTF_16BE,
    /** With a mark, or without one where nothing else fits; not taken by every Windows. */
    UTF_8,
    /** Without the mark that Windows needs. */
    UTF_16LE_UNMARKED;

    boolean isForWindows() {
      return this == ANSI || this == UTF_16LE;
    }
  }

  private static final char MARK = '\uFEFF';
  private static final char END_OF_FILE = '\u001A';

  static InfText decode(byte[] bytes) {
    if (startsWith(bytes, 0xFF, 0xFE)) {
      return new InfText(text(bytes, 2, StandardCharsets.UTF_16LE), Encoding.UTF_16LE);
    }
    if (startsWith(bytes, 0xFE, 0xFF)) {
      return new InfText(text(bytes, 2, StandardCharsets.UTF_16BE), Encoding.UTF_16BE);
    }
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
      return new InfText(text(bytes, 3, StandardCharsets.UTF_8), Encoding.UTF_8);
    }
    if (looksLikeUtf16(bytes)) {
      return new InfText(text(bytes, 0, StandardCharsets.UTF_16LE), Encoding.UTF_16LE_UNMARKED);
    }
    if (isSevenBit(bytes)) {
      return new InfText(upToEnd(text(bytes, 0, StandardCharsets.US_ASCII)), Encoding.ANSI);
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new InfText(upToEnd(text), Encoding.UTF_8);
    } catch (CharacterCodingException e) {
      Charset ansi =
          Charset.isSupported("windows-1252")
              ? Charset.forName("windows-1252")
              : StandardCharsets.ISO_8859_1;
      return new InfText(upToEnd(text(bytes, 0, ansi)), Encoding.ANSI);
    }
  }

  private static String text(byte[] bytes, int from, Charset charset) {
    String text = new String(bytes, from, bytes.length - from, charset);
    return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
  }

  /** A control-Z ends a text of DOS. */
  private static String upToEnd(String text) {
    int end = text.indexOf(END_OF_FILE);
    return end < 0 ? text : text.substring(0, end);
  }

  private static boolean startsWith(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSevenBit(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether every other of the first bytes is zero, as in Latin text of 16-bit units. */
  private static boolean looksLikeUtf16(byte[] bytes) {
    int looked = Math.min(bytes.length, 256) & ~1;
    if (looked < 8) {
      return false;
    }
    int zeros = 0;
    for (int i = 1; i < looked; i += 2) {
      zeros += bytes[i] == 0 && bytes[i - 1] != 0 ? 1 : 0;
    }
    return zeros > looked / 2 * 9 / 10;
  }
}
