package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;

/**
 * Walks through an index in the order of its keys, around damaged blocks, and holds the tree
 * against all its rules.
 */
final class IndexCheck {

  /** Takes the entries one by one, in their order. */
  interface Visitor {
    /**
     * Takes an entry.
     *
     * @param node the bytes of its node
     */
    void visit(byte[] node, IndexEntry entry) throws IOException;
  }

  /** Deeper than any tree of 2^32 files that is a third full. */
  private static final int MAX_DEPTH = 24;

  private static final int MAX_BLOCK_SIZE = 64 << 10;
  private static final int KNOWN_FLAGS = IndexEntry.FLAG_CHILD | IndexEntry.FLAG_END;

  private final CheckedVolume volume;
  private final CheckedFile file;
  private final String name;
  private final Visitor visitor;
  private final BitSet reached = new BitSet();
  private final Deque<Node> path = new ArrayDeque<>();
  private IndexRoot root;
  private StreamContent blocks;
  private long blockCount;
  private int unitSize;
  private int leafDepth = -1;
  private KeyOrder order;
  private byte[] previous;
  private boolean ordered = true;

  /** A node on the way from the root to the current entry. */
  private static final class Node {
    final byte[] bytes;
    final int end;
    final boolean hasChildren;
    final String what;
    int position;
    int count;
    boolean childDone;
    boolean formReported;

    Node(byte[] bytes, int position, int end, boolean hasChildren, String what) {
      this.bytes = bytes;
      this.position = position;
      this.end = end;
      this.hasChildren = hasChildren;
      this.what = what;
    }
  }

  private IndexCheck(CheckedVolume volume, CheckedFile file, String name, Visitor visitor) {
    this.volume = volume;
    this.file = file;
    this.name = name;
    this.visitor = visitor;
  }

  /**
   * Walks through an index.
   *
   * @return whether the tree is as it must be
   */
  static boolean walk(CheckedVolume volume, CheckedFile file, String name, Visitor visitor)
      throws IOException {
    long before = volume.log().errors();
    IndexCheck check = new IndexCheck(volume, file, name, visitor);
    boolean whole = check.open();
    if (whole) {
      check.run();
      check.bitmap();
    }
    return whole && volume.log().errors() == before;
  }

  private void report(NtfsFindingKind kind, String what, String message) {
    volume.log().add(kind, file.number(), what + ": " + message);
  }

  private boolean open() throws IOException {
    String what = "index " + name;
    CheckedStream stream = file.find(AttributeType.INDEX_ROOT, name);
    if (stream == null) {
      report(NtfsFindingKind.INDEX_ROOT, what, "there is no root");
      return false;
    }
    byte[] bytes = stream.value();
    try {
      root = IndexRoot.get(bytes, 0, bytes.length, "root");
    } catch (CorruptFormatException e) {
      report(NtfsFindingKind.INDEX_ROOT, what, e.getMessage());
      return false;
    }
    IndexForm form = IndexForm.of(file, name);
    int blockSize = root.blockSize();
    if (blockSize < UpdateSequence.STRIDE
        || blockSize > MAX_BLOCK_SIZE
        || Integer.bitCount(blockSize) != 1
        || form != null && !form.isRight(root)) {
      report(
          NtfsFindingKind.INDEX_ROOT,
          what,
          String.format(
              "type %xh, collation %xh, blocks of %d bytes",
              root.attributeType(), root.collation(), Integer.toUnsignedLong(blockSize)));
      return false;
    }
    order = KeyOrder.of(root.collation(), volume.collation());
    unitSize = NtfsBootSector.indexUnit(blockSize, volume.clusters().clusterSize());
    checkRootHeader(what, bytes);
    CheckedStream allocation = file.find(AttributeType.INDEX_ALLOCATION, name);
    boolean hasBitmap = file.has(AttributeType.BITMAP, name);
    if (allocation != null != hasBitmap) {
      report(NtfsFindingKind.INDEX_ROOT, what, "$INDEX_ALLOCATION and $BITMAP do not go together");
    }
    if (root.header().hasChildren() && allocation == null) {
      report(NtfsFindingKind.INDEX_ROOT, what, "the root has sub-nodes, but there are no blocks");
    }
    if (allocation != null) {
      try {
        blocks = allocation.content(volume.clusters());
        blockCount = allocation.size() / blockSize;
        if (allocation.size() % blockSize != 0) {
          report(
              NtfsFindingKind.INDEX_BLOCK,
              what,
              allocation.size() + " bytes of blocks of " + blockSize);
        }
        if (!root.header().hasChildren()) {
          report(
              NtfsFindingKind.INDEX_UNUSUAL, what, "blocks are kept that the root does not need");
        }
      } catch (CorruptFormatException e) {
        report(NtfsFindingKind.INDEX_BLOCK, what, e.getMessage());
      }
    }
    IndexHeader header = root.header();
    push(
        new Node(
            bytes,
            IndexRoot.HEADER_OFFSET + header.firstEntry(),
            IndexRoot.HEADER_OFFSET + header.bytesInUse(),
            header.hasChildren(),
            what + " root"));
    return true;
  }

