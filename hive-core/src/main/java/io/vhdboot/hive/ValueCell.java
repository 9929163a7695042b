package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A value's cell:
 *
 * <pre>
 * 00  2  "vk"
 * 02  2  length of the name in bytes, 0 for the default value
 * 04  4  size of the data; bit 31 says that it lies in the next field itself (at most 4 bytes)
 * 08  4  cell of the data, or the data
 * 0C  4  type
 * 10  2  flags: 0001h Latin-1 name
 * 12  2  unused
 * 14  n  name
 * </pre>
 */
record ValueCell(Cells cells, int cell) {

  private static final int SIGNATURE = 0x6B76;
  private static final int HEADER_SIZE = 0x14;
  private static final int FLAG_LATIN1 = 0x0001;

  private static final int NAME_LENGTH = 0x02;
  private static final int DATA_SIZE = 0x04;
  private static final int DATA = 0x08;
  private static final int TYPE = 0x0C;
  private static final int FLAGS = 0x10;

  private static final int INLINE = 0x8000_0000;
  private static final int MAX_INLINE = 4;

  static ValueCell at(Cells cells, int offset) throws IOException {
    int cell = cells.check(offset, HEADER_SIZE, "a value");
    ValueCell value = new ValueCell(cells, cell);
    if (value.u16(0) != SIGNATURE) {
      throw cells.corrupt(
          cell, String.format("a value begins with \"vk\", not %04xh", value.u16(0)));
    }
    if (value.u16(NAME_LENGTH) > cells.capacity(cell) - HEADER_SIZE) {
      throw cells.corrupt(
          cell, "a value's name (" + value.u16(NAME_LENGTH) + " bytes) ends behind it");
    }
    return value;
  }

  /** Makes a value without data. */
  static ValueCell create(Cells cells, String name) throws IOException {
    byte[] nameBytes = KeyNames.toBytes(name);
    ValueCell value = new ValueCell(cells, cells.allocate(HEADER_SIZE + nameBytes.length));
    value.put16(0, SIGNATURE);
    value.put16(NAME_LENGTH, nameBytes.length);
    value.put32(DATA_SIZE, INLINE);
    value.put16(FLAGS, KeyNames.isLatin1(name) ? FLAG_LATIN1 : 0);
    System.arraycopy(nameBytes, 0, cells.array(), value.at(HEADER_SIZE), nameBytes.length);
    return value;
  }

  String name() {
    return KeyNames.decode(
        cells.array(), at(HEADER_SIZE), u16(NAME_LENGTH), (u16(FLAGS) & FLAG_LATIN1) != 0);
  }

  /** Whether this is the value of that name, in any letter case. */
  boolean isNamed(String wanted) {
    return KeyNames.compare(
            cells.array(),
            at(HEADER_SIZE),
            u16(NAME_LENGTH),
            (u16(FLAGS) & FLAG_LATIN1) != 0,
            wanted)
        == 0;
  }

  /** Bytes of the name. */
  int nameSize() {
    return u16(NAME_LENGTH);
  }

  RegistryType type() {
    return new RegistryType(i32(TYPE));
  }

  /** Bytes of data, by what the cell says. */
  int dataSize() throws IOException {
    int size = i32(DATA_SIZE);
    if ((size & INLINE) != 0) {
      return Math.min(size & ~INLINE, MAX_INLINE);
    }
    if (size > cells.size()) {
      throw cells.corrupt(cell, "a value cannot hold more data (" + size + " bytes) than the hive");
    }
    return size;
  }

  byte[] data() throws IOException {
    int size = dataSize();
    if (size == 0) {
      return new byte[0];
    }
    if (isInline()) {
      return Arrays.copyOfRange(cells.array(), at(DATA), at(DATA) + size);
    }
    int found = cells.check(i32(DATA), 1, "a value's data");
    if (size <= cells.capacity(found)) {
      return Arrays.copyOfRange(cells.array(), Cells.data(found), Cells.data(found) + size);
    }
    return BigData.read(cells, found, size);
  }

  /**
   * Puts type and data; the cells of the data before are given back.
   *
   * @param segmented whether this hive's version keeps long data in segments
   */
  void setData(RegistryType type, byte[] data, boolean segmented) throws IOException {
    List<Integer> before = dataCells();
    if (data.length <= MAX_INLINE) {
      put32(DATA, 0);
      System.arraycopy(data, 0, cells.array(), at(DATA), data.length);
      put32(DATA_SIZE, INLINE | data.length);
    } else {
      int target;
      if (segmented && data.length > BigData.SEGMENT_SIZE) {
        target = BigData.write(cells, data);
      } else {
        target = cells.allocate(data.length);
        System.arraycopy(data, 0, cells.array(), Cells.data(target), data.length);
      }
      put32(DATA, target);
      put32(DATA_SIZE, data.length);
    }
    put32(TYPE, type.code());
    for (int old : before) {
      cells.free(old);
    }
  }

  /** The cells that hold the data, besides this one. */
  List<Integer> dataCells() throws IOException {
    int size = dataSize();
    if (size == 0 || isInline()) {
      return List.of();
    }
    int found = cells.check(i32(DATA), 1, "a value's data");
    return size <= cells.capacity(found) ? List.of(found) : BigData.cells(cells, found, size);
  }

  private boolean isInline() {
    return (i32(DATA_SIZE) & INLINE) != 0;
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
