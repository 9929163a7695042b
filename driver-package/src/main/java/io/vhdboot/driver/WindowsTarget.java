package io.vhdboot.driver;

/**
 * The Windows that a driver is for.
 *
 * @param architecture its processor
 * @param major the major version of its kernel: 6 for Windows 7 to 8.1, 10 after
 * @param minor the minor version: 1 for Windows 7, 2 for 8, 3 for 8.1
 * @param build the build
 * @param productType 1 workstation, 2 domain controller, 3 server (VER_NT_xxx of winnt.h)
 * @param suiteMask the suites (VER_SUITE_xxx of winnt.h)
 */
public record WindowsTarget(
    ProcessorArchitecture architecture,
    int major,
    int minor,
    int build,
    int productType,
    int suiteMask) {

  /** A workstation's product type. */
  public static final int WORKSTATION = 1;

  /** A server's product type. */
  public static final int SERVER = 3;

  /** A Windows for workstations, of no particular suite. */
  public static WindowsTarget of(
      ProcessorArchitecture architecture, int major, int minor, int build) {
    return new WindowsTarget(architecture, major, minor, build, WORKSTATION, 0);
  }

  /** Whether the version is at least this one. */
  public boolean isAtLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || major == otherMajor && minor >= otherMinor;
  }

  @Override
  public String toString() {
    return "Windows " + major + "." + minor + "." + build + " for " + architecture.infName();
  }
}
