package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a record of the master file table, which holds a file's attributes:
 *
 * <pre>
 * 00  4  FILE; BAAD where a checker gave the record up
 * 04  2  offset of the update sequence array: 30h, or 2Ah in NTFS 3.0 and by Linux' ntfs3
 * 06  2  its count: 1 and one for every 512 bytes
 * 08  8  log sequence number
 * 10  2  sequence number; never 0 in a used record, counts up when the record is freed
 * 12  2  link count: the $FILE_NAME attributes, DOS names included
 * 14  2  offset of the first attribute
 * 16  2  flags: 1 in use, 2 directory, 4 within $Extend, 8 has a view index
 * 18  4  bytes in use, with the end mark's 8
 * 1C  4  bytes allocated: the record size
 * 20  8  file reference of the base record, 0 in a base record
 * 28  2  next attribute instance, greater than any that is used
 * 2A  2  0
 * 2C  4  own record number, where the update sequence array begins behind it
 * </pre>
 *
 * Then follow the update sequence array, the {@link AttributeHeader attributes} and the end mark,
 * FFFFFFFFh and 4 bytes.
 *
 * @param logSequence the log sequence number
 * @param sequence the sequence number
 * @param linkCount the link count
 * @param flags the flags
 * @param firstAttribute the offset of the first attribute
 * @param bytesInUse the bytes in use
 * @param bytesAllocated the record size
 * @param baseReference the base record's file reference as stored
 * @param nextInstance the next attribute instance
 * @param recordNumber the low 32 bits of its own number, or {@link #NO_NUMBER} in a record without
 */
record FileRecord(
    long logSequence,
    int sequence,
    int linkCount,
    int flags,
    int firstAttribute,
    int bytesInUse,
    int bytesAllocated,
    long baseReference,
    int nextInstance,
    long recordNumber) {

  static final int SIGNATURE = 0x454C4946;
  static final int SIGNATURE_BAAD = 0x44414142;

  static final int FLAG_IN_USE = 1;
  static final int FLAG_DIRECTORY = 2;
  static final int FLAG_IN_EXTEND = 4;
  static final int FLAG_VIEW_INDEX = 8;

  /** Where the update sequence array begins in a record of NTFS 3.1. */
  static final int UPDATE_SEQUENCE_OFFSET = 0x30;

  /** Bytes of the end mark. */
  static final int END_SIZE = 8;

  /** The record number of a record that does not tell. */
  static final long NO_NUMBER = -1;

  /** The smallest header: that of NTFS 3.0, which has no own number. */
  private static final int MIN_SIZE = 0x2A;

  private static final int ATTRIBUTE_ALIGNMENT = 8;

  /** Where the first attribute of a record of this size goes. */
  static int firstAttribute(int recordSize) {
    return AttributeHeader.align(UPDATE_SEQUENCE_OFFSET + UpdateSequence.size(recordSize));
  }

  /** Bytes for attributes in a record of this size. */
  static int capacity(int recordSize) {
    return recordSize - firstAttribute(recordSize) - END_SIZE;
  }

  /** A record that no file has used, as it belongs on disk. */
  static byte[] unused(int recordSize, long number) {
    byte[] record = new byte[recordSize];
    int first = firstAttribute(recordSize);
    putEnd(record, first);
    new FileRecord(0, 1, 0, 0, first, first + END_SIZE, recordSize, 0, 0, number).put(record);
    UpdateSequence.apply(record, 0, recordSize);
    return record;
  }

  /** Whether bytes begin as a record does; those of a record never used are mostly zeros. */
  static boolean isPresent(byte[] record) {
    return LittleEndian.i32(record, 0) == SIGNATURE;
  }

  /**
   * Throws unless a record begins as one does.
   *
   * @throws CorruptFormatException when it does not
   */
  static void checkSignature(byte[] record, String source) throws CorruptFormatException {
    int signature = LittleEndian.i32(record, 0);
    if (signature != SIGNATURE) {
      throw new CorruptFormatException(
          source,
          0,
          signature == SIGNATURE_BAAD
              ? "the record is marked BAAD: a checker or driver gave it up"
              : String.format("a record begins with FILE, not %08xh", signature));
    }
  }

  /**
   * Reads the header of a record whose update sequence has been undone.
   *
   * @param record the whole record
   * @param source what exceptions call it
   * @throws CorruptFormatException when it is no record, or its sizes contradict each other
   */
  static FileRecord get(byte[] record, String source) throws CorruptFormatException {
    checkSignature(record, source);
    int updateSequence = LittleEndian.u16(record, 0x04);
    long used = LittleEndian.u32(record, 0x18);
    long allocated = LittleEndian.u32(record, 0x1C);
    int first = LittleEndian.u16(record, 0x14);
    if (allocated != record.length) {
      throw new CorruptFormatException(
          source, 0x1C, "the record says it has " + allocated + " bytes, not " + record.length);
    }
    if (used > allocated) {
      throw new CorruptFormatException(
          source, 0x18, used + " bytes in use cannot lie within a record of " + allocated);
    }
    if (first < MIN_SIZE || first % ATTRIBUTE_ALIGNMENT != 0 || first + 4 > used) {
      throw new CorruptFormatException(
          source,
          0x14,
          "the first attribute cannot be at " + first + ", with " + used + " bytes in use");
    }
    return new FileRecord(
        LittleEndian.i64(record, 0x08),
        LittleEndian.u16(record, 0x10),
        LittleEndian.u16(record, 0x12),
        LittleEndian.u16(record, 0x16),
        first,
        (int) used,
        (int) allocated,
        LittleEndian.i64(record, 0x20),
        LittleEndian.u16(record, 0x28),
        updateSequence >= UPDATE_SEQUENCE_OFFSET ? LittleEndian.u32(record, 0x2C) : NO_NUMBER);
  }

  /**
   * Puts the header, all but the update sequence array's content: protecting the record is the last
   * thing done to it.
   */
  void put(byte[] record) {
    LittleEndian.put32(record, 0x00, SIGNATURE);
    UpdateSequence.putHeader(record, 0, bytesAllocated, UPDATE_SEQUENCE_OFFSET);
    LittleEndian.put64(record, 0x08, logSequence);
    LittleEndian.put16(record, 0x10, sequence);
    LittleEndian.put16(record, 0x12, linkCount);
    LittleEndian.put16(record, 0x14, firstAttribute);
    LittleEndian.put16(record, 0x16, flags);
    LittleEndian.put32(record, 0x18, bytesInUse);
    LittleEndian.put32(record, 0x1C, bytesAllocated);
    LittleEndian.put64(record, 0x20, baseReference);
    LittleEndian.put16(record, 0x28, nextInstance);
    LittleEndian.put16(record, 0x2A, 0);
    LittleEndian.put32(record, 0x2C, recordNumber);
  }

  /** Puts the mark that ends the attributes, {@link #END_SIZE} bytes. */
  static void putEnd(byte[] record, int offset) {
    LittleEndian.put32(record, offset, AttributeType.END);
    LittleEndian.put32(record, offset + 4, 0);
  }

  boolean isInUse() {
    return (flags & FLAG_IN_USE) != 0;
  }

  boolean isDirectory() {
    return (flags & FLAG_DIRECTORY) != 0;
  }

  /** Whether the record belongs to a file whose base record is another one. */
  boolean isExtension() {
    return baseReference != 0;
  }

  /**
   * Finds the attributes of the record.
   *
   * @throws CorruptFormatException when one reaches out of the bytes in use
   */
  List<AttributeHeader> attributes(byte[] record, String source) throws CorruptFormatException {
    List<AttributeHeader> headers = new ArrayList<>();
    int offset = firstAttribute;
    while (offset + 4 <= bytesInUse && LittleEndian.i32(record, offset) != AttributeType.END) {
      AttributeHeader header = AttributeHeader.get(record, offset, bytesInUse, source);
      headers.add(header);
      offset += header.length();
    }
    return headers;
  }
}
