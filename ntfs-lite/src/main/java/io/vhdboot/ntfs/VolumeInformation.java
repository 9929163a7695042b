package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * The value of $VOLUME_INFORMATION:
 *
 * <pre>
 * 0  8  0
 * 8  1  major version: 3
 * 9  1  minor version: 1 since Windows XP, 0 in Windows 2000
 * A  2  flags
 * </pre>
 *
 * @param major the major version
 * @param minor the minor version
 * @param flags the flags
 */
record VolumeInformation(int major, int minor, int flags) {

  static final int SIZE = 12;

  /** Set while mounted for writing; left set by a crash. */
  static final int FLAG_DIRTY = 0x0001;

  /** What a fresh volume has. */
  static final VolumeInformation CLEAN = new VolumeInformation(3, 1, 0);

  /**
   * Reads the value that lies between two offsets.
   *
   * @throws CorruptFormatException when it is too short
   */
  static VolumeInformation get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    if (limit - offset < SIZE) {
      throw new CorruptFormatException(
          source, offset, "$VOLUME_INFORMATION of " + (limit - offset) + " bytes is too short");
    }
    return new VolumeInformation(
        LittleEndian.u8(bytes, offset + 0x08),
        LittleEndian.u8(bytes, offset + 0x09),
        LittleEndian.u16(bytes, offset + 0x0A));
  }

  boolean isDirty() {
    return (flags & FLAG_DIRTY) != 0;
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put64(bytes, offset, 0);
    LittleEndian.put8(bytes, offset + 0x08, major);
    LittleEndian.put8(bytes, offset + 0x09, minor);
    LittleEndian.put16(bytes, offset + 0x0A, flags);
  }
}
