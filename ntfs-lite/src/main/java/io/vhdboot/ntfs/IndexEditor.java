package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.IndexNode.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds, inserts, replaces and removes the entries of an index. The tree stays what Windows
 * expects: all leaves at one depth, none of them empty, each key in one place, inner nodes
 * included.
 *
 * <p>A node that overflows is divided, its middle entry moves up. What is added behind a node's
 * last entry leaves that node full: names mostly come in ascending order, and half-empty nodes
 * would stay behind them. A node that falls below a third joins its neighbour where both fit in one
 * block. The root takes back what is left when it fits.
 *
 * <p>An edit that fails leaves the index as it was. For use by one thread.
 */
final class IndexEditor {

  /** Bytes of the smallest value of $INDEX_ROOT from which blocks can hang. */
  static final int LEAST_ROOT = IndexRoot.SIZE + IndexEntry.HEADER_SIZE + IndexEntry.CHILD_SIZE;

  /** Blocks that are remembered: the way to a leaf, and to another one beside it. */
  private static final int MAX_KNOWN = 8;

  private final IndexStore store;
  private final IndexCollation order;
  private final Map<Long, IndexNode> known =
      new LinkedHashMap<>(MAX_KNOWN, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, IndexNode> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  /** The root as it was read or left last. */
  private IndexNode root;

  private int blockSize;

  /**
   * Creates an editor.
   *
   * @param store the nodes
   * @param order the order that the root names
   */
  IndexEditor(IndexStore store, IndexCollation order) {
    this.store = store;
    this.order = order;
  }

  /** A node on the way down and the place of the entry before or at which it goes on. */
  private record Step(IndexNode node, int place) {}

  /** An entry that moves up from between two halves of a node. */
  private record Raised(IndexItem item, long left, long right) {}

  /** The entry of a key. */
  Optional<IndexItem> find(byte[] key) throws IOException {
    return find(key, order);
  }

  /**
   * An entry whose key is equal in a coarser order than the index' own, such as that of {@link
   * IndexCollation#ignoringCase}; any of them where there are several.
   */
  Optional<IndexItem> find(byte[] key, IndexCollation coarser) throws IOException {
    load();
    IndexNode node = root;
    for (int depth = 0; depth <= IndexCursor.MAX_DEPTH; depth++) {
      int place = node.search(coarser, key);
      if (node.matches(coarser, place, key)) {
        return Optional.of(node.item(place));
      }
      if (!node.hasChildren()) {
        return Optional.empty();
      }
      node = IndexNodes.block(store, order, known, node.child(place));
    }
    throw grownTogether(node.vcn());
  }

  /** Looks at entries and says whether it wants to see another. */
  interface Visitor {
    boolean visit(IndexItem item) throws IOException;
  }

  /** Shows entries in their order, from the first one that does not sort before a key. */
  void visit(byte[] from, Visitor visitor) throws IOException {
    IndexNodes nodes = open();
    List<Step> path = descend(nodes, from, order);
    Set<Long> seen = new HashSet<>();
    path.forEach(step -> seen.add(step.node.vcn()));
    while (!path.isEmpty()) {
      int last = path.size() - 1;
      Step step = path.get(last);
      if (step.place == step.node.count()) {
        path.remove(last);
        continue;
      }
      if (!visitor.visit(step.node.item(step.place))) {
        return;
      }
      path.set(last, new Step(step.node, step.place + 1));
      for (IndexNode node = step.node; node.hasChildren(); ) {
        node = below(nodes, path);
        if (!seen.add(node.vcn())) {
          throw grownTogether(node.vcn());
        }
        path.add(new Step(node, 0));
      }
    }
  }

  /**
   * Adds an entry.
   *
   * @throws IllegalArgumentException when the index has its key already
   * @throws UnsupportedFormatException when the index' blocks are too small for such an entry
   */
  void insert(IndexItem item) throws IOException {
    edit(
        nodes -> {
          if (!place(nodes, item, true, false)) {
            throw new IllegalArgumentException(
                "item (" + item + ") must have a key that " + store.source() + " has not");
          }
          return true;
        });
  }

  /**
   * Replaces the entry that has the key of another by that one.
   *
   * @throws IllegalArgumentException when the index has no such key
   */
  void replace(IndexItem item) throws IOException {
    edit(
        nodes -> {
          if (!place(nodes, item, false, true)) {
            throw new IllegalArgumentException(
                "item (" + item + ") must have a key that " + store.source() + " has");
          }
          return true;
        });
  }

  /**
   * Replaces the entry of a directory that has the key of another, and leads to the same file.
   *
   * @return whether there was one, and it was another
   */
  boolean update(IndexItem item) throws IOException {
    return edit(
        nodes -> {
          List<Step> path = descend(nodes, item.key(), order);
          Step last = path.get(path.size() - 1);
          if (!last.node.matches(order, last.place, item.key())) {
            return false;
          }
          IndexItem now = last.node.item(last.place);
          if (now.reference() != item.reference() || now.equals(item)) {
            return false;
          }
          replaceAt(nodes, path, path.size() - 1, item);
          return true;
        });
  }

  /** Replaces the entry that has the key of another by that one, or adds it. */
  void put(IndexItem item) throws IOException {
    edit(nodes -> place(nodes, item, true, true));
  }

  /**
   * Removes the entry of a key.
   *
   * @return whether there was one
   */
  boolean remove(byte[] key) throws IOException {
    return edit(nodes -> remove(nodes, key));
  }

  /**
   * Makes the root as small as it can be, {@link #LEAST_ROOT} bytes, by moving its entries into a
   * block: for a record that needs the room.
   */
  void lowerRoot() throws IOException {
    edit(
        nodes -> {
          lower(nodes);
          return true;
        });
  }

  private interface Edit {
    boolean run(IndexNodes nodes) throws IOException;
  }

  private boolean edit(Edit edit) throws IOException {
    IndexNodes nodes = open();
    boolean done = false;
    try {
      boolean result = edit.run(nodes);
      // Blocks that were added may have taken room from the root's record.
      if (nodes.isRootTooLarge()) {
        lower(nodes);
      }
      nodes.commit();
      root = nodes.root();
      done = true;
      return result;
    } finally {
      if (!done) {
        nodes.abandon();
      }
    }
  }

  private IndexNodes open() throws IOException {
    load();
    return new IndexNodes(store, order, root, blockSize, known);
  }

  /** Reads the root, unless it is known. */
  private void load() throws IOException {
    byte[] bytes = store.root();
    if (root != null && root.isOf(bytes)) {
      return;
    }
    blockSize = IndexRoot.get(bytes, 0, bytes.length, store.source()).blockSize();
    if (blockSize < UpdateSequence.STRIDE
        || blockSize > IndexCursor.MAX_BLOCK_SIZE
        || Integer.bitCount(blockSize) != 1) {
      throw new UnsupportedFormatException(
          store.source(), 8, "index blocks of " + Integer.toUnsignedLong(blockSize) + " bytes");
    }
    root = IndexNode.root(bytes, order, store.source());
  }

  /** Inserts or replaces, as allowed; says whether it did. */
  private boolean place(IndexNodes nodes, IndexItem item, boolean inserts, boolean replaces)
      throws IOException {
    byte[] key = item.key();
    String problem = order.problem(key, 0, key.length);
    if (problem != null) {
      throw new IllegalArgumentException("item (" + item + ") must fit the index: " + problem);
    }
    int largest = IndexNodes.largest(nodes.room());
    if (item.size() > largest) {
      throw tooSmall(item.size() + " bytes in blocks that take " + largest);
    }
    List<Step> path = descend(nodes, key, order);
    Step last = path.get(path.size() - 1);
    boolean isThere = last.node.matches(order, last.place, key);
    if (isThere && replaces) {
      replaceAt(nodes, path, path.size() - 1, item);
    } else if (!isThere && inserts) {
      raise(nodes, path, path.size() - 1, new Raised(item, IndexEntry.NO_CHILD, 0));
    } else {
      return false;
    }
    return true;
  }

  private UnsupportedFormatException tooSmall(String what) {
    return new UnsupportedFormatException(
        store.source(), UnsupportedFormatException.NO_OFFSET, "an index entry of " + what);
  }

  /** The way to a key: to its entry, or to the place in a leaf where it would be. */
  private List<Step> descend(IndexNodes nodes, byte[] key, IndexCollation by) throws IOException {
    List<Step> path = new ArrayList<>();
    IndexNode node = nodes.root();
    while (true) {
      int place = node.search(by, key);
      path.add(new Step(node, place));
      if (node.matches(by, place, key) || !node.hasChildren()) {
        return path;
      }
      node = below(nodes, path);
    }
  }

  /** The node to which the last step leads. */
  private IndexNode below(IndexNodes nodes, List<Step> path) throws IOException {
    Step last = path.get(path.size() - 1);
    long vcn = last.node.child(last.place);
    for (Step step : path) {
      if (step.node.vcn() == vcn) {
        throw grownTogether(vcn);
      }
    }
    if (path.size() == IndexCursor.MAX_DEPTH) {
      throw grownTogether(vcn);
    }
    return nodes.block(vcn);
  }

  private CorruptFormatException grownTogether(long vcn) {
    return new CorruptFormatException(
        store.source(),
        CorruptFormatException.NO_OFFSET,
        "the tree leads to the block at VCN " + vcn + " twice or is too deep");
  }

  /**
   * Puts an entry in at the end of a path, divides the node if it is too full, puts the entry from
   * its middle into the node above, and so on.
   */
  private void raise(IndexNodes nodes, List<Step> path, int level, Raised raised)
      throws IOException {
    Raised next = raised;
    for (int at = level; next != null; at = Math.max(0, at - 1)) {
      IndexNode node = path.get(at).node;
      int place = path.get(at).place;
      if (node.hasChildren()) {
        node.setChild(place, next.right);
      }
      nodes.touch(node);
      Row row = new Row(next.item, next.left);
      if (node.size() + node.sizeOf(row.item()) <= nodes.room(node)) {
        node.insert(place, row);
        return;
      }
      List<Row> rows = node.rows();
      rows.add(place, row);
      next = divide(nodes, path, at, rows, place == rows.size() - 1);
    }
  }

  private void replaceAt(IndexNodes nodes, List<Step> path, int level, IndexItem item)
      throws IOException {
    IndexNode node = path.get(level).node;
    int place = path.get(level).place;
    nodes.touch(node);
    int growth = item.size() - node.item(place).size();
    if (growth <= 0 || node.size() + growth <= nodes.room(node)) {
      node.replace(place, item);
      return;
    }
    List<Row> rows = node.rows();
    rows.set(place, new Row(item, rows.get(place).child()));
    Raised raised = divide(nodes, path, level, rows, false);
    if (raised != null) {
      raise(nodes, path, Math.max(0, level - 1), raised);
    }
  }

  /**
   * Spreads the entries that a node should have, but has no room for, over two blocks. Those of the
   * root go into new ones, and the root leads there.
   *
   * @param isAppended whether the last entry is new
   * @return what is to be put into the node above, or null
   */
  private Raised divide(
      IndexNodes nodes, List<Step> path, int level, List<Row> rows, boolean isAppended)
      throws IOException {
    IndexNode node = path.get(level).node;
    long endChild = node.child(node.count());
    if (!node.isRoot()) {
      int middle = isAppended && rows.size() > 2 ? rows.size() - 2 : middle(nodes, node, rows);
      Row up = rows.get(middle);
      IndexNode right = nodes.add(rows.subList(middle + 1, rows.size()), endChild);
      node.setRows(rows.subList(0, middle), up.child());
      return new Raised(up.item(), node.vcn(), right.vcn());
    }
    Raised raised = null;
    IndexNode left;
    if (node.sizeOf(rows) <= nodes.room()) {
      left = nodes.add(rows, endChild);
    } else {
      int middle = middle(nodes, node, rows);
      Row up = rows.get(middle);
      left = nodes.add(rows.subList(0, middle), up.child());
      IndexNode right = nodes.add(rows.subList(middle + 1, rows.size()), endChild);
      raised = new Raised(up.item(), left.vcn(), right.vcn());
    }
    node.setRows(List.of(), left.vcn());
    nodes.touch(node);
    path.set(level, new Step(node, 0));
    return raised;
  }

  /** The entry that leaves the two sides of it as equal as they can be, neither of them empty. */
  private int middle(IndexNodes nodes, IndexNode node, List<Row> rows)
      throws UnsupportedFormatException {
    int total = node.sizeOf(rows);
    int before = node.sizeOf(rows.get(0).item());
    int best = 1;
    int bestLarger = Integer.MAX_VALUE;
    for (int i = 1; i < rows.size() - 1; i++) {
      int size = node.sizeOf(rows.get(i).item());
      int larger = Math.max(before, total - before - size);
      if (larger < bestLarger) {
        bestLarger = larger;
        best = i;
      }
      before += size;
    }
    // Cannot be but where a root has entries too large for a block.
    if (bestLarger > nodes.room() - IndexEntry.HEADER_SIZE - IndexEntry.CHILD_SIZE) {
      throw tooSmall(before + " bytes or more in blocks that have room for " + nodes.room());
    }
    return best;
  }

  private void lower(IndexNodes nodes) throws IOException {
    IndexNode root = nodes.root();
    for (int i = 0; i < IndexCursor.MAX_DEPTH && !root.isEmpty(); i++) {
      List<Step> path = new ArrayList<>(List.of(new Step(root, 0)));
      Raised raised = divide(nodes, path, 0, root.rows(), false);
      if (raised != null) {
        raise(nodes, path, 0, raised);
      }
    }
  }

  private boolean remove(IndexNodes nodes, byte[] key) throws IOException {
    List<Step> found = descend(nodes, key, order);
    Step last = found.get(found.size() - 1);
    if (!last.node.matches(order, last.place, key)) {
      return false;
    }
    List<Step> path = pathToLeaf(nodes, key);
    int level = levelOf(path, key);
    Step leaf = path.get(path.size() - 1);
    if (level < path.size() - 1) {
      // The last entry of the leaf before it takes its place, and is taken out of that leaf.
      if (leaf.node.isEmpty()) {
        throw new CorruptFormatException(
            store.source(),
            CorruptFormatException.NO_OFFSET,
            "the leaf at VCN " + leaf.node.vcn() + " is empty");
      }
      IndexItem before = leaf.node.item(leaf.node.count() - 1);
      replaceAt(nodes, path, level, before);
      path = pathToLeaf(nodes, before.key());
      leaf = path.get(path.size() - 1);
      leaf = new Step(leaf.node, leaf.node.count() - 1);
    }
    leaf.node.remove(leaf.place);
    nodes.touch(leaf.node);
    settle(nodes, path, path.size() - 1);
    shrinkRoot(nodes);
    return true;
  }

  /**
   * The way to a key and, where that stands in an inner node, on to the end of the leaf before it.
   * On the way no block is without entries but the last.
   */
  private List<Step> pathToLeaf(IndexNodes nodes, byte[] key) throws IOException {
    for (int attempt = 0; attempt < 2 * IndexCursor.MAX_DEPTH; attempt++) {
      List<Step> path = descend(nodes, key, order);
      while (path.get(path.size() - 1).node.hasChildren()) {
        IndexNode node = below(nodes, path);
        path.add(new Step(node, node.count()));
      }
      int starved = 1;
      while (starved < path.size() - 1 && !path.get(starved).node.isEmpty()) {
        starved++;
      }
      if (starved >= path.size() - 1) {
        return path;
      }
      // Not of our making: an inner block with a sub-node and no entry.
      settle(nodes, path, starved);
      shrinkRoot(nodes);
    }
    throw new CorruptFormatException(
        store.source(), CorruptFormatException.NO_OFFSET, "the tree has too many empty blocks");
  }

  private int levelOf(List<Step> path, byte[] key) {
    int level = 0;
    while (level < path.size() - 1) {
      Step step = path.get(level);
      if (step.node.matches(order, step.place, key)) {
        break;
      }
      level++;
    }
    return level;
  }

  /** Joins a block that lost an entry with its neighbour, or fills it from there, and so on up. */
  private void settle(IndexNodes nodes, List<Step> path, int level) throws IOException {
    for (int at = level; at > 0; at--) {
      IndexNode node = path.get(at).node;
      if (node.size() > nodes.room(node) / 3) {
        return;
      }
      IndexNode parent = path.get(at - 1).node;
      if (parent.isEmpty()) {
        return;
      }
      int place = path.get(at - 1).place;
      int between = place < parent.count() ? place : place - 1;
      IndexNode left = between == place ? node : nodes.block(parent.child(between));
      IndexNode right = between == place ? nodes.block(parent.child(between + 1)) : node;
      if (left == right || left.hasChildren() != right.hasChildren()) {
        throw new CorruptFormatException(
            store.source(),
            CorruptFormatException.NO_OFFSET,
            "the blocks at VCN " + left.vcn() + " and " + right.vcn() + " cannot be neighbours");
      }
      List<Row> rows = left.rows();
      rows.add(new Row(parent.item(between), left.child(left.count())));
      rows.addAll(right.rows());
      long endChild = right.child(right.count());
      if (left.sizeOf(rows) <= nodes.room(left)) {
        left.setRows(rows, endChild);
        nodes.touch(left);
        parent.setChild(between + 1, left.vcn());
        parent.remove(between);
        nodes.touch(parent);
        nodes.free(right);
      } else if (node.isEmpty()) {
        int middle = middle(nodes, left, rows);
        Row up = rows.get(middle);
        left.setRows(rows.subList(0, middle), up.child());
        right.setRows(rows.subList(middle + 1, rows.size()), endChild);
        nodes.touch(left);
        nodes.touch(right);
        path.set(at - 1, new Step(parent, between));
        replaceAt(nodes, path, at - 1, up.item());
        return;
      } else {
        return;
      }
    }
  }

  /** Takes a lone block below the root into the root, where it leaves room for as much again. */
  private void shrinkRoot(IndexNodes nodes) throws IOException {
    IndexNode root = nodes.root();
    for (int i = 0; i < IndexCursor.MAX_DEPTH && root.isEmpty() && root.hasChildren(); i++) {
      IndexNode only = nodes.block(root.child(0));
      if (!only.isEmpty() && only.size() > nodes.room(root) / 2) {
        return;
      }
      root.setRows(only.rows(), only.child(only.count()));
      nodes.touch(root);
      nodes.free(only);
    }
  }
}
