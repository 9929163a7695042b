package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;

/** The values of a key: a cell that holds their cells, 4 bytes each, in any order. */
record ValueList(Cells cells, KeyNode key) {

  /** Free entries that a growing list gets beyond those it needs, one in so many. */
  private static final int GROWTH = 4;

  static ValueList of(KeyNode key) throws IOException {
    long count = key.valueCount();
    if (count > 0) {
      int room = (int) Math.min(count, Integer.MAX_VALUE / Integer.BYTES / 2);
      key.cells().check(key.valueList(), room * Integer.BYTES, "a value list");
    }
    return new ValueList(key.cells(), key);
  }

  int count() {
    return (int) key.valueCount();
  }

  ValueCell get(int index) throws IOException {
    return ValueCell.at(cells, LittleEndian.i32(cells.array(), entry(index)));
  }

  /** The index of the value of that name, or -1. */
  int indexOf(String name) throws IOException {
    for (int i = 0; i < count(); i++) {
      if (get(i).isNamed(name)) {
        return i;
      }
    }
    return -1;
  }

  void add(ValueCell value) throws IOException {
    int count = count();
    int needed = (count + 1) * Integer.BYTES;
    if (count == 0) {
      key.setValueList(cells.allocate(needed));
    } else if (cells.capacity(key.valueList()) < needed) {
      int larger = cells.allocate(needed + count / GROWTH * Integer.BYTES);
      System.arraycopy(
          cells.array(), entry(0), cells.array(), Cells.data(larger), count * Integer.BYTES);
      cells.free(key.valueList());
      key.setValueList(larger);
    }
    LittleEndian.put32(cells.array(), entry(count), value.cell());
    key.setValueCount(count + 1);
  }

  void remove(int index) throws IOException {
    int count = count();
    if (count == 1) {
      cells.free(key.valueList());
      key.setValueList(Cells.NONE);
      key.forgetValueBounds();
    } else {
      System.arraycopy(
          cells.array(),
          entry(index + 1),
          cells.array(),
          entry(index),
          (count - index - 1) * Integer.BYTES);
    }
    key.setValueCount(count - 1);
  }

  private int entry(int index) {
    return Cells.data(key.valueList()) + index * Integer.BYTES;
  }
}
