package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.doctor.Finding.Severity;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of broken sticks: each is a good one with one thing broken. */
class BrokenSticksTest {

  private static final String VHD = "/virtualharddisk.vhd";
  private static final String CONFIG = "@1/Windows/System32/config/";

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  /** Breaks a stick. */
  @FunctionalInterface
  interface Break {
    void apply(Path stick) throws IOException;
  }

  /**
   * A broken stick.
   *
   * @param what what is broken
   * @param stick the good one
   * @param broken breaks it
   * @param severity what follows from it
   * @param step where it shows
   * @param error what is seen
   * @param mended whether it starts after mending
   */
  record Case(
      String what,
      GoodStick stick,
      Break broken,
      Severity severity,
      Step step,
      BootError error,
      boolean mended) {

    @Override
    public String toString() {
      return what + " (" + stick + ")";
    }
  }

  private static final List<Case> CASES = new ArrayList<>();

  private static void mends(
      String what, GoodStick stick, Step step, BootError error, Break broken) {
    CASES.add(new Case(what, stick, broken, Severity.BREAKS, step, error, true));
  }

  private static void names(
      String what, GoodStick stick, Step step, BootError error, Break broken) {
    CASES.add(new Case(what, stick, broken, Severity.BREAKS, step, error, false));
  }

  private static void warns(
      String what, GoodStick stick, Step step, BootError error, Break broken) {
    CASES.add(new Case(what, stick, broken, Severity.MAY_BREAK, step, error, true));
  }

  static {
    firstSectors();
    bootRecords();
    bootManagers();
    tablesOfUefi();
    stores();
    vhds();
    systems();
    registries();
  }

