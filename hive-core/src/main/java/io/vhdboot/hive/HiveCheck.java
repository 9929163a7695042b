package io.vhdboot.hive;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.hive.HiveFinding.Severity;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks at every cell of a hive: whether the bins are full of cells, whether each cell in use
 * belongs to one thing, whether subkeys stand in the order and beside the hashes that Windows
 * searches by, whether counts and bounds hold. Nothing is changed.
 */
public final class HiveCheck {

  /** So many findings are told one by one. */
  private static final int MAX_FINDINGS = 1000;

  private static final String BINS = "bins";

  private final Hive hive;
  private final Cells cells;
  private final List<HiveFinding> findings = new ArrayList<>();
  private final BitSet used = new BitSet();
  private final Map<Integer, Long> securityUses = new TreeMap<>();

  private HiveCheck(Hive hive) {
    this.hive = hive;
    this.cells = hive.cells();
  }

  /** What is wrong with a hive, at most {@value #MAX_FINDINGS} findings; empty when nothing is. */
  public static List<HiveFinding> check(Hive hive) throws IOException {
    return List.copyOf(new HiveCheck(hive).run());
  }

  private record Step(KeyNode key, String path, int depth) {}

  private List<HiveFinding> run() throws IOException {
    cells.fetchAll();
    if (hive.state() == HiveState.DIRTY) {
      error(BINS, "the hive is dirty, and no log that fits was given");
    }
    boolean tiled = checkTiling();
    KeyNode root = hive.root().node();
    if ((root.flags() & KeyNode.FLAG_ROOT) == 0) {
      note("", "the root key is not marked as one");
    }
    Deque<Step> open = new ArrayDeque<>(List.of(new Step(root, "", 0)));
    while (!open.isEmpty() && findings.size() < MAX_FINDINGS) {
      Step step = open.pop();
      try {
        checkKey(step, open);
      } catch (CorruptFormatException e) {
        error(step.path(), e.getMessage());
      }
    }
    checkSecurity();
    if (tiled && findings.stream().noneMatch(each -> each.severity() == Severity.ERROR)) {
      checkUnused();
    }
    return findings;
  }

  /** Whether cells fill the bins. */
  private boolean checkTiling() throws IOException {
    try {
      cells.forEachCell((offset, size) -> {});
      return true;
    } catch (CorruptFormatException e) {
      error(BINS, e.getMessage());
      return false;
    }
  }

  private void checkKey(Step step, Deque<Step> open) throws IOException {
    KeyNode key = step.key();
    if (!take(key.cell(), step.path())) {
      return;
    }
    if (step.depth() > HiveKey.MAX_DEPTH) {
      error(step.path(), "lies more than " + HiveKey.MAX_DEPTH + " levels deep");
      return;
    }
    if (key.security() == Cells.NONE) {
      error(step.path(), "has no security descriptor");
    } else {
      securityUses.merge(key.security(), 1L, Long::sum);
    }
    if (!key.className().isEmpty()) {
      take(key.classNameCell(), step.path());
    }
    int[] bounds = key.bounds();
    checkValues(step, bounds);
    checkSubkeys(step, bounds, open);
  }

  private void checkValues(Step step, int[] bounds) throws IOException {
    KeyNode key = step.key();
    ValueList values = ValueList.of(key);
    if (values.count() == 0) {
      return;
    }
    take(key.valueList(), step.path());
    Set<String> names = new HashSet<>();
    for (int i = 0; i < values.count(); i++) {
      ValueCell value = values.get(i);
      if (!take(value.cell(), step.path())) {
        return;
      }
      String name = value.name();
      for (int data : value.dataCells()) {
        take(data, step.path());
      }
      if (!names.add(KeyNames.upperCase(name))) {
        error(step.path(), "has two values named \"" + name + "\"");
      }
      if (Integer.toUnsignedLong(bounds[2]) < 2L * name.length()
          || Integer.toUnsignedLong(bounds[3]) < value.dataSize()) {
        note(step.path(), "says that its values are shorter than \"" + name + "\"");
      }
    }
  }

