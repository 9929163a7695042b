package io.vhdboot.ntfs;

/**
 * How a volume is checked and repaired.
 *
 * @param findingsPerKind how many findings of each kind are kept; others are only counted
 * @param strict whether a repair also sets right what is legal but unusual, such as sizes in
 *     directories that lag behind their files
 */
public record NtfsCheckOptions(int findingsPerKind, boolean strict) {

  /** What a checker does unless told: 40 findings of each kind, no strictness in repair. */
  public static final NtfsCheckOptions DEFAULT = new NtfsCheckOptions(40, false);

  /** Checks the count. */
  public NtfsCheckOptions {
    if (findingsPerKind < 1) {
      throw new IllegalArgumentException(
          "findingsPerKind (" + findingsPerKind + ") must be at least 1");
    }
  }

  /** These options with another strictness. */
  public NtfsCheckOptions withStrict(boolean value) {
    return new NtfsCheckOptions(findingsPerKind, value);
  }
}
