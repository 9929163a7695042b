package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveState;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The stores we make, element by element as the listing shows them.
 *
 * <p>They are what bcdboot of that Windows writes, except: {@code KeyName} is {@code BCD00000000}
 * and {@code TreatAsSystem} is set, since the store is made for the place it will be used at;
 * {@code GuidCache} is left out, a cache of the writer's; the loader's and resume object's GUIDs
 * are the caller's; {@code detecthal} is set for a VHD, as the recipe for native boot says and
 * Windows 7's bcdboot was seen to do; {@code flightsigning} of insider builds is left out; texts
 * are English in every locale.
 */
class WindowsBootStoreTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final UUID RESUME = UUID.fromString("11111111-2222-11f0-8888-000000000001");
  private static final UUID LOADER = UUID.fromString("11111111-2222-11f0-8888-000000000002");
  private static final BcdDevice STICK = BcdDevice.mbrPartition(0xcafe0001, 1 << 20);

  @TempDir Path folder;

  @Test
  void windows7InAVhdOnABiosStick() throws IOException {
    BcdStore store =
        builder(new WindowsVersion(6, 1, 7601, false))
            .windowsInVhd(STICK, "\\virtualharddisk.vhd")
            .build();
    assertThat(BcdListing.of(store, partition -> "S:").toText())
        .isEqualTo(
            """

            Windows Boot Manager
            --------------------
            identifier              {bootmgr}
            device                  partition=S:
            description             Windows Boot Manager
            locale                  en-US
            inherit                 {globalsettings}
            default                 {default}
            resumeobject            {11111111-2222-11f0-8888-000000000001}
            displayorder            {default}
            toolsdisplayorder       {memdiag}
            timeout                 30

            Windows Boot Loader
            -------------------
            identifier              {default}
            device                  vhd=[S:]\\virtualharddisk.vhd
            path                    \\Windows\\system32\\winload.exe
            description             Windows 7
            locale                  en-US
            inherit                 {bootloadersettings}
            osdevice                vhd=[S:]\\virtualharddisk.vhd
            systemroot              \\Windows
            resumeobject            {11111111-2222-11f0-8888-000000000001}
            nx                      OptIn
            detecthal               Yes

            Resume from Hibernate
            ---------------------
            identifier              {11111111-2222-11f0-8888-000000000001}
            device                  vhd=[S:]\\virtualharddisk.vhd
            path                    \\Windows\\system32\\winresume.exe
            description             Windows Resume Application
            locale                  en-US
            inherit                 {resumeloadersettings}
            filepath                \\hiberfil.sys

            Windows Memory Tester
            ---------------------
            identifier              {memdiag}
            device                  partition=S:
            path                    \\boot\\memtest.exe
            description             Windows Memory Diagnostic
            locale                  en-US
            inherit                 {globalsettings}
            badmemoryaccess         Yes

            EMS Settings
            ------------
            identifier              {emssettings}
            bootems                 Yes

            Debugger Settings
            -----------------
            identifier              {dbgsettings}
            debugtype               Serial
            debugport               1
            baudrate                115200

            RAM Defects
            -----------
            identifier              {badmemory}

            Global Settings
            ---------------
            identifier              {globalsettings}
            inherit                 {dbgsettings}
                                    {emssettings}
                                    {badmemory}

            Boot Loader Settings
            --------------------
            identifier              {bootloadersettings}
            inherit                 {globalsettings}
                                    {hypervisorsettings}

            Hypervisor Settings
            -------------------
            identifier              {hypervisorsettings}
            hypervisordebugtype     Serial
            hypervisordebugport     1
            hypervisorbaudrate      115200

            Resume Loader Settings
            ----------------------
            identifier              {resumeloadersettings}
            inherit                 {globalsettings}
            """);
  }

  /** A pristine store of bcdboot of Windows 10 for a BIOS holds exactly these elements. */
  @Test
  void windows10OnABiosDisk() throws IOException {
    BcdStore store =
        builder(new WindowsVersion(10, 0, 19045, false)).windowsPartition(STICK).build();
    assertThat(section(store, "{bootmgr}"))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000004 Windows Boot Manager",
            "12000005 en-US",
            "14000006 {globalsettings}",
            "23000003 {default}",
            "23000006 {11111111-2222-11f0-8888-000000000001}",
            "24000001 {default}",
            "24000010 {memdiag}",
            "25000004 30");
    assertThat(section(store, "{default}"))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000002 \\Windows\\system32\\winload.exe",
            "12000004 Windows 10",
            "12000005 en-US",
            "14000006 {bootloadersettings}",
            "17000077 0x15000075",
            "21000001 partition=mbr:cafe0001@1048576",
            "22000002 \\Windows",
            "23000003 {11111111-2222-11f0-8888-000000000001}",
            "25000020 OptIn",
            "250000c2 Standard");
    assertThat(section(store, RESUME.toString()))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000002 \\Windows\\system32\\winresume.exe",
            "12000004 Windows Resume Application",
            "12000005 en-US",
            "14000006 {resumeloadersettings}",
            "17000077 0x15000075",
            "22000002 \\hiberfil.sys",
            "25000008 Standard");
    assertThat(section(store, "{memdiag}"))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000002 \\boot\\memtest.exe",
            "12000004 Windows Memory Diagnostic",
            "12000005 en-US",
            "14000006 {globalsettings}",
            "1600000b Yes");
    assertThat(section(store, "{emssettings}")).containsExactly("16000020 No");
    assertThat(section(store, "{dbgsettings}")).containsExactly("15000011 Local");
    assertThat(section(store, "{hypervisorsettings}"))
        .containsExactly("250000f3 Serial", "250000f4 1", "250000f5 115200");
    assertThat(section(store, "{badmemory}")).isEmpty();
    assertThat(store.objects()).hasSize(11);
  }

  /**
   * A store of bcdboot's own for a BIOS. Its owner turned two devices into {@code boot} and one
   * locale into another; all else is as bcdboot left it.
   */
  @Test
  void windows10StoreHasTheElementsOfARealOne() throws IOException {
    BcdStore real = BcdStore.read(SharedData.data("bcd/windeploy-bios.bcd"));
    Iterator<UUID> ids =
        List.of(
                UUID.fromString("1b67bffc-e290-11eb-8ffa-f459a0d9b879"),
                UUID.fromString("1b67bffd-e290-11eb-8ffa-f459a0d9b879"))
            .iterator();
    BcdStore ours =
        builder(new WindowsVersion(10, 0, 19041, false))
            .windowsPartition(BcdDevice.mbrPartition(0xddba6bbb, 0x100000))
            .systemPartition(BcdDevice.mbrPartition(0xddba6bbb, 0x100000))
            .windowsRoot("\\windows")
            .locale("en-us")
            .identifiers(ids::next)
            .build();
    assertThat(ours.objects().stream().map(BcdObject::toString))
        .containsExactlyElementsOf(real.objects().stream().map(BcdObject::toString).toList());
    for (BcdObject expected : real.objects()) {
      BcdObject object = ours.object(expected.id()).orElseThrow();
      assertThat(object.elements().keySet())
          .as("elements of %s", object)
          .containsExactlyElementsOf(expected.elements().keySet());
      expected
          .elements()
          .forEach(
              (element, value) -> {
                if (!value.equals(BcdValue.of(BcdDevice.BOOT))
                    && !value.equals(BcdValue.of("cs-cz"))) {
                  assertThat(object.get(element)).as("%08x of %s", element, object).contains(value);
                }
              });
    }
  }

  @Test
  void windows11OnAUefiDisk() throws IOException {
    UUID disk = UUID.fromString("20ac3077-f7cd-4c47-95d5-53fbf8b752b5");
    BcdDevice esp =
        BcdDevice.gptPartition(disk, UUID.fromString("85c434af-7860-49b3-85c3-b70316081b7b"));
    BcdStore store =
        builder(new WindowsVersion(10, 0, 26100, false))
            .firmware(BootFirmware.UEFI)
            .systemPartition(esp)
            .windowsInVhdAnywhere("\\w.vhdx")
            .build();
    assertThat(section(store, "{bootmgr}"))
        .contains(
            "11000001 partition=gpt:{20ac3077-f7cd-4c47-95d5-53fbf8b752b5}"
                + "{85c434af-7860-49b3-85c3-b70316081b7b}",
            "12000002 \\EFI\\Microsoft\\Boot\\bootmgfw.efi");
    assertThat(section(store, "{default}"))
        .contains(
            "11000001 vhd=[locate]\\w.vhdx,locate=custom:12000002",
            "12000002 \\Windows\\system32\\winload.efi",
            "12000004 Windows 11",
            "16000060 Yes",
            "21000001 vhd=[locate]\\w.vhdx,locate=custom:22000002");
    assertThat(section(store, "{memdiag}"))
        .contains("12000002 \\EFI\\Microsoft\\Boot\\memtest.efi");
  }

  /** As listings of installed Windows 8 and 8.1 show, less what Windows adds when it runs. */
  @Test
  void windows81OnABiosDisk() throws IOException {
    BcdStore store = builder(new WindowsVersion(6, 3, 9600, false)).windowsPartition(STICK).build();
    assertThat(section(store, "{bootmgr}"))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000004 Windows Boot Manager",
            "12000005 en-US",
            "14000006 {globalsettings}",
            "1500004b Enable",
            "23000003 {default}",
            "23000006 {11111111-2222-11f0-8888-000000000001}",
            "24000001 {default}",
            "24000010 {memdiag}",
            "25000004 30");
    assertThat(section(store, "{default}"))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000002 \\Windows\\system32\\winload.exe",
            "12000004 Windows 8.1",
            "12000005 en-US",
            "14000006 {bootloadersettings}",
            "1500004b Enable",
            "17000077 0x15000075",
            "21000001 partition=mbr:cafe0001@1048576",
            "22000002 \\Windows",
            "23000003 {11111111-2222-11f0-8888-000000000001}",
            "25000020 OptIn",
            "250000c2 Standard");
    assertThat(section(store, RESUME.toString()))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000002 \\Windows\\system32\\winresume.exe",
            "12000004 Windows Resume Application",
            "12000005 en-US",
            "14000006 {resumeloadersettings}",
            "17000077 0x15000075",
            "22000002 \\hiberfil.sys",
            "25000008 Standard");
    assertThat(section(store, "{emssettings}")).containsExactly("16000020 No");
    assertThat(section(store, "{dbgsettings}"))
        .containsExactly("15000011 Serial", "15000013 1", "15000014 115200");
  }

  /** But for its name, Windows 11 is started as Windows 10 is. */
  @Test
  void windows11OnABiosDisk() throws IOException {
    BcdStore ten = builder(new WindowsVersion(10, 0, 19045, false)).windowsPartition(STICK).build();
    BcdStore eleven =
        builder(new WindowsVersion(10, 0, 22631, false)).windowsPartition(STICK).build();
    assertThat(section(eleven, "{default}")).contains("12000004 Windows 11");
    assertThat(eleven.hasSameContent(ten)).isFalse();
    eleven.find("{default}").orElseThrow().set(BcdElements.DESCRIPTION, BcdValue.of("Windows 10"));
    assertThat(eleven.hasSameContent(ten)).isTrue();
  }

  /** As listings of Server 2012 and 2016 show. */
  @Test
  void serversSince2012HaveATextMenuAndNoShutdownInIt() throws IOException {
    BcdStore store = builder(new WindowsVersion(6, 2, 9200, true)).windowsPartition(STICK).build();
    assertThat(section(store, "{bootmgr}"))
        .contains("16000074 Yes")
        .noneMatch(line -> line.startsWith("1500004b"));
    assertThat(section(store, "{default}"))
        .containsExactly(
            "11000001 partition=mbr:cafe0001@1048576",
            "12000002 \\Windows\\system32\\winload.exe",
            "12000004 Windows Server 2012",
            "12000005 en-US",
            "14000006 {bootloadersettings}",
            "17000077 0x15000075",
            "21000001 partition=mbr:cafe0001@1048576",
            "22000002 \\Windows",
            "23000003 {11111111-2222-11f0-8888-000000000001}",
            "25000020 OptOut");
    assertThat(section(store, RESUME.toString())).noneMatch(line -> line.startsWith("25000008"));
    assertThat(section(store, "{emssettings}")).containsExactly("16000020 Yes");
    BcdStore newer =
        builder(new WindowsVersion(10, 0, 20348, true)).windowsPartition(STICK).build();
    assertThat(section(newer, "{bootmgr}")).contains("16000074 Yes");
    assertThat(section(newer, "{default}"))
        .contains("12000004 Windows Server 2022", "25000020 OptOut")
        .noneMatch(line -> line.startsWith("250000c2"));
  }

  @Test
  void server2008R2OptsOutOfNx() throws IOException {
    BcdStore store =
        builder(new WindowsVersion(6, 1, 7601, true))
            .windowsInVhd(STICK, "\\virtualharddisk.vhd")
            .build();
    assertThat(section(store, "{default}"))
        .containsExactly(
            "11000001 vhd=[mbr:cafe0001@1048576]\\virtualharddisk.vhd",
            "12000002 \\Windows\\system32\\winload.exe",
            "12000004 Windows Server 2008 R2",
            "12000005 en-US",
            "14000006 {bootloadersettings}",
            "21000001 vhd=[mbr:cafe0001@1048576]\\virtualharddisk.vhd",
            "22000002 \\Windows",
            "23000003 {11111111-2222-11f0-8888-000000000001}",
            "25000020 OptOut",
            "26000010 Yes");
  }

  @ParameterizedTest
  @EnumSource(BootFirmware.class)
  void judgesReadOurStoreAsWeDo(BootFirmware firmware) throws IOException {
    BcdStore store =
        builder(new WindowsVersion(10, 0, 22631, false))
            .firmware(firmware)
            .windowsInVhd(STICK, "\\virtualharddisk.vhd")
            .build();
    Path file = folder.resolve("BCD");
    store.write(file);
    assertThat(BcdJudge.ours(BcdStore.read(file))).isEqualTo(BcdJudge.theirs(file));
    assertThat(ExternalTool.named("hivexml").output(file))
        .contains("NewStoreRoot", "\\Windows\\system32\\" + firmware.loader());
    assertThat(BcdJudge.bcdshow(file))
        .contains(" {bootmgr} type=10100002 bootmgr", "MBR sig=cafe0001 partoff=0x100000")
        .contains("str=['\\\\virtualharddisk.vhd']");
  }

  @Test
  void hivexEditsOursAndWeReadItBack() throws IOException {
    Path file = folder.resolve("BCD");
    builder(new WindowsVersion(10, 0, 19045, false)).windowsPartition(STICK).build().write(file);
    Path script = folder.resolve("script");
    Files.writeString(
        script,
        """
        cd \\Objects\\{9dea862c-5cdd-4e70-acc1-f32b344d4795}\\Elements\\25000004
        setval 1
        Element
        hex:3:05,00,00,00,00,00,00,00
        commit
        """);
    ExternalTool.named("hivexsh").output("-w", "-f", script, file);
    BcdStore edited = BcdStore.read(file);
    BcdObject bootManager = edited.object(WellKnownObject.BOOT_MANAGER).orElseThrow();
    assertThat(bootManager.number(BcdElements.TIMEOUT)).contains(5L);
    bootManager.set(BcdElements.TIMEOUT, BcdValue.of(7));
    edited.write(file);
    assertThat(BcdJudge.theirs(file))
        .contains("{9dea862c-5cdd-4e70-acc1-f32b344d4795} 25000004 7\n");
  }

  @Test
  void sameInputGivesTheSameBytes() throws IOException {
    byte[] first =
        builder(new WindowsVersion(10, 0, 19045, false)).windowsPartition(STICK).build().toBytes();
    byte[] second =
        builder(new WindowsVersion(10, 0, 19045, false)).windowsPartition(STICK).build().toBytes();
    assertThat(second).isEqualTo(first);
  }

  @Test
  void hiveIsLikeTheOnesWindowsMakes() throws IOException {
    BcdStore store = builder(new WindowsVersion(6, 1, 7601, false)).windowsPartition(STICK).build();
    assertThat(store.hive().minorVersion()).isEqualTo(3);
    assertThat(BcdStore.read("BCD", store.toBytes()).hive().state()).isEqualTo(HiveState.CLEAN);
    HiveKey root = store.hive().root();
    HiveKey description = root.subkey("Description").orElseThrow();
    assertThat(description.value("KeyName").orElseThrow().asString()).isEqualTo("BCD00000000");
    assertThat(description.value("System").orElseThrow().asDword()).isEqualTo(1);
    assertThat(description.value("TreatAsSystem").orElseThrow().asDword()).isEqualTo(1);
    assertThat(root.securityDescriptor()).hasSize(100);
    assertThat(root.securityDescriptor()[0x22]).isEqualTo((byte) 0x0f);
    for (HiveKey object : root.subkey("Objects").orElseThrow().subkeys()) {
      assertThat(object.securityDescriptor()).isEqualTo(description.securityDescriptor());
      assertThat(object.lastWritten()).isEqualTo(TIME);
    }
    assertThat(description.securityDescriptor()[0x20]).isEqualTo((byte) 0x19);
  }

  @Test
  void missingInputIsNamed() {
    assertThatThrownBy(() -> WindowsBootStore.builder().build())
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("windows must be told");
    assertThatThrownBy(() -> new WindowsVersion(6, 0, 6002, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6.1, 6.2, 6.3 or 10.0");
  }

  private static WindowsBootStore.Builder builder(WindowsVersion version) {
    Iterator<UUID> ids = List.of(RESUME, LOADER).iterator();
    return WindowsBootStore.builder()
        .windows(version)
        .systemPartition(STICK)
        .identifiers(ids::next)
        .time(TIME);
  }

  private static List<String> section(BcdStore store, String id) {
    BcdObject object = store.find(id).orElseThrow();
    return BcdListing.of(store, DeviceNamer.OFFLINE).sections().stream()
        .filter(section -> section.object().equals(object))
        .flatMap(section -> section.entries().stream())
        .filter(entry -> entry.element() != 0)
        .map(entry -> String.format("%08x %s", entry.element(), String.join(" ", entry.texts())))
        .toList();
  }
}
