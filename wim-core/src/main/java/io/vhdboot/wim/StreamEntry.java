package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;

/**
 * An entry for an extra stream, which follows the entry of its file:
 *
 * <pre>
 * 00   8  length of this entry, rounded up to 8 where the next begins
 * 08   8  unused
 * 10  20  SHA-1 of the stream
 * 24   2  length of the name in bytes
 * 26      name, UTF-16, and a NUL when there is a name
 * </pre>
 *
 * @param name the name, empty for an unnamed stream
 * @param sha1 the hash
 */
record StreamEntry(String name, Sha1 sha1) {

  static final int FIXED_SIZE = 38;

  private static final int SHA1_OFFSET = 0x10;
  private static final int NAME_LENGTH_OFFSET = 0x24;
  private static final int NUL_SIZE = 2;

  /**
   * Reads the entry at an offset.
   *
   * @param end receives at [0] where the next structure begins
   */
  static StreamEntry parse(String source, byte[] metadata, int at, int[] end)
      throws CorruptFormatException {
    if (metadata.length - at < FIXED_SIZE) {
      throw new CorruptFormatException(source, at, "metadata end within a stream entry");
    }
    long length = LittleEndian.i64(metadata, at);
    int nameLength = LittleEndian.u16(metadata, at + NAME_LENGTH_OFFSET);
    int needed = FIXED_SIZE + (nameLength == 0 ? 0 : nameLength + NUL_SIZE);
    if (length < needed || length > metadata.length - at || nameLength % 2 != 0) {
      throw new CorruptFormatException(
          source,
          at,
          "a stream entry of " + length + " bytes with a name of " + nameLength + " cannot be");
    }
    end[0] = (int) Math.min(at + Padding.to8(length), metadata.length);
    return new StreamEntry(
        Dentry.name(metadata, at + FIXED_SIZE, nameLength), Sha1.get(metadata, at + SHA1_OFFSET));
  }

  int size() {
    return (int) Padding.to8(FIXED_SIZE + (name.isEmpty() ? 0 : 2 * name.length() + NUL_SIZE));
  }

  void put(byte[] bytes, int at) {
    LittleEndian.put64(bytes, at, size());
    sha1.put(bytes, at + SHA1_OFFSET);
    LittleEndian.put16(bytes, at + NAME_LENGTH_OFFSET, 2 * name.length());
    Utf16.put(bytes, at + FIXED_SIZE, name);
  }
}
