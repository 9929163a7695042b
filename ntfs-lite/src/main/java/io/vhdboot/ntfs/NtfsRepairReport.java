package io.vhdboot.ntfs;

import java.util.List;

/**
 * What a repair of a volume found, did and left.
 *
 * @param before what was found at first
 * @param after what is still to be found
 * @param actions what was done, in order, in words; every loss is among them. At most 10,000
 * @param rounds how often the volume was checked
 */
public record NtfsRepairReport(
    NtfsCheckReport before, NtfsCheckReport after, List<String> actions, int rounds) {

  /** Whether nothing is left that Windows' own checker would repair. */
  public boolean isSound() {
    return after.isSound();
  }

  /** Whether anything was written. */
  public boolean isChanged() {
    return !actions.isEmpty();
  }

  @Override
  public String toString() {
    return before.volume()
        + ": "
        + before.count(NtfsFindingKind.Severity.ERROR)
        + " errors found, "
        + after.count(NtfsFindingKind.Severity.ERROR)
        + " left";
  }
}
