package io.vhdboot.examples;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.provisioning.bootfiles.StickSecurity;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.ExtendedAttribute;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimCompression;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.commons.io.IOUtils;

/**
 * Makes the sample of {@code testdata}: a small WIM with the shape of a Windows and nothing of
 * Windows in it. Its boot managers, for BIOS and UEFI, are programs of ours that say on the screen
 * and on the first serial port that they were reached; every kind of metadata that a WIM can hold
 * occurs once.
 *
 * <p>The same bytes come out of every run.
 */
public final class SampleImage {

  private static final Instant TIME = Instant.parse("2026-11-01T00:00:00Z");
  private static final long FILE_TIME = FileTime100ns.of(TIME);
  private static final UUID GUID = UUID.fromString("76686462-6f6f-4573-a16d-706c65000001");

  private static final String UEFI_BOOT_MANAGER = "/io/vhdboot/testdata/sample-bootmgfw.efi";

  /** As large as the boot managers of Windows 10; more than one 64 KiB segment by far. */
  private static final int BOOT_MANAGER_SIZE = 420_000;

  private static final int HIDDEN_SYSTEM = 0x06;
  private static final int READ_ONLY_ARCHIVE = 0x21;
  private static final int LINK_ATTRIBUTES = 0x2406;
  private static final int JUNCTION = 0xA0000003;
  private static final int SYMBOLIC_LINK = 0xA000000C;

  private SampleImage() {}

  /** Takes the name of the WIM to make, which is replaced. */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  /** Writes the sample. */
  static void write(Path target) throws IOException {
    WimWriter.Settings settings =
        WimWriter.to(target).compression(WimCompression.XPRESS).guid(GUID).overwrite(true);
    try (WimWriter writer = settings.open()) {
      writer.addImage(info(), root());
      writer.finish();
    }
  }

  private static WimImageInfo info() {
    return WimImageInfo.builder()
        .name("vhdboot sample")
        .description("Has the shape of a Windows and nothing of it")
        .creationTime(FILE_TIME)
        .lastModificationTime(FILE_TIME)
        .property("DISPLAYNAME", "vhdboot sample")
        .property("FLAGS", "Professional")
        .property("WINDOWS/ARCH", "9")
        .property("WINDOWS/PRODUCTNAME", "vhdboot sample")
        .property("WINDOWS/EDITIONID", "Professional")
        .property("WINDOWS/INSTALLATIONTYPE", "Client")
        .property("WINDOWS/PRODUCTTYPE", "WinNT")
        .language("en-US")
        .property("WINDOWS/LANGUAGES/DEFAULT", "en-US")
        .property("WINDOWS/VERSION/MAJOR", "10")
        .property("WINDOWS/VERSION/MINOR", "0")
        .property("WINDOWS/VERSION/BUILD", "19045")
        .property("WINDOWS/VERSION/SPBUILD", "1")
        .property("WINDOWS/VERSION/SPLEVEL", "0")
        .property("WINDOWS/SYSTEMROOT", "WINDOWS")
        .build();
  }

  private static NewFile root() throws IOException {
    NewFile root = folder().attributes(HIDDEN_SYSTEM);
    NewFile windows = root.add("Windows", folder());
    addBoot(windows.add("Boot", folder()));
    NewFile system32 = windows.add("System32", folder());
    NewFile winload = system32.add("winload.exe", program("winload.exe", 40_000));
    system32.add("winresume.exe", program("winresume.exe", 5_000));
    system32.add("winload.efi", program("winload.efi", 41_000));
    system32.add("winresume.efi", program("winresume.efi", 5_100));
    system32.add("ntoskrnl.exe", program("ntoskrnl.exe", 300_000));
    system32.add("hal.dll", program("hal.dll", 4_096));
    system32.add("empty.dat", file(new byte[0]));
    addHives(system32.add("config", folder()));
    NewFile drivers = system32.add("drivers", folder());
    for (String name : List.of("vhdmp.sys", "fsdepends.sys", "usbstor.sys", "disk.sys")) {
      drivers.add(name, program(name, 3_000));
    }
    windows
        .add("WinSxS", folder())
        .add(
            "amd64_vhdboot-sample-winload_31bf3856ad364e35_10.0.19045.1_none_0123456789abcdef",
            "AMD64_~1",
            folder())
        .add("winload.exe", winload);
    addUserFolders(root);
    return root;
  }

  private static void addBoot(NewFile boot) throws IOException {
    NewFile pcat = boot.add("PCAT", folder());
    pcat.add(
        "bootmgr", file(SampleBootManager.ofSize(BOOT_MANAGER_SIZE)).attributes(READ_ONLY_ARCHIVE));
    pcat.add("bootnxt", file(new byte[] {'1'}));
    pcat.add("bootvhd.dll", program("bootvhd.dll", 90_000));
    pcat.add("memtest.exe", program("memtest.exe", 60_000));
    for (String locale : List.of("de-DE", "en-US")) {
      NewFile texts = pcat.add(locale, folder());
      texts.add("bootmgr.exe.mui", program("bootmgr.exe.mui " + locale, 20_000));
      texts.add("memtest.exe.mui", program("memtest.exe.mui " + locale, 700));
    }
    addUefi(boot.add("EFI", folder()));
    boot.add("Fonts", folder()).add("wgl4_boot.ttf", program("wgl4_boot.ttf", 47_000));
    NewFile resources = boot.add("Resources", folder());
    resources.add("bootres.dll", program("bootres.dll", 65_536));
    resources.add("en-US", folder()).add("bootres.dll.mui", program("bootres.dll.mui", 12_288));
  }

