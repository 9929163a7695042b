package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.io.IOException;

/**
 * A key's cell:
 *
 * <pre>
 * 00  2  "nk"
 * 02  2  flags: 0004h root, 0008h must not be deleted, 0010h symbolic link, 0020h Latin-1 name
 * 04  8  time of the last write
 * 0C  4  access bits
 * 10  4  parent (of the root: anything)
 * 14  4  number of subkeys
 * 18  4  number of volatile subkeys, 0 on disk
 * 1C  4  subkey list
 * 20  4  volatile subkey list, none on disk
 * 24  4  number of values
 * 28  4  value list
 * 2C  4  security cell
 * 30  4  class name
 * 34  2  longest subkey name, in bytes of UTF-16
 * 36  2  flags
 * 38  4  longest class name of a subkey, in bytes
 * 3C  4  longest value name, in bytes of UTF-16
 * 40  4  longest value data, in bytes
 * 44  4  unused
 * 48  2  length of the name in bytes
 * 4A  2  length of the class name in bytes
 * 4C  n  name
 * </pre>
 *
 * <p>Windows sizes buffers from the four longest-of fields: they must never be too small.
 */
record KeyNode(Cells cells, int cell) {

  static final int FLAG_ROOT = 0x0004;
  static final int FLAG_NO_DELETE = 0x0008;
  private static final int FLAG_LATIN1 = 0x0020;

  private static final int SIGNATURE = 0x6B6E;
  private static final int HEADER_SIZE = 0x4C;

  private static final int FLAGS = 0x02;
  private static final int TIME = 0x04;
  private static final int ACCESS = 0x0C;
  private static final int PARENT = 0x10;
  private static final int SUBKEY_COUNT = 0x14;
  private static final int SUBKEY_LIST = 0x1C;
  private static final int VOLATILE_LIST = 0x20;
  private static final int VALUE_COUNT = 0x24;
  private static final int VALUE_LIST = 0x28;
  private static final int SECURITY = 0x2C;
  private static final int CLASS_NAME = 0x30;
  private static final int MAX_SUBKEY_NAME = 0x34;
  private static final int MORE_FLAGS = 0x36;
  private static final int MAX_CLASS_NAME = 0x38;
  private static final int MAX_VALUE_NAME = 0x3C;
  private static final int MAX_VALUE_DATA = 0x40;
  private static final int NAME_LENGTH = 0x48;
  private static final int CLASS_NAME_LENGTH = 0x4A;

  /** The key at an offset, checked. */
  static KeyNode at(Cells cells, int offset) throws IOException {
    int cell = cells.check(offset, HEADER_SIZE, "a key");
    KeyNode key = new KeyNode(cells, cell);
    if (key.u16(0) != SIGNATURE) {
      throw cells.corrupt(cell, String.format("a key begins with \"nk\", not %04xh", key.u16(0)));
    }
    if (key.u16(NAME_LENGTH) > cells.capacity(cell) - HEADER_SIZE) {
      throw cells.corrupt(cell, "a key's name (" + key.u16(NAME_LENGTH) + " bytes) ends behind it");
    }
    return key;
  }

  /** Makes a key without subkeys and values. */
  static KeyNode create(Cells cells, String name, int flags, long time, int parent, int security)
      throws IOException {
    byte[] nameBytes = KeyNames.toBytes(name);
    KeyNode key = new KeyNode(cells, cells.allocate(HEADER_SIZE + nameBytes.length));
    key.put16(0, SIGNATURE);
    key.put16(FLAGS, flags | (KeyNames.isLatin1(name) ? FLAG_LATIN1 : 0));
    key.setTime(time);
    key.put32(PARENT, parent);
    key.put32(SUBKEY_LIST, Cells.NONE);
    key.put32(VOLATILE_LIST, Cells.NONE);
    key.put32(VALUE_LIST, Cells.NONE);
    key.put32(SECURITY, security);
    key.put32(CLASS_NAME, Cells.NONE);
    key.put16(NAME_LENGTH, nameBytes.length);
    System.arraycopy(nameBytes, 0, cells.array(), key.at(HEADER_SIZE), nameBytes.length);
    return key;
  }

  String name() {
    return KeyNames.decode(
        cells.array(), at(HEADER_SIZE), u16(NAME_LENGTH), (u16(FLAGS) & FLAG_LATIN1) != 0);
  }

  /** {@link KeyNames#compare(String, String)} of the name with another one. */
  int compareName(String other) {
    return KeyNames.compare(
        cells.array(), at(HEADER_SIZE), u16(NAME_LENGTH), (u16(FLAGS) & FLAG_LATIN1) != 0, other);
  }

