package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Qemu;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boots a stick in an emulated machine: BIOS, MBR, boot record, boot manager. */
class StickBootTest {

  private static final String REACHED =
      "reached, drive 80h, partition offset 1048576 bytes, 420000 bytes verified";

  @TempDir static Path folder;

  private static Path stick;

  @BeforeAll
  static void makeStick() throws IOException {
    stick = folder.resolve("stick.img");
    Sample.write(Sample.stick(stick).build());
  }

  @Test
  void bootsAsHardDisk() {
    assertThat(boot(Qemu.hardDisk(stick)).serial()).contains(REACHED);
  }

  @Test
  void bootsAsUsbStick() {
    assertThat(boot(Qemu.usbStick(stick)).serial()).contains(REACHED);
  }

  @Test
  void bootsFromALargeStick() throws IOException {
    Path large = folder.resolve("large.img");
    Sample.write(Sample.stick(large).vhdSize(200L << 30).build());
    assertThat(boot(Qemu.hardDisk(large)).serial()).contains(REACHED);
  }

  private static Qemu.Output boot(Qemu machine) {
    return machine.runUntil("SS:SP", "checksum wrong", "Press a key");
  }
}
