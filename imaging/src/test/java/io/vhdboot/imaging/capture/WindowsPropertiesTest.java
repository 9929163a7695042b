package io.vhdboot.imaging.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsPropertiesTest {

  /** Owner and group SYSTEM, one entry that allows it everything. */
  private static final byte[] SECURITY =
      java.util.HexFormat.of()
          .parseHex(
              "01000480300000003c000000000000001400000002001c000100000000001400ff011f00"
                  + "010100000000000512000000010100000000000512000000010100000000000512000000");

  @TempDir Path folder;

  private final List<String> warnings = new ArrayList<>();

  private static byte[] program(int machine) {
    byte[] bytes = new byte[512];
    LittleEndian.put32(bytes, 0x3C, 0x80);
    LittleEndian.put32(bytes, 0x80, 0x4550);
    LittleEndian.put16(bytes, 0x84, machine);
    return bytes;
  }

  private static Hive hive() throws IOException {
    return Hive.create("ROOT", SECURITY, Instant.EPOCH);
  }

  private WimImageInfo describe(NewFile root) throws IOException {
    WimImageInfo.Builder info = WimImageInfo.builder();
    WindowsProperties.describe(root, info, warnings);
    return info.build();
  }

  @Test
  void propertiesOfAWindowsAreFound() throws IOException {
    Hive software = hive();
    HiveKey version = software.root().createPath("Microsoft\\Windows NT\\CurrentVersion");
    version.setValue(HiveValue.string("ProductName", "Windows 10 Pro"));
    version.setValue(HiveValue.string("EditionID", "Professional"));
    version.setValue(HiveValue.string("InstallationType", "Client"));
    version.setValue(HiveValue.string("CurrentVersion", "6.3"));
    version.setValue(HiveValue.dword("CurrentMajorVersionNumber", 10));
    version.setValue(HiveValue.dword("CurrentMinorVersionNumber", 0));
    version.setValue(HiveValue.string("CurrentBuild", "19045"));
    version.setValue(HiveValue.dword("UBR", 3803));
    version.setValue(HiveValue.string("BuildLabEx", "19041.1.amd64fre.vb_release.191206-1406"));
    Hive system = hive();
    system.root().createPath("Select").setValue(HiveValue.dword("Current", 1));
    HiveKey control = system.root().createPath("ControlSet001\\Control");
    HiveKey options = control.createPath("ProductOptions");
    options.setValue(HiveValue.string("ProductType", "WinNT"));
    options.setValue(HiveValue.multiString("ProductSuite", List.of("Terminal Server")));
    control.createPath("Windows").setValue(HiveValue.dword("CSDVersion", 0x100));
    control.createPath("MUI\\UILanguages\\en-US").setValue(HiveValue.dword("LCID", 0x409));
    control.createPath("MUI\\UILanguages\\de-DE").setValue(HiveValue.dword("LCID", 0x407));
    control.createPath("Nls\\Language").setValue(HiveValue.string("InstallLanguage", "0407"));

    NewFile root = NewFile.directory();
    NewFile system32 =
        root.add("WINDOWS", NewFile.directory()).add("system32", NewFile.directory());
    system32.add("NTOSKRNL.EXE", NewFile.of(program(0x8664)));
    NewFile config = system32.add("config", NewFile.directory());
    config.add("SOFTWARE", NewFile.of(software.toBytes()));
    config.add("SYSTEM", NewFile.of(system.toBytes()));

    WimImageInfo info = describe(root);
    assertThat(warnings).isEmpty();
    assertThat(info.architecture()).contains("x64");
    assertThat(info.productName()).contains("Windows 10 Pro");
    assertThat(info.editionId()).contains("Professional");
    assertThat(info.installationType()).contains("Client");
    assertThat(info.version()).contains("10.0.19045.3803");
    assertThat(info.property("WINDOWS/VERSION/BRANCH")).contains("vb_release");
    assertThat(info.servicePackLevel()).hasValue(1);
    assertThat(info.productType()).contains("WinNT");
    assertThat(info.productSuite()).contains("Terminal Server");
    assertThat(info.languages()).containsExactlyInAnyOrder("en-US", "de-DE");
    assertThat(info.defaultLanguage()).contains("de-DE");
    assertThat(info.systemRoot()).contains("WINDOWS");
  }

  @Test
  void treeWithoutWindowsHasNone() throws IOException {
    NewFile root = NewFile.directory();
    root.add("file", NewFile.of(new byte[3]));
    assertThat(describe(root).isWindows()).isFalse();
  }

  @Test
  void realHiveOfWindowsIsUnderstood() throws IOException {
    Path hive = SharedData.unpacked("hives/SYSTEM_WIN_10_1709.xz", folder);
    NewFile root = NewFile.directory();
    root.add("Windows", NewFile.directory())
        .add("System32", NewFile.directory())
        .add("config", NewFile.directory())
        .add("SYSTEM", NewFile.of(BlobSource.of(hive)));
    WimImageInfo info = describe(root);
    assertThat(warnings).isEmpty();
    assertThat(info.productType()).contains("WinNT");
    assertThat(info.languages()).contains("en-US");
    assertThat(info.defaultLanguage()).isPresent();
  }

  @Test
  void damagedHiveIsTold() throws IOException {
    NewFile root = NewFile.directory();
    root.add("Windows", NewFile.directory())
        .add("System32", NewFile.directory())
        .add("config", NewFile.directory())
        .add("SOFTWARE", NewFile.of(new byte[5000]));
    assertThat(describe(root).editionId()).isEmpty();
    assertThat(warnings).singleElement().asString().contains("SOFTWARE");
  }
}
