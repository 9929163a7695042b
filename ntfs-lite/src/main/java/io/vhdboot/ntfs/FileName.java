package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;

/**
 * The value of $FILE_NAME, which is also the key of the entry in the parent's index:
 *
 * <pre>
 * 00  8  file reference of the parent directory
 * 08  8  created
 * 10  8  modified
 * 18  8  record changed
 * 20  8  accessed
 * 28  8  allocated size of the unnamed $DATA; 0 in a directory
 * 30  8  size of it
 * 38  4  file attributes, with 10000000h for a directory and 20000000h for a view index
 * 3C  4  reparse tag, or the packed length of the extended attributes
 * 40  1  length of the name in 16-bit units
 * 41  1  namespace
 * 42     name
 * </pre>
 *
 * Windows brings all but the parent and the name up to date in the index entry only, and late.
 *
 * @param parent the parent's file reference
 * @param created when the file was created
 * @param modified when its content was modified
 * @param changed when its record was changed
 * @param accessed when it was last read
 * @param allocatedSize the allocated size
 * @param dataSize the size
 * @param attributes the file attributes
 * @param reparseTagOrEaLength the reparse tag or the packed length of extended attributes
 * @param namespace one of the constants here
 * @param name the name
 */
record FileName(
    long parent,
    long created,
    long modified,
    long changed,
    long accessed,
    long allocatedSize,
    long dataSize,
    int attributes,
    int reparseTagOrEaLength,
    int namespace,
    String name) {

  /** Any units but NUL and slash; what Windows writes while it makes no short names. */
  static final int POSIX = 0;

  /** A long name that has a short one beside it. */
  static final int WIN32 = 1;

  /** A short name. */
  static final int DOS = 2;

  /** A name that is its own short name. */
  static final int WIN32_AND_DOS = 3;

  /** Bytes before the name. */
  static final int HEADER_SIZE = 0x42;

  static final int MAX_LENGTH = 255;

  /** Bytes of a value with a name of so many units. */
  static int size(int units) {
    return HEADER_SIZE + 2 * units;
  }

  /** Bytes that the value takes. */
  int size() {
    return size(name.length());
  }

  /**
   * Reads the value that lies between two offsets.
   *
   * @throws CorruptFormatException when the name does not lie within it
   */
  static FileName get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int units = limit - offset < HEADER_SIZE ? 0 : LittleEndian.u8(bytes, offset + 0x40);
    if (units == 0 || size(units) > limit - offset) {
      throw new CorruptFormatException(
          source,
          offset,
          "$FILE_NAME of " + (limit - offset) + " bytes cannot hold " + units + " units of name");
    }
    return new FileName(
        LittleEndian.i64(bytes, offset),
        LittleEndian.i64(bytes, offset + 0x08),
        LittleEndian.i64(bytes, offset + 0x10),
        LittleEndian.i64(bytes, offset + 0x18),
        LittleEndian.i64(bytes, offset + 0x20),
        LittleEndian.i64(bytes, offset + 0x28),
        LittleEndian.i64(bytes, offset + 0x30),
        LittleEndian.i32(bytes, offset + 0x38),
        LittleEndian.i32(bytes, offset + 0x3C),
        LittleEndian.u8(bytes, offset + 0x41),
        Utf16.get(bytes, offset + HEADER_SIZE, units));
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put64(bytes, offset, parent);
    LittleEndian.put64(bytes, offset + 0x08, created);
    LittleEndian.put64(bytes, offset + 0x10, modified);
    LittleEndian.put64(bytes, offset + 0x18, changed);
    LittleEndian.put64(bytes, offset + 0x20, accessed);
    LittleEndian.put64(bytes, offset + 0x28, allocatedSize);
    LittleEndian.put64(bytes, offset + 0x30, dataSize);
    LittleEndian.put32(bytes, offset + 0x38, attributes);
    LittleEndian.put32(bytes, offset + 0x3C, reparseTagOrEaLength);
    LittleEndian.put8(bytes, offset + 0x40, name.length());
    LittleEndian.put8(bytes, offset + 0x41, namespace);
    Utf16.put(bytes, offset + HEADER_SIZE, name);
  }
}
