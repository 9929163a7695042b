package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One of the extended attributes in the value of $EA:
 *
 * <pre>
 * 0  4  offset of the next one from the begin of this; in the last one, its length
 * 4  1  flags: 80h a program must know it to understand the file
 * 5  1  length of the name
 * 6  2  length of the value
 * 8     name, NUL, value; padded to a multiple of 4
 * </pre>
 *
 * @param flags the flags
 * @param name the name, of single bytes (ISO 8859-1)
 * @param value the value
 */
public record ExtendedAttribute(int flags, String name, byte[] value) {

  /** Bytes of the whole value of $EA. */
  static final int MAX_SIZE = 64 << 10;

  private static final int HEADER_SIZE = 8;

  /**
   * Reads all entries of a value.
   *
   * @throws CorruptFormatException when one is not within the value
   */
  static List<ExtendedAttribute> all(byte[] bytes, String source) throws CorruptFormatException {
    List<ExtendedAttribute> all = new ArrayList<>();
    int offset = 0;
    while (offset < bytes.length) {
      int room = bytes.length - offset;
      if (room < HEADER_SIZE) {
        throw new CorruptFormatException(
            source, offset, "an extended attribute cannot lie within " + room + " bytes");
      }
      long next = LittleEndian.u32(bytes, offset);
      int nameLength = LittleEndian.u8(bytes, offset + 5);
      int valueLength = LittleEndian.u16(bytes, offset + 6);
      int value = offset + HEADER_SIZE + nameLength + 1;
      if (value + valueLength > bytes.length) {
        throw new CorruptFormatException(
            source,
            offset,
            "an extended attribute with "
                + nameLength
                + " bytes of name and "
                + valueLength
                + " of value cannot lie within "
                + room
                + " bytes");
      }
      all.add(
          new ExtendedAttribute(
              LittleEndian.u8(bytes, offset + 4),
              new String(bytes, offset + HEADER_SIZE, nameLength, StandardCharsets.ISO_8859_1),
              Arrays.copyOfRange(bytes, value, value + valueLength)));
      if (next == 0 || next >= room) {
        break;
      }
      if (next < HEADER_SIZE) {
        throw new CorruptFormatException(
            source, offset, "the next extended attribute cannot be " + next + " bytes further");
      }
      offset += (int) next;
    }
    return List.copyOf(all);
  }

  /** A copy of the value. */
  @Override
  public byte[] value() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExtendedAttribute attribute
        && flags == attribute.flags
        && name.equals(attribute.name)
        && Arrays.equals(value, attribute.value);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(value);
  }
}
