package io.vhdboot.servicing;

import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes whatever bytes it is given for the hives of a Windows and for its record, and for an answer
 * file: for a coverage-guided fuzzer, and for {@link MutatedWindowsTest}.
 */
public final class ServicingFuzzTarget {

  private static final int MAX_SIZE = 1 << 20;

  private ServicingFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length > MAX_SIZE) {
      return;
    }
    try {
      AnswerFile.check("fuzzed", data);
    } catch (DiskFormatException e) {
      // As it must be.
    }
    try {
      Path root = Files.createTempDirectory("vhdboot-fuzz");
      try {
        TestWindows windows = TestWindows.in(root).drivers();
        for (WindowsHive hive : WindowsHive.values()) {
          windows.put(hive.path(), data);
        }
        service(windows);
        windows.put("vhdboot/record", data);
        service(windows);
      } finally {
        delete(root);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether one of the things that can be done to a Windows is refused for damage. */
  static boolean service(TestWindows windows) throws IOException {
    OfflineWindows.open(windows.folder());
    Servicing servicing = Servicing.at(TestWindows.TIME).asItIs(true).force(true);
    boolean refused = false;
    for (Servicing each :
        List.of(
            servicing.usbBoot(),
            servicing.portable().computerName("x").feature(RegistryFeature.REMOTE_DESKTOP))) {
      try {
        each.apply(windows.folder());
      } catch (DiskFormatException e) {
        refused = true;
      }
    }
    try {
      servicing.undo(windows.folder());
    } catch (DiskFormatException e) {
      refused = true;
    }
    return refused;
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
