package io.vhdboot.hive;

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
 *
 * <p>Searching and editing look only at the lists on the way.
 */
final class SubkeyList {

  private static final int SIGNATURE_RI = 0x6972;
  private static final int HEADER_SIZE = 4;
  private static final int MAX_LEAVES = 0xFFFF;

  /** No key takes fewer bytes, so no hive can hold more keys than bytes divided by this. */
  private static final int MIN_KEY_SIZE = 80;

  private final Cells cells;

  /** The cell that a key points at; {@link Cells#NONE} while there are no subkeys. */
  private int cell;

  private boolean indirect;
  private int leafCount;

  private SubkeyList(Cells cells, int cell) {
    this.cells = cells;
    this.cell = cell;
  }

  /** Reads the shape of a list; names are looked at when searched for. */
  static SubkeyList at(Cells cells, int offset) throws IOException {
    SubkeyList list = new SubkeyList(cells, offset);
    if (offset == Cells.NONE) {
      return list;
    }
    int cell = cells.check(offset, HEADER_SIZE, "a subkey list");
    if (LittleEndian.u16(cells.array(), Cells.data(cell)) != SIGNATURE_RI) {
      SubkeyLeaf.at(cells, cell);
      list.leafCount = 1;
      return list;
    }
    list.indirect = true;
    list.leafCount = LittleEndian.u16(cells.array(), Cells.data(cell) + 2);
    cells.check(cell, HEADER_SIZE + list.leafCount * Integer.BYTES, "a list of subkey lists");
    return list;
  }

