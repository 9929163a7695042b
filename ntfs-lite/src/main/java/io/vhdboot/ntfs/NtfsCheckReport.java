package io.vhdboot.ntfs;

import java.util.List;
import java.util.Map;

/**
 * What a check of a volume gave.
 *
 * @param volume the name of the device
 * @param findings what was found, in the order of the check; of each kind at most as many as the
 *     options allow
 * @param counts how often each kind was found, those left out of {@code findings} included
 * @param files files and directories in use, those of the volume itself included
 * @param records records of $MFT, free ones included
 * @param clusters clusters of the volume
 * @param freeClusters clusters that no file holds
 */
public record NtfsCheckReport(
    String volume,
    List<NtfsFinding> findings,
    Map<NtfsFindingKind, Long> counts,
    long files,
    long records,
    long clusters,
    long freeClusters) {

  /** How many findings there are of a severity. */
  public long count(NtfsFindingKind.Severity severity) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().severity() == severity)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Whether nothing was found that Windows' own checker would repair. */
  public boolean isSound() {
    return count(NtfsFindingKind.Severity.ERROR) == 0;
  }

  /** Whether nothing was found at all but observations. */
  public boolean isClean() {
    return isSound() && count(NtfsFindingKind.Severity.STRICT) == 0;
  }

  /** The report's last line, such as {@code 2 errors, 0 strict, 1 info; 27 files}. */
  public String summary() {
    return count(NtfsFindingKind.Severity.ERROR)
        + " errors, "
        + count(NtfsFindingKind.Severity.STRICT)
        + " strict, "
        + count(NtfsFindingKind.Severity.INFO)
        + " info; "
        + files
        + " files, "
        + freeClusters
        + " of "
        + clusters
        + " clusters free";
  }

  @Override
  public String toString() {
    return volume + ": " + summary();
  }
}
