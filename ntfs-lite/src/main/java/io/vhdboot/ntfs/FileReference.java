package io.vhdboot.ntfs;

/**
 * The 64-bit name of a file record: its number in the low 48 bits, above them the sequence number
 * that tells it from earlier users of the same record.
 */
final class FileReference {

  private static final int SEQUENCE_SHIFT = 48;
  private static final long RECORD_MASK = (1L << SEQUENCE_SHIFT) - 1;

  private FileReference() {}

  /** The reference of a record. */
  static long of(long record, int sequence) {
    return record & RECORD_MASK | (long) sequence << SEQUENCE_SHIFT;
  }

  /** The record's number. */
  static long record(long reference) {
    return reference & RECORD_MASK;
  }

  /** The sequence number, 0 to FFFFh. */
  static int sequence(long reference) {
    return (int) (reference >>> SEQUENCE_SHIFT);
  }

  /** The reference as people write it: record/sequence. */
  static String toString(long reference) {
    return record(reference) + "/" + sequence(reference);
  }
}
