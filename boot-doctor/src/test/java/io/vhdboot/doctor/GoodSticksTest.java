package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.doctor.FirmwareView.Emulation;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sticks with nothing wrong, and what is no stick at all. */
class GoodSticksTest {

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  @ParameterizedTest
  @EnumSource(GoodStick.class)
  void stickBootsOnAllItsMachines(GoodStick good) throws IOException {
    Path stick = good.copyTo(folder);
    byte[] before = Files.readAllBytes(stick);
    Diagnosis found = BootDoctor.of(stick.toString()).examine();

    assertThat(found.findings()).isEmpty();
    assertThat(found.boots()).isTrue();
    assertThat(found.walks().stream().map(Walk::machine)).containsExactlyElementsOf(machines(good));
    assertThat(found.firmwareView().emulation()).isEqualTo(Emulation.HARD_DISK);
    for (Walk walk : found.walks()) {
      for (String passed :
          List.of("partition table: ", "boot manager: ", "VHD: ", "loader: ", "registry: ")) {
        assertThat(walk.passed()).anyMatch(line -> line.startsWith(passed));
      }
      assertThat(walk.passed()).contains("Windows: vhdboot sample (Professional), build 19045");
    }

    Treatment treatment = BootDoctor.of(stick.toString()).mend();
    assertThat(treatment.actions()).isEmpty();
    assertThat(Arrays.mismatch(Files.readAllBytes(stick), before)).isEqualTo(-1);
  }

  private static List<String> machines(GoodStick good) {
    return switch (good) {
      case BIOS, FIXED, CHILD -> List.of("BIOS");
      case UEFI -> List.of("UEFI");
      case ALL, VHDX -> List.of("BIOS", "UEFI");
    };
  }

  @Test
  void otherMachineThanTheStickIsMadeForIsToldToo() throws IOException {
    Path bios = GoodStick.BIOS.copyTo(folder);
    Diagnosis onUefi = BootDoctor.of(bios.toString()).firmware(Set.of(BootFirmware.UEFI)).examine();
    assertThat(onUefi.boots()).isFalse();
    assertThat(onUefi.findings().get(0).cause()).contains("no EFI system partition");

    Path uefi = GoodStick.UEFI.copyTo(folder);
    Diagnosis onBios = BootDoctor.of(uefi.toString()).firmware(Set.of(BootFirmware.BIOS)).examine();
    assertThat(onBios.boots()).isFalse();
    assertThat(onBios.findings().get(0).cause()).contains("GPT");
  }

  @Test
  void vhdByItselfIsLookedAtAsOneThatAnEntryLeadsTo() throws IOException {
    Path vhd = copyOf(GoodStick.BIOS, "virtualharddisk.vhd");
    Diagnosis found = BootDoctor.of(vhd.toString()).examine();
    assertThat(found.walks().stream().map(Walk::machine)).containsExactly("native boot of the VHD");
    assertThat(found.findings()).isEmpty();
    assertThat(found.boots()).isTrue();

    Surgery.delete(vhd + "@1", "Windows/System32/config/SYSTEM");
    assertThat(BootDoctor.of(vhd.toString()).examine().findings())
        .extracting(Finding::error)
        .containsExactly(BootError.REGISTRY_MISSING);
    Surgery.delete(vhd + "@1", "Windows/System32/ntoskrnl.exe");
    assertThat(BootDoctor.of(vhd.toString()).examine().boots()).isFalse();

    Path vhdx = copyOf(GoodStick.VHDX, "virtualharddisk.vhdx");
    assertThat(BootDoctor.of(vhdx.toString()).examine().boots()).isTrue();
  }

  @Test
  void vhdWithinAStickIsLookedAtByItsPath() throws IOException {
    Path stick = GoodStick.BIOS.copyTo(folder);
    Diagnosis found = BootDoctor.of(stick + "@1/virtualharddisk.vhd").examine();
    assertThat(found.walks().get(0).firmware()).isEmpty();
    assertThat(found.boots()).isTrue();
  }

  private Path copyOf(GoodStick good, String name) throws IOException {
    Path stick = good.copyTo(folder);
    Path copy = folder.resolve(name);
    try (OpenImage image = ImagePath.of(stick + "@1/" + name).open(true);
        InputStream in = image.file().newInputStream()) {
      Files.copy(in, copy);
    }
    return copy;
  }

  @Test
  void whatIsNoDiskIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no disk\n".repeat(1000));
    Path small = Files.write(folder.resolve("small"), new byte[100]);
    Path empty = Files.write(folder.resolve("empty"), new byte[1 << 20]);
    for (Path file : List.of(text, small, empty)) {
      assertThatThrownBy(() -> BootDoctor.of(file.toString()).examine())
          .isInstanceOf(UnsupportedFormatException.class)
          .hasMessageContaining("is no disk");
      assertThatThrownBy(() -> BootDoctor.of(file.toString()).mend())
          .isInstanceOf(UnsupportedFormatException.class);
    }
    assertThatThrownBy(() -> BootDoctor.of(folder.resolve("none").toString()).examine())
        .isInstanceOf(NoSuchFileException.class);
  }
}
