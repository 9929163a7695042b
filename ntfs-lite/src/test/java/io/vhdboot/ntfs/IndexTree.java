package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads an index node by node and fails where a rule of its tree is broken. */
final class IndexTree {

  private final MemoryIndexStore store;
  private final List<byte[]> keys = new ArrayList<>();
  private final List<IndexItem> items = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();
  private int leafDepth = -1;
  private long used;

  private IndexTree(MemoryIndexStore store) {
    this.store = store;
  }

  /** All entries in their order. */
  static List<IndexItem> items(MemoryIndexStore store) throws IOException {
    return check(store).items;
  }

  /** Levels of blocks below the root. */
  static int depth(MemoryIndexStore store) throws IOException {
    return check(store).leafDepth;
  }

  /** How full the blocks are, 0 to 1. */
  static double fill(MemoryIndexStore store) throws IOException {
    IndexTree tree = check(store);
    return (double) tree.used / (store.blocks.size() * (long) store.blockSize);
  }

  private static IndexTree check(MemoryIndexStore store) throws IOException {
    IndexTree tree = new IndexTree(store);
    IndexRoot root = IndexRoot.get(store.root, 0, store.root.length, "root");
    IndexHeader header = root.header();
    assertThat(header.bytesAllocated()).isEqualTo(header.bytesInUse());
    assertThat(store.root).hasSize(IndexRoot.HEADER_OFFSET + header.bytesInUse());
    tree.node(store.root, IndexRoot.HEADER_OFFSET, header, 0);
    assertThat(tree.seen).isEqualTo(store.blocks.keySet());
    IndexCollation order =
        IndexCollation.of(root.collation(), UpCaseTable.windows7(), "test index");
    for (int i = 1; i < tree.keys.size(); i++) {
      byte[] a = tree.keys.get(i - 1);
      byte[] b = tree.keys.get(i);
      assertThat(order.compare(a, 0, a.length, b, 0, b.length)).isNegative();
    }
    return tree;
  }

  private void node(byte[] bytes, int headerOffset, IndexHeader header, int depth)
      throws IOException {
    int end = headerOffset + header.bytesInUse();
    int at = headerOffset + header.firstEntry();
    int before = items.size();
    while (true) {
      IndexEntry entry = IndexEntry.get(bytes, at, end, "node");
      assertThat(entry.hasChild()).isEqualTo(header.hasChildren());
      if (entry.hasChild()) {
        block(entry.child(), depth + 1);
      }
      at += entry.length();
      if (entry.isEnd()) {
        assertThat(entry.length())
            .isEqualTo(IndexEntry.HEADER_SIZE + (entry.hasChild() ? IndexEntry.CHILD_SIZE : 0));
        break;
      }
      IndexItem item = IndexItem.of(bytes, entry);
      items.add(item);
      keys.add(item.key());
    }
    assertThat(at).isEqualTo(end);
    for (int i = end; i < bytes.length; i++) {
      assertThat(bytes[i]).as("behind the end").isZero();
    }
    if (depth > 0) {
      used += end;
      assertThat(items.size()).as("entries of a block").isGreaterThan(before);
    }
    if (!header.hasChildren()) {
      assertThat(leafDepth).as("depth of leaves").isIn(-1, depth);
      leafDepth = depth;
    }
  }

  private void block(long vcn, int depth) throws IOException {
    assertThat(seen.add(vcn)).as("two ways to a block").isTrue();
    assertThat(depth).isLessThan(20);
    byte[] block = store.block(vcn);
    assertThat(IndexBlock.isPresent(block, 0)).isTrue();
    IndexHeader header =
        IndexHeader.get(block, IndexBlock.HEADER_OFFSET, block.length, "block " + vcn);
    assertThat(header.bytesAllocated()).isEqualTo(block.length - IndexBlock.HEADER_OFFSET);
    node(block, IndexBlock.HEADER_OFFSET, header, depth);
  }
}
