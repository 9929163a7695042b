package io.vhdboot.hive;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * All subkeys of a key: one {@link SubkeyLeaf}, or a cell that names several, which together are
 * sorted:
 *
 * <pre>
 * 0  2  "ri"
 * 2  2  number of lists
 * 4  n  lists, 4 bytes each
 * </pre>
 */
final class SubkeyList {

  private static final int SIGNATURE_RI = 0x6972;
  private static final int HEADER_SIZE = 4;
  private static final int MAX_LEAVES = 0xFFFF;

  /** No key takes fewer bytes, so no hive can hold more keys than bytes divided by this. */
  private static final int MIN_KEY_SIZE = 80;

  private final Cells cells;
  private final List<SubkeyLeaf> leaves = new ArrayList<>();

  /** The cell that a key points at; {@link Cells#NONE} while there are no subkeys. */
  private int cell;

  private boolean indirect;

  private SubkeyList(Cells cells, int cell) {
    this.cells = cells;
    this.cell = cell;
  }

  /** Reads the shape of a list; names are looked at when searched for. */
  static SubkeyList at(Cells cells, int offset) throws CorruptFormatException {
    SubkeyList list = new SubkeyList(cells, offset);
    if (offset == Cells.NONE) {
      return list;
    }
    int cell = cells.check(offset, HEADER_SIZE, "a subkey list");
    if (LittleEndian.u16(cells.array(), Cells.data(cell)) != SIGNATURE_RI) {
      list.leaves.add(SubkeyLeaf.at(cells, cell));
      list.checkSize();
      return list;
    }
    list.indirect = true;
    int count = LittleEndian.u16(cells.array(), Cells.data(cell) + 2);
    cells.check(cell, HEADER_SIZE + count * Integer.BYTES, "a list of subkey lists");
    for (int i = 0; i < count; i++) {
      list.leaves.add(SubkeyLeaf.at(cells, LittleEndian.i32(cells.array(), list.entry(i))));
    }
    list.checkSize();
    return list;
  }

  /** What the key's subkey list field must hold. */
  int cell() {
    return cell;
  }

  /** The cells of all subkeys, in their order. */
  List<Integer> keys() {
    List<Integer> keys = new ArrayList<>();
    for (SubkeyLeaf leaf : leaves) {
      for (int i = 0; i < leaf.count(); i++) {
        keys.add(leaf.key(i));
      }
    }
    return keys;
  }

  /** The cells of the list itself. */
  List<Integer> ownCells() {
    List<Integer> own = new ArrayList<>(leaves.stream().map(SubkeyLeaf::cell).toList());
    if (indirect) {
      own.add(cell);
    }
    return own;
  }

  /** The cell of the key of that name as Windows finds it, by halving, or {@link Cells#NONE}. */
  int search(String name) throws CorruptFormatException {
    int which = leafFor(name);
    if (which == leaves.size()) {
      return Cells.NONE;
    }
    int index = leaves.get(which).search(name);
    return index < 0 ? Cells.NONE : leaves.get(which).key(index);
  }

  /** The cell of the first key of that name wherever it stands, or {@link Cells#NONE}. */
  int scan(String name) throws CorruptFormatException {
    int hash = KeyNames.hash(name);
    for (SubkeyLeaf leaf : leaves) {
      for (int i = 0; i < leaf.count(); i++) {
        if (!leaf.isRuledOut(i, name, hash)
            && KeyNames.compare(KeyNode.at(cells, leaf.key(i)).name(), name) == 0) {
          return leaf.key(i);
        }
      }
    }
    return Cells.NONE;
  }

  /** Whether the names ascend, so that {@link #search} finds all of them. */
  boolean isSorted() throws CorruptFormatException {
    if (leaves.size() > 1 && leaves.stream().anyMatch(leaf -> leaf.count() == 0)) {
      return false;
    }
    String before = null;
    for (int key : keys()) {
      String name = KeyNode.at(cells, key).name();
      if (before != null && KeyNames.compare(before, name) >= 0) {
        return false;
      }
      before = name;
    }
    return true;
  }

