package io.vhdboot.servicing;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/** Trees with the shape of a Windows, made after what is documented of its registry. */
final class TestWindows {

  static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  /** Everybody may do everything. */
  private static final byte[] SECURITY =
      HexFormat.of()
          .parseHex(
              "01000480300000003c00000000000000140000000200"
                  + "1c000100000000031400ff011f00010100000000000100000000"
                  + "010100000000000100000000010100000000000100000000");

  private static final List<String> USB_FILES =
      List.of(
          "usbehci.sys",
          "usbuhci.sys",
          "usbohci.sys",
          "usbport.sys",
          "usbd.sys",
          "usbhub.sys",
          "usbccgp.sys",
          "USBSTOR.SYS",
          "disk.sys",
          "vhdmp.sys");

  private final Path folder;

  private TestWindows(Path folder) {
    this.folder = folder;
  }

  /** Makes {@code Windows} in a volume's root, with the folders and nothing in them. */
  static TestWindows in(Path root) throws IOException {
    Path folder = root.resolve("Windows");
    Files.createDirectories(folder.resolve("System32/config"));
    Files.createDirectories(folder.resolve("System32/drivers"));
    return new TestWindows(folder);
  }

  /** A Windows 7 Ultimate with Service Pack 1, as small as it can be. */
  static TestWindows seven(Path root) throws IOException {
    TestWindows windows = in(root).drivers();
    windows.put("System32/ntoskrnl.exe", program(0x8664));
    windows.hive(
        WindowsHive.SOFTWARE,
        hive ->
            version(hive, "Windows 7 Ultimate", "Ultimate", "6.1", "7601")
                .setValue(HiveValue.string("CSDVersion", "Service Pack 1")));
    windows.hive(WindowsHive.SYSTEM, TestWindows::systemOfSeven);
    return windows;
  }

  /** A Windows 10 Pro. */
  static TestWindows ten(Path root) throws IOException {
    TestWindows windows = in(root).drivers();
    windows.put("System32/ntoskrnl.exe", program(0xAA64));
    windows.hive(
        WindowsHive.SOFTWARE,
        hive -> {
          HiveKey version = version(hive, "Windows 10 Pro", "Professional", "6.3", "19045");
          version.setValue(HiveValue.dword("CurrentMajorVersionNumber", 10));
          version.setValue(HiveValue.dword("CurrentMinorVersionNumber", 0));
          version.setValue(HiveValue.dword("UBR", 3570));
          version.setValue(HiveValue.string("DisplayVersion", "22H2"));
        });
    windows.hive(
        WindowsHive.SYSTEM,
        hive -> {
          HiveKey control = control(hive);
          control.setValue(HiveValue.dword("BootDriverFlags", 0));
          control.createSubkey("PnP");
          hive.root()
              .createPath("HardwareConfig\\{25194d56-caef-8737-5c44-50fe82f3ffde}")
              .setValue(HiveValue.dword("BootDriverFlags", 0));
          hive.root()
              .createPath("ControlSet001\\Services\\USBSTOR")
              .setValue(HiveValue.dword("Start", 3));
        });
    return windows;
  }

  private static void systemOfSeven(Hive hive) throws IOException {
    HiveKey control = control(hive);
    control.setValue(HiveValue.dword("BootDriverFlags", 0));
    control.createSubkey("PnP").setValue(HiveValue.dword("PollBootPartitionTimeout", 0));
    HiveKey services = hive.root().createPath("ControlSet001\\services");
    for (String name : List.of("usbehci", "usbuhci", "usbohci", "usbhub", "usbccgp", "USBSTOR")) {
      HiveKey service = services.createSubkey(name);
      service.setValue(HiveValue.dword("Start", 3));
      service.setValue(HiveValue.dword("Type", 1));
      service.setValue(HiveValue.string("Group", "Base"));
    }
    for (String name : List.of("disk", "volsnap", "vhdmp")) {
      services.createSubkey(name).setValue(HiveValue.dword("Start", 0));
    }
  }

  static HiveKey version(
      Hive software, String product, String edition, String version, String build)
      throws IOException {
    HiveKey key = software.root().createPath("Microsoft\\Windows NT\\CurrentVersion");
    key.setValue(HiveValue.string("ProductName", product));
    key.setValue(HiveValue.string("EditionID", edition));
    key.setValue(HiveValue.string("InstallationType", "Client"));
    key.setValue(HiveValue.string("CurrentVersion", version));
    key.setValue(HiveValue.string("CurrentBuildNumber", build));
    return key;
  }

  static HiveKey control(Hive system) throws IOException {
    HiveKey select = system.root().createSubkey("Select");
    for (String name : List.of("Current", "Default")) {
      select.setValue(HiveValue.dword(name, 1));
    }
    HiveKey control = system.root().createPath("ControlSet001\\Control");
    control.createSubkey("ProductOptions").setValue(HiveValue.string("ProductType", "WinNT"));
    return control;
  }

  /** The beginning of a program for a machine. */
  static byte[] program(int machine) {
    byte[] file = new byte[512];
    file[0] = 'M';
    file[1] = 'Z';
    file[0x3C] = (byte) 0x80;
    file[0x80] = 'P';
    file[0x81] = 'E';
    file[0x84] = (byte) machine;
    file[0x85] = (byte) (machine >> 8);
    return file;
  }

  /** Fills a hive. */
  interface Filling {
    void of(Hive hive) throws IOException;
  }

  /** Makes a hive. */
  TestWindows hive(WindowsHive name, Filling filling) throws IOException {
    Hive hive = Hive.create(name.name(), SECURITY, TIME, 5);
    filling.of(hive);
    return put(name.path(), hive.toBytes());
  }

  /** Edits a hive that is there. */
  TestWindows edit(WindowsHive name, Filling filling) throws IOException {
    Hive hive = read(name);
    filling.of(hive);
    return put(name.path(), hive.toBytes());
  }

  /** Puts files of the drivers for USB to their place. */
  TestWindows drivers() throws IOException {
    for (String name : USB_FILES) {
      put("System32/drivers/" + name, name.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  TestWindows put(String path, byte[] content) throws IOException {
    Path file = file(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    return this;
  }

  Path folder() {
    return folder;
  }

  Path file(String path) {
    return folder.resolve(path);
  }

  Hive read(WindowsHive name) throws IOException {
    return Hive.read(name.name(), Files.readAllBytes(file(name.path())));
  }

  /** A value of the SYSTEM hive, or null. */
  HiveValue system(String path, String name) throws IOException {
    return read(WindowsHive.SYSTEM)
        .root()
        .find(path)
        .flatMap(
            key -> {
              try {
                return key.value(name);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElse(null);
  }
}
