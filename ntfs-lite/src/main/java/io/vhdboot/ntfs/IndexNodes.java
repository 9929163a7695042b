package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes that one edit of an index reads and changes. The store sees the changes when the edit
 * is through; one that fails on its way, for want of space or because of damage, leaves the index
 * as it was.
 */
final class IndexNodes {

  private final IndexStore store;
  private final IndexCollation order;
  private final int blockSize;
  private final IndexNode root;
  private final IndexNode stored;
  private final byte[] rootBefore;
  private final Map<Long, IndexNode> blocks = new HashMap<>();
  private final List<IndexNode> changed = new ArrayList<>(4);
  private final List<Long> added = new ArrayList<>(0);
  private final List<Long> freed = new ArrayList<>(0);
  private final Map<Long, IndexNode> known;
  private boolean rootShown;

  /**
   * Opens an index.
   *
   * @param stored the root as the store has it
   * @param blockSize bytes of a block
   * @param known blocks as earlier edits left them, which spare reading them anew; this one adds to
   *     them
   */
  IndexNodes(
      IndexStore store,
      IndexCollation order,
      IndexNode stored,
      int blockSize,
      Map<Long, IndexNode> known) {
    this.known = known;
    this.store = store;
    this.order = order;
    this.blockSize = blockSize;
    this.rootBefore = stored.array();
    this.root = stored.copy();
    this.stored = stored;
  }

  IndexNode root() {
    return root;
  }

  /** A node below the root, which may be changed. */
  IndexNode block(long vcn) throws IOException {
    IndexNode node = blocks.get(vcn);
    if (node == null) {
      if (freed.contains(vcn)) {
        throw new CorruptFormatException(
            store.source(),
            CorruptFormatException.NO_OFFSET,
            "two nodes lead to the block at VCN " + vcn);
      }
      node = block(store, order, known, vcn).copy();
      blocks.put(vcn, node);
    }
    return node;
  }

  /**
   * A node below the root as the store has it, which must not be changed.
   *
   * @param known blocks that were read before
   */
  static IndexNode block(
      IndexStore store, IndexCollation order, Map<Long, IndexNode> known, long vcn)
      throws IOException {
    byte[] bytes = store.block(vcn);
    IndexNode node = known.get(vcn);
    if (node == null || !node.isOf(bytes)) {
      int room = bytes.length - IndexBlock.firstEntry(bytes.length);
      node = IndexNode.block(vcn, bytes, order, largest(room), store.source());
      known.put(vcn, node);
    }
    return node;
  }

  /** Bytes that an entry may take at most, so that every node that is too full can be divided. */
  static int largest(int room) {
    return (room - IndexEntry.HEADER_SIZE - IndexEntry.CHILD_SIZE) / 3 - IndexEntry.CHILD_SIZE;
  }

  /** Bytes that a new block has for its entries, the end included. */
  int room() {
    return blockSize - IndexBlock.firstEntry(blockSize);
  }

  /**
   * Bytes that a node has for its entries, the end included. The root never has more than a block,
   * so that two blocks can take what it cannot.
   */
  int room(IndexNode node) throws IOException {
    return node.isRoot()
        ? Math.min(store.rootLimit() - node.overhead(), room())
        : blockSize - node.overhead();
  }

  /** Whether the root was changed and has more than it has room for. */
  boolean isRootTooLarge() throws IOException {
    return isChanged(root) && root.size() > room(root);
  }

  /** Notes that a node was changed. */
  void touch(IndexNode node) {
    if (!isChanged(node)) {
      changed.add(node);
    }
  }

  private boolean isChanged(IndexNode node) {
    for (IndexNode other : changed) {
      if (other == node) {
        return true;
      }
    }
    return false;
  }

  /** A new block. */
  IndexNode add(List<IndexNode.Row> rows, long endChild) throws IOException {
    if (!root.hasChildren() && added.isEmpty()) {
      // The first block's attributes come into a record where the root still takes all the room.
      rootShown = true;
      store.setRoot(emptyRoot());
    }
    long vcn = store.addBlock();
    added.add(vcn);
    IndexNode node = IndexNode.newBlock(vcn, blockSize, rows, endChild, store.source());
    blocks.put(vcn, node);
    changed.add(node);
    return node;
  }

  /** Gives up a block, which no node leads to any more. */
  void free(IndexNode node) {
    blocks.remove(node.vcn());
    changed.remove(node);
    if (!freed.contains(node.vcn())) {
      freed.add(node.vcn());
    }
  }

  /** Hands all changes to the store. */
  void commit() throws IOException {
    if (changed.remove(root)) {
      rootShown = true;
      store.setRoot(root.toBytes());
    }
    for (IndexNode node : changed) {
      store.putBlock(node.vcn(), node.toBytes());
      known.put(node.vcn(), node);
    }
    for (long vcn : freed) {
      store.freeBlock(vcn);
    }
  }

  /** Takes back what the store has seen already. */
  void abandon() throws IOException {
    for (long vcn : added) {
      store.freeBlock(vcn);
    }
    if (rootShown) {
      store.setRoot(rootBefore);
    }
  }

  private byte[] emptyRoot() {
    IndexNode empty = stored.copy();
    empty.setRows(List.of(), IndexEntry.NO_CHILD);
    return empty.toBytes();
  }
}
