package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.vhdboot.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged answers of the system's tools are refused, or read as something. */
class DiskListsRobustnessTest {

  private static final String[] SAMPLES = {
    WindowsDisksTest.DISKS,
    MacDisksTest.LIST,
    "30 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n31 1 8:2 / /a\\040b rw - xfs /x rw\n",
    "Filename Type Size Used Priority\n/dev/sdb\\0401 partition 1 0 -2\n"
  };

  @Test
  void damagedAnswersDoNoHarm() {
    SplittableRandom random = Seed.random("damagedAnswersDoNoHarm");
    for (int i = 0; i < Seed.cases(200_000, 800); i++) {
      int system = i % SAMPLES.length;
      byte[] text = ("x" + SAMPLES[system]).getBytes(StandardCharsets.UTF_8);
      text[0] = (byte) system;
      for (int damage = random.nextInt(1, 6); damage > 0; damage--) {
        int at = random.nextInt(1, text.length);
        switch (random.nextInt(4)) {
          case 0 -> text[at] = (byte) random.nextInt(128);
          case 1 -> text = Arrays.copyOf(text, Math.max(at, 2));
          case 2 -> {
            int from = random.nextInt(1, text.length);
            int length = Math.min(random.nextInt(40), text.length - Math.max(at, from));
            System.arraycopy(text.clone(), from, text, at, length);
          }
          default -> text[at] = (byte) "[]{}\",:<>/0".charAt(random.nextInt(11));
        }
      }
      byte[] damaged = text;
      assertThatCode(() -> DiskListsFuzzTarget.fuzzerTestOneInput(damaged))
          .as("%s", new String(damaged, StandardCharsets.UTF_8))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void deepNestingIsRefused() {
    for (byte system = 0; system < 2; system++) {
      String[] nesting = {"{\"a\":", "<array>"};
      byte[] text = (" " + nesting[system].repeat(100_000)).getBytes(StandardCharsets.UTF_8);
      text[0] = system;
      assertThatCode(() -> DiskListsFuzzTarget.fuzzerTestOneInput(text)).doesNotThrowAnyException();
    }
    String deep = "<plist>" + "<array>".repeat(20_000) + "</array>".repeat(20_000) + "</plist>";
    byte[] text = (" " + deep).getBytes(StandardCharsets.UTF_8);
    text[0] = 1;
    assertThatCode(() -> DiskListsFuzzTarget.fuzzerTestOneInput(text)).doesNotThrowAnyException();
  }
}
