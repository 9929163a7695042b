package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of $MFT as far as it can be understood.
 *
 * @param number its number
 * @param state what it is
 * @param original its bytes, update sequence removed as far as there is one
 * @param header its header, made sound; null unless the state has one
 * @param attributes its attributes, made sound and sorted
 * @param changed whether that is not what stands on disk
 */
record CheckedRecord(
    long number,
    State state,
    byte[] original,
    FileRecord header,
    List<CheckedAttribute> attributes,
    boolean changed) {

  /** What a record is. */
  enum State {
    /** Never used: it does not begin as a record does. */
    BLANK,
    /** Free. */
    FREE,
    /** The base record of a file. */
    BASE,
    /** A part of a file whose base record is another one. */
    EXTENSION,
    /** In use or damaged, and beyond understanding. */
    LOST;

    boolean isInUse() {
      return this == BASE || this == EXTENSION;
    }
  }

  /** The bytes of attributes that a record has room for, when its header is as Windows' is. */
  static int capacity(int recordSize) {
    return recordSize - FileRecord.firstAttribute(recordSize) - FileRecord.END_SIZE;
  }

  /** The record with other attributes, numbered anew, as it belongs on disk. */
  static byte[] toBytes(
      byte[] original,
      long number,
      int sequence,
      int linkCount,
      int flags,
      long baseReference,
      long logSequence,
      List<CheckedAttribute> attributes) {
    byte[] record = new byte[original.length];
    int offset = FileRecord.firstAttribute(record.length);
    // The update sequence counts on, so that a torn write of this one is seen too.
    int old = LittleEndian.u16(original, 4);
    if (old >= 8 && old <= UpdateSequence.STRIDE - 4) {
      System.arraycopy(original, old, record, FileRecord.UPDATE_SEQUENCE_OFFSET, 2);
    }
    int next = 0;
    for (CheckedAttribute attribute : attributes) {
      System.arraycopy(attribute.bytes(), 0, record, offset, attribute.bytes().length);
      offset += attribute.bytes().length;
      next = Math.max(next, attribute.header().instance() + 1);
    }
    FileRecord.putEnd(record, offset);
    new FileRecord(
            logSequence,
            sequence,
            linkCount,
            flags,
            FileRecord.firstAttribute(record.length),
            offset + FileRecord.END_SIZE,
            record.length,
            baseReference,
            next,
            number & 0xFFFF_FFFFL)
        .put(record);
    UpdateSequence.apply(record, 0, record.length);
    return record;
  }

  /** The record as it belongs on disk, when it is in use. */
  byte[] toBytes() {
    return toBytes(
        original,
        number,
        header.sequence(),
        header.linkCount(),
        header.flags(),
        header.baseReference(),
        header.logSequence(),
        attributes);
  }

  /** A free record, to replace one that is beyond understanding. */
  byte[] toFreeBytes() {
    int sequence = state == State.BLANK ? 1 : LittleEndian.u16(original, 0x10) % 0xFFFF + 1;
    return toBytes(original, number, sequence, 0, 0, 0, 0, List.of());
  }

  /** Gives attributes whose instances repeat new ones. */
  static List<CheckedAttribute> renumber(List<CheckedAttribute> attributes, long record) {
    List<CheckedAttribute> renumbered = new ArrayList<>();
    for (CheckedAttribute attribute : attributes) {
      renumbered.add(attribute.in(record, renumbered.size()));
    }
    return renumbered;
  }
}
