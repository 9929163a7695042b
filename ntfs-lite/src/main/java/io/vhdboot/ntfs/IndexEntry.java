package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * An entry of an index node:
 *
 * <pre>
 * 00  8  in a directory: file reference of what is named; in a view: offset (2) and length (2) of
 *        the data, then 0
 * 08  2  length of the entry, a multiple of 8
 * 0A  2  length of the key
 * 0C  2  flags: 1 has a sub-node, 2 ends the node
 * 0E  2  0
 * 10     key, then in a view the data; on the last 8 bytes the VCN of the sub-node, if any
 * </pre>
 *
 * The sub-node holds what sorts before the entry's key; that of the end entry, which has no key,
 * what sorts behind all.
 *
 * @param position where the entry begins in its node's bytes
 * @param length the length of the entry
 * @param reference the first 8 bytes: a file reference in a directory
 * @param keyLength the length of the key
 * @param flags the flags
 * @param child the VCN of the sub-node, or {@link #NO_CHILD}
 */
record IndexEntry(int position, int length, long reference, int keyLength, int flags, long child) {

  /** Bytes before the key; also the whole of an end entry without sub-node. */
  static final int HEADER_SIZE = 16;

  /** Bytes that a sub-node's VCN adds. */
  static final int CHILD_SIZE = 8;

  static final long NO_CHILD = -1;

  static final int FLAG_CHILD = 1;
  static final int FLAG_END = 2;

  /** Bytes of an entry whose key and data together take so many, without sub-node. */
  static int size(int contentLength) {
    return AttributeHeader.align(HEADER_SIZE + contentLength);
  }

  /**
   * Reads the entry at an offset of a node whose entries end at {@code limit}.
   *
   * @throws CorruptFormatException when the entry or a part of it is not within its bounds
   */
  static IndexEntry get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int room = limit - offset;
    int length = room < HEADER_SIZE ? 0 : LittleEndian.u16(bytes, offset + 0x08);
    if (length < HEADER_SIZE || length > room || length % 8 != 0) {
      throw new CorruptFormatException(
          source,
          offset,
          "an index entry of " + length + " bytes cannot be where " + room + " are left");
    }
    int keyLength = LittleEndian.u16(bytes, offset + 0x0A);
    int flags = LittleEndian.u16(bytes, offset + 0x0C);
    boolean hasChild = (flags & FLAG_CHILD) != 0;
    int body = length - HEADER_SIZE - (hasChild ? CHILD_SIZE : 0);
    if (body < 0 || (flags & FLAG_END) == 0 && keyLength > body) {
      throw new CorruptFormatException(
          source,
          offset + 0x0A,
          "a key of " + keyLength + " bytes does not fit in an entry of " + length);
    }
    return new IndexEntry(
        offset,
        length,
        LittleEndian.i64(bytes, offset),
        keyLength,
        flags,
        hasChild ? LittleEndian.i64(bytes, offset + length - CHILD_SIZE) : NO_CHILD);
  }

  boolean isEnd() {
    return (flags & FLAG_END) != 0;
  }

  boolean hasChild() {
    return (flags & FLAG_CHILD) != 0;
  }

  /** Where the key begins in the node's bytes. */
  int keyPosition() {
    return position + HEADER_SIZE;
  }

  /** Where a view's data begins, from the entry's begin. */
  int dataOffset() {
    return (int) (reference & 0xFFFF);
  }

  /** The length of a view's data. */
  int dataLength() {
    return (int) (reference >>> 16 & 0xFFFF);
  }

  /** The first 8 bytes of a view's entry. */
  static long viewData(int dataOffset, int dataLength) {
    return dataOffset | (long) dataLength << 16;
  }

  /**
   * Puts the header of an entry, and its sub-node if it has one; the key is the caller's.
   *
   * @param contentSize what {@link #size} gave
   */
  static int put(
      byte[] bytes, int offset, long reference, int contentSize, int keyLength, long child) {
    return put(bytes, offset, reference, contentSize, keyLength, 0, child);
  }

  /** Puts the entry that ends a node; gives the offset behind. */
  static int putEnd(byte[] bytes, int offset, long child) {
    return put(bytes, offset, 0, HEADER_SIZE, 0, FLAG_END, child);
  }

  private static int put(
      byte[] bytes,
      int offset,
      long reference,
      int contentSize,
      int keyLength,
      int flags,
      long child) {
    boolean hasChild = child != NO_CHILD;
    int length = contentSize + (hasChild ? CHILD_SIZE : 0);
    LittleEndian.put64(bytes, offset, reference);
    LittleEndian.put16(bytes, offset + 0x08, length);
    LittleEndian.put16(bytes, offset + 0x0A, keyLength);
    LittleEndian.put32(bytes, offset + 0x0C, flags | (hasChild ? FLAG_CHILD : 0));
    if (hasChild) {
      LittleEndian.put64(bytes, offset + contentSize, child);
    }
    return offset + length;
  }
}