  private void checkRootHeader(String what, byte[] bytes) {
    IndexHeader header = root.header();
    if (root.blockSize() != volume.boot().indexBlockSize()) {
      report(NtfsFindingKind.INDEX_UNUSUAL, what, "blocks of " + root.blockSize() + " bytes");
    }
    if (root.unitsPerBlock() != root.blockSize() / unitSize) {
      report(
          NtfsFindingKind.INDEX_ROOT,
          what,
          "a block has " + root.blockSize() / unitSize + " units, not " + root.unitsPerBlock());
    }
    if (LittleEndian.u32(bytes, 0x0C) != root.unitsPerBlock()) {
      report(NtfsFindingKind.INDEX_UNUSUAL, what, "the root's padding is not 0");
    }
    if (header.firstEntry() != IndexHeader.SIZE
        || header.bytesInUse() != bytes.length - IndexRoot.HEADER_OFFSET) {
      report(
          NtfsFindingKind.INDEX_ROOT,
          what,
          "entries from "
              + header.firstEntry()
              + " to "
              + header.bytesInUse()
              + " in a root of "
              + bytes.length
              + " bytes");
    }
    if (header.bytesAllocated() != header.bytesInUse()) {
      // ntfs-3g opens no such directory.
      report(
          NtfsFindingKind.INDEX_ROOT,
          what,
          "the root's allocated size is not its size but "
              + Integer.toUnsignedLong(header.bytesAllocated()));
    }
    checkNodeFlags(what, bytes, IndexRoot.HEADER_OFFSET);
  }

  private void checkNodeFlags(String what, byte[] bytes, int header) {
    int flags = LittleEndian.u8(bytes, header + 0x0C);
    if ((flags & ~1) != 0) {
      report(NtfsFindingKind.INDEX_BLOCK, what, "unknown flags in " + flags);
    }
  }

  private void push(Node node) {
    path.push(node);
    if (!node.hasChildren) {
      int depth = path.size();
      if (leafDepth >= 0 && leafDepth != depth) {
        report(
            NtfsFindingKind.INDEX_DEPTH, node.what, "leaves at depths " + leafDepth + ", " + depth);
      }
      leafDepth = leafDepth < 0 ? depth : leafDepth;
    }
  }

  private void run() throws IOException {
    while (!path.isEmpty()) {
      Node node = path.peek();
      IndexEntry at;
      try {
        at = IndexEntry.get(node.bytes, node.position, node.end, node.what);
      } catch (CorruptFormatException e) {
        report(NtfsFindingKind.INDEX_ENTRY, node.what, e.getMessage());
        path.pop();
        continue;
      }
      if (!node.childDone) {
        checkEntry(node, at);
        if (at.hasChild()) {
          node.childDone = true;
          enter(at.child());
          continue;
        }
      }
      if (at.isEnd()) {
        if (node.position + at.length() != node.end) {
          report(
              NtfsFindingKind.INDEX_ENTRY,
              node.what,
              "entries end at " + (node.position + at.length()) + ", not " + node.end);
        }
        if (node.count == 0 && path.size() > 1) {
          report(
              node.hasChildren ? NtfsFindingKind.INDEX_UNUSUAL : NtfsFindingKind.INDEX_BLOCK,
              node.what,
              "the block has no entry");
        }
        path.pop();
        continue;
      }
      node.position += at.length();
      node.childDone = false;
      node.count++;
      checkOrder(node, at);
      visitor.visit(node.bytes, at);
    }
  }

  private void checkEntry(Node node, IndexEntry entry) {
    if ((entry.flags() & ~KNOWN_FLAGS) != 0) {
      report(NtfsFindingKind.INDEX_ENTRY, node.what, "an entry has the flags " + entry.flags());
    }
    if (entry.hasChild() != node.hasChildren && !node.formReported) {
      node.formReported = true;
      report(
          NtfsFindingKind.INDEX_BLOCK,
          node.what,
          "an entry is not as the node's flag says about sub-nodes");
    }
    if (entry.isEnd()) {
      if (entry.keyLength() != 0) {
        report(NtfsFindingKind.INDEX_ENTRY, node.what, "the end entry has a key");
      }
      int wanted = IndexEntry.HEADER_SIZE + (entry.hasChild() ? IndexEntry.CHILD_SIZE : 0);
      if (entry.length() != wanted) {
        report(NtfsFindingKind.INDEX_UNUSUAL, node.what, "an end entry of " + entry.length());
      }
    }
  }

