package io.vhdboot.hive;

import java.util.Map;

/**
 * The type of a value: one of the known ones, or any other number that a hive holds (device
 * properties in SYSTEM hives use numbers such as {@code ffff0012h}).
 *
 * @param code the number as stored
 */
public record RegistryType(int code) {

  /** No type. */
  public static final RegistryType NONE = new RegistryType(0);

  /** Text. */
  public static final RegistryType SZ = new RegistryType(1);

  /** Text with {@code %NAME%} in it. */
  public static final RegistryType EXPAND_SZ = new RegistryType(2);

  /** Bytes. */
  public static final RegistryType BINARY = new RegistryType(3);

  /** A 32-bit number. */
  public static final RegistryType DWORD = new RegistryType(4);

  /** A 32-bit number, highest byte first. */
  public static final RegistryType DWORD_BIG_ENDIAN = new RegistryType(5);

  /** The path that a symbolic link leads to. */
  public static final RegistryType LINK = new RegistryType(6);

  /** Several texts. */
  public static final RegistryType MULTI_SZ = new RegistryType(7);

  /** A driver's list of hardware resources. */
  public static final RegistryType RESOURCE_LIST = new RegistryType(8);

  /** A device's list of hardware resources. */
  public static final RegistryType FULL_RESOURCE_DESCRIPTOR = new RegistryType(9);

  /** The hardware resources a driver could use. */
  public static final RegistryType RESOURCE_REQUIREMENTS_LIST = new RegistryType(10);

  /** A 64-bit number. */
  public static final RegistryType QWORD = new RegistryType(11);

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(0, "REG_NONE"),
          Map.entry(1, "REG_SZ"),
          Map.entry(2, "REG_EXPAND_SZ"),
          Map.entry(3, "REG_BINARY"),
          Map.entry(4, "REG_DWORD"),
          Map.entry(5, "REG_DWORD_BIG_ENDIAN"),
          Map.entry(6, "REG_LINK"),
          Map.entry(7, "REG_MULTI_SZ"),
          Map.entry(8, "REG_RESOURCE_LIST"),
          Map.entry(9, "REG_FULL_RESOURCE_DESCRIPTOR"),
          Map.entry(10, "REG_RESOURCE_REQUIREMENTS_LIST"),
          Map.entry(11, "REG_QWORD"));

  /** Whether the data is text: {@link #SZ}, {@link #EXPAND_SZ} or {@link #LINK}. */
  public boolean isText() {
    return code == SZ.code || code == EXPAND_SZ.code || code == LINK.code;
  }

  /** The name Windows gives it, such as {@code REG_SZ}, or the number in hexadecimal. */
  @Override
  public String toString() {
    String name = NAMES.get(code);
    return name == null ? String.format("%08xh", code) : name;
  }
}
