package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One of the records of a file that is edited, and the parts of attributes that lie in it. */
final class RecordEdit {

  private final long number;
  private final int sequence;
  private final List<AttributePart> parts = new ArrayList<>();
  private boolean isChanged;
  private boolean isRefreshed;
  private int updateSequence;
  private int nextInstance;
  private long logSequence;

  RecordEdit(long number, int sequence) {
    this.number = number;
    this.sequence = sequence;
  }

  long number() {
    return number;
  }

  int sequence() {
    return sequence;
  }

  long reference() {
    return FileReference.of(number, sequence);
  }

  boolean isChanged() {
    return isChanged;
  }

  void changed() {
    isChanged = true;
  }

  /** Notes that a value was replaced by one of its length. */
  void refreshed() {
    isRefreshed = true;
  }

  /** Whether it is other than it was, be it that values were refreshed only. */
  boolean mustBeWritten() {
    return isChanged || isRefreshed;
  }

  /** Remembers what its bytes on disk count on from. */
  void countOnFrom(int instance, int sequenceNumber, long log) {
    nextInstance = instance;
    updateSequence = sequenceNumber;
    logSequence = log;
  }

  List<AttributePart> parts() {
    return parts;
  }

  /** Bytes that its attributes take. */
  int used() {
    int used = 0;
    for (AttributePart part : parts) {
      used += part.size();
    }
    return used;
  }

  /** Takes a part in as it was read. */
  void load(AttributePart part, int instance) {
    part.place(this, instance);
    parts.add(part);
  }

  /** Takes a part in. */
  void add(AttributePart part) {
    if (nextInstance >= 0xFFFF) {
      renumber();
    }
    part.place(this, nextInstance);
    nextInstance++;
    parts.add(part);
    changed();
  }

  private void renumber() {
    nextInstance = 0;
    for (AttributePart part : parts) {
      part.place(this, nextInstance);
      nextInstance++;
    }
  }

  void remove(AttributePart part) {
    parts.remove(part);
    part.place(null, 0);
    changed();
  }

  /** Hands all parts over to another record. */
  void moveTo(RecordEdit other) {
    for (AttributePart part : List.copyOf(parts)) {
      parts.remove(part);
      other.add(part);
    }
  }

  /**
   * The record's bytes, update sequence undone.
   *
   * @param order the order of its attributes
   * @param base the reference of the base record, 0 in that itself
   */
  byte[] encode(
      int recordSize, int linkCount, int flags, long base, Comparator<AttributePart> order) {
    parts.sort(order);
    byte[] bytes = new byte[recordSize];
    int first = FileRecord.firstAttribute(recordSize);
    int end = first;
    for (AttributePart part : parts) {
      end += part.put(bytes, end);
    }
    FileRecord.putEnd(bytes, end);
    new FileRecord(
            logSequence,
            sequence,
            linkCount,
            flags,
            first,
            end + FileRecord.END_SIZE,
            recordSize,
            base,
            nextInstance,
            number)
        .put(bytes);
    updateSequence = updateSequence + 1 & 0xFFFF;
    UpdateSequence.setNumber(bytes, updateSequence);
    isChanged = false;
    isRefreshed = false;
    return bytes;
  }
}