  /** Makes the list of keys whose names ascend. */
  static SubkeyList of(Cells cells, List<KeyNode> keys, boolean hashes) throws IOException {
    SubkeyList list = new SubkeyList(cells, Cells.NONE);
    List<Integer> leaves = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += SubkeyLeaf.MAX_ENTRIES) {
      List<KeyNode> part = keys.subList(from, Math.min(keys.size(), from + SubkeyLeaf.MAX_ENTRIES));
      SubkeyLeaf leaf = SubkeyLeaf.create(cells, hashes, part.size());
      for (int i = 0; i < part.size(); i++) {
        leaf = leaf.insert(i, part.get(i).cell(), part.get(i).name());
      }
      leaves.add(leaf.cell());
    }
    if (leaves.size() == 1) {
      list.cell = leaves.get(0);
      list.leafCount = 1;
    } else if (!leaves.isEmpty()) {
      list.writeLeaves(leaves);
    }
    return list;
  }

  /** What the key's subkey list field must hold. */
  int cell() {
    return cell;
  }

  /** The lists that hold the keys. */
  List<SubkeyLeaf> leaves() throws IOException {
    List<SubkeyLeaf> leaves = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < leafCount; i++) {
      SubkeyLeaf leaf = leaf(i);
      total += leaf.count();
      if (total > cells.size() / MIN_KEY_SIZE) {
        throw cells.corrupt(
            cell, "a subkey list names " + total + " keys, more than the hive has room for");
      }
      leaves.add(leaf);
    }
    return leaves;
  }

  /** The cells of all subkeys, in their order. */
  List<Integer> keys() throws IOException {
    List<Integer> keys = new ArrayList<>();
    for (SubkeyLeaf leaf : leaves()) {
      for (int i = 0; i < leaf.count(); i++) {
        keys.add(leaf.key(i));
      }
    }
    return keys;
  }

  /** The cells of the list itself. */
  List<Integer> ownCells() throws IOException {
    List<Integer> own = new ArrayList<>();
    leaves().forEach(leaf -> own.add(leaf.cell()));
    if (indirect) {
      own.add(cell);
    }
    return own;
  }

  /** The cell of the key of that name as Windows finds it, by halving, or {@link Cells#NONE}. */
  int search(String name) throws IOException {
    int which = leafFor(name);
    if (which == leafCount) {
      return Cells.NONE;
    }
    SubkeyLeaf leaf = leaf(which);
    int index = leaf.search(name);
    return index < 0 ? Cells.NONE : leaf.key(index);
  }

  /** The cell of the first key of that name wherever it stands, or {@link Cells#NONE}. */
  int scan(String name) throws IOException {
    int hash = KeyNames.hash(name);
    for (SubkeyLeaf leaf : leaves()) {
      for (int i = 0; i < leaf.count(); i++) {
        if (!leaf.isRuledOut(i, name, hash)
            && KeyNode.at(cells, leaf.key(i)).compareName(name) == 0) {
          return leaf.key(i);
        }
      }
    }
    return Cells.NONE;
  }

  /** Whether the names ascend, so that {@link #search} finds all of them. */
  boolean isSorted() throws IOException {
    String before = null;
    for (SubkeyLeaf leaf : leaves()) {
      if (leafCount > 1 && leaf.count() == 0) {
        return false;
      }
      for (int i = 0; i < leaf.count(); i++) {
        String name = KeyNode.at(cells, leaf.key(i)).name();
        if (before != null && KeyNames.compare(before, name) >= 0) {
          return false;
        }
        before = name;
      }
    }
    return true;
  }

  /** Adds a key that is not in the list. */
  void insert(int key, String name, boolean hashes) throws IOException {
    if (leafCount == 0) {
      SubkeyLeaf only = SubkeyLeaf.create(cells, hashes, 1).insert(0, key, name);
      if (indirect) {
        cells.free(cell);
        indirect = false;
      }
      cell = only.cell();
      leafCount = 1;
      return;
    }
    int which = Math.min(leafFor(name), leafCount - 1);
    SubkeyLeaf leaf = leaf(which);
    if (leaf.count() >= SubkeyLeaf.MAX_ENTRIES) {
      insertLeaf(which + 1, leaf.split());
      which = Math.min(leafFor(name), leafCount - 1);
      leaf = leaf(which);
    }
    int index = leaf.search(name);
    SubkeyLeaf grown = leaf.insert(index < 0 ? ~index : index, key, name);
    if (grown.cell() != leaf.cell()) {
      if (indirect) {
        LittleEndian.put32(cells.array(), entry(which), grown.cell());
      } else {
        cell = grown.cell();
      }
    }
  }

  /** Takes a key out of the list; nothing happens when it is not in it. */
  void remove(int key, String name) throws IOException {
    int which = leafFor(name);
    if (which < leafCount) {
      SubkeyLeaf leaf = leaf(which);
      int index = leaf.search(name);
      if (index >= 0 && leaf.key(index) == key) {
        remove(which, index);
        return;
      }
    }
    List<SubkeyLeaf> leaves = leaves();
    for (int i = 0; i < leaves.size(); i++) {
      for (int j = 0; j < leaves.get(i).count(); j++) {
        if (leaves.get(i).key(j) == key) {
          remove(i, j);
          return;
        }
      }
    }
  }

  private void remove(int which, int index) throws IOException {
    SubkeyLeaf leaf = leaf(which);
    leaf.remove(index);
    if (leaf.count() > 0) {
      return;
    }
    cells.free(leaf.cell());
    leafCount--;
    if (leafCount > 0) {
      byte[] bytes = cells.array();
      System.arraycopy(
          bytes, entry(which + 1), bytes, entry(which), (leafCount - which) * Integer.BYTES);
      LittleEndian.put16(bytes, Cells.data(cell) + 2, leafCount);
      return;
    }
    if (indirect) {
      cells.free(cell);
      indirect = false;
    }
    cell = Cells.NONE;
  }

  private SubkeyLeaf leaf(int which) throws IOException {
    return SubkeyLeaf.at(cells, indirect ? LittleEndian.i32(cells.array(), entry(which)) : cell);
  }

  /**
   * The first leaf whose last name is not before a name; the number of leaves when there is none.
   */
  private int leafFor(String name) throws IOException {
    if (leafCount == 1) {
      return 0;
    }
    int low = 0;
    int high = leafCount;
    while (low < high) {
      int middle = (low + high) >>> 1;
      SubkeyLeaf leaf = leaf(middle);
      boolean before =
          leaf.count() == 0 || KeyNode.at(cells, leaf.key(leaf.count() - 1)).compareName(name) < 0;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void insertLeaf(int which, SubkeyLeaf leaf) throws IOException {
    List<Integer> all = new ArrayList<>(leafCount + 1);
    for (int i = 0; i < leafCount; i++) {
      all.add(indirect ? LittleEndian.i32(cells.array(), entry(i)) : cell);
    }
    all.add(which, leaf.cell());
    writeLeaves(all);
  }

  /** Writes the cell that names the leaves, in a larger one when it has no room. */
  private void writeLeaves(List<Integer> leaves) throws IOException {
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
    leafCount = leaves.size();
    byte[] bytes = cells.array();
    LittleEndian.put16(bytes, Cells.data(cell), SIGNATURE_RI);
    LittleEndian.put16(bytes, Cells.data(cell) + 2, leafCount);
    for (int i = 0; i < leafCount; i++) {
      LittleEndian.put32(bytes, entry(i), leaves.get(i));
    }
  }

  private int entry(int index) {
    return Cells.data(cell) + HEADER_SIZE + index * Integer.BYTES;
  }
}
