package io.vhdboot.ntfs;

import java.util.Arrays;

/**
 * What a checker must know of every record at once, in arrays by record number: about 50 bytes for
 * each up to the last one that was ever used.
 */
final class FileTable {

  /** The parent of a directory that has none. */
  static final int NO_PARENT = -1;

  private static final CheckedRecord.State[] STATES = CheckedRecord.State.values();

  private byte[] states = {};
  private char[] sequences = {};
  private byte[] flags = {};
  private int[] parents = {};
  private int[] securityIds = {};
  private int[] attributes = {};
  private int[] tags = {};
  private int[] times = {};
  private long[] sizes = {};
  private long[] stored = {};
  private long[] extensionPairs = {};
  private int extensionCount;
  private int end;

  /** The number behind the last record that is not blank. */
  int end() {
    return end;
  }

  /** Remembers a record. */
  void put(CheckedRecord record) {
    if (record.state() == CheckedRecord.State.BLANK) {
      return;
    }
    int number = (int) record.number();
    if (number >= states.length) {
      grow(number);
    }
    end = Math.max(end, number + 1);
    states[number] = (byte) record.state().ordinal();
    parents[number] = NO_PARENT;
    if (record.header() == null) {
      return;
    }
    sequences[number] = (char) record.header().sequence();
    flags[number] = (byte) record.header().flags();
    if (record.state() == CheckedRecord.State.EXTENSION) {
      long base = FileReference.record(record.header().baseReference());
      if (base <= Integer.MAX_VALUE) {
        if (extensionCount == extensionPairs.length) {
          extensionPairs = Arrays.copyOf(extensionPairs, Math.max(16, 2 * extensionCount));
        }
        extensionPairs[extensionCount++] = base << 32 | number;
      }
    }
  }

  private void grow(int number) {
    int length = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(1024, number + number / 4L + 1));
    states = Arrays.copyOf(states, length);
    sequences = Arrays.copyOf(sequences, length);
    flags = Arrays.copyOf(flags, length);
    parents = Arrays.copyOf(parents, length);
    securityIds = Arrays.copyOf(securityIds, length);
    attributes = Arrays.copyOf(attributes, length);
    tags = Arrays.copyOf(tags, length);
    times = Arrays.copyOf(times, length);
    sizes = Arrays.copyOf(sizes, length);
    stored = Arrays.copyOf(stored, length);
  }

  /** Sorts what {@link #extensions} looks up; to be called when all records are known. */
  void settle() {
    Arrays.sort(extensionPairs, 0, extensionCount);
  }

  /** The numbers of the extension records that name a base record, ascending. */
  int[] extensions(long base) {
    int from = Arrays.binarySearch(extensionPairs, 0, extensionCount, base << 32);
    from = from < 0 ? -from - 1 : from;
    int to = from;
    while (to < extensionCount && extensionPairs[to] >>> 32 == base) {
      to++;
    }
    int[] numbers = new int[to - from];
    for (int i = from; i < to; i++) {
      numbers[i - from] = (int) extensionPairs[i];
    }
    return numbers;
  }

  CheckedRecord.State state(long number) {
    return number < 0 || number >= end ? CheckedRecord.State.BLANK : STATES[states[(int) number]];
  }

  void setState(long number, CheckedRecord.State state) {
    states[(int) number] = (byte) state.ordinal();
  }

  int sequence(long number) {
    return sequences[(int) number];
  }

  boolean isDirectory(long number) {
    return (flags[(int) number] & FileRecord.FLAG_DIRECTORY) != 0;
  }

  boolean isView(long number) {
    return (flags[(int) number] & FileRecord.FLAG_VIEW_INDEX) != 0;
  }

  /** Whether a reference leads to a directory that is there. */
  boolean isLiveDirectory(long reference) {
    return isLiveFile(reference) && isDirectory(FileReference.record(reference));
  }

  /** Whether a reference leads to a file that is there. */
  boolean isLiveFile(long reference) {
    long number = FileReference.record(reference);
    return state(number) == CheckedRecord.State.BASE
        && sequence(number) == FileReference.sequence(reference);
  }

  void setFlags(long number, int value) {
    flags[(int) number] = (byte) value;
  }

  /** Remembers what directories repeat of a file. */
  void setFacts(
      long number, long size, long storedSize, int fileAttributes, int tag, int timesHash) {
    int i = (int) number;
    sizes[i] = size;
    stored[i] = storedSize;
    attributes[i] = fileAttributes;
    tags[i] = tag;
    times[i] = timesHash;
  }

  long size(long number) {
    return sizes[(int) number];
  }

  long storedSize(long number) {
    return stored[(int) number];
  }

  int attributes(long number) {
    return attributes[(int) number];
  }

  /** The reparse tag, or the packed length of extended attributes. */
  int tag(long number) {
    return tags[(int) number];
  }

  int times(long number) {
    return times[(int) number];
  }

  void setSecurityId(long number, int id) {
    securityIds[(int) number] = id;
  }

  int securityId(long number) {
    return securityIds[(int) number];
  }

  /** The record of the directory that lists a directory, or {@link #NO_PARENT}. */
  int parent(long number) {
    return parents[(int) number];
  }

  void setParent(long number, long parent) {
    parents[(int) number] = (int) parent;
  }
}
