package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * The value of $REPARSE_POINT (MS-FSCC 2.1.2):
 *
 * <pre>
 * 0  4  tag; bit 31 marks those of Microsoft
 * 4  2  length of the data, without the GUID
 * 6  2  reserved
 * 8     GUID of 16 bytes where bit 31 of the tag is clear, then the data
 * </pre>
 *
 * @param tag the tag
 * @param reserved the reserved field, which some filters use
 * @param data all that follows the 8 bytes of header, a GUID included
 */
record ReparsePoint(int tag, int reserved, byte[] data) {

  static final int HEADER_SIZE = 8;

  /** Bytes of the whole value that Windows takes. */
  static final int MAX_SIZE = 0x4000;

  private static final int GUID_SIZE = 16;

  /**
   * Reads the value that lies between two offsets.
   *
   * @throws CorruptFormatException when the data is not as long as it says
   */
  static ReparsePoint get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int room = limit - offset - HEADER_SIZE;
    if (room < 0) {
      throw new CorruptFormatException(
          source, offset, "$REPARSE_POINT of " + (limit - offset) + " bytes is too short");
    }
    int tag = LittleEndian.i32(bytes, offset);
    int length = LittleEndian.u16(bytes, offset + 0x04) + guidSize(tag);
    if (length > room) {
      throw new CorruptFormatException(
          source, offset + 0x04, "reparse data of " + length + " bytes where there are " + room);
    }
    byte[] data = new byte[length];
    System.arraycopy(bytes, offset + HEADER_SIZE, data, 0, length);
    return new ReparsePoint(tag, LittleEndian.u16(bytes, offset + 0x06), data);
  }

  /** Bytes that the value takes. */
  int size() {
    return HEADER_SIZE + data.length;
  }

  /** The value's bytes. */
  byte[] toBytes() {
    byte[] bytes = new byte[size()];
    LittleEndian.put32(bytes, 0, tag);
    LittleEndian.put16(bytes, 0x04, data.length - guidSize(tag));
    LittleEndian.put16(bytes, 0x06, reserved);
    System.arraycopy(data, 0, bytes, HEADER_SIZE, data.length);
    return bytes;
  }

  /** Bytes of the GUID that a tag demands at the begin of its data. */
  static int guidSize(int tag) {
    return tag < 0 ? 0 : GUID_SIZE;
  }
}
