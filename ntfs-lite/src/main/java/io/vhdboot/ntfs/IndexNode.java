package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A node of an index that is edited, the root or a block. Its entries are known by their place
 * among each other; the one behind the last is the end entry.
 */
final class IndexNode {

  /** What the root has in place of a VCN. */
  static final long ROOT = -1;

  private static final int FIRST_CAPACITY = 64;

  private final long vcn;
  private final int headerOffset;
  private final String source;
  private byte[] bytes;
  private int first;
  private int end;
  private boolean hasChildren;
  private int[] positions;
  private int count;
  private boolean isShared;

  /**
   * An entry with what lies before it.
   *
   * @param item the entry
   * @param child the VCN of its sub-node, or {@link IndexEntry#NO_CHILD}
   */
  record Row(IndexItem item, long child) {}

  private IndexNode(long vcn, byte[] bytes, int headerOffset, String source) {
    this(vcn, bytes, headerOffset, source, new int[FIRST_CAPACITY]);
  }

  private IndexNode(long vcn, byte[] bytes, int headerOffset, String source, int[] positions) {
    this.vcn = vcn;
    this.bytes = bytes;
    this.headerOffset = headerOffset;
    this.source = source;
    this.positions = positions;
  }

  /**
   * Reads the value of $INDEX_ROOT.
   *
   * @param value the bytes, which the node changes unless it is a {@link #copy}
   * @throws CorruptFormatException when its entries are not those of a node
   */
  static IndexNode root(byte[] value, IndexCollation order, String source)
      throws CorruptFormatException, UnsupportedFormatException {
    IndexNode node = new IndexNode(ROOT, value, IndexRoot.HEADER_OFFSET, source + ", root");
    node.load(order, value.length);
    return node;
  }

  /**
   * Reads a block.
   *
   * @param block the bytes, which the node changes unless it is a {@link #copy}
   * @param largest the most bytes that an entry may take without sub-node
   * @throws CorruptFormatException when its entries are not those of a node
   * @throws UnsupportedFormatException when an entry is too large to be edited
   */
  static IndexNode block(long vcn, byte[] block, IndexCollation order, int largest, String source)
      throws CorruptFormatException, UnsupportedFormatException {
    IndexNode node = new IndexNode(vcn, block, IndexBlock.HEADER_OFFSET, source + ", block " + vcn);
    node.load(order, largest);
    return node;
  }

  /** A new block with these entries, as {@link #setRows} takes them. */
  static IndexNode newBlock(long vcn, int blockSize, List<Row> rows, long endChild, String source) {
    byte[] bytes = new byte[blockSize];
    int first = IndexBlock.firstEntry(blockSize);
    IndexBlock.putHeader(bytes, 0, blockSize, vcn, first, false);
    IndexNode node = new IndexNode(vcn, bytes, IndexBlock.HEADER_OFFSET, source + ", block " + vcn);
    node.first = first;
    node.end = first;
    node.setRows(rows, endChild);
    return node;
  }

  /**
   * The same node for another edit. Bytes and positions are copied when that edit changes them;
   * this node must not be changed any more.
   */
  IndexNode copy() {
    IndexNode copy = new IndexNode(vcn, bytes, headerOffset, source, positions);
    copy.first = first;
    copy.end = end;
    copy.hasChildren = hasChildren;
    copy.count = count;
    copy.isShared = true;
    return copy;
  }

  /** Whether it was read from this very array, whose content never changes. */
  boolean isOf(byte[] array) {
    return bytes == array;
  }

  /** The array it was read from. */
  byte[] array() {
    return bytes;
  }

  private void own() {
    if (isShared) {
      bytes = bytes.clone();
      positions = positions.clone();
      isShared = false;
    }
  }

  private void load(IndexCollation order, int largest)
      throws CorruptFormatException, UnsupportedFormatException {
    IndexHeader header = IndexHeader.get(bytes, headerOffset, bytes.length, source);
    first = headerOffset + header.firstEntry();
    end = headerOffset + header.bytesInUse();
    hasChildren = header.hasChildren();
    locate();
    for (int i = 0; i <= count; i++) {
      IndexEntry entry = entry(i);
      if (entry.hasChild() != hasChildren || hasChildren && entry.child() < 0) {
        throw new CorruptFormatException(
            source,
            entry.position(),
            "an entry and its node disagree whether there are sub-nodes, or it has none");
      }
      if (!entry.isEnd()) {
        order.check(bytes, entry, source);
        if (entry.length() - (hasChildren ? IndexEntry.CHILD_SIZE : 0) > largest) {
          throw new UnsupportedFormatException(
              source,
              entry.position(),
              "an entry of " + entry.length() + " bytes in a block of " + bytes.length);
        }
      }
    }
  }

  /** Finds where the entries are, and checks that they fill the node. */
  private void locate() throws CorruptFormatException {
    count = 0;
    int at = first;
    while (true) {
      IndexEntry entry = IndexEntry.get(bytes, at, end, source);
      reserve(count + 1);
      positions[count] = at;
      at += entry.length();
      if (entry.isEnd()) {
        break;
      }
      count++;
    }
    if (at != end) {
      throw new CorruptFormatException(
          source, at, "the entries end here, not at " + end + " as their header says");
    }
  }

  long vcn() {
    return vcn;
  }

  boolean isRoot() {
    return vcn == ROOT;
  }

  boolean hasChildren() {
    return hasChildren;
  }

  /** The number of entries without the end. */
  int count() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Bytes that the entries take with the end. */
  int size() {
    return end - first;
  }

