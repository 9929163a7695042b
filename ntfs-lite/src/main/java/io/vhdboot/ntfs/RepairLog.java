package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.List;

/** What a repair did, bounded. */
final class RepairLog {

  private static final int MAX_LINES = 10_000;

  private final List<String> lines = new ArrayList<>();
  private long count;

  /** Adds what was done to a record. */
  void done(long record, String what) {
    done("record " + record + ": " + what);
  }

  /** Adds what was done to the volume. */
  void done(String what) {
    count++;
    if (lines.size() < MAX_LINES) {
      lines.add(what);
    }
  }

  /** How often something was done. */
  long count() {
    return count;
  }

  List<String> lines() {
    return lines;
  }
}
