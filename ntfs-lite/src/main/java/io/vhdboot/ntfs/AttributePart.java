package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of an attribute that is edited, as it lies in one file record: the whole of a resident
 * one, or an extent of another.
 */
final class AttributePart {

  private final AttributeEdit attribute;
  private RecordEdit record;
  private int instance;
  private long lowestVcn;
  private long clusters;
  private List<DataRun> runs = new ArrayList<>();
  private int size = -1;

  /** How far from the first VCN each run begins, as far as that was needed. */
  private long[] begins = {0};

  private int beginsKnown;

  AttributePart(AttributeEdit attribute, long lowestVcn) {
    this.attribute = attribute;
    this.lowestVcn = lowestVcn;
  }

  AttributeEdit attribute() {
    return attribute;
  }

  /** The record that holds it, or null before it has got one. */
  RecordEdit record() {
    return record;
  }

  int instance() {
    return instance;
  }

  /** Says where it lies. */
  void place(RecordEdit newRecord, int newInstance) {
    record = newRecord;
    instance = newInstance;
  }

  long lowestVcn() {
    return lowestVcn;
  }

  /** The number of clusters that its runs map. */
  long clusters() {
    return clusters;
  }

  /** The VCN behind its last one. */
  long end() {
    return lowestVcn + clusters;
  }

  List<DataRun> runs() {
    return runs;
  }

  /** Notes that what it takes of its record has changed. */
  void changed() {
    size = -1;
    if (record != null) {
      record.changed();
    }
  }

  /** Bytes that it takes of a record. */
  int size() {
    if (size < 0) {
      size = attribute.isResident() ? attribute.residentSize() : headerSize() + pairsSize(runs);
    }
    return size;
  }

  /** Bytes of a non-resident header with the name. */
  private int headerSize() {
    boolean hasStored = attribute.hasStoredSize() && lowestVcn == 0;
    int header =
        hasStored ? AttributeHeader.NonResident.SIZE_WITH_STORED : AttributeHeader.NonResident.SIZE;
    return AttributeHeader.align(header + 2 * attribute.name().length());
  }

  private static int pairsSize(List<DataRun> runs) {
    return AttributeHeader.align(MappingPairs.size(runs));
  }

  /** Adds a run behind the last one. */
  void append(DataRun run) {
    add(runs, run);
    clusters += run.length();
    changed();
  }

  /** Adds a run to others, to the last of them where it continues that. */
  private static void add(List<DataRun> runs, DataRun run) {
    int last = runs.size() - 1;
    if (last >= 0) {
      DataRun before = runs.get(last);
      boolean follows =
          before.isHole() ? run.isHole() : run.lcn() == before.lcn() + before.length();
      if (follows && before.isHole() == run.isHole()) {
        runs.set(last, new DataRun(before.lcn(), before.length() + run.length()));
        return;
      }
    }
    runs.add(run);
  }

  /**
   * Maps some clusters anew.
   *
   * @param vcn the first of them, within the part
   * @param run where they lie now; not longer than what the part has left
   * @return where they lay
   */
  List<DataRun> replace(long vcn, DataRun run) {
    List<DataRun> before = new ArrayList<>();
    List<DataRun> now = new ArrayList<>(runs.size() + 2);
    long from = vcn - lowestVcn;
    long to = from + run.length();
    long at = 0;
    boolean isPut = false;
    for (DataRun old : runs) {
      long end = at + old.length();
      if (at < from) {
        add(now, cut(old, 0, Math.min(old.length(), from - at)));
      }
      if (end > from && at < to) {
        long cutFrom = Math.max(0, from - at);
        long cutTo = Math.min(old.length(), to - at);
        before.add(cut(old, cutFrom, cutTo - cutFrom));
        if (!isPut) {
          add(now, run);
          isPut = true;
        }
      }
      if (end > to) {
        long rest = Math.max(0, to - at);
        add(now, cut(old, rest, old.length() - rest));
      }
      at = end;
    }
    runs = now;
    beginsKnown = 0;
    changed();
    return before;
  }

