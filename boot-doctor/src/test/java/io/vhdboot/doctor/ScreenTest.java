package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Qemu;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A machine that starts broken sticks shows what the doctor says it does, and starts them once they
 * are mended. What Windows' own boot manager shows is not tried here: none is at hand.
 */
class ScreenTest {

  /** What our boot code shows, by what is broken. */
  private static final Map<String, String> SCREENS =
      Map.of(
          "a status that is none", "Invalid partition table",
          "two active partitions", "Invalid partition table",
          "no active partition", "No active partition",
          "no mark at the end of the boot sector", "Missing operating system",
          "no bootmgr", "BOOTMGR is missing",
          "a compressed bootmgr", "BOOTMGR is compressed",
          "damaged boot code behind the boot sector", "$Boot incomplete",
          "a bootmgr with a block of other content", "checksum wrong");

  private static final List<String> SAMPLE = List.of("no active partition");

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  static Stream<BrokenSticksTest.Case> cases() {
    return BrokenSticksTest.cases().stream()
        .filter(broken -> SCREENS.containsKey(broken.what()))
        .filter(broken -> Seed.isFull() || SAMPLE.contains(broken.what()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void machineShowsWhatTheDoctorSays(BrokenSticksTest.Case broken) throws IOException {
    Path stick = broken.stick().copyTo(folder);
    broken.broken().apply(stick);
    String screen = SCREENS.get(broken.what());
    Qemu.Output shown = Qemu.usbStick(stick).runUntil(screen, "SS:SP");
    assertThat(shown.screen() + shown.serial()).contains(screen);

    assertThat(BootDoctor.of(stick.toString()).mend().after().boots()).isTrue();
    Qemu.Output mended = Qemu.usbStick(stick).runUntil("SS:SP", "checksum wrong", "Press a key");
    assertThat(mended.serial()).contains("SS:SP").doesNotContain("checksum wrong");
  }
}
