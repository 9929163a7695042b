package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Reads every INF file of a folder, which the environment variable {@code VHDBOOT_INF_FOLDER}
 * names, and prints what was found in them.
 */
class RealInfTest {

  private static final List<WindowsTarget> TARGETS =
      List.of(
          ExampleInf.SEVEN_X86,
          ExampleInf.SEVEN,
          ExampleInf.TEN,
          WindowsTarget.of(ProcessorArchitecture.ARM64, 10, 0, 26100));

  @Test
  void everyFileIsRead() throws IOException {
    String folder = System.getenv("VHDBOOT_INF_FOLDER");
    assumeTrue(folder != null, "VHDBOOT_INF_FOLDER names no folder of INF files");
    List<Path> files = DriverFolder.find(Path.of(folder));
    assertThat(files).isNotEmpty();
    Map<Integer, Integer> codes = new TreeMap<>();
    Map<DriverPackage.Fit, Integer> fits = new TreeMap<>();
    List<String> ids = new ArrayList<>();
    int others = 0;
    int withDevices = 0;
    int critical = 0;
    for (Path file : files) {
      InfFile inf = InfFile.read(file);
      if (!inf.isSigned()) {
        others++;
        continue;
      }
      inf.findings().forEach(f -> codes.merge(f.code(), 1, Integer::sum));
      InfVerifier.verify(inf).forEach(f -> codes.merge(f.code(), 1, Integer::sum));
      boolean hasDevices = false;
      boolean isCritical = false;
      for (WindowsTarget target : TARGETS) {
        try {
          DriverPackage driver = DriverPackage.read(file, target, InfLibrary.NONE);
          fits.merge(driver.fit(), 1, Integer::sum);
          hasDevices |= !driver.models().isEmpty();
          isCritical |= driver.isBootCritical();
          for (DeviceModel model : driver.models()) {
            for (String id : model.ids()) {
              ids.add(file.getFileName() + "\t" + target + "\t" + id);
            }
          }
        } catch (UnsupportedFormatException e) {
          throw new AssertionError(file.toString(), e);
        }
      }
      withDevices += hasDevices ? 1 : 0;
      critical += isCritical ? 1 : 0;
    }
    System.out.printf(
        "%d files: %d of Windows, %d others; %d with devices, %d boot-critical; %d ids;"
            + " fits %s; findings by code %s%n",
        files.size(),
        files.size() - others,
        others,
        withDevices,
        critical,
        ids.size(),
        fits,
        codes);
    String list = System.getenv("VHDBOOT_INF_IDS");
    if (list != null) {
      Files.write(Path.of(list), ids);
    }
  }
}
