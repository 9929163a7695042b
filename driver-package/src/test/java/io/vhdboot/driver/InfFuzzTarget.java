package io.vhdboot.driver;

import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads whatever bytes it is given as an INF file, verifies it and looks at it as several Windows
 * do: for a coverage-guided fuzzer, and for {@link InfRobustnessTest}.
 */
public final class InfFuzzTarget {

  private static final int MAX_SIZE = 1 << 20;
  private static final Path NOWHERE = Path.of("nowhere");

  private InfFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      isRefused(data);
    }
  }

  /** Whether a file is refused for one of the things that can be done with it. */
  static boolean isRefused(byte[] data) {
    try {
      InfFile inf = InfFile.parse("fuzzed.inf", data);
      InfVerifier.verify(inf);
      inf.inLanguage(0x407).version();
      // It includes itself, as no other file is at hand.
      InfLibrary library = name -> Optional.of(inf);
      for (ProcessorArchitecture architecture : ProcessorArchitecture.values()) {
        DriverPackage driver =
            DriverPackage.of(inf, NOWHERE, WindowsTarget.of(architecture, 10, 0, 19045), library);
        driver.models().forEach(driver::isBootCritical);
      }
      return false;
    } catch (DiskFormatException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
