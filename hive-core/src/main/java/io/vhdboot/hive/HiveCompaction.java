package io.vhdboot.hive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Copies a hive's keys one behind the other into new bins. */
final class HiveCompaction {

  private final Hive from;
  private final Cells to;
  private final boolean hashes;
  private final boolean segmented;
  private final Map<Integer, SecurityCell> security = new HashMap<>();
  private SecurityCell firstSecurity;

  private HiveCompaction(Hive from) {
    this.from = from;
    this.to = new Cells(from.name(), new byte[0]);
    this.hashes = from.hasHashLists();
    this.segmented = from.hasBigData();
  }

  /** A key that is copied, and its copy. */
  private record Step(HiveKey key, KeyNode copy) {}

  static Hive of(Hive hive) throws IOException {
    return new HiveCompaction(hive).copy();
  }

  private Hive copy() throws IOException {
    KeyNode root = copyKey(from.root(), Cells.NONE);
    Deque<Step> open = new ArrayDeque<>(List.of(new Step(from.root(), root)));
    while (!open.isEmpty()) {
      Step step = open.pop();
      List<Step> subkeys = copySubkeys(step);
      for (int i = subkeys.size() - 1; i >= 0; i--) {
        open.push(subkeys.get(i));
      }
    }
    BaseBlock base = BaseBlock.of(from.base().toBytes());
    base.setRoot(root.cell());
    return Hive.edited(base, to);
  }

  private List<Step> copySubkeys(Step step) throws IOException {
    List<HiveKey> keys = new ArrayList<>(step.key().subkeys());
    keys.sort(Comparator.comparing(HiveKey::name, KeyNames::compare));
    List<Step> steps = new ArrayList<>(keys.size());
    for (HiveKey key : keys) {
      KeyNode copy = copyKey(key, step.copy().cell());
      step.copy().admitSubkey(key.name());
      step.copy().admitClassName(copy.className());
      steps.add(new Step(key, copy));
    }
    SubkeyList list = SubkeyList.of(to, steps.stream().map(Step::copy).toList(), hashes);
    step.copy().setSubkeyList(list.cell());
    step.copy().setSubkeyCount(steps.size());
    return steps;
  }

  private KeyNode copyKey(HiveKey key, int parent) throws IOException {
    KeyNode source = key.node();
    KeyNode copy = KeyNode.create(to, key.name(), 0, source.time(), parent, Cells.NONE);
    copy.copyMarks(source);
    copy.setClassName(source.className());
    if (source.security() != Cells.NONE) {
      SecurityCell shared = security(source.security());
      shared.addReference();
      copy.setSecurity(shared.cell());
    }
    ValueList values = ValueList.of(copy);
    for (HiveValue value : key.values()) {
      ValueCell made = ValueCell.create(to, value.name());
      made.setData(value.type(), value.data(), segmented);
      values.add(made);
      copy.admitValue(value.name(), value.size());
    }
    return copy;
  }

  private SecurityCell security(int cell) throws IOException {
    SecurityCell known = security.get(cell);
    if (known != null) {
      return known;
    }
    byte[] descriptor = SecurityCell.at(from.cells(), cell).descriptor();
    SecurityCell found = null;
    for (SecurityCell other : security.values()) {
      if (Arrays.equals(other.descriptor(), descriptor)) {
        found = other;
      }
    }
    if (found == null) {
      found =
          firstSecurity == null
              ? SecurityCell.createFirst(to, descriptor)
              : firstSecurity.withDescriptor(descriptor);
      firstSecurity = firstSecurity == null ? found : firstSecurity;
    }
    security.put(cell, found);
    return found;
  }
}