  static List<Case> cases() {
    return CASES;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void faultIsNamedFirst(Case broken) throws IOException {
    Path stick = broken.stick().copyTo(folder);
    broken.broken().apply(stick);

    Diagnosis found = BootDoctor.of(stick.toString()).examine();
    Finding first =
        found.findings().stream()
            .filter(finding -> finding.severity() != Severity.REMARK)
            .findFirst()
            .orElseThrow(() -> new AssertionError("nothing was found"));
    assertThat(first.step() + " " + first.error() + " " + first.severity())
        .as("%s", first)
        .isEqualTo(broken.step() + " " + broken.error() + " " + broken.severity());
    assertThat(first.cause()).isNotBlank();
    assertThat(first.remedy()).isNotBlank();
    assertThat(first.place()).contains(stick.toString());
    assertThat(found.boots()).isEqualTo(broken.severity() != Severity.BREAKS);

    if (first.mendable()) {
      Treatment treatment = BootDoctor.of(stick.toString()).mend();
      assertThat(treatment.failures()).isEmpty();
      assertThat(treatment.actions()).isNotEmpty();
      if (broken.mended()) {
        assertThat(treatment.after().findings()).isEmpty();
        assertThat(treatment.after().boots()).isTrue();
      }
    }
    assertThat(first.mendable()).as("mendable").isEqualTo(broken.mended());
    Files.delete(stick);
  }

  private static void firstSectors() {
    mends(
        "no mark at the end of the MBR",
        GoodStick.BIOS,
        Step.PARTITION_TABLE,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.put(stick + "@", 0x1FE, 0, 0));
    mends(
        "a status that is none",
        GoodStick.BIOS,
        Step.PARTITION_TABLE,
        BootError.INVALID_PARTITION_TABLE,
        stick -> Surgery.put(stick + "@", 0x1DE, 0x37));
    mends(
        "no active partition",
        GoodStick.ALL,
        Step.PARTITION_TABLE,
        BootError.NO_ACTIVE_PARTITION,
        stick -> Surgery.put(stick + "@", 0x1BE, 0));
    mends(
        "two active partitions",
        GoodStick.ALL,
        Step.PARTITION_TABLE,
        BootError.INVALID_PARTITION_TABLE,
        stick -> Surgery.put(stick + "@", 0x1CE, 0x80));
    names(
        "an empty table",
        GoodStick.BIOS,
        Step.PARTITION_TABLE,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.zero(stick + "@", 0x1BE, 64));
    names(
        "an image that was cut short",
        GoodStick.BIOS,
        Step.PARTITION_TABLE,
        BootError.DISK_READ_ERROR,
        stick -> {
          try (FileChannel file = FileChannel.open(stick, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - (3 << 20));
          }
        });
    mends(
        "no boot code in the MBR",
        GoodStick.BIOS,
        Step.BOOT_CODE,
        BootError.DARK_SCREEN,
        stick -> Surgery.zero(stick + "@", 0, 440));
    mends(
        "damaged boot code in the MBR",
        GoodStick.ALL,
        Step.BOOT_CODE,
        BootError.DARK_SCREEN,
        stick -> Surgery.put(stick + "@", 0x20, 0xDE, 0xAD, 0xBE, 0xEF));
  }

  private static void bootRecords() {
    mends(
        "no mark at the end of the boot sector",
        GoodStick.BIOS,
        Step.BOOT_RECORD,
        BootError.MISSING_OPERATING_SYSTEM,
        stick -> Surgery.put(stick + "@1", 0x1FE, 0, 0));
    mends(
        "a boot sector that says it is no NTFS",
        GoodStick.BIOS,
        Step.BOOT_RECORD,
        BootError.DISK_READ_ERROR,
        stick -> Surgery.zero(stick + "@1", 3, 8));
    mends(
        "a boot sector with impossible numbers",
        GoodStick.ALL,
        Step.BOOT_RECORD,
        BootError.DISK_READ_ERROR,
        stick -> Surgery.put(stick + "@1", 0x0D, 0x07));
    mends(
        "wrong hidden sectors",
        GoodStick.BIOS,
        Step.BOOT_RECORD,
        BootError.DEVICE_INACCESSIBLE,
        stick -> Surgery.zero(stick + "@1", 0x1C, 4));
    mends(
        "a volume without boot code",
        GoodStick.BIOS,
        Step.BOOT_RECORD,
        BootError.NO_BOOT_DEVICE,
        stick -> {
          Surgery.zero(stick + "@1", 0x54, 0x1FE - 0x54);
          Surgery.zero(stick + "@1", 512, 8192 - 512);
        });
    mends(
        "damaged boot code behind the boot sector",
        GoodStick.BIOS,
        Step.BOOT_RECORD,
        BootError.DISK_READ_ERROR,
        stick -> Surgery.put(stick + "@1", 0x200, 1, 2, 3, 4, 5, 6, 7, 8));
  }

  private static void bootManagers() {
    names(
        "a damaged root folder",
        GoodStick.UEFI,
        Step.VOLUME,
        BootError.FILE_MISSING,
        stick -> damageRootIndex(stick + "@3"));
    mends(
        "no bootmgr",
        GoodStick.BIOS,
        Step.BOOT_MANAGER,
        BootError.BOOTMGR_MISSING,
        stick -> Surgery.delete(stick + "@1", "bootmgr"));
    mends(
        "a compressed bootmgr",
        GoodStick.BIOS,
        Step.BOOT_MANAGER,
        BootError.BOOTMGR_COMPRESSED,
        stick ->
            Surgery.volume(
                stick + "@1",
                editor -> editor.setCompressed(editor.volume().file("bootmgr"), "", true)));
    mends(
        "a sparse bootmgr",
        GoodStick.ALL,
        Step.BOOT_MANAGER,
        BootError.BOOTMGR_COMPRESSED,
        stick ->
            Surgery.volume(
                stick + "@1",
                editor -> editor.setSparse(editor.volume().file("bootmgr"), "", true)));
    mends(
        "a bootmgr with a block of other content",
        GoodStick.BIOS,
        Step.BOOT_MANAGER,
        BootError.BOOTMGR_DAMAGED,
        stick -> Surgery.content(stick + "@1/bootmgr", bytes -> changed(bytes, 100_000, 512)));
    mends(
        "an empty bootmgr",
        GoodStick.BIOS,
        Step.BOOT_MANAGER,
        BootError.BOOTMGR_DAMAGED,
        stick -> Surgery.content(stick + "@1/bootmgr", bytes -> new byte[0]));
    mends(
        "no bootvhd.dll",
        GoodStick.BIOS,
        Step.BOOT_MANAGER,
        BootError.VHD_NOT_SUPPORTED,
        stick -> Surgery.delete(stick + "@1", "Boot/bootvhd.dll"));
    mends(
        "no bootx64.efi",
        GoodStick.UEFI,
        Step.BOOT_MANAGER,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.delete(stick + "@1", "EFI/Boot/bootx64.efi"));
    mends(
        "a bootx64.efi that is no program",
        GoodStick.UEFI,
        Step.BOOT_MANAGER,
        BootError.NO_BOOT_DEVICE,
        stick ->
            Surgery.content(stick + "@1/EFI/Boot/bootx64.efi", bytes -> changed(bytes, 0, 64)));
    mends(
        "a bootx64.efi for other machines",
        GoodStick.UEFI,
        Step.BOOT_MANAGER,
        BootError.NO_BOOT_DEVICE,
        stick ->
            Surgery.content(
                stick + "@1/EFI/Boot/bootx64.efi", bytes -> withMachine(bytes, 0xAA64)));
  }

  private static void tablesOfUefi() {
    mends(
        "a damaged GPT with a sound backup",
        GoodStick.UEFI,
        Step.PARTITION_TABLE,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.zero(stick + "@", 512, 512));
    mends(
        "damaged entries of the GPT",
        GoodStick.UEFI,
        Step.PARTITION_TABLE,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.put(stick + "@", 1024 + 56, 0xFF));
    mends(
        "no MBR before the GPT",
        GoodStick.UEFI,
        Step.PARTITION_TABLE,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.zero(stick + "@", 0, 512));
    names(
        "both copies of the GPT damaged",
        GoodStick.UEFI,
        Step.PARTITION_TABLE,
        BootError.NO_BOOT_DEVICE,
        stick -> {
          Surgery.put(stick + "@", 512 + 60, 0xFF);
          long size = Files.size(stick);
          Surgery.put(stick + "@", size - 512 + 60, 0xFF);
        });
    mends(
        "a damaged boot sector of the EFI partition",
        GoodStick.UEFI,
        Step.BOOT_RECORD,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.zero(stick + "@1", 0, 512));
    names(
        "an EFI partition without a volume",
        GoodStick.UEFI,
        Step.BOOT_RECORD,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.zero(stick + "@1", 0, 64 * 512));
    warns(
        "an EFI partition of another type",
        GoodStick.UEFI,
        Step.PARTITION_TABLE,
        BootError.NO_BOOT_DEVICE,
        stick -> Surgery.table(stick, table -> table.setType(1, PartitionType.FAT32)));
  }

  private static void stores() {
    String bios = "@1/Boot/BCD";
    mends(
        "no boot configuration",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.CONFIGURATION_MISSING,
        stick -> Surgery.delete(stick + "@1", "Boot/BCD"));
    mends(
        "no boot configuration for UEFI",
        GoodStick.UEFI,
        Step.BOOT_CONFIGURATION,
        BootError.CONFIGURATION_MISSING,
        stick -> Surgery.delete(stick + "@1", "EFI/Microsoft/Boot/BCD"));
    mends(
        "a boot configuration that is none",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.CONFIGURATION_MISSING,
        stick -> Surgery.content(stick + bios, bytes -> changed(bytes, 0, 4096)));
    mends(
        "a boot configuration that was not closed",
        GoodStick.UEFI,
        Step.BOOT_CONFIGURATION,
        BootError.CONFIGURATION_MISSING,
        stick -> Surgery.content(stick + "@1/EFI/Microsoft/Boot/BCD", Surgery::unclosed));
    mends(
        "no {bootmgr}",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.CONFIGURATION_INCOMPLETE,
        stick ->
            Surgery.store(
                stick + bios, store -> store.deleteObject(WellKnownObject.BOOT_MANAGER.id())));
    mends(
        "no entry in the menu",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.NO_VALID_ENTRY,
        stick ->
            Surgery.store(
                stick + bios,
                store -> {
                  BcdObject manager = store.object(WellKnownObject.BOOT_MANAGER).orElseThrow();
                  manager.remove(BcdElements.DEFAULT);
                  manager.remove(BcdElements.DISPLAY_ORDER);
                }));
    warns(
        "a default entry that is not there",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.NO_VALID_ENTRY,
        stick ->
            Surgery.store(
                stick + bios,
                store ->
                    store
                        .object(WellKnownObject.BOOT_MANAGER)
                        .orElseThrow()
                        .set(BcdElements.DEFAULT, BcdValue.of(new UUID(0x4000, 7)))));
    mends(
        "another disk signature",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.DEVICE_INACCESSIBLE,
        stick -> Surgery.put(stick + "@", 0x1B8, 1, 2, 3, 4));
    mends(
        "no disk signature",
        GoodStick.ALL,
        Step.BOOT_CONFIGURATION,
        BootError.DEVICE_INACCESSIBLE,
        stick -> Surgery.zero(stick + "@", 0x1B8, 4));
    mends(
        "an entry with another partition's place",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.DEVICE_INACCESSIBLE,
        stick ->
            setDevices(
                stick + bios, BcdDevice.mbrPartition(0x1234, 63 * 512), "\\virtualharddisk.vhd"));
    mends(
        "another GUID of the NTFS partition",
        GoodStick.UEFI,
        Step.BOOT_CONFIGURATION,
        BootError.DEVICE_INACCESSIBLE,
        stick ->
            setDevices(
                stick + "@1/EFI/Microsoft/Boot/BCD",
                BcdDevice.gptPartition(new UUID(1, 2), new UUID(3, 4)),
                "\\virtualharddisk.vhd"));
    mends(
        "a VHD of another name",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.FILE_MISSING,
        stick ->
            Surgery.volume(
                stick + "@1",
                editor ->
                    editor.rename(
                        editor.volume().root(),
                        "virtualharddisk.vhd",
                        editor.volume().root(),
                        "renamed.vhd",
                        false)));
    mends(
        "an entry without a device",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.DEVICE_INACCESSIBLE,
        stick -> edit(stick + bios, entry -> entry.remove(BcdElements.DEVICE)));
    mends(
        "an entry without an osdevice",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.DEVICE_INACCESSIBLE,
        stick -> edit(stick + bios, entry -> entry.remove(BcdElements.OS_DEVICE)));
    names(
        "a RAM disk whose image is not there",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.FILE_MISSING,
        stick ->
            edit(
                stick + bios,
                entry ->
                    entry.set(
                        BcdElements.DEVICE,
                        BcdValue.of(BcdDevice.ramDisk(BcdDevice.BOOT, "\\boot.wim")))));
    mends(
        "an entry with another systemroot",
        GoodStick.UEFI,
        Step.BOOT_CONFIGURATION,
        BootError.FILE_MISSING,
        stick ->
            edit(
                stick + "@1/EFI/Microsoft/Boot/BCD",
                entry -> entry.set(BcdElements.SYSTEM_ROOT, BcdValue.of("\\WINNT"))));
    mends(
        "the loader for UEFI on a BIOS",
        GoodStick.BIOS,
        Step.LOADER,
        BootError.WRONG_PROGRAM,
        stick ->
            edit(
                stick + bios,
                entry ->
                    entry.set(BcdElements.PATH, BcdValue.of("\\Windows\\system32\\winload.efi"))));
    mends(
        "the loader for a BIOS on UEFI",
        GoodStick.UEFI,
        Step.LOADER,
        BootError.WRONG_PROGRAM,
        stick ->
            edit(
                stick + "@1/EFI/Microsoft/Boot/BCD",
                entry ->
                    entry.set(BcdElements.PATH, BcdValue.of("\\Windows\\system32\\winload.exe"))));
    mends(
        "a loader in another folder",
        GoodStick.BIOS,
        Step.LOADER,
        BootError.FILE_MISSING,
        stick ->
            edit(stick + bios, entry -> entry.set(BcdElements.PATH, BcdValue.of("\\winload.exe"))));
  }

  private static void vhds() {
    names(
        "no VHD",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.FILE_MISSING,
        stick -> Surgery.delete(stick + "@1", "virtualharddisk.vhd"));
    mends(
        "a sparse VHD",
        GoodStick.BIOS,
        Step.VHD,
        BootError.VHD_BOOT_INITIALIZATION_FAILED,
        stick ->
            Surgery.volume(
                stick + "@1",
                editor -> editor.setSparse(editor.volume().file("virtualharddisk.vhd"), "", true)));
    mends(
        "a compressed VHD",
        GoodStick.FIXED,
        Step.VHD,
        BootError.VHD_BOOT_INITIALIZATION_FAILED,
        stick ->
            Surgery.volume(
                stick + "@1",
                editor ->
                    editor.setCompressed(editor.volume().file("virtualharddisk.vhd"), "", true)));
    mends(
        "a VHD without its footer",
        GoodStick.BIOS,
        Step.VHD,
        BootError.VHD_DAMAGED,
        stick ->
            Surgery.content(stick + "@1" + VHD, bytes -> changed(bytes, bytes.length - 512, 512)));
    names(
        "a fixed VHD without its footer",
        GoodStick.FIXED,
        Step.VHD,
        BootError.VHD_DAMAGED,
        stick ->
            Surgery.content(stick + "@1" + VHD, bytes -> changed(bytes, bytes.length - 512, 512)));
    names(
        "a VHD with a table that leads outside",
        GoodStick.BIOS,
        Step.VHD,
        BootError.VHD_DAMAGED,
        stick -> Surgery.content(stick + "@1" + VHD, bytes -> changed(bytes, 1536, 2)));
    names(
        "a VHDX whose tables are damaged",
        GoodStick.VHDX,
        Step.VHD,
        BootError.VHD_DAMAGED,
        stick ->
            Surgery.content(
                stick + "@1/virtualharddisk.vhdx",
                bytes -> changed(changed(bytes, 192 << 10, 64), 256 << 10, 64)));
    names(
        "a VHD whose parent is missing",
        GoodStick.CHILD,
        Step.VHD,
        BootError.VHD_PARENT_MISSING,
        stick -> Surgery.delete(stick + "@1", "base.vhd"));
    names(
        "no partition table in the VHD",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.FILE_MISSING,
        stick -> Surgery.zero(stick + "@1" + VHD + "@", 0, 512));
    names(
        "no volume in the VHD",
        GoodStick.BIOS,
        Step.BOOT_CONFIGURATION,
        BootError.FILE_MISSING,
        stick ->
            Surgery.device(
                stick + "@1" + VHD + "@1",
                device -> {
                  device.write(0, ByteBuffer.allocate(512));
                  device.write(device.size() - 512, ByteBuffer.allocate(512));
                }));
    mends(
        "a volume without room for the whole VHD",
        GoodStick.BIOS,
        Step.VHD,
        BootError.VHD_BOOT_HOST_VOLUME_NOT_ENOUGH_SPACE,
        stick ->
            Surgery.volume(
                stick + "@1",
                editor -> {
                  NtfsFile ballast =
                      editor.createFile(
                          editor.volume().root(), "ballast", NewFileOptions.defaults());
                  try (ResizableBlockDevice stream = editor.stream(ballast, "")) {
                    stream.setSize(editor.freeSpace() - (4 << 20));
                  }
                }));
    names(
        "a VHDX for Windows 7",
        GoodStick.VHDX,
        Step.VHD,
        BootError.VHD_DAMAGED,
        stick -> makeItSeven(stick + "@1/virtualharddisk.vhdx@1", "Ultimate", true));
  }

  private static void systems() {
    names(
        "no winload.exe",
        GoodStick.BIOS,
        Step.LOADER,
        BootError.FILE_MISSING,
        stick -> Surgery.delete(stick + "@1" + VHD + "@1", "Windows/System32/winload.exe"));
    names(
        "a winload.efi that is no program",
        GoodStick.UEFI,
        Step.LOADER,
        BootError.WRONG_PROGRAM,
        stick ->
            Surgery.content(
                stick + "@3" + VHD + "@1/Windows/System32/winload.efi",
                bytes -> changed(bytes, 0, 64)));
    mends(
        "a Windows for other machines than its boot manager",
        GoodStick.UEFI,
        Step.LOADER,
        BootError.WRONG_PROGRAM,
        stick -> {
          for (String name : List.of("winload.efi", "ntoskrnl.exe", "hal.dll")) {
            Surgery.content(
                stick + "@3" + VHD + "@1/Windows/System32/" + name,
                bytes -> withMachine(bytes, 0xAA64));
          }
          Surgery.content(
              stick + "@3" + VHD + "@1/Windows/Boot/EFI/bootmgfw.efi",
              bytes -> withMachine(bytes, 0xAA64));
        });
    names(
        "no kernel",
        GoodStick.BIOS,
        Step.LOADER,
        BootError.KERNEL_MISSING,
        stick -> Surgery.delete(stick + "@1" + VHD + "@1", "Windows/System32/ntoskrnl.exe"));
    names(
        "a kernel for other machines than its loader",
        GoodStick.BIOS,
        Step.LOADER,
        BootError.WRONG_PROGRAM,
        stick ->
            Surgery.content(
                stick + "@1" + VHD + "@1/Windows/System32/ntoskrnl.exe",
                bytes -> withMachine(bytes, 0x014C)));
    names(
        "no driver for VHDs",
        GoodStick.BIOS,
        Step.DRIVERS,
        BootError.INACCESSIBLE_BOOT_DEVICE,
        stick -> Surgery.delete(stick + "@1" + VHD + "@1", "Windows/System32/drivers/vhdmp.sys"));
    names(
        "a driver that is no program",
        GoodStick.ALL,
        Step.DRIVERS,
        BootError.WRONG_PROGRAM,
        stick ->
            Surgery.content(
                stick + "@1" + VHD + "@1/Windows/System32/drivers/disk.sys",
                bytes -> changed(bytes, 0, 2)));
  }

  private static void registries() {
    String system = "@1" + VHD + CONFIG + "SYSTEM";
    names(
        "no SYSTEM hive",
        GoodStick.BIOS,
        Step.REGISTRY,
        BootError.REGISTRY_MISSING,
        stick -> Surgery.delete(stick + "@1" + VHD + "@1", "Windows/System32/config/SYSTEM"));
    names(
        "a SYSTEM hive that was not closed",
        GoodStick.BIOS,
        Step.REGISTRY,
        BootError.REGISTRY_DAMAGED,
        stick -> Surgery.content(stick + system, Surgery::unclosed));
    names(
        "a SYSTEM hive that is none",
        GoodStick.UEFI,
        Step.REGISTRY,
        BootError.REGISTRY_DAMAGED,
        stick ->
            Surgery.content(
                stick + "@3" + VHD + CONFIG + "SYSTEM", bytes -> changed(bytes, 4096, 64)));
    mends(
        "a control set that is not there",
        GoodStick.BIOS,
        Step.REGISTRY,
        BootError.BAD_SYSTEM_CONFIG_INFO,
        stick ->
            Surgery.hive(
                stick + system,
                hive ->
                    hive.root()
                        .subkey("Select")
                        .orElseThrow()
                        .setValue(HiveValue.dword("Default", 2))));
    mends(
        "a driver for VHDs that does not start early",
        GoodStick.BIOS,
        Step.DRIVERS,
        BootError.INACCESSIBLE_BOOT_DEVICE,
        stick ->
            Surgery.hive(
                stick + system,
                hive ->
                    hive.root()
                        .find("ControlSet001\\Services\\vhdmp")
                        .orElseThrow()
                        .setValue(HiveValue.dword("Start", 3))));
    names(
        "no SOFTWARE hive",
        GoodStick.BIOS,
        Step.REGISTRY,
        BootError.CANNOT_LOAD_REGISTRY,
        stick -> Surgery.delete(stick + "@1" + VHD + "@1", "Windows/System32/config/SOFTWARE"));
    mends(
        "a Windows 7 whose USB drivers start late",
        GoodStick.BIOS,
        Step.DRIVERS,
        BootError.INACCESSIBLE_BOOT_DEVICE,
        stick -> makeItSeven(stick + "@1" + VHD + "@1", "Enterprise", false));
    names(
        "an edition of Windows 7 that may not start from a VHD",
        GoodStick.BIOS,
        Step.WINDOWS,
        BootError.EDITION_NOT_LICENSED,
        stick -> makeItSeven(stick + "@1" + VHD + "@1", "Professional", true));
  }

  /** Gives the sample the version of Windows 7 and its drivers for USB. */
  private static void makeItSeven(String volume, String edition, boolean startsFromUsb)
      throws IOException {
    Surgery.hive(
        volume + "/Windows/System32/config/SOFTWARE",
        hive -> {
          HiveKey version = hive.root().find("Microsoft\\Windows NT\\CurrentVersion").orElseThrow();
          version.setValue(HiveValue.string("ProductName", "Windows 7"));
          version.setValue(HiveValue.string("CurrentVersion", "6.1"));
          version.setValue(HiveValue.string("CurrentBuild", "7601"));
          version.setValue(HiveValue.string("EditionID", edition));
        });
    byte[] driver = file(volume + "/Windows/System32/drivers/disk.sys");
    for (String name : List.of("usbehci", "usbuhci", "usbohci", "usbhub", "usbccgp")) {
      Surgery.create(volume, "Windows/System32/drivers", name + ".sys", driver);
    }
    Surgery.hive(
        volume + "/Windows/System32/config/SYSTEM",
        hive -> {
          hive.root().createPath("ControlSet001\\Control");
          for (String name :
              List.of("usbehci", "usbuhci", "usbohci", "usbhub", "usbccgp", "USBSTOR")) {
            HiveKey service = hive.root().createPath("ControlSet001\\Services\\" + name);
            service.setValue(HiveValue.dword("Type", 1));
            service.setValue(HiveValue.dword("Start", 3));
            service.setValue(HiveValue.dword("BootFlags", 4));
          }
        });
    if (startsFromUsb) {
      ServicingCures.usbBoot(volume + "/Windows", Instant.EPOCH).apply();
    }
  }

  /** Spoils the protection of the blocks of a volume's root index. */
  private static void damageRootIndex(String volume) throws IOException {
    Surgery.device(
        volume,
        device -> {
          byte[] bytes = device.read(0, 16 << 20);
          for (int at = 0; at < bytes.length; at += 512) {
            if (bytes[at] == 'I' && bytes[at + 1] == 'N' && bytes[at + 2] == 'D') {
              device.write(at + 510, ByteBuffer.wrap(new byte[] {0x55, 0x55}));
            }
          }
        });
  }

  private static byte[] file(String path) throws IOException {
    try (OpenImage image = ImagePath.of(path).open(true)) {
      return image.device().read(0, (int) image.device().size());
    }
  }

  private static byte[] changed(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      bytes[i] ^= 0x5A;
    }
    return bytes;
  }

  private static byte[] withMachine(byte[] program, int machine) {
    LittleEndian.put16(program, LittleEndian.i32(program, 0x3C) + 4, machine);
    return program;
  }

  private static void edit(String path, Surgery.Operation<BcdObject> change) throws IOException {
    Surgery.store(path, store -> change.on(store.find("{default}").orElseThrow()));
  }

  private static void setDevices(String path, BcdDevice host, String vhd) throws IOException {
    edit(
        path,
        entry -> {
          entry.set(
              BcdElements.DEVICE,
              BcdValue.of(BcdDevice.vhdOnPartition(host, vhd, BcdElements.PATH)));
          entry.set(
              BcdElements.OS_DEVICE,
              BcdValue.of(BcdDevice.vhdOnPartition(host, vhd, BcdElements.SYSTEM_ROOT)));
        });
  }
}
