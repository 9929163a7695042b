package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;

/**
 * What an index knows about one key: an {@link IndexEntry} as it stands in a leaf. It keeps what it
 * is made of when it moves up into an inner node and down again, the bytes behind its data too.
 *
 * @param bytes the entry, not to be changed by anybody
 */
record IndexItem(byte[] bytes) {

  private static final byte[] NOTHING = {};

  /** A name in a directory. */
  static IndexItem ofFile(long reference, FileName name) {
    byte[] bytes = new byte[IndexEntry.size(name.size())];
    name.put(bytes, IndexEntry.HEADER_SIZE);
    IndexEntry.put(bytes, 0, reference, bytes.length, name.size(), IndexEntry.NO_CHILD);
    return new IndexItem(bytes);
  }

  /** A key of a view and its data, which may be empty. */
  static IndexItem ofView(byte[] key, byte[] data) {
    return ofView(key, data, NOTHING);
  }

  /**
   * A key of a view and its data.
   *
   * @param padding what stands behind the data without being part of it
   */
  static IndexItem ofView(byte[] key, byte[] data, byte[] padding) {
    byte[] bytes = new byte[IndexEntry.size(key.length + data.length + padding.length)];
    int dataOffset = IndexEntry.HEADER_SIZE + key.length;
    System.arraycopy(key, 0, bytes, IndexEntry.HEADER_SIZE, key.length);
    System.arraycopy(data, 0, bytes, dataOffset, data.length);
    System.arraycopy(padding, 0, bytes, dataOffset + data.length, padding.length);
    IndexEntry.put(
        bytes,
        0,
        IndexEntry.viewData(data.length == 0 ? 0 : dataOffset, data.length),
        bytes.length,
        key.length,
        IndexEntry.NO_CHILD);
    return new IndexItem(bytes);
  }

  /** Takes an entry out of its node, without its sub-node. */
  static IndexItem of(byte[] node, IndexEntry entry) {
    int size = entry.length() - (entry.hasChild() ? IndexEntry.CHILD_SIZE : 0);
    byte[] bytes = Arrays.copyOfRange(node, entry.position(), entry.position() + size);
    LittleEndian.put16(bytes, 0x08, size);
    LittleEndian.put16(bytes, 0x0C, entry.flags() & ~IndexEntry.FLAG_CHILD);
    return new IndexItem(bytes);
  }

  /** Bytes that it takes in a leaf. */
  int size() {
    return bytes.length;
  }

  /** The file reference of what is named, in a directory. */
  long reference() {
    return LittleEndian.i64(bytes, 0);
  }

  int keyLength() {
    return LittleEndian.u16(bytes, 0x0A);
  }

  /** A copy of the key. */
  byte[] key() {
    return Arrays.copyOfRange(bytes, IndexEntry.HEADER_SIZE, IndexEntry.HEADER_SIZE + keyLength());
  }

  /** A copy of a view's data, cut off where the entry ends. */
  byte[] data() {
    int offset = Math.min(LittleEndian.u16(bytes, 0), bytes.length);
    int length = Math.min(LittleEndian.u16(bytes, 2), bytes.length - offset);
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /** Puts the entry into a node; gives the offset behind. */
  int put(byte[] node, int offset, long child) {
    System.arraycopy(bytes, 0, node, offset, bytes.length);
    if (child == IndexEntry.NO_CHILD) {
      return offset + bytes.length;
    }
    int end = offset + bytes.length + IndexEntry.CHILD_SIZE;
    LittleEndian.put16(node, offset + 0x08, end - offset);
    LittleEndian.put16(
        node, offset + 0x0C, LittleEndian.u16(node, offset + 0x0C) | IndexEntry.FLAG_CHILD);
    LittleEndian.put64(node, end - IndexEntry.CHILD_SIZE, child);
    return end;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexItem item && Arrays.equals(bytes, item.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "IndexItem[key of " + keyLength() + " bytes in " + size() + "]";
  }
}