  private static void addUefi(NewFile efi) throws IOException {
    efi.add("bootmgfw.efi", file(IOUtils.resourceToByteArray(UEFI_BOOT_MANAGER)));
    efi.add("bootmgr.efi", program("bootmgr.efi", 50_000));
    efi.add("memtest.efi", program("memtest.efi", 61_000));
    for (String locale : List.of("de-DE", "en-US")) {
      NewFile texts = efi.add(locale, folder());
      texts.add("bootmgfw.efi.mui", program("bootmgfw.efi.mui " + locale, 21_000));
    }
  }

  private static void addHives(NewFile config) throws IOException {
    Hive system = Hive.create("SYSTEM", StickSecurity.folder(), TIME);
    HiveKey select = system.root().createSubkey("Select");
    for (String name : List.of("Current", "Default", "LastKnownGood")) {
      select.setValue(HiveValue.dword(name, 1));
    }
    HiveKey services = system.root().createSubkey("ControlSet001").createSubkey("Services");
    for (String name : List.of("vhdmp", "FsDepends", "USBSTOR", "disk")) {
      HiveKey service = services.createSubkey(name);
      service.setValue(HiveValue.dword("Start", 0));
      service.setValue(HiveValue.expandString("ImagePath", "System32\\drivers\\" + name + ".sys"));
    }
    config.add("SYSTEM", file(system.toBytes()));

    Hive software = Hive.create("SOFTWARE", StickSecurity.folder(), TIME);
    HiveKey version =
        software
            .root()
            .createSubkey("Microsoft")
            .createSubkey("Windows NT")
            .createSubkey("CurrentVersion");
    version.setValue(HiveValue.string("ProductName", "vhdboot sample"));
    version.setValue(HiveValue.string("CurrentBuild", "19045"));
    version.setValue(HiveValue.string("EditionID", "Professional"));
    config.add("SOFTWARE", file(software.toBytes()));
  }

  private static void addUserFolders(NewFile root) {
    root.add("Program Files", "PROGRA~1", folder()).add("Common Files", "COMMON~1", folder());
    root.add("ProgramData", "PROGRA~2", folder());
    NewFile users = root.add("Users", folder());
    NewFile readme =
        file("This tree has the shape of a Windows.\r\n".getBytes(StandardCharsets.UTF_8)).stream(
                "Zone.Identifier",
                BlobSource.of("[ZoneTransfer]\r\nZoneId=3\r\n".getBytes(StandardCharsets.UTF_8)))
            .objectId(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
            .extendedAttributes(List.of(new ExtendedAttribute("VHDBOOT", 0, new byte[] {1, 2, 3})));
    users.add("Public", folder()).add("Read me first.txt", "README~1.TXT", readme);
    root.add(
        "Documents and Settings",
        "DOCUME~1",
        folder()
            .attributes(LINK_ATTRIBUTES)
            .reparse(JUNCTION, link("\\??\\C:\\Users", "C:\\Users", -1), true));
    users.add(
        "All Users",
        "ALLUSE~1",
        folder()
            .attributes(LINK_ATTRIBUTES)
            .reparse(SYMBOLIC_LINK, link("\\??\\C:\\ProgramData", "C:\\ProgramData", 0), true));
  }

  /**
   * The data of a junction, or of a symbolic link where flags are not negative: offset and length
   * of the substitute name and the print name, flags, then both names, each with a NUL.
   */
  private static BlobSource link(String substitute, String print, int flags) {
    byte[] names = (substitute + "\0" + print + "\0").getBytes(StandardCharsets.UTF_16LE);
    int head = flags < 0 ? 8 : 12;
    byte[] data = new byte[head + names.length];
    LittleEndian.put16(data, 2, 2 * substitute.length());
    LittleEndian.put16(data, 4, 2 * substitute.length() + 2);
    LittleEndian.put16(data, 6, 2 * print.length());
    if (flags >= 0) {
      LittleEndian.put32(data, 8, flags);
    }
    System.arraycopy(names, 0, data, head, names.length);
    return BlobSource.of(data);
  }

  private static NewFile folder() {
    return NewFile.directory().times(FILE_TIME).securityDescriptor(StickSecurity.folder());
  }

  private static NewFile file(byte[] content) {
    return NewFile.of(content).times(FILE_TIME).securityDescriptor(StickSecurity.file());
  }

  /** A file that stands in for a program. */
  private static NewFile program(String name, int size) {
    return file(SampleProgram.named(name, size));
  }
}
