package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Walks through an index in the order of its keys, holding one block for each level of the tree.
 * For use by one thread.
 */
final class IndexCursor {

  /** Compares an entry's key with what is looked for: negative when the key sorts before it. */
  interface KeyOrder {
    int compare(byte[] node, IndexEntry entry) throws CorruptFormatException;
  }

  /** Deeper than any tree of 2^48 files that is a third full. */
  static final int MAX_DEPTH = 40;

  static final int MAX_BLOCK_SIZE = 64 << 10;

  private final StreamContent blocks;
  private final int blockSize;
  private final int unitSize;
  private final String source;
  private final Deque<Node> path = new ArrayDeque<>();
  private final Set<Long> seen = new HashSet<>();
  private byte[] bytes;
  private IndexEntry entry;

  /** A node on the way from the root to the current entry. */
  private static final class Node {
    final byte[] bytes;
    final int end;
    int position;
    boolean childDone;

    Node(byte[] bytes, int position, int end) {
      this.bytes = bytes;
      this.position = position;
      this.end = end;
    }
  }

  private IndexCursor(StreamContent blocks, int blockSize, int unitSize, String source) {
    this.blocks = blocks;
    this.blockSize = blockSize;
    this.unitSize = unitSize;
    this.source = source;
  }

  /**
   * A cursor before the first entry of a file's index.
   *
   * @param file the file's attributes
   * @param name the name of the index, such as {@code $I30}
   * @param clusters the volume's clusters
   * @throws CorruptFormatException when the file has no such index
   */
  static IndexCursor open(AttributeSet file, String name, ClusterSpace clusters)
      throws IOException {
    return open(file, name, blocks(file, name), clusters);
  }

  /** The blocks of a file's index, or null when it has none beside its root. */
  static StreamContent blocks(AttributeSet file, String name) throws IOException {
    NtfsAttribute allocation = file.find(AttributeType.INDEX_ALLOCATION, name).orElse(null);
    return allocation == null ? null : allocation.content();
  }

  /**
   * A cursor before the first entry of a file's index, whose blocks are read as the caller has it.
   */
  static IndexCursor open(
      AttributeSet file, String name, StreamContent blocks, ClusterSpace clusters)
      throws IOException {
    String source = file.source() + ", index " + name;
    NtfsAttribute rootAttribute =
        file.find(AttributeType.INDEX_ROOT, name)
            .orElseThrow(
                () ->
                    new CorruptFormatException(
                        source, CorruptFormatException.NO_OFFSET, "the index has no root"));
    byte[] bytes = rootAttribute.value(MAX_BLOCK_SIZE);
    IndexRoot root = IndexRoot.get(bytes, 0, bytes.length, source);
    int blockSize = root.blockSize();
    if (blockSize < UpdateSequence.STRIDE
        || blockSize > MAX_BLOCK_SIZE
        || Integer.bitCount(blockSize) != 1) {
      throw new UnsupportedFormatException(
          source, 8, "index blocks of " + Integer.toUnsignedLong(blockSize) + " bytes");
    }
    IndexCursor cursor =
        new IndexCursor(
            blocks, blockSize, NtfsBootSector.indexUnit(blockSize, clusters.clusterSize()), source);
    cursor.push(bytes, IndexRoot.HEADER_OFFSET, root.header());
    return cursor;
  }

  /**
   * Goes before the first entry that does not sort before what is looked for. To be called before
   * the first {@link #next}.
   */
  void seek(KeyOrder order) throws IOException {
    while (true) {
      Node node = path.peek();
      IndexEntry at = IndexEntry.get(node.bytes, node.position, node.end, source);
      while (!at.isEnd() && order.compare(node.bytes, at) < 0) {
        node.position += at.length();
        at = IndexEntry.get(node.bytes, node.position, node.end, source);
      }
      if (!at.hasChild()) {
        return;
      }
      node.childDone = true;
      push(at.child());
    }
  }

  /** Goes to the next entry and says whether there is one. */
  boolean next() throws IOException {
    while (!path.isEmpty()) {
      Node node = path.peek();
      IndexEntry at = IndexEntry.get(node.bytes, node.position, node.end, source);
      if (at.hasChild() && !node.childDone) {
        node.childDone = true;
        push(at.child());
      } else if (at.isEnd()) {
        path.pop();
      } else {
        node.position += at.length();
        node.childDone = false;
        bytes = node.bytes;
        entry = at;
        return true;
      }
    }
    entry = null;
    return false;
  }

  /** The current entry. */
  IndexEntry entry() {
    return entry;
  }

  /** The bytes of the node that holds the current entry. */
  byte[] bytes() {
    return bytes;
  }

  /** What exceptions call the index. */
  String source() {
    return source;
  }

  private void push(long vcn) throws IOException {
    // Each block has one parent: one that comes twice is a loop, or a tree grown together.
    if (path.size() >= MAX_DEPTH || !seen.add(vcn)) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "the tree leads to the block at VCN " + vcn + " twice or is too deep");
    }
    if (blocks == null
        || vcn < 0
        || vcn > Long.MAX_VALUE / unitSize
        || vcn * unitSize > blocks.size() - blockSize) {
      throw new CorruptFormatException(
          source, CorruptFormatException.NO_OFFSET, "there is no index block at VCN " + vcn);
    }
    byte[] block = new byte[blockSize];
    blocks.read(vcn * unitSize, ByteBuffer.wrap(block));
    IndexBlock node = IndexBlock.get(block, 0, blockSize, vcn, source + " block " + vcn);
    push(block, IndexBlock.HEADER_OFFSET, node.header());
  }

  private void push(byte[] node, int headerOffset, IndexHeader header) {
    path.push(
        new Node(node, headerOffset + header.firstEntry(), headerOffset + header.bytesInUse()));
  }
}
