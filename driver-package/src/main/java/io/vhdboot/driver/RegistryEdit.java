package io.vhdboot.driver;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a line of an AddReg or DelReg section does, after "INF AddReg Directive" and "INF DelReg
 * Directive" of Microsoft's documentation.
 *
 * @param line the line in the INF file
 * @param action what is done
 * @param root {@code HKR}, {@code HKLM}, {@code HKCR}, {@code HKCU} or {@code HKU}, in upper case
 * @param key the path of the key below it; may be empty
 * @param valueName the value's name; empty for the default value
 * @param flags the flags as the line has them
 * @param type the registry type, as {@code REG_xxx} of winnt.h numbers them
 * @param data the value's data as the registry stores it; empty where the action has none
 */
public record RegistryEdit(
    int line,
    Action action,
    String root,
    String key,
    String valueName,
    int flags,
    int type,
    byte[] data) {

  /** What is done to a key or value. */
  public enum Action {
    /** The key is made. */
    CREATE_KEY,
    /** The value is set. */
    SET,
    /** The value is set unless there is one. */
    SET_IF_ABSENT,
    /** The value is set if there is one. */
    SET_IF_PRESENT,
    /** Strings are added to a value of several strings. */
    APPEND,
    /** Strings are taken out of a value of several strings. */
    REMOVE_STRING,
    /** The value is deleted. */
    DELETE_VALUE,
    /** The key is deleted with all in it. */
    DELETE_KEY
  }

  static final int TO_32_BIT = 0x4000;

  /** Whether the change is for programs of 32 bits on a Windows of 64. */
  public boolean isFor32Bit() {
    return (flags & TO_32_BIT) != 0;
  }

  /** Whether it concerns the key of the device or service, not a place of the whole machine. */
  public boolean isRelative() {
    return root.equals("HKR");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegistryEdit that
        && line == that.line
        && action == that.action
        && root.equals(that.root)
        && key.equals(that.key)
        && valueName.equals(that.valueName)
        && flags == that.flags
        && type == that.type
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(line, action, root, key, valueName, flags, type) * 31
        + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return action + " " + root + "\\" + key + " \"" + valueName + "\" type " + type;
  }
}
