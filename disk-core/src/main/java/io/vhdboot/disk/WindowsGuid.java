package io.vhdboot.disk;

import java.util.Locale;
import java.util.UUID;

/**
 * GUIDs as Windows stores them: the first three fields little-endian, the last eight bytes in order
 * (MS-DTYP 2.3.4.2), and as it writes them: lower case in braces.
 */
public final class WindowsGuid {

  /** Bytes that a GUID takes. */
  public static final int SIZE = 16;

  private WindowsGuid() {}

  /** Reads a GUID. */
  public static UUID get(byte[] bytes, int offset) {
    long high =
        LittleEndian.u32(bytes, offset) << 32
            | (long) LittleEndian.u16(bytes, offset + 4) << 16
            | LittleEndian.u16(bytes, offset + 6);
    return new UUID(high, BigEndian.i64(bytes, offset + 8));
  }

  /** Writes a GUID. */
  public static void put(byte[] bytes, int offset, UUID guid) {
    long high = guid.getMostSignificantBits();
    LittleEndian.put32(bytes, offset, high >>> 32);
    LittleEndian.put16(bytes, offset + 4, (int) (high >>> 16));
    LittleEndian.put16(bytes, offset + 6, (int) high);
    BigEndian.put64(bytes, offset + 8, guid.getLeastSignificantBits());
  }

  /** The GUID's 16 bytes. */
  public static byte[] toBytes(UUID guid) {
    byte[] bytes = new byte[SIZE];
    put(bytes, 0, guid);
    return bytes;
  }

  /** The GUID as Windows writes it, such as {@code {9dea862c-5cdd-4e70-acc1-f32b344d4795}}. */
  public static String toString(UUID guid) {
    return "{" + guid.toString().toLowerCase(Locale.ROOT) + "}";
  }

  /**
   * Reads a GUID as people write it, with braces or without, in any case.
   *
   * @throws IllegalArgumentException when the text is no GUID
   */
  public static UUID parse(String text) {
    String plain =
        text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
    if (!plain.matches("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")) {
      throw new IllegalArgumentException("not a GUID: " + text);
    }
    return UUID.fromString(plain);
  }
}