  /** Adds a key that is not in the list. */
  void insert(int key, String name, boolean hashes) throws IOException {
    if (leaves.isEmpty()) {
      SubkeyLeaf only = SubkeyLeaf.create(cells, hashes, 1).insert(0, key, name);
      leaves.add(only);
      if (indirect) {
        writeLeaves();
      } else {
        cell = only.cell();
      }
      return;
    }
    int which = Math.min(leafFor(name), leaves.size() - 1);
    SubkeyLeaf leaf = leaves.get(which);
    if (leaf.count() >= SubkeyLeaf.MAX_ENTRIES) {
      leaves.add(which + 1, leaf.split());
      writeLeaves();
      which = leafFor(name);
      which = Math.min(which, leaves.size() - 1);
      leaf = leaves.get(which);
    }
    int index = leaf.search(name);
    SubkeyLeaf grown = leaf.insert(index < 0 ? ~index : index, key, name);
    if (grown.cell() != leaf.cell()) {
      leaves.set(which, grown);
      if (indirect) {
        LittleEndian.put32(cells.array(), entry(which), grown.cell());
      } else {
        cell = grown.cell();
      }
    }
  }

  /** Takes a key out of the list; nothing happens when it is not in it. */
  void remove(int key) throws IOException {
    for (int which = 0; which < leaves.size(); which++) {
      SubkeyLeaf leaf = leaves.get(which);
      for (int i = 0; i < leaf.count(); i++) {
        if (leaf.key(i) == key) {
          leaf.remove(i);
          if (leaf.count() == 0) {
            leaves.remove(which);
            cells.free(leaf.cell());
            afterLeafRemoved(which);
          }
          return;
        }
      }
    }
  }

  private void afterLeafRemoved(int which) throws IOException {
    if (!leaves.isEmpty()) {
      byte[] bytes = cells.array();
      System.arraycopy(
          bytes, entry(which + 1), bytes, entry(which), (leaves.size() - which) * Integer.BYTES);
      LittleEndian.put16(bytes, Cells.data(cell) + 2, leaves.size());
      return;
    }
    if (indirect) {
      cells.free(cell);
      indirect = false;
    }
    cell = Cells.NONE;
  }

  /**
   * The first leaf whose last name is not before a name; the number of leaves when there is none.
   */
  private int leafFor(String name) throws CorruptFormatException {
    if (leaves.size() == 1) {
      return 0;
    }
    int low = 0;
    int high = leaves.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      SubkeyLeaf leaf = leaves.get(middle);
      boolean before =
          leaf.count() == 0
              || KeyNames.compare(KeyNode.at(cells, leaf.key(leaf.count() - 1)).name(), name) < 0;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Writes the cell that names the leaves, in a larger one when it has no room. */
  private void writeLeaves() throws IOException {
    if (leaves.size() > MAX_LEAVES) {
      throw new NoSpaceException(
          "a list of subkey lists in " + cells.source(), leaves.size(), MAX_LEAVES);
    }
    int needed = HEADER_SIZE + leaves.size() * Integer.BYTES;
    if (!indirect || cells.capacity(cell) < needed) {
      int larger = cells.allocate(indirect ? needed + needed / 2 : needed);
      if (indirect) {
        cells.free(cell);
      }
      cell = larger;
      indirect = true;
    }
    byte[] bytes = cells.array();
    LittleEndian.put16(bytes, Cells.data(cell), SIGNATURE_RI);
    LittleEndian.put16(bytes, Cells.data(cell) + 2, leaves.size());
    for (int i = 0; i < leaves.size(); i++) {
      LittleEndian.put32(bytes, entry(i), leaves.get(i).cell());
    }
  }

  private void checkSize() throws CorruptFormatException {
    long total = 0;
    for (SubkeyLeaf leaf : leaves) {
      total += leaf.count();
    }
    if (total > cells.size() / MIN_KEY_SIZE) {
      throw cells.corrupt(
          cell, "a subkey list names " + total + " keys, more than the hive has room for");
    }
  }

  private int entry(int index) {
    return Cells.data(cell) + HEADER_SIZE + index * Integer.BYTES;
  }
}
