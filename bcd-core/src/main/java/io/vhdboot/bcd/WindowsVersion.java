package io.vhdboot.bcd;

/**
 * A Windows as far as its boot entries depend on it.
 *
 * @param major the kernel's major version
 * @param minor the kernel's minor version: 6.1 is Windows 7 and Server 2008 R2, 6.2 is 8 and 2012,
 *     6.3 is 8.1 and 2012 R2; 10.0 is 10, 11 and Server 2016 on
 * @param build the build, such as 7601 or 19041
 * @param server whether it is a server
 */
public record WindowsVersion(int major, int minor, int build, boolean server) {

  private static final int FIRST_WINDOWS_11 = 22000;
  private static final int FIRST_SERVER_2019 = 17763;
  private static final int FIRST_SERVER_2022 = 20348;
  private static final int FIRST_SERVER_2025 = 26100;

  /** Checks that boot entries for this version are known: 6.1 and later. */
  public WindowsVersion {
    boolean known = major == 6 && minor >= 1 && minor <= 3 || major == 10 && minor == 0;
    if (!known || build < 0) {
      throw new IllegalArgumentException(
          "version (" + major + "." + minor + "." + build + ") must be 6.1, 6.2, 6.3 or 10.0");
    }
  }

  /** Windows 8 or Server 2012 or later. */
  public boolean isAtLeast8() {
    return major >= 10 || minor >= 2;
  }

  /** Windows 10 or Server 2016 or later. */
  public boolean isAtLeast10() {
    return major >= 10;
  }

  /** What the boot menu calls it. */
  public String displayName() {
    if (major == 10) {
      if (!server) {
        return build >= FIRST_WINDOWS_11 ? "Windows 11" : "Windows 10";
      }
      String year =
          build >= FIRST_SERVER_2025
              ? "2025"
              : build >= FIRST_SERVER_2022 ? "2022" : build >= FIRST_SERVER_2019 ? "2019" : "2016";
      return "Windows Server " + year;
    }
    return switch (minor) {
      case 1 -> server ? "Windows Server 2008 R2" : "Windows 7";
      case 2 -> server ? "Windows Server 2012" : "Windows 8";
      default -> server ? "Windows Server 2012 R2" : "Windows 8.1";
    };
  }

  /** The version as digits and dots. */
  @Override
  public String toString() {
    return major + "." + minor + "." + build + (server ? " server" : "");
  }
}
