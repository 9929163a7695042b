package io.vhdboot.fat;

import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;

/**
 * The pieces of a long name, which stand before the short one, the last piece first:
 *
 * <pre>
 * 00  1  number of the piece, from 1; 40h more in the last one
 * 01 10  5 characters
 * 0B  1  0Fh
 * 0C  1  0
 * 0D  1  checksum of the short name
 * 0E 12  6 characters
 * 1A  2  0
 * 1C  4  2 characters
 * </pre>
 *
 * <p>A NUL ends a name that does not fill its last piece; FFFFh follows it.
 *
 * <p>Source: Microsoft's FAT specification, "Long file name".
 */
final class LongName {

  /** The longest name, in 16-bit units. */
  static final int MAX_LENGTH = 255;

  private static final int UNITS = 13;
  private static final int MAX_PIECES = (MAX_LENGTH + UNITS - 1) / UNITS;
  private static final int LAST = 0x40;
  private static final int[] OFFSETS = {
    0x01, 0x03, 0x05, 0x07, 0x09, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x18, 0x1C, 0x1E
  };

  private final char[] units = new char[MAX_PIECES * UNITS];
  private int pieces;
  private int expected;
  private int checksum;

  /** Collects the pieces of one name after the other. */
  LongName() {}

  /** Takes the next piece; one that does not fit is dropped, with those before it. */
  void add(byte[] bytes, int offset) {
    int number = bytes[offset] & 0xFF;
    int piece = number & ~LAST;
    int sum = bytes[offset + 0x0D] & 0xFF;
    if ((number & LAST) != 0 && piece >= 1 && piece <= MAX_PIECES) {
      pieces = piece;
      checksum = sum;
      Arrays.fill(units, '\0');
    } else if (pieces == 0 || piece != expected || piece == 0 || sum != checksum) {
      clear();
      return;
    }
    expected = piece - 1;
    for (int i = 0; i < UNITS; i++) {
      units[expected * UNITS + i] = (char) LittleEndian.u16(bytes, offset + OFFSETS[i]);
    }
  }

  /** Forgets the pieces so far. */
  void clear() {
    pieces = 0;
  }

  /** How many pieces belong to the name of an entry: 0 where it has no long name. */
  int pieces(ShortEntry entry) {
    return pieces > 0 && expected == 0 && entry.checksum() == checksum && isUsable() ? pieces : 0;
  }

  /** The name; there must be one. */
  String text() {
    return new String(units, 0, length());
  }

  private int length() {
    int length = 0;
    while (length < pieces * UNITS && units[length] != 0) {
      length++;
    }
    return length;
  }

  /** A name that could lead elsewhere is none. */
  private boolean isUsable() {
    int length = length();
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    String text = text();
    return !text.equals(".")
        && !text.equals("..")
        && text.chars().noneMatch(unit -> unit < ' ' || unit == '/' || unit == '\\');
  }

  /** The pieces of a name, in the order in which they are stored. */
  static byte[] toBytes(String name, int checksum) {
    int count = (name.length() + UNITS - 1) / UNITS;
    byte[] bytes = new byte[count * ShortEntry.SIZE];
    for (int slot = 0; slot < count; slot++) {
      int piece = count - 1 - slot;
      int offset = slot * ShortEntry.SIZE;
      bytes[offset] = (byte) (piece + 1 | (slot == 0 ? LAST : 0));
      bytes[offset + 0x0B] = FatAttributes.LONG_NAME;
      bytes[offset + 0x0D] = (byte) checksum;
      for (int i = 0; i < UNITS; i++) {
        int at = piece * UNITS + i;
        int unit = at < name.length() ? name.charAt(at) : at == name.length() ? 0 : 0xFFFF;
        LittleEndian.put16(bytes, offset + OFFSETS[i], unit);
      }
    }
    return bytes;
  }
}