  int flags() {
    return u16(FLAGS);
  }

  long time() {
    return LittleEndian.i64(cells.array(), at(TIME));
  }

  void setTime(long time) {
    LittleEndian.put64(cells.array(), at(TIME), time);
  }

  int parent() {
    return i32(PARENT);
  }

  /** The number of subkeys, unsigned. */
  long subkeyCount() {
    return Integer.toUnsignedLong(i32(SUBKEY_COUNT));
  }

  void setSubkeyCount(long count) {
    put32(SUBKEY_COUNT, (int) count);
  }

  int subkeyList() {
    return i32(SUBKEY_LIST);
  }

  void setSubkeyList(int list) {
    put32(SUBKEY_LIST, list);
  }

  /** The number of values, unsigned. */
  long valueCount() {
    return Integer.toUnsignedLong(i32(VALUE_COUNT));
  }

  void setValueCount(int count) {
    put32(VALUE_COUNT, count);
  }

  int valueList() {
    return i32(VALUE_LIST);
  }

  void setValueList(int list) {
    put32(VALUE_LIST, list);
  }

  int security() {
    return i32(SECURITY);
  }

  void setSecurity(int security) {
    put32(SECURITY, security);
  }

  int classNameCell() {
    return i32(CLASS_NAME);
  }

  /** The class name; empty when there is none. */
  String className() throws IOException {
    int length = u16(CLASS_NAME_LENGTH);
    if (classNameCell() == Cells.NONE || length == 0) {
      return "";
    }
    int found = cells.check(classNameCell(), length, "a class name");
    return KeyNames.decode(cells.array(), Cells.data(found), length, false);
  }

  /** Gives the key a class name, an empty one for none, and the cell of the one before back. */
  void setClassName(String className) throws IOException {
    int before = className().isEmpty() ? Cells.NONE : classNameCell();
    byte[] bytes = Utf16.toBytes(className);
    int made = bytes.length == 0 ? Cells.NONE : cells.allocate(bytes.length);
    if (made != Cells.NONE) {
      System.arraycopy(bytes, 0, cells.array(), Cells.data(made), bytes.length);
    }
    put32(CLASS_NAME, made);
    put16(CLASS_NAME_LENGTH, bytes.length);
    if (before != Cells.NONE) {
      cells.free(before);
    }
  }

  /** Takes over what marks another key besides its name and content. */
  void copyMarks(KeyNode other) {
    put16(FLAGS, other.u16(FLAGS));
    put32(ACCESS, other.i32(ACCESS));
    put16(MORE_FLAGS, other.u16(MORE_FLAGS));
  }

  /** Raises the bound for a subkey's class name. */
  void admitClassName(String className) {
    put32(MAX_CLASS_NAME, Math.max(i32(MAX_CLASS_NAME), 2 * className.length()));
  }

  /** The least that the four longest-of fields may hold: subkey and class name, value and data. */
  int[] bounds() {
    return new int[] {
      u16(MAX_SUBKEY_NAME), i32(MAX_CLASS_NAME), i32(MAX_VALUE_NAME), i32(MAX_VALUE_DATA)
    };
  }

  /** Raises the bound for a subkey's name. */
  void admitSubkey(String name) {
    put16(MAX_SUBKEY_NAME, Math.max(u16(MAX_SUBKEY_NAME), 2 * name.length()));
  }

  /** Raises the bounds for a value. */
  void admitValue(String name, int dataSize) {
    put32(MAX_VALUE_NAME, Math.max(i32(MAX_VALUE_NAME), 2 * name.length()));
    put32(MAX_VALUE_DATA, Math.max(i32(MAX_VALUE_DATA), dataSize));
  }

  void forgetSubkeyBounds() {
    put16(MAX_SUBKEY_NAME, 0);
    put32(MAX_CLASS_NAME, 0);
  }

  void forgetValueBounds() {
    put32(MAX_VALUE_NAME, 0);
    put32(MAX_VALUE_DATA, 0);
  }

  private int at(int field) {
    return Cells.data(cell) + field;
  }

  private int u16(int field) {
    return LittleEndian.u16(cells.array(), at(field));
  }

  private int i32(int field) {
    return LittleEndian.i32(cells.array(), at(field));
  }

  private void put16(int field, int value) {
    LittleEndian.put16(cells.array(), at(field), value);
  }

  private void put32(int field, int value) {
    LittleEndian.put32(cells.array(), at(field), value);
  }
}
