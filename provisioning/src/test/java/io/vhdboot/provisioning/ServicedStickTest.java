package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.HiveFile;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NtfsChecker;
import io.vhdboot.provisioning.bootfiles.StickSecurity;
import io.vhdboot.servicing.Servicing;
import io.vhdboot.servicing.ServicingReport;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Qemu;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sticks whose Windows is changed once it is on them. */
class ServicedStickTest {

  private static final Instant TIME = Instant.parse("2020-02-20T20:20:20Z");
  private static final String SYSTEM = "@1/virtualharddisk.vhd@1/Windows/System32/config/SYSTEM";

  @TempDir Path folder;

  private Path stick;

  @BeforeEach
  void nameTheStick() {
    stick = folder.resolve("stick.img");
  }

  private Path wim(String major, String minor, byte[] system) throws IOException {
    Path sample = folder.resolve("sample.img");
    Sample.write(Sample.stick(sample).overwrite(true).build());
    NewFile root = TestWims.folder();
    NewFile windows = root.add("Windows", TestWims.folder());
    try (OpenImage image = ImagePath.of(sample + "@1/bootmgr").open(true)) {
      byte[] bootManager = image.device().read(0, (int) image.device().size());
      windows
          .add("Boot", TestWims.folder())
          .add("PCAT", TestWims.folder())
          .add("bootmgr", NewFile.of(bootManager).times(TestWims.TIME));
    }
    NewFile system32 = windows.add("System32", TestWims.folder());
    system32.add("winload.exe", TestWims.zeros(1));
    system32.add("ntoskrnl.exe", TestWims.zeros(2));
    NewFile drivers = system32.add("drivers", TestWims.folder());
    for (String name : List.of("usbehci", "usbuhci", "usbohci", "usbport", "usbd", "usbhub")) {
      drivers.add(name + ".sys", TestWims.zeros(100));
    }
    drivers.add("usbccgp.sys", TestWims.zeros(100));
    drivers.add("USBSTOR.SYS", TestWims.zeros(100));
    NewFile config = system32.add("config", TestWims.folder());
    config.add("SYSTEM", NewFile.of(system).times(TestWims.TIME));
    config.add("SOFTWARE", NewFile.of(software(major, minor)).times(TestWims.TIME));
    Path wim = folder.resolve("windows.wim");
    TestWims.write(
        wim,
        WimImageInfo.builder()
            .name("test")
            .property("WINDOWS/ARCH", "9")
            .property("WINDOWS/VERSION/MAJOR", major)
            .property("WINDOWS/VERSION/MINOR", minor)
            .property("WINDOWS/VERSION/BUILD", major.equals("6") ? "7601" : "19045")
            .property("WINDOWS/EDITIONID", "Ultimate")
            .build(),
        root);
    return wim;
  }

  private static byte[] system() throws IOException {
    Hive hive = hive();
    HiveKey select = hive.root().createSubkey("Select");
    select.setValue(HiveValue.dword("Current", 1));
    select.setValue(HiveValue.dword("Default", 1));
    hive.root().createPath("ControlSet001\\Control\\PnP");
    for (String name : List.of("usbehci", "usbuhci", "usbohci", "usbhub", "usbccgp", "USBSTOR")) {
      hive.root()
          .createPath("ControlSet001\\services\\" + name)
          .setValue(HiveValue.dword("Start", 3));
    }
    return hive.toBytes();
  }

  private static byte[] software(String major, String minor) throws IOException {
    Hive hive = hive();
    HiveKey key = hive.root().createPath("Microsoft\\Windows NT\\CurrentVersion");
    key.setValue(HiveValue.string("CurrentVersion", major + "." + minor));
    key.setValue(HiveValue.string("CurrentBuildNumber", major.equals("6") ? "7601" : "19045"));
    return hive.toBytes();
  }

  private static Hive hive() throws IOException {
    return Hive.create("ROOT", StickSecurity.folder(), TIME, 5);
  }

  private FlashImage.Builder stick(Path wim) {
    return FlashImage.builder()
        .image(wim)
        .output(stick)
        .vhdSize(Sample.VHD_SIZE)
        .seed(new byte[] {7});
  }

  private static int start(Path stick, String vhd) throws IOException {
    try (HiveFile file = HiveFile.open(stick + SYSTEM.replace("virtualharddisk.vhd", vhd))) {
      return file.hive()
          .root()
          .find("ControlSet001\\services\\USBSTOR")
          .orElseThrow()
          .value("Start")
          .orElseThrow()
          .asDword();
    }
  }

