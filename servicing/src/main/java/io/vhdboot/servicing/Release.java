package io.vhdboot.servicing;

/**
 * The version of a Windows.
 *
 * @param major 6 for Vista to 8.1, 10 from Windows 10 on
 * @param minor 1 for Windows 7, 2 for 8, 3 for 8.1
 * @param build such as 7601 or 19045; 0 where it is not known
 * @param revision what the last update made of the build; -1 where it is not known
 */
public record Release(int major, int minor, int build, int revision) {

  /** Whether this version is another one or later. */
  public boolean isAtLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || major == otherMajor && minor >= otherMinor;
  }

  /** Whether this is Windows 7 or Server 2008 R2, whatever the service pack. */
  public boolean isWindows7() {
    return major == 6 && minor == 1;
  }

  /** As in {@code 10.0.19045.3570}, as far as it is known. */
  @Override
  public String toString() {
    return major
        + "."
        + minor
        + (build > 0 ? "." + build : "")
        + (build > 0 && revision >= 0 ? "." + revision : "");
  }
}
