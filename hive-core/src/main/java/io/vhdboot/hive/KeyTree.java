package io.vhdboot.hive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The cells of a key and of all that is in it, gathered before the first of them is given back, so
 * that damage is met while nothing has been changed yet.
 */
final class KeyTree {

  private final Cells cells;
  private final List<Integer> all = new ArrayList<>();
  private final Set<Integer> seen = new HashSet<>();
  private final List<Integer> keys = new ArrayList<>();
  private final Map<Integer, Long> securityReferences = new TreeMap<>();

  private KeyTree(Cells cells) {
    this.cells = cells;
  }

  static KeyTree of(Cells cells, int key) throws IOException {
    KeyTree tree = new KeyTree(cells);
    Deque<Integer> open = new ArrayDeque<>();
    open.push(key);
    while (!open.isEmpty()) {
      tree.add(KeyNode.at(cells, open.pop()), open);
    }
    for (int security : tree.securityReferences.keySet()) {
      SecurityCell.at(cells, security).checkNeighbours();
    }
    return tree;
  }

  /** Gives all cells back. */
  void free(Hive hive) throws IOException {
    for (int key : keys) {
      hive.forget(key);
    }
    for (int cell : all) {
      cells.free(cell);
    }
    for (Map.Entry<Integer, Long> entry : securityReferences.entrySet()) {
      SecurityCell.at(cells, entry.getKey()).dropReferences(entry.getValue());
    }
  }

  private void add(KeyNode key, Deque<Integer> open) throws IOException {
    take(key.cell());
    keys.add(key.cell());
    if (key.security() != Cells.NONE) {
      securityReferences.merge(key.security(), 1L, Long::sum);
    }
    if (!key.className().isEmpty()) {
      take(key.classNameCell());
    }
    ValueList values = ValueList.of(key);
    for (int i = 0; i < values.count(); i++) {
      ValueCell value = values.get(i);
      take(value.cell());
      for (int data : value.dataCells()) {
        take(data);
      }
    }
    if (values.count() > 0) {
      take(key.valueList());
    }
    if (key.subkeyCount() > 0) {
      SubkeyList subkeys = SubkeyList.at(cells, key.subkeyList());
      for (int own : subkeys.ownCells()) {
        take(own);
      }
      subkeys.keys().forEach(open::push);
    }
  }

  private void take(int cell) throws IOException {
    if (!seen.add(cell)) {
      throw cells.corrupt(cell, "a cell is used twice below the key to delete");
    }
    all.add(cell);
  }
}