  private void checkSubkeys(Step step, int[] bounds, Deque<Step> open) throws IOException {
    KeyNode key = step.key();
    if (key.subkeyCount() == 0) {
      if (key.subkeyList() != Cells.NONE) {
        note(step.path(), "has no subkeys, but a list of them");
      }
      return;
    }
    SubkeyList list = SubkeyList.at(cells, key.subkeyList());
    for (int own : list.ownCells()) {
      take(own, step.path());
    }
    long count = 0;
    String before = null;
    for (SubkeyLeaf leaf : list.leaves()) {
      for (int i = 0; i < leaf.count(); i++) {
        KeyNode child = KeyNode.at(cells, leaf.key(i));
        String name = child.name();
        String path = step.path().isEmpty() ? name : step.path() + "\\" + name;
        count++;
        if (before != null && KeyNames.compare(before, name) >= 0) {
          error(path, "stands behind \"" + before + "\", where Windows does not find it");
        }
        before = name;
        if (leaf.isRuledOut(i, name, KeyNames.hash(name))) {
          error(path, "stands beside another name's hash or first letters");
        }
        if (child.parent() != key.cell()) {
          error(path, "names another key as its parent");
        }
        if (bounds[0] < 2 * name.length()
            || Integer.toUnsignedLong(bounds[1]) < 2L * child.className().length()) {
          note(step.path(), "says that its subkeys' names are shorter than \"" + name + "\"");
        }
        open.push(new Step(child, path, step.depth() + 1));
      }
    }
    if (count != key.subkeyCount()) {
      error(step.path(), "counts " + key.subkeyCount() + " subkeys, but lists " + count);
    }
  }

  private void checkSecurity() throws IOException {
    Set<Integer> ring = new HashSet<>();
    int first = securityUses.isEmpty() ? Cells.NONE : securityUses.keySet().iterator().next();
    try {
      int at = first;
      while (at != Cells.NONE && ring.add(at)) {
        SecurityCell security = SecurityCell.at(cells, at);
        security.checkNeighbours();
        take(at, BINS);
        at = security.next();
      }
      if (at != first) {
        error(BINS, "the ring of security cells does not close");
      }
      for (Map.Entry<Integer, Long> use : securityUses.entrySet()) {
        if (!ring.contains(use.getKey())) {
          error(BINS, String.format("security cell %xh is not in the ring", use.getKey()));
        } else if (SecurityCell.at(cells, use.getKey()).references() != use.getValue()) {
          error(
              BINS,
              String.format(
                  "security cell %xh counts %d keys, but %d use it",
                  use.getKey(), SecurityCell.at(cells, use.getKey()).references(), use.getValue()));
        }
      }
    } catch (CorruptFormatException e) {
      error(BINS, e.getMessage());
    }
  }

  private void checkUnused() throws IOException {
    long[] lost = new long[2];
    cells.forEachCell(
        (offset, size) -> {
          if (size < 0 && !used.get(offset / Integer.BYTES)) {
            lost[0]++;
            lost[1] -= size;
          }
        });
    if (lost[0] > 0) {
      note(BINS, lost[0] + " cells in use (" + lost[1] + " bytes) belong to nothing");
    }
  }

  private boolean take(int cell, String path) {
    boolean isNew = !used.get(cell / Integer.BYTES);
    if (!isNew) {
      error(path, String.format("uses cell %xh, which something else uses as well", cell));
    }
    used.set(cell / Integer.BYTES);
    return isNew;
  }

  private void error(String place, String problem) {
    add(Severity.ERROR, place, problem);
  }

  private void note(String place, String problem) {
    add(Severity.NOTE, place, problem);
  }

  private void add(Severity severity, String place, String problem) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(new HiveFinding(severity, place.isEmpty() ? "<root>" : place, problem));
    }
  }
}
