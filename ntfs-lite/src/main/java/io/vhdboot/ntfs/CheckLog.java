package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects findings, bounded for each kind. */
final class CheckLog {

  /** The record of a finding that is about none. */
  static final long NO_RECORD = -1;

  /**
   * A finding whose path is not known yet.
   *
   * @param record the record, or {@link #NO_RECORD}
   */
  record Entry(NtfsFindingKind kind, long record, String message) {}

  private final int perKind;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<NtfsFindingKind, Long> counts = new EnumMap<>(NtfsFindingKind.class);
  private boolean muted;
  private long errors;

  CheckLog(int perKind) {
    this.perKind = perKind;
  }

  /** Adds a finding about a record. */
  void add(NtfsFindingKind kind, long record, String message) {
    if (muted) {
      return;
    }
    long count = counts.merge(kind, 1L, Long::sum);
    if (kind.severity() == NtfsFindingKind.Severity.ERROR) {
      errors++;
    }
    if (count <= perKind) {
      entries.add(new Entry(kind, record, message));
    }
  }

  /** Adds a finding about the volume. */
  void add(NtfsFindingKind kind, String message) {
    add(kind, NO_RECORD, message);
  }

  /**
   * Turns the collecting off, for looking again at what was reported before, or on.
   *
   * @return whether it was off
   */
  boolean mute(boolean off) {
    boolean before = muted;
    muted = off;
    return before;
  }

  /** The number of errors so far. */
  long errors() {
    return errors;
  }

  List<Entry> entries() {
    return entries;
  }

  Map<NtfsFindingKind, Long> counts() {
    return counts;
  }
}
