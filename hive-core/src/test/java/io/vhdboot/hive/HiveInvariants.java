package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What must hold in every hive that we made from nothing. */
final class HiveInvariants {

  private HiveInvariants() {}

  /**
   * Every cell in use belongs to exactly one thing, security cells count right, lists ascend, and
   * no bound is too small.
   */
  static void check(Hive hive) throws IOException {
    Cells cells = hive.cells();
    Set<Integer> used = new TreeSet<>();
    Map<Integer, Integer> references = new HashMap<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(hive.root().cell()));
    while (!open.isEmpty()) {
      KeyNode key = KeyNode.at(cells, open.pop());
      take(used, key.cell());
      references.merge(key.security(), 1, Integer::sum);
      if (!key.className().isEmpty()) {
        take(used, key.classNameCell());
      }
      byte[] bytes = cells.array();
      int data = Cells.data(key.cell());
      ValueList values = ValueList.of(key);
      if (values.count() > 0) {
        take(used, key.valueList());
      }
      for (int i = 0; i < values.count(); i++) {
        ValueCell value = values.get(i);
        take(used, value.cell());
        for (int cell : value.dataCells()) {
          take(used, cell);
        }
        assertThat(LittleEndian.i32(bytes, data + 0x3C))
            .isGreaterThanOrEqualTo(2 * value.name().length());
        assertThat(LittleEndian.i32(bytes, data + 0x40)).isGreaterThanOrEqualTo(value.dataSize());
      }
      if (key.subkeyCount() == 0) {
        assertThat(key.subkeyList()).isEqualTo(Cells.NONE);
        continue;
      }
      SubkeyList list = SubkeyList.at(cells, key.subkeyList());
      list.ownCells().forEach(cell -> take(used, cell));
      assertThat((long) list.keys().size()).isEqualTo(key.subkeyCount());
      assertThat(list.isSorted()).isTrue();
      for (int child : list.keys()) {
        KeyNode node = KeyNode.at(cells, child);
        assertThat(node.parent()).isEqualTo(key.cell());
        assertThat(LittleEndian.u16(bytes, data + 0x34))
            .isGreaterThanOrEqualTo(2 * node.name().length());
        assertThat(list.scan(node.name())).as("hint of %s", node.name()).isEqualTo(child);
        open.push(child);
      }
    }
    for (Map.Entry<Integer, Integer> entry : references.entrySet()) {
      take(used, entry.getKey());
      assertThat(SecurityCell.at(cells, entry.getKey()).references())
          .isEqualTo(entry.getValue().longValue());
    }
    assertThat(used).isEqualTo(inUse(cells));
    assertThat(HiveCheck.check(hive)).isEmpty();
  }

  /** Security cells of any hive, also one we only edited, count the keys that use them. */
  static void checkReferences(Hive hive) throws IOException {
    Map<Integer, Long> references = new HashMap<>();
    Deque<HiveKey> open = new ArrayDeque<>(List.of(hive.root()));
    while (!open.isEmpty()) {
      HiveKey key = open.pop();
      references.merge(key.node().security(), 1L, Long::sum);
      open.addAll(key.subkeys());
    }
    for (Map.Entry<Integer, Long> entry : references.entrySet()) {
      assertThat(SecurityCell.at(hive.cells(), entry.getKey()).references())
          .as("security cell %x", entry.getKey())
          .isEqualTo(entry.getValue());
    }
  }

  private static void take(Set<Integer> used, int cell) {
    assertThat(used.add(cell)).as("cell %x is used once", cell).isTrue();
  }

  /** The cells in use, by walking over all bins. */
  private static Set<Integer> inUse(Cells cells) throws IOException {
    Set<Integer> found = new HashSet<>();
    for (int bin = 0; bin < cells.size(); ) {
      int end = bin + HiveBin.checkedSize(cells, bin);
      boolean wasFree = false;
      for (int at = bin + HiveBin.HEADER_SIZE; at < end; ) {
        int size = LittleEndian.i32(cells.array(), at);
        assertThat(size % 8).isZero();
        assertThat(size).isNotZero();
        assertThat(wasFree && size > 0).as("free neighbours are joined").isFalse();
        if (size < 0) {
          found.add(at);
        }
        wasFree = size > 0;
        at += Math.abs(size);
      }
      bin = end;
    }
    return found;
  }
}