  /** Cuts off what lies from a VCN on, and gives it. */
  List<DataRun> truncate(long vcn) {
    List<DataRun> rest = new ArrayList<>();
    List<DataRun> now = new ArrayList<>();
    long keep = vcn - lowestVcn;
    for (DataRun run : runs) {
      long kept = Math.min(run.length(), keep);
      if (kept > 0) {
        now.add(cut(run, 0, kept));
      }
      if (kept < run.length()) {
        rest.add(cut(run, Math.max(0, kept), run.length() - Math.max(0, kept)));
      }
      keep -= kept;
    }
    runs = now;
    beginsKnown = 0;
    clusters = vcn - lowestVcn;
    changed();
    return rest;
  }

  /** Splits off the runs from one on as a part of their own, which has no record yet. */
  AttributePart split(int from) {
    long vcn = lowestVcn;
    for (int i = 0; i < from; i++) {
      vcn += runs.get(i).length();
    }
    AttributePart rest = new AttributePart(attribute, vcn);
    for (DataRun run : runs.subList(from, runs.size())) {
      rest.append(run);
    }
    runs = new ArrayList<>(runs.subList(0, from));
    beginsKnown = 0;
    clusters = vcn - lowestVcn;
    changed();
    return rest;
  }

  /** How many of its runs, from the first on, fit in a room of so many bytes. */
  int runsThatFit(int room) {
    int low = 0;
    int high = runs.size();
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (headerSize() + pairsSize(runs.subList(0, middle)) <= room) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The run that maps a VCN, cut to begin there. */
  DataRun find(long vcn) {
    if (vcn < lowestVcn || vcn >= end()) {
      throw new IllegalStateException("VCN " + vcn + " is not mapped");
    }
    findBegins();
    int index = Arrays.binarySearch(begins, 0, runs.size(), vcn - lowestVcn);
    index = index < 0 ? -index - 2 : index;
    DataRun run = runs.get(index);
    long in = vcn - lowestVcn - begins[index];
    return in == 0 ? run : cut(run, in, run.length() - in);
  }

  private void findBegins() {
    if (begins.length < runs.size()) {
      begins = Arrays.copyOf(begins, Math.max(runs.size(), 2 * begins.length));
    }
    for (int i = Math.max(1, beginsKnown); i < runs.size(); i++) {
      begins[i] = begins[i - 1] + runs.get(i - 1).length();
    }
    beginsKnown = runs.size();
  }

  private static DataRun cut(DataRun run, long from, long length) {
    return new DataRun(run.isHole() ? DataRun.HOLE : run.lcn() + from, length);
  }

  /** Puts it into a record; gives the bytes that it takes. */
  int put(byte[] bytes, int offset) {
    if (attribute.isResident()) {
      AttributeHeader.Resident header =
          AttributeHeader.Resident.of(
              attribute.type(),
              attribute.name(),
              attribute.flags(),
              instance,
              attribute.value().length,
              attribute.isIndexed());
      header.put(bytes, offset);
      byte[] value = attribute.value();
      System.arraycopy(value, 0, bytes, offset + header.valueOffset(), value.length);
      return header.length();
    }
    boolean isFirst = lowestVcn == 0;
    AttributeHeader.NonResident header =
        AttributeHeader.NonResident.of(
            attribute.type(),
            attribute.name(),
            attribute.flags(),
            instance,
            lowestVcn,
            end() - 1,
            attribute.compressionUnit(),
            isFirst ? attribute.allocatedSize() : 0,
            isFirst ? attribute.size() : 0,
            isFirst ? attribute.initialisedSize() : 0,
            isFirst ? attribute.storedSize() : 0,
            MappingPairs.size(runs));
    header.put(bytes, offset);
    MappingPairs.put(runs, bytes, offset + header.mappingPairsOffset());
    return header.length();
  }
}
