package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.doctor.Finding.Severity;
import io.vhdboot.doctor.FirmwareView.Emulation;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.HiveFile;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
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
      assertThat(walk.passed()).contains("Windows: vhdboot sample (Professional), 10.0.19045");
    }

    Treatment treatment = BootDoctor.of(stick.toString()).mend();
    assertThat(treatment.actions()).isEmpty();
    assertThat(Arrays.mismatch(Files.readAllBytes(stick), before)).isEqualTo(-1);
  }

  private static List<String> machines(GoodStick good) {
    return switch (good) {
      case BIOS, FIXED, CHILD, ROOMY -> List.of("BIOS");
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
  void hiveWhoseLogHoldsTheLastChangesBootsAndIsReplayed() throws IOException {
    Path stick = GoodStick.BIOS.copyTo(folder);
    String volume = stick + "@1/virtualharddisk.vhd@1";
    String system = volume + "/Windows/System32/config/SYSTEM";
    byte[][] hive = new byte[1][];
    Surgery.content(system, bytes -> hive[0] = bytes);
    HalfWrittenHive half =
        HalfWrittenHive.of(hive[0], "ControlSet001\\Control", HiveValue.dword("Mark", 7));
    Surgery.content(system, bytes -> half.file());
    Surgery.create(volume, "Windows/System32/config", "SYSTEM.LOG1", half.log());

    Diagnosis found = BootDoctor.of(stick.toString()).examine();
    assertThat(found.boots()).isTrue();
    assertThat(found.findings()).extracting(Finding::severity).containsExactly(Severity.REMARK);
    Treatment treatment = BootDoctor.of(stick.toString()).mend();
    assertThat(treatment.actions()).hasSize(1);
    assertThat(treatment.after().findings()).isEmpty();
    try (HiveFile mended = HiveFile.open(system)) {
      assertThat(mended.hive().state()).isEqualTo(HiveState.CLEAN);
      assertThat(mended.hive().root().find("ControlSet001\\Control").orElseThrow().value("Mark"))
          .isPresent();
    }
  }

  @Test
  void entryOfARamDiskIsNotFollowedFarther() throws IOException {
    Path stick = GoodStick.BIOS.copyTo(folder);
    Surgery.create(stick + "@1", "", "boot.wim", new byte[10_000]);
    Surgery.store(
        stick + "@1/Boot/BCD",
        store ->
            store
                .find("{default}")
                .orElseThrow()
                .set(
                    BcdElements.DEVICE,
                    BcdValue.of(BcdDevice.ramDisk(BcdDevice.BOOT, "\\boot.wim"))));
    Diagnosis found = BootDoctor.of(stick.toString()).examine();
    assertThat(found.boots()).isTrue();
    assertThat(found.findings()).extracting(Finding::severity).containsExactly(Severity.REMARK);
    assertThat(found.findings().get(0).cause()).contains("RAM disk from \\boot.wim");
  }

  @Test
  void deviceIsLookedAtAndNotWritten() throws IOException {
    ExternalTool.requireRoot();
    Path stick = GoodStick.ALL.copyTo(folder);
    Surgery.put(stick + "@", 0x1BE, 0);
    String device = ExternalTool.named("losetup").output("--find", "--show", stick).strip();
    try {
      Diagnosis found = BootDoctor.of(device).examine();
      assertThat(found.walks().get(0).firstBreak().orElseThrow().error())
          .isEqualTo(BootError.NO_ACTIVE_PARTITION);
      assertThatThrownBy(() -> BootDoctor.of(device).mend())
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("is a device");
    } finally {
      ExternalTool.named("losetup").output("--detach", device);
    }
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
