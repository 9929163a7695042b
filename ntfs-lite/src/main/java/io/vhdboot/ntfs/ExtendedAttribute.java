package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One of the extended attributes of a file, which are of OS/2 origin. The value of $EA is a chain
 * of them:
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

  /** The flag of one without which the file cannot be understood. */
  public static final int FLAG_NEED = 0x80;

  /** Bytes of the whole value of $EA. */
  static final int MAX_SIZE = 64 << 10;

  /** Bytes of the value of $EA_INFORMATION. */
  static final int INFORMATION_SIZE = 8;

  private static final int HEADER_SIZE = 8;
  private static final int ALIGNMENT = 4;

  /** Bytes of each that do not count in the packed length: the offset of the next, and padding. */
  private static final int NOT_PACKED = 4;

  private static final int MAX_NAME = 0xFF;
  private static final int MAX_VALUE = 0xFFFF;

  /** Checks the lengths and takes a copy of the value. */
  public ExtendedAttribute {
    if (name.length() > MAX_NAME || name.chars().anyMatch(unit -> unit > 0xFF)) {
      throw new IllegalArgumentException(
          "name (" + name + ") must have at most " + MAX_NAME + " characters of ISO 8859-1");
    }
    if (value.length > MAX_VALUE) {
      throw new IllegalArgumentException(
          "value (" + value.length + " bytes) must have at most " + MAX_VALUE + " bytes");
    }
    value = value.clone();
  }

  /** Bytes that it takes in the chain. */
  int size() {
    return (HEADER_SIZE + name.length() + 1 + value.length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** The value of $EA for some attributes, in their order. */
  public static byte[] toBytes(List<ExtendedAttribute> all) {
    byte[] bytes = new byte[all.stream().mapToInt(ExtendedAttribute::size).sum()];
    int offset = 0;
    for (ExtendedAttribute attribute : all) {
      LittleEndian.put32(bytes, offset, attribute.size());
      LittleEndian.put8(bytes, offset + 4, attribute.flags);
      LittleEndian.put8(bytes, offset + 5, attribute.name.length());
      LittleEndian.put16(bytes, offset + 6, attribute.value.length);
      byte[] name = attribute.name.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(name, 0, bytes, offset + HEADER_SIZE, name.length);
      System.arraycopy(
          attribute.value,
          0,
          bytes,
          offset + HEADER_SIZE + name.length + 1,
          attribute.value.length);
      offset += attribute.size();
    }
    return bytes;
  }

  /** Bytes that some attributes take without offsets and padding; $FILE_NAME holds this too. */
  static int packedLength(List<ExtendedAttribute> all) {
    return all.stream()
        .mapToInt(
            attribute ->
                HEADER_SIZE - NOT_PACKED + attribute.name.length() + 1 + attribute.value.length)
        .sum();
  }

  /**
   * The value of $EA_INFORMATION, which stands beside $EA:
   *
   * <pre>
   * 0  2  packed length
   * 2  2  attributes with the flag 80h
   * 4  4  length of $EA
   * </pre>
   */
  static byte[] information(List<ExtendedAttribute> all) {
    byte[] bytes = new byte[INFORMATION_SIZE];
    LittleEndian.put16(bytes, 0, packedLength(all));
    LittleEndian.put16(
        bytes, 2, (int) all.stream().filter(a -> (a.flags & FLAG_NEED) != 0).count());
    LittleEndian.put32(bytes, 4, all.stream().mapToInt(ExtendedAttribute::size).sum());
    return bytes;
  }

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
