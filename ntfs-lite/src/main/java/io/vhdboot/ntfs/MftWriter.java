package io.vhdboot.ntfs;

import java.io.IOException;
import java.util.List;

/**
 * Writes $MFT from its first record to its last and remembers what its bitmap and its mirror hold.
 *
 * <p>Free records get a header, as Windows gives them where a cluster holds many records: other
 * drivers read all records that the mirror covers, and want each to be one.
 */
final class MftWriter {

  private final SequentialWriter out;
  private final RecordWriter records;
  private final byte[] mirror;
  private final byte[] bitmap;
  private int mirrored;
  private long next;

  MftWriter(SequentialWriter out, RecordWriter records, int mirrorSize, int bitmapSize) {
    this.out = out;
    this.records = records;
    this.mirror = new byte[mirrorSize];
    this.bitmap = new byte[bitmapSize];
  }

  /** Writes records in use that follow each other; numbers only ascend from call to call. */
  void write(int number, List<byte[]> inUse) throws IOException {
    if (inUse.isEmpty()) {
      return;
    }
    writeFree(number);
    for (byte[] record : inUse) {
      bitmap[(int) (next >> 3)] |= (byte) (1 << (next & 7));
      put(record);
    }
  }

  /** Writes free records up to the end of $MFT, and what is still held back. */
  void end(long recordCount) throws IOException {
    writeFree(recordCount);
    out.flush();
  }

  /** A bit for each record, set where it is in use. */
  byte[] bitmap() {
    return bitmap;
  }

  /** A copy of the first records. */
  byte[] mirror() {
    return mirror;
  }

  private void writeFree(long end) throws IOException {
    while (next < end) {
      put(records.free(next));
    }
  }

  private void put(byte[] record) throws IOException {
    out.write(record);
    next++;
    if (mirrored < mirror.length) {
      System.arraycopy(record, 0, mirror, mirrored, record.length);
      mirrored += record.length;
    }
  }
}
