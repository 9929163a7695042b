package io.vhdboot.servicing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files of a Windows tell, and what is said when some are missing. */
class OfflineWindowsTest {

  @TempDir Path root;

  @Test
  void windows7IsRecognised() throws IOException {
    OfflineWindows windows = OfflineWindows.open(TestWindows.seven(root).folder());

    assertThat(windows.productName()).contains("Windows 7 Ultimate");
    assertThat(windows.editionId()).contains("Ultimate");
    assertThat(windows.installationType()).contains("Client");
    assertThat(windows.release()).contains(new Release(6, 1, 7601, -1));
    assertThat(windows.servicePack()).isEqualTo(1);
    assertThat(windows.architecture()).contains(ProcessorArchitecture.AMD64);
    assertThat(windows.controlSet().orElseThrow().name()).isEqualTo("ControlSet001");
    assertThat(windows.isServer()).isFalse();
    assertThat(windows.isWindows7()).isTrue();
    assertThat(windows.vhdBoot().answer()).isEqualTo(BootVerdict.Answer.YES);
    assertThat(windows.usbBoot().answer()).isEqualTo(BootVerdict.Answer.NO);
    assertThat(windows.usbBoot().reason()).contains("0x7B");
    assertThat(windows.hibernation()).isEqualTo(Hibernation.NONE);
    assertThat(windows.pending()).isEmpty();
    assertThat(windows.hive(WindowsHive.SYSTEM).state()).contains(HiveState.CLEAN);
    assertThat(windows.hive(WindowsHive.DRIVERS).state()).isEmpty();
  }

  @Test
  void windows10IsRecognisedFromItsVolumesRoot() throws IOException {
    TestWindows.ten(root);
    OfflineWindows windows = OfflineWindows.open(root);

    assertThat(windows.release()).contains(new Release(10, 0, 19045, 3570));
    assertThat(windows.release().get()).hasToString("10.0.19045.3570");
    assertThat(windows.displayVersion()).contains("22H2");
    assertThat(windows.architecture()).contains(ProcessorArchitecture.ARM64);
    assertThat(windows.isAtLeast(6, 2)).isTrue();
    assertThat(windows.folder().getFileName()).hasToString("Windows");
  }

  @ParameterizedTest
  @CsvSource({
    "6.0, 6002, Ultimate, Client, NO",
    "6.1, 7601, HomePremium, Client, NO",
    "6.1, 7601, Professional, Client, NO",
    "6.1, 7601, Enterprise, Client, YES",
    "6.1, 7600, UltimateE, Client, YES",
    "6.1, 7601, ServerStandard, Server, YES",
    "6.2, 9200, Core, Client, YES",
    "6.3, 9600, Professional, Client, YES"
  })
  void editionsThatBootFromAVhdAreKnown(
      String version, String build, String edition, String type, BootVerdict.Answer answer)
      throws IOException {
    TestWindows windows = TestWindows.in(root);
    windows.hive(
        WindowsHive.SOFTWARE,
        hive ->
            TestWindows.version(hive, "Some Windows", edition, version, build)
                .setValue(HiveValue.string("InstallationType", type)));
    assertThat(OfflineWindows.open(windows.folder()).vhdBoot().answer()).isEqualTo(answer);
  }

  @Test
  void anyPartMayBeMissing() throws IOException {
    TestWindows windows = TestWindows.in(root);
    OfflineWindows bare = OfflineWindows.open(windows.folder());
    assertThat(bare.release()).isEmpty();
    assertThat(bare.architecture()).isEmpty();
    assertThat(bare.vhdBoot().answer()).isEqualTo(BootVerdict.Answer.UNKNOWN);
    assertThat(bare.usbBoot().answer()).isEqualTo(BootVerdict.Answer.UNKNOWN);
    assertThat(bare.hives()).allMatch(each -> each.problem().equals("is missing"));

    windows.put("System32/config/SYSTEM", "no hive at all".getBytes(StandardCharsets.UTF_8));
    windows.put("System32/ntoskrnl.exe", new byte[] {'M'});
    OfflineWindows damaged = OfflineWindows.open(windows.folder());
    assertThat(damaged.hive(WindowsHive.SYSTEM).isEditable()).isFalse();
    assertThat(damaged.hive(WindowsHive.SYSTEM).problem()).contains("SYSTEM");

    TestWindows other = TestWindows.seven(root.resolve("other"));
    Files.delete(other.file("System32/ntoskrnl.exe"));
    Files.delete(other.file("System32/config/SOFTWARE"));
    assertThat(OfflineWindows.open(other.folder()).release()).isEmpty();
    other.edit(
        WindowsHive.SYSTEM,
        hive -> hive.root().createPath("ControlSet001\\Control\\CriticalDeviceDatabase\\GenDisk"));
    assertThat(OfflineWindows.open(other.folder()).isWindows7()).isTrue();
  }