  @Test
  void windows7StartsFromUsbUnlessThatIsNotWanted() throws IOException {
    Path wim = wim("6", "1", system());
    try (FlashPlan plan = stick(wim).build().plan()) {
      plan.write(Runnable::run, 1, ProgressListener.NONE);
      ServicingReport report = plan.serviced().orElseThrow();
      assertThat(report.changes())
          .isNotEmpty()
          .allMatch(change -> change.option().equals("usb-boot"));
    }
    assertThat(start(stick, "virtualharddisk.vhd")).isZero();
    for (String volume : List.of("@1", "@1/virtualharddisk.vhd@1")) {
      try (OpenImage image = ImagePath.of(stick + volume).open(true)) {
        assertThat(NtfsChecker.check(image.device()).findings()).as(volume).isEmpty();
      }
    }
    byte[] first = Files.readAllBytes(stick);
    Sample.write(stick(wim).overwrite(true).build());
    assertThat(Files.readAllBytes(stick)).as("same input, same bytes").isEqualTo(first);

    Sample.write(stick(wim).usbBoot(false).overwrite(true).build());
    assertThat(start(stick, "virtualharddisk.vhd")).isEqualTo(3);
  }

  @Test
  void aServicedStickBootsAndItsVolumesAreSound() throws IOException {
    Sample.write(stick(wim("6", "1", system())).build());
    assertThat(Qemu.usbStick(stick).runUntil("SS:SP", "checksum wrong", "Press a key").serial())
        .contains("420000 bytes verified");
    int number = 0;
    for (String volume : List.of("@1", "@1/virtualharddisk.vhd@1")) {
      Path copy = folder.resolve("volume" + number++);
      try (OpenImage image = ImagePath.of(stick + volume).open(true)) {
        Files.write(copy, image.device().read(0, (int) image.device().size()));
      }
      ExternalTool.script("python3", SharedData.tool("ntfscheck.py")).run(copy).expectSuccess();
    }
  }

  @Test
  void windows10IsServicedInAnyKindOfDiskFile() throws IOException {
    Path wim = wim("10", "0", system());
    for (VhdAllocation kind : VhdAllocation.values()) {
      try (FlashPlan plan =
          stick(wim).vhdAllocation(kind).usbBoot(true).overwrite(true).build().plan()) {
        plan.write(Runnable::run, 1, ProgressListener.NONE);
        assertThat(plan.serviced().orElseThrow().changes()).isNotEmpty();
      }
      assertThat(start(stick, "virtualharddisk" + kind.extension())).isEqualTo(3);
      byte[] first = Files.readAllBytes(stick);
      Sample.write(stick(wim).vhdAllocation(kind).usbBoot(true).overwrite(true).build());
      assertThat(Files.mismatch(stick, Files.write(folder.resolve("first"), first))).isEqualTo(-1);
    }
  }

  @Test
  void aPortableOneMayBeOnAStickThatIsTooSmallForTheWholeVhd() throws IOException {
    Path wim = wim("10", "0", system());
    FlashImage.Builder tight = stick(wim).vhdSize(1L << 30).stickSize(200L << 20);
    assertThatThrownBy(() -> Sample.write(tight.build()))
        .isInstanceOf(PlanRejectedException.class)
        .hasMessageContaining("0x136")
        .hasMessageContaining("--no-vhd-expansion");
    Sample.write(tight.servicing(Servicing.at(TIME).portable()).build());
    try (HiveFile file = HiveFile.open(stick + SYSTEM)) {
      assertThat(
              file.hive()
                  .root()
                  .find("ControlSet001\\Services\\FsDepends\\Parameters")
                  .orElseThrow()
                  .value("VirtualDiskExpandOnMount"))
          .contains(HiveValue.dword("VirtualDiskExpandOnMount", 4));
    }
  }

  @Test
  void theBaseOfAChildIsServiced() throws IOException {
    Sample.write(stick(wim("6", "1", system())).vhdName("base.vhd").childName("today.vhd").build());
    assertThat(start(stick, "base.vhd")).isZero();
    assertThat(start(stick, "today.vhd")).isZero();
  }

  @Test
  void theBootEntryStartsTheHypervisor() throws IOException {
    Sample.write(stick(wim("10", "0", system())).hypervisor(true).build());
    try (HiveFile file = HiveFile.open(stick + "@1/Boot/BCD")) {
      assertThat(
              BcdStore.of(file.hive())
                  .find("{default}")
                  .orElseThrow()
                  .number(BcdElements.HYPERVISOR_LAUNCH_TYPE))
          .contains(1L);
    }
  }

  @Test
  void aDamagedHiveStandsInTheWayOnlyOfWhatWasAskedFor() throws IOException {
    Path wim = wim("6", "1", new byte[5000]);
    try (FlashPlan plan = stick(wim).build().plan()) {
      plan.write(Runnable::run, 1, ProgressListener.NONE);
      assertThat(plan.serviced()).isEmpty();
      assertThat(plan.servicingProblem().orElseThrow()).contains("SYSTEM");
    }
    Files.delete(stick);
    assertThatThrownBy(() -> Sample.write(stick(wim).usbBoot(true).build()))
        .isInstanceOf(CorruptFormatException.class);
    assertThat(stick).doesNotExist();
  }
}
