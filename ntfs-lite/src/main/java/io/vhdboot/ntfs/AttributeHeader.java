package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.util.Arrays;

/**
 * The header of an attribute in a {@link FileRecord}. It begins in two ways alike:
 *
 * <pre>
 * 00  4  type
 * 04  4  length of the whole attribute, a multiple of 8
 * 08  1  0 resident, 1 non-resident
 * 09  1  length of the name in 16-bit units, 0 for none
 * 0A  2  offset of the name
 * 0C  2  flags: 0001h LZNT1-compressed (the low byte is the method), 4000h encrypted, 8000h sparse
 * 0E  2  instance, unique within the record
 * </pre>
 */
sealed interface AttributeHeader {

  /** Compressed by LZNT1. */
  int FLAG_COMPRESSED = 0x0001;

  /** The bits that tell how it is compressed. */
  int MASK_COMPRESSION = 0x00FF;

  int FLAG_ENCRYPTED = 0x4000;
  int FLAG_SPARSE = 0x8000;

  /** Where the attribute begins in its record; 0 in one that was made to be put somewhere. */
  int position();

  /** The type code. */
  int type();

  /** The length of the whole attribute in bytes, a multiple of 8. */
  int length();

  /** The name, empty for none. */
  String name();

  int flags();

  int instance();

  /** Puts header and name at an offset and clears the rest of its {@link #length} bytes. */
  void put(byte[] bytes, int offset);

  default boolean isCompressed() {
    return (flags() & MASK_COMPRESSION) != 0;
  }

  default boolean isEncrypted() {
    return (flags() & FLAG_ENCRYPTED) != 0;
  }

  default boolean isSparse() {
    return (flags() & FLAG_SPARSE) != 0;
  }

  /**
   * An attribute whose value follows its header:
   *
   * <pre>
   * 10  4  length of the value
   * 14  2  offset of the value
   * 16  1  1 when an index of the parent holds the value ($FILE_NAME)
   * 17  1  0
   * 18     name, then the value on a multiple of 8
   * </pre>
   *
   * @param valueOffset the offset of the value from the attribute's begin
   * @param valueLength the length of the value in bytes
   * @param indexed whether an index holds the value
   */
  record Resident(
      int position,
      int type,
      int length,
      String name,
      int flags,
      int instance,
      int valueOffset,
      int valueLength,
      boolean indexed)
      implements AttributeHeader {

    static final int SIZE = 0x18;

    /** A header for a value of this length, with everything where Windows puts it. */
    static Resident of(int type, String name, int instance, int valueLength, boolean indexed) {
      return of(type, name, 0, instance, valueLength, indexed);
    }

    /** As {@link #of(int, String, int, int, boolean)}, with flags. */
    static Resident of(
        int type, String name, int flags, int instance, int valueLength, boolean indexed) {
      int valueOffset = align(SIZE + 2 * name.length());
      return new Resident(
          0,
          type,
          align(valueOffset + valueLength),
          name,
          flags,
          instance,
          valueOffset,
          valueLength,
          indexed);
    }

    @Override
    public void put(byte[] bytes, int offset) {
      putCommon(this, bytes, offset, SIZE);
      LittleEndian.put32(bytes, offset + 0x10, valueLength);
      LittleEndian.put16(bytes, offset + 0x14, valueOffset);
      LittleEndian.put8(bytes, offset + 0x16, indexed ? 1 : 0);
    }
  }

