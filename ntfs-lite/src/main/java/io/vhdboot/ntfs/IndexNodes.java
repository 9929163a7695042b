package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final byte[] rootBefore;
  private final Map<Long, IndexNode> blocks = new LinkedHashMap<>();
  private final Set<IndexNode> changed = new LinkedHashSet<>();
  private final List<Long> added = new ArrayList<>();
  private final Set<Long> freed = new LinkedHashSet<>();
  private final Map<Long, IndexNode> known;
  private boolean rootShown;

  /**
   * Opens an index.
   *
   * @param known blocks as earlier edits left them, which spare reading them anew; this one adds to
   *     them
   */
  IndexNodes(
      IndexStore store,
      IndexCollation order,
      byte[] rootBytes,
      int blockSize,
      Map<Long, IndexNode> known)
      throws IOException {
    this.known = known;
    this.store = store;
    this.order = order;
    this.blockSize = blockSize;
    this.rootBefore = rootBytes;
    this.root = IndexNode.root(rootBytes.clone(), order, store.source());
  }

  IndexNode root() {
    return root;
  }

  /** A node below the root. */
  IndexNode block(long vcn) throws IOException {
    IndexNode node = blocks.get(vcn);
    if (node == null) {
      if (freed.contains(vcn)) {
        throw new CorruptFormatException(
            store.source(),
            CorruptFormatException.NO_OFFSET,
            "two nodes lead to the block at VCN " + vcn);
      }
      byte[] bytes = store.block(vcn);
      IndexNode read = known.get(vcn);
      if (read == null || !read.isOf(bytes)) {
        int room = bytes.length - IndexBlock.firstEntry(bytes.length);
        read = IndexNode.block(vcn, bytes, order, largest(room), store.source());
        known.put(vcn, read);
      }
      node = read.copy();
      blocks.put(vcn, node);
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
    return changed.contains(root) && root.size() > room(root);
  }

  /** Notes that a node was changed. */
  void touch(IndexNode node) {
    changed.add(node);
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
    freed.add(node.vcn());
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

  private byte[] emptyRoot() throws IOException {
    IndexNode empty = IndexNode.root(rootBefore.clone(), order, store.source());
    empty.setRows(List.of(), IndexEntry.NO_CHILD);
    return empty.toBytes();
  }
}