  private void checkOrder(Node node, IndexEntry entry) {
    int from = entry.keyPosition();
    byte[] key = Arrays.copyOfRange(node.bytes, from, from + entry.keyLength());
    if (!order.isKey(key)) {
      report(NtfsFindingKind.INDEX_ENTRY, node.what, "a key of " + key.length + " bytes is no key");
      return;
    }
    if (previous != null && ordered && order.compare(previous, key) >= 0) {
      report(
          NtfsFindingKind.INDEX_ORDER,
          node.what,
          "the entry " + order.toString(key) + " does not sort behind the one before");
      // One entry out of order makes many more look so.
      ordered = false;
    }
    previous = key;
  }

  private void enter(long vcn) throws IOException {
    String what = "index " + name + " VCN " + vcn;
    int blockSize = root.blockSize();
    long index = vcn < 0 || vcn > Long.MAX_VALUE / unitSize ? -1 : vcn * unitSize / blockSize;
    if (blocks == null
        || index < 0
        || index >= blockCount
        || index > Integer.MAX_VALUE - 8
        || vcn * unitSize % blockSize != 0) {
      report(NtfsFindingKind.INDEX_BLOCK, what, "there is no such block");
      return;
    }
    if (reached.get((int) index)) {
      report(NtfsFindingKind.INDEX_BLOCK, what, "two entries lead to the block");
      return;
    }
    if (path.size() >= MAX_DEPTH) {
      report(NtfsFindingKind.INDEX_DEPTH, what, "the tree is deeper than any can be");
      return;
    }
    byte[] block = new byte[blockSize];
    IndexBlock node;
    try {
      blocks.read(vcn * unitSize, ByteBuffer.wrap(block));
      node = IndexBlock.get(block, 0, blockSize, vcn, what);
    } catch (CorruptFormatException e) {
      report(NtfsFindingKind.INDEX_BLOCK, what, e.getMessage());
      return;
    }
    reached.set((int) index);
    IndexHeader header = node.header();
    if (header.bytesAllocated() != blockSize - IndexBlock.HEADER_OFFSET) {
      report(
          NtfsFindingKind.INDEX_BLOCK, what, "allocated are " + header.bytesAllocated() + " bytes");
    }
    int arrayEnd = LittleEndian.u16(block, 4) + UpdateSequence.size(blockSize);
    if (IndexBlock.HEADER_OFFSET + header.firstEntry() < arrayEnd) {
      report(NtfsFindingKind.INDEX_BLOCK, what, "entries overlap the update sequence");
    }
    checkNodeFlags(what, block, IndexBlock.HEADER_OFFSET);
    push(
        new Node(
            block,
            IndexBlock.HEADER_OFFSET + header.firstEntry(),
            IndexBlock.HEADER_OFFSET + header.bytesInUse(),
            header.hasChildren(),
            what));
  }

  private void bitmap() throws IOException {
    CheckedStream stream = file.find(AttributeType.BITMAP, name);
    if (stream == null) {
      return;
    }
    String what = "index " + name;
    byte[] bits;
    try {
      // A bitmap that is larger than its blocks need is read as far as they need it, and a bit.
      long wanted = Math.min(stream.size(), blockCount / 8 + 4096);
      bits = new byte[(int) Math.min(wanted, Integer.MAX_VALUE - 8)];
      stream.content(volume.clusters()).read(0, ByteBuffer.wrap(bits));
    } catch (CorruptFormatException e) {
      report(NtfsFindingKind.INDEX_BITMAP, what, e.getMessage());
      return;
    }
    if (stream.size() * 8 < blockCount) {
      report(
          NtfsFindingKind.INDEX_BITMAP,
          what,
          "a bitmap of " + stream.size() + " bytes for " + blockCount + " blocks");
    }
    if (stream.size() % 8 != 0) {
      report(NtfsFindingKind.INDEX_UNUSUAL, what, "a bitmap of " + stream.size() + " bytes");
    }
    BitSet marked = BitSet.valueOf(bits);
    BitSet different = (BitSet) marked.clone();
    different.xor(reached);
    if (different.isEmpty()) {
      return;
    }
    int first = different.nextSetBit(0);
    String state =
        reached.get(first)
            ? " is in use but not marked"
            : first >= blockCount ? " is marked but not there" : " is marked but not reachable";
    report(
        NtfsFindingKind.INDEX_BITMAP,
        what,
        different.cardinality() + " bits are wrong: the first, block " + first + "," + state);
  }
}