  /**
   * An attribute whose value lies in clusters elsewhere, or one extent of such an attribute:
   *
   * <pre>
   * 10  8  first VCN that the extent maps
   * 18  8  last VCN that the extent maps; -1 in an empty attribute
   * 20  2  offset of the mapping pairs
   * 22  2  compression unit as a power of two in clusters: 4, or 0 when neither compressed nor sparse
   * 24  4  0
   * 28  8  allocated size: the clusters mapped, holes included
   * 30  8  data size
   * 38  8  initialised size: what lies behind reads as zeros
   * 40  8  size of the clusters that are really held; only when compressed or sparse and first VCN 0
   * </pre>
   *
   * Then the name and the mapping pairs, each on a multiple of 8. The sizes count only in the
   * extent with first VCN 0.
   *
   * @param mappingPairsOffset the offset of the mapping pairs from the attribute's begin
   * @param storedSize the size of the clusters that are really held
   */
  record NonResident(
      int position,
      int type,
      int length,
      String name,
      int flags,
      int instance,
      long lowestVcn,
      long highestVcn,
      int mappingPairsOffset,
      int compressionUnit,
      long allocatedSize,
      long dataSize,
      long initialisedSize,
      long storedSize)
      implements AttributeHeader {

    static final int SIZE = 0x40;
    static final int SIZE_WITH_STORED = 0x48;

    /** The largest compression unit that the format can mean: 2^20 clusters is beyond any use. */
    private static final int MAX_COMPRESSION_UNIT = 20;

    /**
     * A header for mapping pairs of this length, with everything where Windows puts it.
     *
     * @param flags {@link #FLAG_COMPRESSED} or {@link #FLAG_SPARSE} bring the stored size with them
     * @param compressionUnit as a power of two in clusters; only the first extent tells it
     * @param mappingPairsLength the length of the mapping pairs with their end mark
     */
    static NonResident of(
        int type,
        String name,
        int flags,
        int instance,
        long lowestVcn,
        long highestVcn,
        int compressionUnit,
        long allocatedSize,
        long dataSize,
        long initialisedSize,
        long storedSize,
        int mappingPairsLength) {
      int pairs = align(headerSize(flags, lowestVcn) + 2 * name.length());
      return new NonResident(
          0,
          type,
          align(pairs + mappingPairsLength),
          name,
          flags,
          instance,
          lowestVcn,
          highestVcn,
          pairs,
          // Linux's ntfs3 takes no later extent that tells it too.
          lowestVcn == 0 ? compressionUnit : 0,
          allocatedSize,
          dataSize,
          initialisedSize,
          storedSize);
    }

    /** A header for clusters that are neither compressed nor sparse, beginning at VCN 0. */
    static NonResident of(
        int type,
        String name,
        int instance,
        long highestVcn,
        long allocatedSize,
        long dataSize,
        int mappingPairsLength) {
      return of(
          type,
          name,
          0,
          instance,
          0,
          highestVcn,
          0,
          allocatedSize,
          dataSize,
          dataSize,
          allocatedSize,
          mappingPairsLength);
    }

    @Override
    public void put(byte[] bytes, int offset) {
      int headerSize = headerSize(flags, lowestVcn);
      putCommon(this, bytes, offset, headerSize);
      LittleEndian.put8(bytes, offset + 0x08, 1);
      LittleEndian.put64(bytes, offset + 0x10, lowestVcn);
      LittleEndian.put64(bytes, offset + 0x18, highestVcn);
      LittleEndian.put16(bytes, offset + 0x20, mappingPairsOffset);
      LittleEndian.put16(bytes, offset + 0x22, compressionUnit);
      LittleEndian.put64(bytes, offset + 0x28, allocatedSize);
      LittleEndian.put64(bytes, offset + 0x30, dataSize);
      LittleEndian.put64(bytes, offset + 0x38, initialisedSize);
      if (headerSize == SIZE_WITH_STORED) {
        LittleEndian.put64(bytes, offset + 0x40, storedSize);
      }
    }

    private static int headerSize(int flags, long lowestVcn) {
      boolean stored = (flags & (MASK_COMPRESSION | FLAG_SPARSE)) != 0 && lowestVcn == 0;
      return stored ? SIZE_WITH_STORED : SIZE;
    }

    private static NonResident get(
        byte[] bytes, int offset, int type, int length, String name, String source)
        throws CorruptFormatException {
      int flags = LittleEndian.u16(bytes, offset + 0x0C);
      long lowestVcn = LittleEndian.i64(bytes, offset + 0x10);
      long highestVcn = LittleEndian.i64(bytes, offset + 0x18);
      int pairs = LittleEndian.u16(bytes, offset + 0x20);
      int unit = LittleEndian.u16(bytes, offset + 0x22);
      if (lowestVcn < 0 || highestVcn < lowestVcn - 1 || highestVcn == Long.MAX_VALUE) {
        throw new CorruptFormatException(
            source, offset + 0x10, "VCNs " + lowestVcn + ".." + highestVcn + " are no range");
      }
      if (pairs < SIZE || pairs >= length) {
        throw new CorruptFormatException(
            source,
            offset + 0x20,
            "mapping pairs at " + pairs + " are not within an attribute of " + length);
      }
      if (unit > MAX_COMPRESSION_UNIT) {
        throw new CorruptFormatException(
            source, offset + 0x22, "a compression unit of 2^" + unit + " clusters cannot be");
      }
      long allocated = LittleEndian.i64(bytes, offset + 0x28);
      long size = LittleEndian.i64(bytes, offset + 0x30);
      long initialised = LittleEndian.i64(bytes, offset + 0x38);
      if (lowestVcn == 0 && (allocated < 0 || size < 0 || initialised < 0)) {
        throw new CorruptFormatException(
            source,
            offset + 0x28,
            "sizes " + allocated + ", " + size + ", " + initialised + " must not be negative");
      }
      boolean hasStored =
          headerSize(flags, lowestVcn) == SIZE_WITH_STORED && pairs >= SIZE_WITH_STORED;
      return new NonResident(
          offset,
          type,
          length,
          name,
          flags,
          LittleEndian.u16(bytes, offset + 0x0E),
          lowestVcn,
          highestVcn,
          pairs,
          unit,
          allocated,
          size,
          initialised,
          hasStored ? LittleEndian.i64(bytes, offset + 0x40) : allocated);
    }
  }

