package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sticks with stores and hives of real machines in the place of the sample's. */
class RealDataTest {

  private static final String VOLUME = "@1/virtualharddisk.vhd@1";

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  @Test
  void storesOfOtherMachinesLeadNowhereOnThisStick() throws IOException {
    List<Path> stores =
        SharedData.files("bcd").stream().filter(file -> file.toString().endsWith(".bcd")).toList();
    assertThat(stores).hasSizeGreaterThan(5);
    for (Path store : stores) {
      Path stick = GoodStick.BIOS.copyTo(folder);
      byte[] bytes = Files.readAllBytes(store);
      Surgery.content(stick + "@1/Boot/BCD", old -> bytes);
      Diagnosis found = BootDoctor.of(stick.toString()).examine();
      assertThat(found.findings()).as(store.toString()).isNotEmpty();
      assertThat(found.findings().get(0).step()).isEqualTo(Step.BOOT_CONFIGURATION);
      assertThat(found.findings().get(0).place()).contains("@1/Boot/BCD");
      BootDoctor.of(stick.toString()).mend();
      Files.delete(stick);
    }
  }

  @Test
  void windows7LacksOnlyItsUsbDriversAndIsMended() throws IOException {
    Path stick = stickWithSystem("hives/SYSTEM.xz");
    Surgery.hive(
        stick + VOLUME + "/Windows/System32/config/SOFTWARE",
        hive -> {
          HiveKey version = hive.root().find("Microsoft\\Windows NT\\CurrentVersion").orElseThrow();
          version.setValue(HiveValue.string("ProductName", "Windows 7 Ultimate"));
          version.setValue(HiveValue.string("CurrentVersion", "6.1"));
          version.setValue(HiveValue.string("CurrentBuild", "7601"));
          version.setValue(HiveValue.string("EditionID", "Ultimate"));
        });
    int drivers = supplyDrivers(stick);
    assertThat(drivers).isGreaterThan(20);

    Diagnosis found = BootDoctor.of(stick.toString()).examine();
    Finding first = found.walks().get(0).firstBreak().orElseThrow();
    assertThat(first.error()).isEqualTo(BootError.INACCESSIBLE_BOOT_DEVICE);
    assertThat(first.cause()).contains("USB");
    Treatment treatment = BootDoctor.of(stick.toString()).mend();
    assertThat(treatment.failures()).isEmpty();
    // The drivers for USB start early now, so their files count as well.
    supplyDrivers(stick);
    assertThat(BootDoctor.of(stick.toString()).examine().boots()).isTrue();
  }

  @Test
  void hiveOfWindows10LacksItsLogsAndNothingElse() throws IOException {
    Path stick = stickWithSystem("hives/SYSTEM_WIN_10_1709.xz");
    assertThat(supplyDrivers(stick)).isGreaterThan(60);
    // It was taken from a running machine, without its logs.
    assertThat(BootDoctor.of(stick.toString()).examine().findings())
        .extracting(Finding::error)
        .containsExactly(BootError.REGISTRY_DAMAGED);
  }

  private Path stickWithSystem(String hive) throws IOException {
    byte[] system = Files.readAllBytes(SharedData.unpacked(hive, folder));
    Path stick = GoodStick.ROOMY.copyTo(folder);
    Surgery.content(stick + VOLUME + "/Windows/System32/config/SYSTEM", old -> system);
    return stick;
  }

  /** Puts a stand-in where the doctor misses a driver's file, and tells for how many. */
  private static int supplyDrivers(Path stick) throws IOException {
    byte[] driver;
    try (OpenImage image =
        ImagePath.of(stick + VOLUME + "/Windows/System32/drivers/disk.sys").open(true)) {
      driver = image.device().read(0, (int) image.device().size());
    }
    int count = 0;
    for (Finding finding : BootDoctor.of(stick.toString()).examine().findings()) {
      if (finding.step() == Step.DRIVERS && finding.cause().contains("not there")) {
        int name = finding.place().lastIndexOf('/') + 1;
        assertThat(finding.place()).startsWith(stick + VOLUME + "/Windows/");
        Surgery.create(
            stick + VOLUME,
            finding.place().substring((stick + VOLUME).length() + 1, name - 1),
            finding.place().substring(name),
            driver);
        count++;
      }
    }
    return count;
  }
}