  @Test
  void languagesAndArchitectureComeFromTheRegistryToo() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    Files.delete(windows.file("System32/ntoskrnl.exe"));
    windows.edit(
        WindowsHive.SYSTEM,
        hive -> {
          HiveKey control = TestWindows.control(hive);
          control
              .createPath("Session Manager\\Environment")
              .setValue(HiveValue.string("PROCESSOR_ARCHITECTURE", "x86"));
          control.createPath("Nls\\Language").setValue(HiveValue.string("InstallLanguage", "0407"));
          control.createPath("MUI\\UILanguages\\de-DE").setValue(HiveValue.dword("LCID", 0x407));
          control.createPath("MUI\\UILanguages\\en-US").setValue(HiveValue.dword("LCID", 0x409));
          control
              .createPath("ProductOptions")
              .setValue(HiveValue.string("ProductType", "ServerNT"));
        });
    OfflineWindows found = OfflineWindows.open(windows.folder());
    assertThat(found.architecture()).contains(ProcessorArchitecture.X86);
    assertThat(found.languages()).containsExactly("de-DE", "en-US");
    assertThat(found.defaultLanguage()).contains("de-DE");
    assertThat(found.isServer()).isTrue();
  }

  @Test
  void theControlSetOfTheNextStartCounts() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    windows.edit(
        WindowsHive.SYSTEM,
        hive -> hive.root().createPath("Select").setValue(HiveValue.dword("Default", 2)));
    ControlSet set = OfflineWindows.open(windows.folder()).controlSet().orElseThrow();
    assertThat(set.current()).isEqualTo(1);
    assertThat(set.name()).isEqualTo("ControlSet002");
    assertThat(set.resolve("currentcontrolset\\Control")).isEqualTo("ControlSet002\\Control");
    assertThat(set.resolve("CurrentControlSets\\X")).isEqualTo("CurrentControlSets\\X");
  }

  @Test
  void pendingOperationsAreTold() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    windows.put("winsxs/pending.xml", new byte[0]);
    windows.edit(
        WindowsHive.SOFTWARE,
        hive -> {
          String current = "Microsoft\\Windows\\CurrentVersion\\";
          hive.root().createPath(current + "Component Based Servicing\\RebootPending");
          hive.root().createPath(current + "WindowsUpdate\\Auto Update\\RebootRequired");
          hive.root()
              .createPath(current + "Setup\\State")
              .setValue(HiveValue.string("ImageState", "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"));
        });
    windows.edit(
        WindowsHive.SYSTEM,
        hive -> {
          HiveKey control = TestWindows.control(hive);
          control
              .createSubkey("Session Manager")
              .setValue(
                  HiveValue.multiString("PendingFileRenameOperations", List.of("\\??\\C:\\x")));
          control
              .createPath("ComputerName\\ComputerName")
              .setValue(HiveValue.string("ComputerName", "NEW"));
          control
              .createPath("ComputerName\\ActiveComputerName")
              .setValue(HiveValue.string("ComputerName", "OLD"));
          hive.root().createSubkey("Setup").setValue(HiveValue.dword("OOBEInProgress", 1));
        });
    OfflineWindows found = OfflineWindows.open(windows.folder());
    assertThat(found.isGeneralized()).isTrue();
    assertThat(found.imageState()).contains("IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE");
    assertThat(found.pending())
        .extracting(PendingOperation::kind)
        .containsExactlyInAnyOrder(
            PendingOperation.Kind.SETUP,
            PendingOperation.Kind.SETUP,
            PendingOperation.Kind.SERVICING,
            PendingOperation.Kind.SERVICING,
            PendingOperation.Kind.FILE_RENAMES,
            PendingOperation.Kind.RESTART,
            PendingOperation.Kind.COMPUTER_NAME);
  }

  @ParameterizedTest
  @CsvSource({
    "hibr, HIBERNATED",
    "HIBR, HIBERNATED",
    "RSTR, RESUMING",
    "wake, NONE",
    "'', NONE",
    "oops, UNKNOWN"
  })
  void hibernationIsSeen(String signature, Hibernation expected) throws IOException {
    TestWindows windows = TestWindows.seven(root);
    Files.writeString(
        root.resolve("hiberfil.sys"), signature + (signature.isEmpty() ? "" : "rest"));
    assertThat(OfflineWindows.open(windows.folder()).hibernation()).isEqualTo(expected);
    if (expected == Hibernation.HIBERNATED) {
      Servicing servicing = Servicing.at(TestWindows.TIME).usbBoot();
      assertThatThrownBy(() -> servicing.apply(windows.folder()))
          .isInstanceOf(UnsupportedFormatException.class)
          .hasMessageContaining("hibernates");
      assertThat(windows.file("vhdboot")).doesNotExist();
      servicing.force(true).apply(windows.folder());
      assertThat(windows.file("vhdboot")).exists();
    }
  }

  @Test
  void textsOfTheRegistryCannotSteerATerminal() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    windows.edit(
        WindowsHive.SOFTWARE,
        hive ->
            TestWindows.version(
                hive, "Win\u001b[2J\ndows\u202e" + "x".repeat(500), "E", "6.1", "7"));
    String name = OfflineWindows.open(windows.folder()).productName().orElseThrow();
    assertThat(name).startsWith("Win[2Jdowsx").hasSize(200);
  }

  @Test
  void whatIsNoWindowsIsRefused() throws IOException {
    assertThatThrownBy(() -> OfflineWindows.open(root.resolve("nothing")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> OfflineWindows.open(root))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("System32");
  }

  @Test
  void linksLeadNowhere() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    Path outside = Files.createDirectory(root.resolve("outside"));
    Files.createSymbolicLink(windows.file("Panther"), outside);
    Servicing servicing =
        Servicing.at(TestWindows.TIME)
            .unattend(
                "u.xml",
                "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\"/>"
                    .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> servicing.apply(windows.folder()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("link");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void namesAreFoundInAnyLetterCase() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    Files.move(windows.file("System32"), windows.file("SYSTEM32"));
    Files.move(windows.file("SYSTEM32/config/SYSTEM"), windows.file("SYSTEM32/config/system"));
    assertThat(OfflineWindows.open(windows.folder()).isWindows7()).isTrue();
    assertThat(
            Servicing.at(TestWindows.TIME)
                .usbBoot()
                .apply(windows.folder())
                .count(Change.Outcome.CHANGED))
        .isPositive();
  }

  @Test
  void bitLockerIsSeen() throws IOException {
    byte[] sector = new byte[512];
    assertThat(VolumeEncryption.of(MemoryDevice.wrap("plain", sector)))
        .isEqualTo(VolumeEncryption.NONE);
    System.arraycopy("-FVE-FS-".getBytes(StandardCharsets.US_ASCII), 0, sector, 3, 8);
    assertThat(VolumeEncryption.of(MemoryDevice.wrap("locked", sector)))
        .isEqualTo(VolumeEncryption.BITLOCKER);
    System.arraycopy("MSWIN4.1".getBytes(StandardCharsets.US_ASCII), 0, sector, 3, 8);
    assertThat(VolumeEncryption.of(MemoryDevice.wrap("fat", sector)))
        .isEqualTo(VolumeEncryption.NONE);
    WindowsGuid.put(sector, 0x1A8, UUID.fromString("4967d63b-2e29-4ad8-8399-f6a339e3d001"));
    assertThat(VolumeEncryption.of(MemoryDevice.wrap("stick", sector)))
        .isEqualTo(VolumeEncryption.BITLOCKER_TO_GO);
  }
}