  /**
   * Reads a header.
   *
   * @param bytes the record
   * @param offset where the attribute begins
   * @param limit the end of the bytes in use
   * @param source what exceptions call the record
   * @throws CorruptFormatException when the attribute or a part of it is not within its bounds
   */
  static AttributeHeader get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int room = limit - offset;
    long longLength = room < Resident.SIZE ? 0 : LittleEndian.u32(bytes, offset + 0x04);
    if (longLength < Resident.SIZE || longLength > room || longLength % 8 != 0) {
      throw new CorruptFormatException(
          source,
          offset,
          "an attribute of " + longLength + " bytes cannot be where " + room + " are in use");
    }
    int length = (int) longLength;
    int type = LittleEndian.i32(bytes, offset);
    int form = LittleEndian.u8(bytes, offset + 0x08);
    if (form > 1) {
      throw new CorruptFormatException(
          source, offset + 0x08, "an attribute is resident (0) or not (1), not " + form);
    }
    if (form == 1 && length < NonResident.SIZE) {
      throw new CorruptFormatException(
          source, offset + 0x04, "a non-resident attribute of " + length + " bytes is too short");
    }
    int nameUnits = LittleEndian.u8(bytes, offset + 0x09);
    int nameOffset = LittleEndian.u16(bytes, offset + 0x0A);
    if (nameUnits != 0 && (nameOffset < Resident.SIZE || nameOffset + 2 * nameUnits > length)) {
      throw new CorruptFormatException(
          source,
          offset + 0x0A,
          "a name of " + nameUnits + " units at " + nameOffset + " is not within the attribute");
    }
    String name = nameUnits == 0 ? "" : Utf16.get(bytes, offset + nameOffset, nameUnits);
    if (form == 1) {
      return NonResident.get(bytes, offset, type, length, name, source);
    }
    long valueLength = LittleEndian.u32(bytes, offset + 0x10);
    int valueOffset = LittleEndian.u16(bytes, offset + 0x14);
    if (valueLength != 0 && (valueOffset < Resident.SIZE || valueOffset + valueLength > length)) {
      throw new CorruptFormatException(
          source,
          offset + 0x10,
          "a value of "
              + valueLength
              + " bytes at "
              + valueOffset
              + " is not within the attribute");
    }
    return new Resident(
        offset,
        type,
        length,
        name,
        LittleEndian.u16(bytes, offset + 0x0C),
        LittleEndian.u16(bytes, offset + 0x0E),
        Math.min(valueOffset, length),
        (int) valueLength,
        LittleEndian.u8(bytes, offset + 0x16) == 1);
  }

  /** The next multiple of 8. */
  static int align(int length) {
    return (length + 7) & -8;
  }

  private static void putCommon(AttributeHeader header, byte[] bytes, int offset, int nameOffset) {
    Arrays.fill(bytes, offset, offset + header.length(), (byte) 0);
    LittleEndian.put32(bytes, offset, header.type());
    LittleEndian.put32(bytes, offset + 0x04, header.length());
    LittleEndian.put8(bytes, offset + 0x09, header.name().length());
    LittleEndian.put16(bytes, offset + 0x0A, nameOffset);
    LittleEndian.put16(bytes, offset + 0x0C, header.flags());
    LittleEndian.put16(bytes, offset + 0x0E, header.instance());
    Utf16.put(bytes, offset + nameOffset, header.name());
  }
}
