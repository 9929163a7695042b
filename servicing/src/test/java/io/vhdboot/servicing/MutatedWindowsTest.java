package io.vhdboot.servicing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Windows whose hives, or whose record, is damaged at random ends in typed exceptions only. */
class MutatedWindowsTest {

  @TempDir Path root;

  @Test
  void damageIsRefusedOrPassedOver() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    byte[] system = Files.readAllBytes(windows.file(WindowsHive.SYSTEM.path()));
    byte[] software = Files.readAllBytes(windows.file(WindowsHive.SOFTWARE.path()));
    Servicing.at(TestWindows.TIME).usbBoot().portable().computerName("x").apply(windows.folder());
    byte[] record = Files.readAllBytes(windows.file("vhdboot/record"));
    byte[] changed = Files.readAllBytes(windows.file(WindowsHive.SYSTEM.path()));

    SplittableRandom random = Seed.random("MutatedWindowsTest");
    int refused = 0;
    int cases = Seed.cases(20_000, 60);
    for (int i = 0; i < cases; i++) {
      boolean isRecord = i % 3 == 0;
      windows.put(
          WindowsHive.SYSTEM.path(),
          isRecord ? changed : i % 3 == 1 ? mutated(system, random) : system);
      windows.put(WindowsHive.SOFTWARE.path(), i % 3 == 2 ? mutated(software, random) : software);
      Files.deleteIfExists(windows.file("vhdboot/record"));
      if (isRecord) {
        windows.put("vhdboot/record", mutated(record, random));
      }
      if (ServicingFuzzTarget.service(windows)) {
        refused++;
      }
    }
    assertThat(refused).as("damage that was noticed").isBetween(1, cases - 1);
  }

  private static byte[] mutated(byte[] bytes, SplittableRandom random) {
    byte[] copy = bytes.clone();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      // The first block is checked by a sum, which would hide all else.
      int at = 4096 + random.nextInt(copy.length - 4096);
      copy[at] = (byte) random.nextInt(256);
    }
    return copy;
  }
}
