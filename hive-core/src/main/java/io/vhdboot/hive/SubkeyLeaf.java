package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;

/**
 * A list of subkeys in one cell:
 *
 * <pre>
 * 0  2  "li", "lf" or "lh"
 * 2  2  number of entries
 * 4  n  entries: the key's cell (4 bytes), for lf the first characters of its name and for lh a
 *       hash of its name (4 bytes)
 * </pre>
 *
 * <p>Entries ascend by upper-cased name: Windows searches by halving, and what stands out of order
 * it does not find.
 */
record SubkeyLeaf(Cells cells, int cell) {

  /** Entries that fit in a cell of a one-page bin; a longer list is split when it grows. */
  static final int MAX_ENTRIES = 507;

  private static final int SIGNATURE_LI = 0x696C;
  private static final int SIGNATURE_LF = 0x666C;
  private static final int SIGNATURE_LH = 0x686C;
  private static final int HEADER_SIZE = 4;

  /** Free entries that a list gets beyond those it needs, one in so many. */
  private static final int GROWTH = 4;

  static SubkeyLeaf at(Cells cells, int offset) throws IOException {
    SubkeyLeaf leaf = new SubkeyLeaf(cells, cells.check(offset, HEADER_SIZE, "a subkey list"));
    int signature = leaf.signature();
    if (signature != SIGNATURE_LI && signature != SIGNATURE_LF && signature != SIGNATURE_LH) {
      throw cells.corrupt(
          offset,
          String.format(
              "a subkey list begins with \"li\", \"lf\" or \"lh\", not %04xh", signature));
    }
    if (leaf.count() * leaf.width() > cells.capacity(offset) - HEADER_SIZE) {
      throw cells.corrupt(
          offset, "a subkey list of " + leaf.count() + " entries ends behind its cell");
    }
    return leaf;
  }

  /** Makes an empty list with room for some entries. */
  static SubkeyLeaf create(Cells cells, boolean hashes, int room) throws IOException {
    return create(cells, hashes ? SIGNATURE_LH : SIGNATURE_LF, room);
  }

  int count() {
    return LittleEndian.u16(cells.array(), Cells.data(cell) + 2);
  }

  /** The cell of a key, as stored. */
  int key(int index) {
    return LittleEndian.i32(cells.array(), entry(index));
  }

  /** Whether an entry's hint rules out that its key has this name. */
  boolean isRuledOut(int index, String name, int hash) {
    if (signature() == SIGNATURE_LH) {
      return LittleEndian.i32(cells.array(), entry(index) + 4) != hash;
    }
    if (signature() == SIGNATURE_LF) {
      int hint = LittleEndian.u8(cells.array(), entry(index) + 4);
      return hint != 0
          && !name.isEmpty()
          && KeyNames.upperCase((char) hint) != KeyNames.upperCase(name.charAt(0));
    }
    return false;
  }

  /**
   * Where a name stands or would stand.
   *
   * @return its index, or the complement of the index of the first name behind it
   */
  int search(String name) throws IOException {
    int low = 0;
    int high = count() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = KeyNode.at(cells, key(middle)).compareName(name);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ~low;
  }

  /** Puts an entry before another one and gives the list, which has moved when it had no room. */
  SubkeyLeaf insert(int index, int key, String name) throws IOException {
    int count = count();
    if (HEADER_SIZE + (count + 1) * width() > cells.capacity(cell)) {
      SubkeyLeaf larger =
          create(cells, signature(), Math.min(MAX_ENTRIES, count + 1 + count / GROWTH));
      copyTo(larger, 0, count);
      cells.free(cell);
      return larger.insert(index, key, name);
    }
    byte[] bytes = cells.array();
    int at = entry(index);
    System.arraycopy(bytes, at, bytes, at + width(), (count - index) * width());
    LittleEndian.put32(bytes, at, key);
    if (signature() == SIGNATURE_LH) {
      LittleEndian.put32(bytes, at + 4, KeyNames.hash(name));
    } else if (signature() == SIGNATURE_LF) {
      LittleEndian.put32(bytes, at + 4, KeyNames.hint(name));
    }
    setCount(count + 1);
    return this;
  }

  void remove(int index) {
    byte[] bytes = cells.array();
    int count = count();
    System.arraycopy(bytes, entry(index + 1), bytes, entry(index), (count - index - 1) * width());
    setCount(count - 1);
  }

  /** Moves the upper half of the entries to a new list. */
  SubkeyLeaf split() throws IOException {
    int kept = count() / 2;
    SubkeyLeaf upper = create(cells, signature(), MAX_ENTRIES);
    copyTo(upper, kept, count() - kept);
    setCount(kept);
    return upper;
  }

  private static SubkeyLeaf create(Cells cells, int signature, int room) throws IOException {
    int width = signature == SIGNATURE_LI ? 4 : 8;
    int cell = cells.allocate(HEADER_SIZE + room * width);
    LittleEndian.put16(cells.array(), Cells.data(cell), signature);
    return new SubkeyLeaf(cells, cell);
  }

  private void copyTo(SubkeyLeaf target, int first, int count) {
    System.arraycopy(cells.array(), entry(first), cells.array(), target.entry(0), count * width());
    target.setCount(count);
  }

  private int signature() {
    return LittleEndian.u16(cells.array(), Cells.data(cell));
  }

  private int width() {
    return signature() == SIGNATURE_LI ? 4 : 8;
  }

  private int entry(int index) {
    return Cells.data(cell) + HEADER_SIZE + index * width();
  }

  private void setCount(int count) {
    LittleEndian.put16(cells.array(), Cells.data(cell) + 2, count);
  }
}
