package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A value of a key: name, type and data, apart from any hive. The same object can be set on a key
 * of another hive.
 *
 * @param name the name; empty for the key's default value
 * @param type the type
 * @param data the data as stored
 */
public record HiveValue(String name, RegistryType type, byte[] data) {

  private static final int SHOWN_BYTES = 32;

  /** Takes a copy of the data. */
  public HiveValue {
    data = data.clone();
  }

  /** A {@link RegistryType#SZ} value. */
  public static HiveValue string(String name, String text) {
    return new HiveValue(name, RegistryType.SZ, textBytes(text));
  }

  /** A {@link RegistryType#EXPAND_SZ} value. */
  public static HiveValue expandString(String name, String text) {
    return new HiveValue(name, RegistryType.EXPAND_SZ, textBytes(text));
  }

  /** A {@link RegistryType#MULTI_SZ} value. An empty text would end the list and is refused. */
  public static HiveValue multiString(String name, List<String> texts) {
    StringBuilder all = new StringBuilder();
    for (String text : texts) {
      if (text.isEmpty() || text.indexOf(0) >= 0) {
        throw new IllegalArgumentException(
            "texts (" + texts + ") must not be empty and not hold a NUL");
      }
      all.append(text).append('\0');
    }
    return new HiveValue(name, RegistryType.MULTI_SZ, textBytes(all.toString()));
  }

  /** A {@link RegistryType#DWORD} value. */
  public static HiveValue dword(String name, int number) {
    byte[] bytes = new byte[Integer.BYTES];
    LittleEndian.put32(bytes, 0, number);
    return new HiveValue(name, RegistryType.DWORD, bytes);
  }

  /** A {@link RegistryType#QWORD} value. */
  public static HiveValue qword(String name, long number) {
    byte[] bytes = new byte[Long.BYTES];
    LittleEndian.put64(bytes, 0, number);
    return new HiveValue(name, RegistryType.QWORD, bytes);
  }

  /** A {@link RegistryType#BINARY} value. */
  public static HiveValue binary(String name, byte[] data) {
    return new HiveValue(name, RegistryType.BINARY, data);
  }

  /** A copy of the data. */
  @Override
  public byte[] data() {
    return data.clone();
  }

  /** Bytes of data. */
  public int size() {
    return data.length;
  }

  /**
   * The text, up to the first NUL: whatever stands behind it is left over from longer text. An odd
   * last byte is ignored, as Windows does.
   */
  public String asString() {
    String all = utf16();
    int end = all.indexOf(0);
    return end < 0 ? all : all.substring(0, end);
  }

  /** The texts up to the empty one that ends the list, or to the end of the data. */
  public List<String> asMultiString() {
    String all = utf16();
    List<String> texts = new ArrayList<>();
    int start = 0;
    while (start < all.length()) {
      int end = all.indexOf(0, start);
      if (end == start) {
        break;
      }
      texts.add(end < 0 ? all.substring(start) : all.substring(start, end));
      start = end < 0 ? all.length() : end + 1;
    }
    return List.copyOf(texts);
  }

  /**
   * The number that up to eight bytes of data make, the lowest first (the highest first for {@link
   * RegistryType#DWORD_BIG_ENDIAN}); missing bytes count as zero.
   */
  public long asNumber() {
    long number = 0;
    int count = Math.min(data.length, Long.BYTES);
    for (int i = 0; i < count; i++) {
      int place = type.equals(RegistryType.DWORD_BIG_ENDIAN) ? count - 1 - i : i;
      number |= (long) LittleEndian.u8(data, i) << Byte.SIZE * place;
    }
    return number;
  }

  /** The low 32 bits of {@link #asNumber()}. */
  public int asDword() {
    return (int) asNumber();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HiveValue value
        && name.equals(value.name)
        && type.equals(value.type)
        && Arrays.equals(data, value.data);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + type.hashCode()) + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "\"" + name + "\" " + type + " " + dataText();
  }

  private String dataText() {
    if (type.isText()) {
      return "\"" + asString() + "\"";
    }
    if (type.equals(RegistryType.MULTI_SZ)) {
      return asMultiString().toString();
    }
    if (type.equals(RegistryType.DWORD) || type.equals(RegistryType.QWORD)) {
      return Long.toUnsignedString(asNumber());
    }
    String hex = HexFormat.of().formatHex(data, 0, Math.min(data.length, SHOWN_BYTES));
    return data.length > SHOWN_BYTES ? hex + "... (" + data.length + " bytes)" : hex;
  }

  private String utf16() {
    return Utf16.get(data, 0, data.length / 2);
  }

  private static byte[] textBytes(String text) {
    return Utf16.toBytes(text + '\0');
  }
}