  /** Bytes before the first entry. */
  int overhead() {
    return first;
  }

  /** The place of the first entry whose key does not sort before this one. */
  int search(IndexCollation order, byte[] key) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = low + high >>> 1;
      if (compare(order, middle, key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether the entry at a place has this key. */
  boolean matches(IndexCollation order, int place, byte[] key) {
    return place < count && compare(order, place, key) == 0;
  }

  private int compare(IndexCollation order, int place, byte[] key) {
    int position = positions[place];
    return order.compare(
        bytes,
        position + IndexEntry.HEADER_SIZE,
        LittleEndian.u16(bytes, position + 0x0A),
        key,
        0,
        key.length);
  }

  IndexItem item(int place) throws CorruptFormatException {
    return IndexItem.of(bytes, entry(place));
  }

  /** The sub-node before an entry or before the end. */
  long child(int place) {
    return hasChildren
        ? LittleEndian.i64(bytes, positions[place] + length(place) - IndexEntry.CHILD_SIZE)
        : IndexEntry.NO_CHILD;
  }

  private IndexEntry entry(int place) throws CorruptFormatException {
    return IndexEntry.get(bytes, positions[place], end, source);
  }

  private int length(int place) {
    return LittleEndian.u16(bytes, positions[place] + 0x08);
  }

  /** All entries but the end. */
  List<Row> rows() throws CorruptFormatException {
    List<Row> rows = new ArrayList<>(count + 1);
    for (int i = 0; i < count; i++) {
      IndexEntry entry = entry(i);
      rows.add(new Row(IndexItem.of(bytes, entry), entry.child()));
    }
    return rows;
  }

  /** Bytes that an entry takes in this kind of node. */
  int sizeOf(IndexItem item) {
    return item.size() + (hasChildren ? IndexEntry.CHILD_SIZE : 0);
  }

  /** Bytes that entries with the end take in this kind of node. */
  int sizeOf(List<Row> rows) {
    int size = IndexEntry.HEADER_SIZE + (hasChildren ? IndexEntry.CHILD_SIZE : 0);
    for (Row row : rows) {
      size += sizeOf(row.item);
    }
    return size;
  }

  /** Puts an entry before the one at a place; the caller knows that there is room. */
  void insert(int place, Row row) {
    int position = positions[place];
    int size = sizeOf(row.item);
    openGap(position, size);
    row.item.put(bytes, position, row.child);
    reserve(count + 2);
    System.arraycopy(positions, place, positions, place + 1, count + 1 - place);
    count++;
    shift(place + 1, size);
    changed();
  }

  void remove(int place) {
    int size = length(place);
    openGap(positions[place] + size, -size);
    System.arraycopy(positions, place + 1, positions, place, count - place);
    count--;
    shift(place, -size);
    changed();
  }

  /** Puts an entry in the place of another, before the same sub-node; there must be room. */
  void replace(int place, IndexItem item) {
    int position = positions[place];
    long child = child(place);
    int growth = sizeOf(item) - length(place);
    openGap(position + length(place), growth);
    item.put(bytes, position, child);
    shift(place + 1, growth);
    changed();
  }

  void setChild(int place, long child) {
    own();
    LittleEndian.put64(bytes, positions[place] + length(place) - IndexEntry.CHILD_SIZE, child);
  }

  /**
   * Replaces all entries; there must be room.
   *
   * @param rows the entries
   * @param endChild the sub-node behind them; with one the node becomes an inner one, without one
   *     ({@link IndexEntry#NO_CHILD}) a leaf
   */
  void setRows(List<Row> rows, long endChild) {
    hasChildren = endChild != IndexEntry.NO_CHILD;
    openGap(end, sizeOf(rows) - size());
    reserve(rows.size() + 1);
    count = 0;
    int at = first;
    for (Row row : rows) {
      positions[count] = at;
      count++;
      at = row.item.put(bytes, at, row.child);
    }
    positions[count] = at;
    IndexEntry.putEnd(bytes, at, endChild);
    changed();
  }

  /** Makes room for so many positions. */
  private void reserve(int wanted) {
    if (wanted > positions.length) {
      positions = Arrays.copyOf(positions, Math.max(wanted, 2 * positions.length));
    }
  }

  /** Notes that the entries from a place to the end lie elsewhere now. */
  private void shift(int place, int by) {
    for (int i = place; i <= count; i++) {
      positions[i] += by;
    }
  }

  /** Moves what stands from a position on, and clears what lies behind the end then. */
  private void openGap(int position, int by) {
    own();
    int newEnd = end + by;
    if (newEnd > bytes.length) {
      // Only a root grows; a block holds what it can hold.
      bytes = Arrays.copyOf(bytes, newEnd);
    }
    System.arraycopy(bytes, position, bytes, position + by, end - position);
    if (newEnd < end) {
      Arrays.fill(bytes, newEnd, end, (byte) 0);
    }
    end = newEnd;
  }

  private void changed() {
    int allocated = isRoot() ? end : bytes.length;
    new IndexHeader(first - headerOffset, end - headerOffset, allocated - headerOffset, hasChildren)
        .put(bytes, headerOffset);
  }

  /**
   * The root's value or the block, as the store takes it. It is the node's own array, and the node
   * must not be changed any more.
   */
  byte[] toBytes() {
    if (isRoot() && bytes.length != end) {
      bytes = Arrays.copyOf(bytes, end);
    }
    return bytes;
  }
}
