package io.vhdboot.driver;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import io.vhdboot.driver.RegistryEdit.Action;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads the lines of AddReg and DelReg sections: {@code root, key, value name, flags, data...}. The
 * type is told by the flags' low bit, set for bytes, and their high half: 0 text, 1 several texts,
 * 2 text with variables; with the low bit 0 bytes, 1 a number of 32 bits, 2 no type, others the
 * type itself.
 */
final class RegistryLine {

  private static final Set<String> ROOTS = Set.of("HKR", "HKLM", "HKCR", "HKCU", "HKU");

  private static final int BYTES = 0x1;
  private static final int NO_CLOBBER = 0x2;
  private static final int DELETE = 0x4;
  private static final int APPEND = 0x8;
  private static final int KEY_ONLY = 0x10;
  private static final int OVERWRITE_ONLY = 0x20;
  private static final int KEY_ONLY_COMMON = 0x2000;
  private static final int DELETE_STRING = 0x18002;
  private static final int TYPE = 0xFFFF0000 | BYTES;

  /** Bytes of data beyond which no more are taken; Windows wants less than 1 MiB in a value. */
  private static final int MAX_DATA = 1 << 20;

  private static final int REG_NONE = 0;
  private static final int REG_SZ = 1;
  private static final int REG_EXPAND_SZ = 2;
  private static final int REG_BINARY = 3;
  private static final int REG_DWORD = 4;
  private static final int REG_MULTI_SZ = 7;

  private RegistryLine() {}

  /** Whether a line begins with a root of the registry. */
  static boolean hasRoot(InfLine line, UnaryOperator<String> expand) {
    return ROOTS.contains(expand.apply(line.value(0)).toUpperCase(Locale.ROOT));
  }

  /** A line of an AddReg section; empty where it is none. */
  static Optional<RegistryEdit> adding(InfLine line, UnaryOperator<String> expand) {
    if (!hasRoot(line, expand)) {
      return Optional.empty();
    }
    int flags = InfNumber.parse(expand.apply(line.value(3)), 0);
    String valueName = expand.apply(line.value(2));
    boolean hasValue = !valueName.isEmpty() || line.values().size() > 4;
    Action action =
        (flags & DELETE) != 0
            ? valueName.isEmpty() ? Action.DELETE_KEY : Action.DELETE_VALUE
            : (flags & (KEY_ONLY | KEY_ONLY_COMMON)) != 0 || !hasValue
                ? Action.CREATE_KEY
                : (flags & APPEND) != 0
                    ? Action.APPEND
                    : (flags & OVERWRITE_ONLY) != 0
                        ? Action.SET_IF_PRESENT
                        : (flags & NO_CLOBBER) != 0 ? Action.SET_IF_ABSENT : Action.SET;
    boolean hasData =
        action == Action.SET
            || action == Action.SET_IF_ABSENT
            || action == Action.SET_IF_PRESENT
            || action == Action.APPEND;
    int type = hasData ? type(flags) : REG_NONE;
    return Optional.of(
        edit(
            line,
            action,
            action == Action.CREATE_KEY ? "" : valueName,
            flags,
            type,
            hasData ? data(line, type, expand) : new byte[0],
            expand));
  }

  /** A line of a DelReg section; empty where it is none. */
  static Optional<RegistryEdit> deleting(InfLine line, UnaryOperator<String> expand) {
    if (!hasRoot(line, expand)) {
      return Optional.empty();
    }
    int flags = InfNumber.parse(expand.apply(line.value(3)), 0);
    String valueName = expand.apply(line.value(2));
    boolean isString = (flags & DELETE_STRING) == DELETE_STRING;
    Action action =
        isString
            ? Action.REMOVE_STRING
            : (flags & KEY_ONLY_COMMON) != 0 || valueName.isEmpty()
                ? Action.DELETE_KEY
                : Action.DELETE_VALUE;
    return Optional.of(
        edit(
            line,
            action,
            action == Action.DELETE_KEY ? "" : valueName,
            flags,
            isString ? REG_MULTI_SZ : REG_NONE,
            isString ? data(line, REG_MULTI_SZ, expand) : new byte[0],
            expand));
  }

  private static RegistryEdit edit(
      InfLine line,
      Action action,
      String valueName,
      int flags,
      int type,
      byte[] data,
      UnaryOperator<String> expand) {
    return new RegistryEdit(
        line.number(),
        action,
        expand.apply(line.value(0)).toUpperCase(Locale.ROOT),
        expand.apply(line.value(1)),
        valueName,
        flags,
        type,
        data);
  }

  private static int type(int flags) {
    return switch (flags & TYPE) {
      case 0 -> REG_SZ;
      case 0x10000 -> REG_MULTI_SZ;
      case 0x20000 -> REG_EXPAND_SZ;
      case BYTES -> REG_BINARY;
      case 0x10000 | BYTES -> REG_DWORD;
      case 0x20000 | BYTES -> REG_NONE;
      // Without the low bit only the types above are texts; what else is there is read as one.
      default -> (flags & BYTES) == 0 ? REG_SZ : flags >>> 16;
    };
  }

  private static byte[] data(InfLine line, int type, UnaryOperator<String> expand) {
    List<String> values =
        line.values().subList(Math.min(4, line.values().size()), line.values().size());
    return switch (type) {
      case REG_SZ, REG_EXPAND_SZ ->
          Utf16.toBytes((values.isEmpty() ? "" : expand.apply(values.get(0))) + '\0');
      case REG_MULTI_SZ -> {
        StringBuilder strings = new StringBuilder();
        for (String value : values) {
          String string = strings.length() < MAX_DATA / 2 ? expand.apply(value) : "";
          if (!string.isEmpty()) {
            strings.append(string).append('\0');
          }
        }
        yield Utf16.toBytes(strings.append('\0').toString());
      }
      case REG_DWORD -> {
        if (values.size() == Integer.BYTES) {
          yield bytes(values, expand);
        }
        byte[] number = new byte[Integer.BYTES];
        int parsed = values.isEmpty() ? 0 : InfNumber.parse(expand.apply(values.get(0)), 0);
        LittleEndian.put32(number, 0, Integer.toUnsignedLong(parsed));
        yield number;
      }
      default -> bytes(values, expand);
    };
  }

  /** Bytes in hexadecimal, one a value; values of more digits are as many bytes in order. */
  private static byte[] bytes(List<String> values, UnaryOperator<String> expand) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String value : values) {
      if (bytes.size() >= MAX_DATA) {
        break;
      }
      String digits = expand.apply(value).strip();
      if (digits.regionMatches(true, 0, "0x", 0, 2)) {
        digits = digits.substring(2);
      }
      digits = digits.length() % 2 == 0 ? digits : "0" + digits;
      for (int i = 0; i < digits.length(); i += 2) {
        int high = Character.digit(digits.charAt(i), 16);
        int low = Character.digit(digits.charAt(i + 1), 16);
        bytes.write(high < 0 || low < 0 ? 0 : high << 4 | low);
      }
    }
    return bytes.toByteArray();
  }
}
