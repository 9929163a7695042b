package io.vhdboot.udf;

import io.vhdboot.disk.CorruptFormatException;
import java.nio.charset.StandardCharsets;

/**
 * Text as UDF stores it: a byte that is 8 or 16, the bits of each unit, then the units, those of 16
 * bits with the high byte first. 254 and 255 stand for the same in names that were deleted.
 *
 * <p>Source: OSTA UDF 2.60, 2.1.1.
 */
final class CompressedUnicode {

  private CompressedUnicode() {}

  /** Reads text of so many bytes, the first byte included. */
  static String get(byte[] bytes, int offset, int length, String source, long place)
      throws CorruptFormatException {
    if (length == 0) {
      return "";
    }
    int bits = bytes[offset] & 0xFF;
    if (bits == 8 || bits == 254) {
      return new String(bytes, offset + 1, length - 1, StandardCharsets.ISO_8859_1);
    }
    if ((bits == 16 || bits == 255) && length % 2 == 1) {
      // Unlike a charset, this keeps surrogates that stand alone.
      StringBuilder text = new StringBuilder(length / 2);
      for (int i = offset + 1; i < offset + length; i += 2) {
        text.append((char) ((bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF));
      }
      return text.toString();
    }
    throw new CorruptFormatException(
        source, place, "text of " + length + " bytes cannot begin with " + bits);
  }

  /** Reads text in a field of a fixed size, whose last byte tells how many are used. */
  static String getField(byte[] bytes, int offset, int size, String source, long place)
      throws CorruptFormatException {
    int used = bytes[offset + size - 1] & 0xFF;
    return used >= size ? "" : get(bytes, offset, used, source, place);
  }
}
