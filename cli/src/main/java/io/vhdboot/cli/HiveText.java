package io.vhdboot.cli;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keys and values as people and scripts read and write them. */
final class HiveText {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private static final Map<String, RegistryType> TYPES =
      Map.ofEntries(
          Map.entry("NONE", RegistryType.NONE),
          Map.entry("SZ", RegistryType.SZ),
          Map.entry("EXPAND_SZ", RegistryType.EXPAND_SZ),
          Map.entry("BINARY", RegistryType.BINARY),
          Map.entry("DWORD", RegistryType.DWORD),
          Map.entry("DWORD_BIG_ENDIAN", RegistryType.DWORD_BIG_ENDIAN),
          Map.entry("LINK", RegistryType.LINK),
          Map.entry("MULTI_SZ", RegistryType.MULTI_SZ),
          Map.entry("QWORD", RegistryType.QWORD));

  private HiveText() {}

  /** A key's place in a registry. */
  static String path(String prefix, HiveKey key) {
    return key.path().isEmpty() ? prefix : prefix + "\\" + key.path();
  }

  /** A value's name. */
  static String name(HiveValue value) {
    return value.name().isEmpty() ? "(Default)" : value.name();
  }

  /** Data in one line, as {@code reg query} shows it. */
  static String data(HiveValue value) {
    if (value.type().equals(RegistryType.MULTI_SZ)) {
      return String.join("\\0", value.asMultiString());
    }
    if (isNumber(value)) {
      return "0x" + Long.toHexString(value.asNumber());
    }
    return value.type().isText() ? value.asString() : HEX.formatHex(value.data());
  }

  /** Data for scripts: a line for each text, numbers in decimal. */
  static List<String> lines(HiveValue value) {
    if (value.type().equals(RegistryType.MULTI_SZ)) {
      return value.asMultiString();
    }
    return List.of(isNumber(value) ? Long.toUnsignedString(value.asNumber()) : data(value));
  }

  private static boolean isNumber(HiveValue value) {
    return value.type().equals(RegistryType.DWORD) && value.size() == Integer.BYTES
        || value.type().equals(RegistryType.DWORD_BIG_ENDIAN) && value.size() == Integer.BYTES
        || value.type().equals(RegistryType.QWORD) && value.size() == Long.BYTES;
  }

  /** A value for JSON. */
  static Map<String, Object> facts(HiveValue value) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", value.name());
    facts.put("type", value.type().toString());
    if (value.type().equals(RegistryType.MULTI_SZ)) {
      facts.put("data", value.asMultiString());
    } else if (isNumber(value)) {
      facts.put("data", value.asNumber());
    } else {
      facts.put("data", data(value));
    }
    return facts;
  }

  /** A key for JSON. */
  static Map<String, Object> tree(HiveKey key, boolean recursive) throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("key", key.path());
    facts.put("lastWritten", key.lastWritten().toString());
    if (!key.className().isEmpty()) {
      facts.put("class", key.className());
    }
    facts.put("values", key.values().stream().map(HiveText::facts).toList());
    List<Object> subkeys = new ArrayList<>();
    for (HiveKey subkey : key.subkeys()) {
      subkeys.add(recursive ? tree(subkey, true) : subkey.name());
    }
    facts.put("subkeys", subkeys);
    return facts;
  }

  /** A difference: what was there behind a minus, what is there behind a plus. */
  static List<String> lines(HiveDiff.Difference difference) {
    String key = difference.path().isEmpty() ? "<root>" : difference.path();
    List<String> lines = new ArrayList<>();
    switch (difference.kind()) {
      case KEY_ADDED -> lines.add("+ [" + key + "]");
      case KEY_REMOVED -> lines.add("- [" + key + "]");
      case CLASS_CHANGED -> lines.add("! [" + key + "] has another class name");
      case SECURITY_CHANGED -> lines.add("! [" + key + "] has another security descriptor");
      default -> {
        difference.before().ifPresent(value -> lines.add("- [" + key + "] " + line(value)));
        difference.after().ifPresent(value -> lines.add("+ [" + key + "] " + line(value)));
      }
    }
    return lines;
  }

  private static String line(HiveValue value) {
    return name(value) + "    " + value.type() + "    " + data(value);
  }

  /**
   * A value of what was typed.
   *
   * @throws IllegalArgumentException when it does not fit the type
   */
  static HiveValue parse(String name, String typeName, List<String> data) {
    RegistryType type = type(typeName);
    if (type.equals(RegistryType.MULTI_SZ)) {
      return HiveValue.multiString(name, data);
    }
    if (data.size() > 1) {
      throw new IllegalArgumentException("only a MULTI_SZ has several texts, not " + type);
    }
    String text = data.isEmpty() ? "" : data.get(0);
    if (type.isText()) {
      // A link's text ends without a NUL.
      byte[] bytes = Utf16.toBytes(type.equals(RegistryType.LINK) ? text : text + '\0');
      return new HiveValue(name, type, bytes);
    }
    if (type.equals(RegistryType.DWORD)) {
      return HiveValue.dword(name, (int) number(text, 0xFFFFFFFFL));
    }
    if (type.equals(RegistryType.QWORD)) {
      return HiveValue.qword(name, number(text, -1));
    }
    if (type.equals(RegistryType.DWORD_BIG_ENDIAN)) {
      byte[] bytes = new byte[Integer.BYTES];
      LittleEndian.put32(bytes, 0, Integer.reverseBytes((int) number(text, 0xFFFFFFFFL)));
      return new HiveValue(name, type, bytes);
    }
    try {
      return new HiveValue(name, type, HEX.parseHex(text.replaceAll("[\\s,:]", "")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("data (" + text + ") must be hexadecimal bytes", e);
    }
  }

  private static RegistryType type(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    RegistryType type = TYPES.get(upper.startsWith("REG_") ? upper.substring(4) : upper);
    return type != null ? type : new RegistryType((int) number(name, 0xFFFFFFFFL));
  }

  /** A number as typed; the most that fits is unsigned. */
  private static long number(String text, long most) {
    try {
      long number =
          text.regionMatches(true, 0, "0x", 0, 2)
              ? Long.parseUnsignedLong(text.substring(2), 16)
              : Long.parseUnsignedLong(text);
      if (Long.compareUnsigned(number, most) <= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is neither a number nor a type", e);
    }
    throw new IllegalArgumentException("number (" + text + ") is too large for its type");
  }
}
