package io.vhdboot.wim;

import io.vhdboot.disk.LittleEndian;

/**
 * Says where a resource lies, 24 bytes:
 *
 * <pre>
 * 00  7  stored size
 * 07  1  flags: 01h free, 02h metadata, 04h compressed, 08h spanned, 10h solid (version 0xE00 only)
 * 08  8  offset in the file
 * 10  8  uncompressed size
 * </pre>
 *
 * @param storedSize bytes in the file, unsigned 56 bits
 * @param flags the flag byte
 * @param offset where it begins in the file
 * @param size bytes once decoded
 */
record ResourceHeader(long storedSize, int flags, long offset, long size) {

  static final int SIZE = 24;

  static final int METADATA = 0x02;
  static final int COMPRESSED = 0x04;
  static final int SOLID = 0x10;

  /** What stands for no resource. */
  static final ResourceHeader NONE = new ResourceHeader(0, 0, 0, 0);

  private static final long STORED_SIZE_MASK = (1L << 56) - 1;

  static ResourceHeader get(byte[] bytes, int offset) {
    long sizeAndFlags = LittleEndian.i64(bytes, offset);
    return new ResourceHeader(
        sizeAndFlags & STORED_SIZE_MASK,
        (int) (sizeAndFlags >>> 56),
        LittleEndian.i64(bytes, offset + 8),
        LittleEndian.i64(bytes, offset + 16));
  }

  void put(byte[] bytes, int at) {
    LittleEndian.put64(bytes, at, storedSize | (long) flags << 56);
    LittleEndian.put64(bytes, at + 8, offset);
    LittleEndian.put64(bytes, at + 16, size);
  }

  /** The same without a flag. */
  ResourceHeader without(int flag) {
    return new ResourceHeader(storedSize, flags & ~flag, offset, size);
  }

  /** The same further behind. */
  ResourceHeader shifted(long by) {
    return isPresent() ? new ResourceHeader(storedSize, flags, offset + by, size) : this;
  }

  boolean isPresent() {
    return size != 0;
  }

  boolean isMetadata() {
    return (flags & METADATA) != 0;
  }

  boolean isCompressed() {
    return (flags & COMPRESSED) != 0;
  }

  boolean isSolid() {
    return (flags & SOLID) != 0;
  }
}
