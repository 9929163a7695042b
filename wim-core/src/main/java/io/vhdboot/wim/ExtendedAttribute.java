package io.vhdboot.wim;

import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An extended attribute of a file (not to be mixed up with a named stream). The list of a file is
 * packed without gaps:
 *
 * <pre>
 * 00  2  length of the value
 * 02  1  length of the name
 * 03  1  flags: 80h, who does not understand it must not open the file
 * 04     name, 00, value
 * </pre>
 *
 * @param name the name, in ASCII as a rule
 * @param flags the flags
 * @param value the value
 */
public record ExtendedAttribute(String name, int flags, byte[] value) {

  private static final int HEADER_SIZE = 4;

  /** Takes a copy of the value. */
  public ExtendedAttribute {
    value = value.clone();
    if (name.length() > 0xFF || value.length > 0xFFFF || (flags & ~0xFF) != 0) {
      throw new IllegalArgumentException(
          "extended attribute ("
              + name
              + ") must have a name of 255 and a value of 65535 bytes"
              + " at most, and flags of 8 bits");
    }
  }

  /** A copy of the value. */
  @Override
  public byte[] value() {
    return value.clone();
  }

  /** Takes a packed list apart; nothing when it is not whole. */
  static Optional<List<ExtendedAttribute>> parse(byte[] bytes) {
    List<ExtendedAttribute> attributes = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      if (bytes.length - at < HEADER_SIZE) {
        return Optional.empty();
      }
      int valueLength = LittleEndian.u16(bytes, at);
      int nameLength = LittleEndian.u8(bytes, at + 2);
      int valueOffset = at + HEADER_SIZE + nameLength + 1;
      if (nameLength == 0 || valueOffset + valueLength > bytes.length) {
        return Optional.empty();
      }
      attributes.add(
          new ExtendedAttribute(
              new String(bytes, at + HEADER_SIZE, nameLength, StandardCharsets.ISO_8859_1),
              LittleEndian.u8(bytes, at + 3),
              Arrays.copyOfRange(bytes, valueOffset, valueOffset + valueLength)));
      at = valueOffset + valueLength;
    }
    return Optional.of(List.copyOf(attributes));
  }

  /** Packs a list. */
  static byte[] pack(List<ExtendedAttribute> attributes) {
    int size = 0;
    for (ExtendedAttribute attribute : attributes) {
      size += HEADER_SIZE + attribute.name.length() + 1 + attribute.value.length;
    }
    byte[] bytes = new byte[size];
    int at = 0;
    for (ExtendedAttribute attribute : attributes) {
      byte[] name = attribute.name.getBytes(StandardCharsets.ISO_8859_1);
      LittleEndian.put16(bytes, at, attribute.value.length);
      LittleEndian.put8(bytes, at + 2, name.length);
      LittleEndian.put8(bytes, at + 3, attribute.flags);
      System.arraycopy(name, 0, bytes, at + HEADER_SIZE, name.length);
      at += HEADER_SIZE + name.length + 1;
      System.arraycopy(attribute.value, 0, bytes, at, attribute.value.length);
      at += attribute.value.length;
    }
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExtendedAttribute attribute
        && name.equals(attribute.name)
        && flags == attribute.flags
        && Arrays.equals(value, attribute.value);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(value);
  }
}
