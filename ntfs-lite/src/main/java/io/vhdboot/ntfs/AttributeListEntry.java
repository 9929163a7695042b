package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of $ATTRIBUTE_LIST, which tells in which records the attributes of a file lie that is
 * too large for one record:
 *
 * <pre>
 * 00  4  type
 * 04  2  length of the entry, a multiple of 8
 * 06  1  length of the name in 16-bit units
 * 07  1  offset of the name: 1Ah
 * 08  8  first VCN of the extent, 0 for a resident attribute
 * 10  8  file reference of the record that holds it
 * 18  2  instance within that record
 * 1A     name
 * </pre>
 *
 * Entries are sorted by type, name and VCN. They list every attribute but the list itself, those of
 * the base record too.
 *
 * @param type the type code
 * @param name the name, empty for none
 * @param lowestVcn the first VCN that the extent maps
 * @param reference the file reference of the record, as stored
 * @param instance the instance within that record
 */
record AttributeListEntry(int type, String name, long lowestVcn, long reference, int instance) {

  private static final int NAME_OFFSET = 0x1A;

  /** Bytes that the entry takes in the list. */
  int size() {
    return size(name.length());
  }

  /**
   * Reads an entry.
   *
   * @param bytes the list
   * @param offset where the entry begins
   * @param limit where the list ends
   * @param source what exceptions call the list
   * @throws CorruptFormatException when the entry is not within the list
   */
  static AttributeListEntry get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int length = storedLength(bytes, offset, limit, source);
    int nameUnits = LittleEndian.u8(bytes, offset + 0x06);
    int nameOffset = LittleEndian.u8(bytes, offset + 0x07);
    if (nameUnits != 0 && (nameOffset < NAME_OFFSET || nameOffset + 2 * nameUnits > length)) {
      throw new CorruptFormatException(
          source,
          offset + 0x06,
          "a name of " + nameUnits + " units at " + nameOffset + " is not within the entry");
    }
    return new AttributeListEntry(
        LittleEndian.i32(bytes, offset),
        nameUnits == 0 ? "" : Utf16.get(bytes, offset + nameOffset, nameUnits),
        LittleEndian.i64(bytes, offset + 0x08),
        LittleEndian.i64(bytes, offset + 0x10),
        LittleEndian.u16(bytes, offset + 0x18));
  }

  /**
   * Reads all entries of a list.
   *
   * @throws CorruptFormatException when the list is damaged or larger than a list can be
   */
  static List<AttributeListEntry> all(NtfsAttribute list) throws IOException {
    byte[] bytes = list.value(NtfsAttribute.MAX_LIST_SIZE);
    String source = list.source() + ", attribute list";
    List<AttributeListEntry> entries = new ArrayList<>();
    int offset = 0;
    while (offset < bytes.length) {
      entries.add(get(bytes, offset, bytes.length, source));
      offset += storedLength(bytes, offset, bytes.length, source);
    }
    return entries;
  }

  /**
   * The attribute that the entry stands for, among those of its record.
   *
   * @throws CorruptFormatException when the record has no such attribute
   */
  AttributeHeader findIn(List<AttributeHeader> headers, String source)
      throws CorruptFormatException {
    for (AttributeHeader header : headers) {
      long vcn =
          header instanceof AttributeHeader.NonResident nonResident ? nonResident.lowestVcn() : 0;
      if (header.type() == type
          && header.instance() == instance
          && vcn == lowestVcn
          && header.name().equals(name)) {
        return header;
      }
    }
    throw new CorruptFormatException(
        source,
        CorruptFormatException.NO_OFFSET,
        "the attribute list promises "
            + AttributeType.toString(type)
            + " with instance "
            + instance
            + " and first VCN "
            + lowestVcn
            + " here");
  }

  /** The length that an entry gives itself, by which the next one is found. */
  static int storedLength(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int room = limit - offset;
    int length = room < NAME_OFFSET ? 0 : LittleEndian.u16(bytes, offset + 0x04);
    if (length < NAME_OFFSET || length > room || length % 8 != 0) {
      throw new CorruptFormatException(
          source, offset, "an entry of " + length + " bytes cannot be where " + room + " are left");
    }
    return length;
  }

  /** Puts the entry and clears the rest of its {@link #size} bytes. */
  void put(byte[] bytes, int offset) {
    LittleEndian.put64(bytes, offset + size() - 8, 0);
    LittleEndian.put32(bytes, offset, type);
    LittleEndian.put16(bytes, offset + 0x04, size());
    LittleEndian.put8(bytes, offset + 0x06, name.length());
    LittleEndian.put8(bytes, offset + 0x07, NAME_OFFSET);
    LittleEndian.put64(bytes, offset + 0x08, lowestVcn);
    LittleEndian.put64(bytes, offset + 0x10, reference);
    LittleEndian.put16(bytes, offset + 0x18, instance);
    Utf16.put(bytes, offset + NAME_OFFSET, name);
  }

  /** Bytes that an entry with a name of so many units takes. */
  static int size(int nameUnits) {
    return AttributeHeader.align(NAME_OFFSET + 2 * nameUnits);
  }
}
