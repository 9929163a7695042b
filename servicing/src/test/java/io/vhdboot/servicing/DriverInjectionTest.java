package io.vhdboot.servicing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import io.vhdboot.servicing.Change.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverInjectionTest {

  private static final String STORAGE_CLASS = "{4D36E97B-E325-11CE-BFC1-08002BE10318}";
  private static final String CATALOGS = "System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}/";
  private static final String DEVICE_PATH_KEY = "Microsoft\\Windows\\CurrentVersion";

  @TempDir Path folder;
  private Path drivers;

  @BeforeEach
  void makePackages() throws IOException {
    drivers = folder.resolve("drivers");
    TestDrivers.storage(drivers.resolve("storage"), "amd64", "1.22.333.4444");
    TestDrivers.net(drivers.resolve("net"), "amd64");
  }

  private TestWindows seven() throws IOException {
    return TestWindows.seven(folder.resolve("seven"));
  }

  private TestWindows ten() throws IOException {
    TestWindows windows = TestWindows.ten(folder.resolve("ten"));
    windows.put("System32/ntoskrnl.exe", TestWindows.program(0x8664));
    windows.put("INF/oem0.inf", "; of somebody else".getBytes(StandardCharsets.UTF_8));
    windows.edit(
        WindowsHive.SYSTEM,
        hive ->
            hive.root()
                .createSubkey("DriverDatabase")
                .setValue(HiveValue.binary("OemInfMap", new byte[] {(byte) 0x80})));
    windows.hive(WindowsHive.DRIVERS, hive -> hive.root().createSubkey("DriverDatabase"));
    return windows;
  }

  private static Servicing servicing(Path... folders) {
    return Servicing.at(TestWindows.TIME).drivers(List.of(folders));
  }

  private static HiveValue value(TestWindows windows, WindowsHive hive, String path, String name)
      throws IOException {
    HiveKey key =
        windows
            .read(hive)
            .root()
            .find(path)
            .orElseThrow(() -> new AssertionError(path + " is missing"));
    return key.value(name).orElseThrow(() -> new AssertionError(path + "\\" + name));
  }

  /** The labels of the packages, as the folders that hold them are called. */
  private static List<String> labels(TestWindows windows) throws IOException {
    try (Stream<Path> found = Files.list(windows.file("Drivers/vhdboot"))) {
      return found.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** All files of a Windows with their contents, but those of the registry. */
  private static Map<String, String> files(TestWindows windows) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(windows.folder())) {
      for (Path file : walk.toList()) {
        String name = windows.folder().relativize(file).toString();
        boolean isHive = name.startsWith("System32/config/");
        files.put(
            name,
            isHive || Files.isDirectory(file)
                ? ""
                : HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  @Test
  void sevenBindsStorageAsVirtV2vDoes() throws IOException {
    TestWindows windows = seven();
    servicing(drivers).apply(windows.folder());

    // The keys that mlcustomize/inject_virtio_win.ml writes where there is no DriverDatabase.
    for (String id : List.of(TestDrivers.STORAGE_ID, TestDrivers.STORAGE_COMPATIBLE_ID)) {
      String key = "ControlSet001\\Control\\CriticalDeviceDatabase\\" + id.replace('\\', '#');
      assertThat(windows.system(key, "Service").asString()).isEqualTo("exstor");
      assertThat(windows.system(key, "ClassGUID").asString()).isEqualTo(STORAGE_CLASS);
      assertThat(windows.system(key, "UpperFilters").asMultiString()).containsExactly("exfilter");
    }
    assertServiceAsVirtV2v(windows);
    String service = "ControlSet001\\Services\\exstor";
    assertThat(windows.system(service, "DisplayName").asString()).isEqualTo("Example service");
    assertThat(windows.system(service + "\\Parameters", "BusType").asDword()).isEqualTo(10);
    assertThat(windows.system(service + "\\Parameters\\PnpInterface", "5").asDword()).isEqualTo(1);
    assertThat(windows.file("System32/drivers/exstor.sys"))
        .hasSameBinaryContentAs(drivers.resolve("storage/exstor.sys"));
  }

  private static void assertServiceAsVirtV2v(TestWindows windows) throws IOException {
    String key = "ControlSet001\\Services\\exstor";
    assertThat(windows.system(key, "Type")).isEqualTo(HiveValue.dword("Type", 1));
    assertThat(windows.system(key, "Start")).isEqualTo(HiveValue.dword("Start", 0));
    assertThat(windows.system(key, "Group")).isEqualTo(HiveValue.string("Group", "SCSI miniport"));
    assertThat(windows.system(key, "ErrorControl")).isEqualTo(HiveValue.dword("ErrorControl", 1));
    assertThat(windows.system(key, "ImagePath"))
        .isEqualTo(HiveValue.expandString("ImagePath", "system32\\drivers\\exstor.sys"));
  }

  @Test
  void sevenTakesPackagesInByItself() throws IOException {
    TestWindows windows = seven();
    servicing(drivers).apply(windows.folder());

    List<String> labels = labels(windows);
    assertThat(labels).hasSize(2);
    assertThat(labels.get(0)).matches("exnet\\.inf_amd64_neutral_[0-9a-f]{16}");
    for (String label : labels) {
      String name = label.startsWith("exnet") ? "exnet" : "exstor";
      for (String extension : List.of(".inf", ".sys", ".cat")) {
        assertThat(windows.file("Drivers/vhdboot/" + label + "/" + name + extension)).exists();
      }
      assertThat(windows.file(CATALOGS + label + ".cat")).exists();
    }
    HiveValue path = value(windows, WindowsHive.SOFTWARE, DEVICE_PATH_KEY, "DevicePath");
    assertThat(path.type()).isEqualTo(RegistryType.EXPAND_SZ);
    assertThat(path.asString().split(";"))
        .containsExactly(
            "%SystemRoot%\\inf",
            "%SystemRoot%\\Drivers\\vhdboot\\" + labels.get(0),
            "%SystemRoot%\\Drivers\\vhdboot\\" + labels.get(1));
    assertThat(Files.readString(windows.file("Setup/Scripts/SetupComplete.cmd")))
        .startsWith("@for /r \"%SystemRoot%\\Drivers\\vhdboot\" %%i in (*.inf) do @pnputil.exe");
    // What only Windows 8 and later know how to find would confuse its own store.
    assertThat(windows.file("INF")).doesNotExist();
    assertThat(windows.file("System32/DriverStore")).doesNotExist();
    assertThat(windows.file("System32/drivers/exnet.sys")).doesNotExist();
    assertThat(windows.system("ControlSet001\\Services\\exnet", "Start")).isNull();
  }

  @Test
  void tenRegistersStorageAsVirtV2vDoes() throws IOException {
    TestWindows windows = ten();
    servicing(drivers).apply(windows.folder());

    String label = labels(windows).get(1);
    assertThat(label).matches("exstor\\.inf_amd64_[0-9a-f]{16}");
    // The net package is first, and oem0.inf is somebody else's.
    String oem = "oem2.inf";
    String config = "Install";
    // The keys that mlcustomize/inject_virtio_win.ml writes where there is a DriverDatabase.
    String inf = "DriverDatabase\\DriverInfFiles\\" + oem;
    assertThat(windows.system(inf, "")).isEqualTo(HiveValue.multiString("", List.of(label)));
    assertThat(windows.system(inf, "Active")).isEqualTo(HiveValue.string("Active", label));
    assertThat(windows.system(inf, "Configurations"))
        .isEqualTo(HiveValue.multiString("Configurations", List.of(config)));
    String ids = "DriverDatabase\\DeviceIds\\";
    assertThat(windows.system(ids + TestDrivers.STORAGE_ID, oem).data())
        .isEqualTo(new byte[] {1, (byte) 0xFF, 0, 0});
    assertThat(windows.system(ids + TestDrivers.STORAGE_COMPATIBLE_ID, oem).data())
        .isEqualTo(new byte[] {2, (byte) 0xFF, 0, 0});
    assertThat(windows.system(ids + STORAGE_CLASS, oem).type()).isEqualTo(RegistryType.NONE);
    String pkg = "DriverDatabase\\DriverPackages\\" + label;
    byte[] version = windows.system(pkg, "Version").data();
    assertThat(HexFormat.of().formatHex(Arrays.copyOf(version, 24)))
        .isEqualTo("00ff0900000000007be9364d25e3ce11bfc108002be10318");
    assertThat(HexFormat.of().formatHex(Arrays.copyOfRange(version, 24, 48)))
        .as("29 February 2024, 1.22.333.4444")
        .isEqualTo("0000e93ca26ada015c114d0116000100" + "0000000000000000");
    String configuration = pkg + "\\Configurations\\" + config;
    assertThat(windows.system(configuration, "ConfigFlags").asDword()).isZero();
    assertThat(windows.system(configuration, "Service").asString()).isEqualTo("exstor");
    assertThat(
            windows
                .system(pkg + "\\Descriptors\\" + TestDrivers.STORAGE_ID, "Configuration")
                .asString())
        .isEqualTo(config);
    assertServiceAsVirtV2v(windows);
    // What DISM leaves besides, as the hive of a real Windows shows it.
    assertThat(windows.system(pkg, "").asString()).isEqualTo(oem);
    assertThat(windows.system(pkg, "InfName").asString()).isEqualTo("exstor.inf");
    assertThat(windows.system(pkg, "Catalog").asString()).isEqualTo("exstor.cat");
    assertThat(windows.system(pkg, "SignerScore")).isNull();
    assertThat(
            windows
                .system(pkg + "\\Descriptors\\" + TestDrivers.STORAGE_ID, "Description")
                .asString())
        .isEqualTo("%exstor.device%");
    assertThat(windows.system(pkg + "\\Strings", "exstor.device").asString())
        .isEqualTo("Example adapter");
    assertThat(
            windows
                .system(
                    configuration
                        + "\\Device\\Interrupt Management\\MessageSignaledInterruptProperties",
                    "MSISupported")
                .asDword())
        .isEqualTo(1);
    assertThat(windows.system("ControlSet001\\Services\\exstor", "DisplayName").asString())
        .isEqualTo("@oem2.inf,%ExStor.Service%;Example service");
    assertThat(windows.system("DriverDatabase", "OemInfMap").data())
        .as("oem0 to oem2 are taken")
        .isEqualTo(new byte[] {(byte) 0xE0});
    assertThat(
            windows
                .read(WindowsHive.SYSTEM)
                .root()
                .find("ControlSet001\\Control\\CriticalDeviceDatabase"))
        .isEmpty();
  }

  @Test
  void tenHasPackagesInItsStore() throws IOException {
    TestWindows windows = ten();
    servicing(drivers).apply(windows.folder());

    String label = labels(windows).get(0);
    for (String extension : List.of(".inf", ".sys", ".cat")) {
      assertThat(
              windows.file("System32/DriverStore/FileRepository/" + label + "/exnet" + extension))
          .hasSameBinaryContentAs(drivers.resolve("net/exnet" + extension));
    }
    assertThat(windows.file("INF/oem1.inf"))
        .hasSameBinaryContentAs(drivers.resolve("net/exnet.inf"));
    assertThat(windows.file("INF/oem0.inf")).hasContent("; of somebody else");
    assertThat(windows.file(CATALOGS + "oem1.cat")).exists();
    String ids = "DriverDatabase\\DeviceIds\\" + TestDrivers.NET_ID;
    assertThat(value(windows, WindowsHive.DRIVERS, ids, "oem1.inf").data())
        .isEqualTo(new byte[] {1, (byte) 0xFF, 0, 0});
    assertThat(
            value(windows, WindowsHive.DRIVERS, "DriverDatabase\\DriverPackages\\" + label, "")
                .asString())
        .isEqualTo("oem1.inf");
    assertThat(windows.read(WindowsHive.SYSTEM).root().find(ids)).isEmpty();
    assertThat(windows.file("System32/drivers/exnet.sys")).doesNotExist();
  }

  @Test
  void doneAgainChangesNothingAndUndoneLeavesNothing() throws IOException {
    for (TestWindows windows : List.of(seven(), ten())) {
      Map<String, String> before = files(windows);
      Map<WindowsHive, byte[]> hives = new TreeMap<>();
      for (WindowsHive hive : WindowsHive.values()) {
        if (Files.exists(windows.file(hive.path()))) {
          hives.put(hive, Files.readAllBytes(windows.file(hive.path())));
        }
      }
      Servicing servicing = servicing(drivers);
      assertThat(servicing.preview(windows.folder()).count(Outcome.CHANGED)).isPositive();
      assertThat(files(windows)).isEqualTo(before);
      servicing.apply(windows.folder());
      Map<String, String> after = files(windows);
      assertThat(after.size()).isGreaterThan(before.size());
      assertThat(servicing.apply(windows.folder()).count(Outcome.CHANGED)).isZero();
      assertThat(files(windows)).isEqualTo(after);

      servicing.undo(windows.folder());
      assertThat(files(windows)).isEqualTo(before);
      for (Map.Entry<WindowsHive, byte[]> hive : hives.entrySet()) {
        assertThat(
                HiveDiff.of(
                    Hive.read("before", hive.getValue()).root(),
                    windows.read(hive.getKey()).root()))
            .isEmpty();
      }
    }
  }

  @Test
  void deviceIdsAreReportedWithWhatIsWrong() throws IOException {
    ServicingReport report = servicing(drivers).preview(seven().folder());
    assertThat(report.drivers()).hasSize(2);
    StagedDriver storage = report.drivers().get(1);
    assertThat(storage.infName()).isEqualTo("exstor.inf");
    assertThat(storage.provider()).isEqualTo("Example");
    assertThat(storage.version()).isEqualTo("1.22.333.4444");
    assertThat(storage.isBootCritical()).isTrue();
    assertThat(storage.deviceIds())
        .containsExactly(TestDrivers.STORAGE_ID, TestDrivers.STORAGE_COMPATIBLE_ID);
    assertThat(storage.warnings()).anyMatch(warning -> warning.contains("catalog cannot be read"));
    assertThat(report.drivers().get(0).isBootCritical()).isFalse();
    assertThat(report.notes()).anyMatch(note -> note.contains("set up already"));
  }

  @Test
  void wrongArchitectureIsRefused() throws IOException {
    Path x86 = folder.resolve("x86");
    TestDrivers.storage(x86, "x86", "1.0.0.0");
    TestWindows windows = seven();
    Map<String, String> before = files(windows);
    assertThatThrownBy(() -> servicing(x86).apply(windows.folder()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("exstor.inf was left out: it is not for amd64");
    assertThat(files(windows)).isEqualTo(before);

    ServicingReport report = servicing(x86, drivers.resolve("net")).apply(windows.folder());
    assertThat(report.drivers()).extracting(StagedDriver::infName).containsExactly("exnet.inf");
    assertThat(report.notes()).contains("exstor.inf was left out: it is not for amd64");
  }

  @Test
  void programForAnotherArchitectureIsRefused() throws IOException {
    Files.write(drivers.resolve("storage/exstor.sys"), TestWindows.program(0x14C));
    ServicingReport report = servicing(drivers).preview(seven().folder());
    assertThat(report.drivers()).extracting(StagedDriver::infName).containsExactly("exnet.inf");
  }

  @Test
  void incompleteAndForeignFilesAreLeftOut() throws IOException {
    Files.delete(drivers.resolve("storage/exstor.sys"));
    Files.writeString(drivers.resolve("autorun.inf"), "[autorun]\nopen=setup.exe\n");
    ServicingReport report = servicing(drivers).preview(seven().folder());
    assertThat(report.drivers()).hasSize(1);
    assertThat(report.notes())
        .contains(
            "storage/exstor.inf was left out: exstor.sys is missing",
            "autorun.inf was left out: it is no INF file of a driver");
    assertThatThrownBy(
            () ->
                servicing(Files.createDirectory(folder.resolve("empty"))).preview(seven().folder()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("there is no .inf file");
  }

  @Test
  void packageOfTheNearestWindowsIsTaken() throws IOException {
    Path disc = folder.resolve("disc");
    TestDrivers.storage(disc.resolve("exstor/w7/amd64"), "amd64", "61.0.0.0");
    TestDrivers.storage(disc.resolve("exstor/w8.1/amd64"), "amd64", "63.0.0.0");
    TestDrivers.storage(disc.resolve("exstor/2k19/amd64"), "amd64", "100.0.0.0");
    TestDrivers.storage(disc.resolve("exstor/w11/amd64"), "amd64", "110.0.0.0");
    assertThat(servicing(disc).preview(seven().folder()).drivers().get(0).version())
        .isEqualTo("61.0.0.0");
    ServicingReport ten = servicing(disc).preview(ten().folder());
    assertThat(ten.drivers()).hasSize(1);
    assertThat(ten.drivers().get(0).version()).isEqualTo("100.0.0.0");
    assertThat(ten.notes()).filteredOn(note -> note.contains("nearer or newer")).hasSize(3);
  }

  @Test
  void newestOfOneNameIsTaken() throws IOException {
    TestDrivers.storage(folder.resolve("more/a"), "amd64", "1.10.0.0");
    TestDrivers.storage(folder.resolve("more/b"), "amd64", "1.9.0.0");
    assertThat(
            servicing(folder.resolve("more")).preview(seven().folder()).drivers().get(0).version())
        .isEqualTo("1.10.0.0");
  }

  @Test
  void whatOthersWroteIsKept() throws IOException {
    TestWindows windows = seven();
    windows.put(
        "Setup/Scripts/SetupComplete.cmd", "exit /b 0\r\n".getBytes(StandardCharsets.UTF_8));
    windows.edit(
        WindowsHive.SOFTWARE,
        hive ->
            hive.root()
                .createPath(DEVICE_PATH_KEY)
                .setValue(HiveValue.expandString("DevicePath", "%SystemRoot%\\inf;C:\\Oem")));
    servicing(drivers).apply(windows.folder());
    assertThat(Files.readString(windows.file("Setup/Scripts/SetupComplete.cmd")))
        .matches("@for [^\\r\\n]*\\r\\nexit /b 0\\r\\n");
    assertThat(value(windows, WindowsHive.SOFTWARE, DEVICE_PATH_KEY, "DevicePath").asString())
        .startsWith("%SystemRoot%\\inf;C:\\Oem;%SystemRoot%\\Drivers\\vhdboot\\exnet.inf_");
  }

  @Test
  void withoutAVersionNoneIsChosen() throws IOException {
    TestWindows windows = TestWindows.in(folder.resolve("bare"));
    assertThatThrownBy(() -> servicing(drivers).preview(windows.folder()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("cannot be told");
  }
}
