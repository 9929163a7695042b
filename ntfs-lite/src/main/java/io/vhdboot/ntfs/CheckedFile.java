package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A file of a volume that is checked: its attributes, put together and made sound. */
final class CheckedFile {

  private final CheckedRecord base;
  private final List<CheckedStream> streams = new ArrayList<>();
  private final List<Long> extensions = new ArrayList<>();
  private List<DataRun> listRuns = List.of();
  private boolean listPresent;
  private boolean changed;
  private int flags;
  private int linkCount;

  CheckedFile(CheckedRecord base) {
    this.base = base;
    this.flags = base.header().flags();
    this.linkCount = base.header().linkCount();
    this.changed = base.changed();
  }

  CheckedRecord base() {
    return base;
  }

  long number() {
    return base.number();
  }

  long reference() {
    return FileReference.of(base.number(), base.header().sequence());
  }

  /** The attributes, sorted; without the attribute list. */
  List<CheckedStream> streams() {
    return streams;
  }

  /** The extension records that belong to the file. */
  List<Long> extensions() {
    return extensions;
  }

  /** The clusters of an attribute list that is not in the record. */
  List<DataRun> listRuns() {
    return listRuns;
  }

  boolean hasList() {
    return listPresent;
  }

  void setList(List<DataRun> runs) {
    listPresent = true;
    listRuns = runs;
  }

  int flags() {
    return flags;
  }

  void setFlags(int value) {
    changed |= value != flags;
    flags = value;
  }

  boolean isDirectory() {
    return (flags & FileRecord.FLAG_DIRECTORY) != 0;
  }

  boolean isView() {
    return (flags & FileRecord.FLAG_VIEW_INDEX) != 0;
  }

  int linkCount() {
    return linkCount;
  }

  void setLinkCount(int value) {
    changed |= value != linkCount;
    linkCount = value;
  }

  /** Whether it is not as it stands on disk. */
  boolean isChanged() {
    return changed;
  }

  void setChanged() {
    changed = true;
  }

  /** The first attribute of a type and name, or null. */
  CheckedStream find(int type, String name) {
    for (CheckedStream stream : streams) {
      if (stream.is(type, name)) {
        return stream;
      }
    }
    return null;
  }

  /** The first unnamed attribute of a type, or null. */
  CheckedStream find(int type) {
    return find(type, "");
  }

  boolean has(int type, String name) {
    return find(type, name) != null;
  }

  boolean has(int type) {
    return find(type, "") != null;
  }

  /** All attributes of a type. */
  List<CheckedStream> all(int type) {
    List<CheckedStream> found = new ArrayList<>();
    for (CheckedStream stream : streams) {
      if (stream.type() == type) {
        found.add(stream);
      }
    }
    return found;
  }

  /** Replaces an attribute by another one of the same type and name. */
  void replace(CheckedStream old, CheckedStream other) {
    for (int i = 0; i < streams.size(); i++) {
      if (streams.get(i) == old) {
        streams.set(i, other);
        changed = true;
      }
    }
  }

  /** Removes an attribute. */
  void remove(CheckedStream old) {
    changed |= streams.removeIf(stream -> stream == old);
  }

  /** Removes attributes. */
  void removeIf(Predicate<CheckedStream> which) {
    changed |= streams.removeIf(which);
  }

  /** Adds an attribute where the order wants it. */
  void add(CheckedStream stream, RecordCheck order) {
    int at = 0;
    while (at < streams.size() && order.compare(streams.get(at).first(), stream.first()) <= 0) {
      at++;
    }
    streams.add(at, stream);
    changed = true;
  }

  @Override
  public String toString() {
    return "file " + number();
  }
}
