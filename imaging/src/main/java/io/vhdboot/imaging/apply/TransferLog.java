package io.vhdboot.imaging.apply;

import io.vhdboot.wim.WimEntry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what comes of a transfer. */
final class TransferLog {

  /** Sentences that are kept; an image can be full of what a target cannot hold. */
  private static final int MAX_LISTED = 1000;

  private final Map<Loss, Long> losses = new EnumMap<>(Loss.class);
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long leftOutCount;
  private long unlistedNotes;
  private long directories;
  private long files;
  private long hardLinks;
  private long symbolicLinks;
  private long bytes;

  void countDirectory() {
    directories++;
  }

  void countFile() {
    files++;
  }

  void countHardLink() {
    hardLinks++;
  }

  void countSymbolicLink() {
    symbolicLinks++;
  }

  void countBytes(long count) {
    bytes += count;
  }

  void lose(Loss loss) {
    losses.merge(loss, 1L, Long::sum);
  }

  /** A name is not in the target, nor is what is below it. */
  void leaveOut(WimEntry entry, String reason) {
    leftOutCount++;
    if (leftOut.size() < MAX_LISTED) {
      leftOut.add(entry.printablePath() + ": " + reason);
    }
  }

  /** Something is in the target, but not quite as in the image. */
  void note(WimEntry entry, String what) {
    if (notes.size() < MAX_LISTED) {
      notes.add(entry.printablePath() + ": " + what);
    } else {
      unlistedNotes++;
    }
  }

  TransferReport report() {
    List<String> allNotes = new ArrayList<>(notes);
    if (unlistedNotes > 0) {
      allNotes.add(unlistedNotes + " more notes are not listed");
    }
    return new TransferReport(
        directories,
        files,
        hardLinks,
        symbolicLinks,
        bytes,
        losses,
        leftOutCount,
        leftOut,
        allNotes);
  }
}
