package io.vhdboot.driver;

import java.util.Map;
import java.util.Optional;

/**
 * The numbers by which INF files name folders, after "Using Dirids" of Microsoft's documentation
 * and the CSIDL numbers of shlobj.h, which it refers to.
 */
final class DirectoryId {

  /** The package's own folder in the driver store. */
  static final int DRIVER_STORE = 13;

  private static final int DRIVERS = 12;
  private static final int SYSTEM32_FOR_X86 = 16425;

  private static final Map<Integer, String> IN_WINDOWS =
      Map.ofEntries(
          Map.entry(10, ""),
          Map.entry(11, "System32"),
          Map.entry(DRIVERS, "System32/drivers"),
          Map.entry(17, "INF"),
          Map.entry(18, "Help"),
          Map.entry(20, "Fonts"),
          Map.entry(21, "System32/viewers"),
          Map.entry(23, "System32/spool/drivers/color"),
          Map.entry(25, ""),
          Map.entry(50, "System"),
          Map.entry(51, "System32/spool"),
          Map.entry(52, "System32/spool/drivers"),
          Map.entry(16420, ""),
          Map.entry(16421, "System32"));

  private DirectoryId() {}

  static boolean isNumber(String token) {
    return token.matches("-?\\d{1,5}");
  }

  /** The folder's path from the Windows folder; empty where it lies elsewhere. */
  static Optional<String> inWindows(int id, ProcessorArchitecture architecture) {
    if (id == SYSTEM32_FOR_X86) {
      return Optional.of(architecture == ProcessorArchitecture.X86 ? "System32" : "SysWOW64");
    }
    return Optional.ofNullable(IN_WINDOWS.get(id));
  }

  /** Whether a folder lies outside Windows and outside the driver store. */
  static boolean isOutsideWindows(int id) {
    return id != DRIVER_STORE && inWindows(id, ProcessorArchitecture.AMD64).isEmpty();
  }
}
