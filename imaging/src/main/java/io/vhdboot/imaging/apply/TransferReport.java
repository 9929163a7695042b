package io.vhdboot.imaging.apply;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a transfer.
 *
 * @param directories directories that were made or were there
 * @param files files that were made, each counted once
 * @param hardLinks further names of them
 * @param symbolicLinks symbolic links and junctions
 * @param bytes bytes of content that were written
 * @param losses how many files lost what the target does not keep
 * @param leftOutCount how many names are not in the target, with all that is below them
 * @param leftOut the first of them, a sentence each
 * @param notes what else is not as it was in the image, a sentence each
 */
public record TransferReport(
    long directories,
    long files,
    long hardLinks,
    long symbolicLinks,
    long bytes,
    Map<Loss, Long> losses,
    long leftOutCount,
    List<String> leftOut,
    List<String> notes) {

  /** Takes copies. */
  public TransferReport {
    Map<Loss, Long> sorted = new EnumMap<>(Loss.class);
    sorted.putAll(losses);
    losses = Collections.unmodifiableMap(sorted);
    leftOut = List.copyOf(leftOut);
    notes = List.copyOf(notes);
  }

  /** This report with further notes. */
  TransferReport withNotes(List<String> more) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new TransferReport(
        directories, files, hardLinks, symbolicLinks, bytes, losses, leftOutCount, leftOut, all);
  }

  /** Whether every name is in the target. */
  public boolean isComplete() {
    return leftOutCount == 0;
  }
}
