package io.vhdboot.servicing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.servicing.Change.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes, what is told of them, and undoing. */
class ServicingTest {

  private static final String UNATTEND =
      "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\">"
          + "<settings pass=\"%s\"><component name=\"Microsoft-Windows-Shell-Setup\""
          + " processorArchitecture=\"%s\"><TimeZone>UTC</TimeZone></component></settings>"
          + "</unattend>";

  @TempDir Path root;

  private static Servicing servicing() {
    return Servicing.at(TestWindows.TIME);
  }

  private static byte[] unattend(String pass, String architecture) {
    return String.format(UNATTEND, pass, architecture).getBytes(StandardCharsets.UTF_8);
  }

  private static Servicing everything() throws IOException {
    Servicing servicing =
        servicing()
            .usbBoot()
            .portable()
            .noVhdExpansion()
            .pagingFile(PagingFile.NONE)
            .unattend("u.xml", unattend("oobeSystem", "amd64"))
            .computerName("Stick-1");
    for (RegistryFeature feature : RegistryFeature.values()) {
      servicing = servicing.feature(feature);
    }
    return servicing;
  }

  private static Map<String, String> tree(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        String content =
            Files.isDirectory(file)
                ? "folder"
                : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        files.put(folder.relativize(file).toString(), content);
      }
    }
    return files;
  }

  private static List<HiveDiff.Difference> difference(byte[] before, Path hive) throws IOException {
    return HiveDiff.of(Hive.read("before", before).root(), Hive.read(hive).root());
  }

  @Test
  void everyChangeIsMadeFoundAgainAndUndone() throws IOException {
    for (TestWindows windows :
        List.of(TestWindows.seven(root.resolve("7")), TestWindows.ten(root.resolve("10")))) {
      Map<String, String> before = tree(windows.folder());
      byte[] system = Files.readAllBytes(windows.file("System32/config/SYSTEM"));
      byte[] software = Files.readAllBytes(windows.file("System32/config/SOFTWARE"));

      ServicingReport preview = everything().preview(windows.folder());
      assertThat(tree(windows.folder())).isEqualTo(before);
      ServicingReport report = everything().apply(windows.folder());
      assertThat(report.changes()).isEqualTo(preview.changes());
      assertThat(report.count(Outcome.CHANGED)).isGreaterThan(20);
      assertThat(windows.file("Panther/unattend.xml")).exists();

      Map<String, String> serviced = tree(windows.folder());
      ServicingReport again = everything().apply(windows.folder());
      assertThat(again.count(Outcome.CHANGED)).isZero();
      assertThat(tree(windows.folder())).isEqualTo(serviced);

      ServicingReport undone = servicing().undo(windows.folder());
      assertThat(undone.count(Outcome.KEPT)).isZero();
      assertThat(difference(system, windows.file("System32/config/SYSTEM"))).isEmpty();
      assertThat(difference(software, windows.file("System32/config/SOFTWARE"))).isEmpty();
      assertThat(tree(windows.folder()).keySet()).isEqualTo(before.keySet());
      assertThat(servicing().undo(windows.folder()).notes())
          .singleElement()
          .asString()
          .contains("no record");
    }
  }

  @Test
  void windows7GetsWhatStartsItFromUsb() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    ServicingReport report = servicing().usbBoot().apply(windows.folder());

    String services = "ControlSet001\\Services\\";
    for (String name : List.of("usbehci", "usbuhci", "usbohci", "usbhub", "usbccgp", "USBSTOR")) {
      assertThat(windows.system(services + name, "Start")).isEqualTo(HiveValue.dword("Start", 0));
      assertThat(windows.system(services + name, "BootFlags"))
          .isEqualTo(HiveValue.dword("BootFlags", 4));
      assertThat(windows.system(services + name, "Group").asString()).endsWith("Bus Extender");
    }
    assertThat(windows.system("ControlSet001\\Control", "BootDriverFlags").asDword()).isEqualTo(6);
    assertThat(windows.system("ControlSet001\\Control\\PnP", "PollBootPartitionTimeout").asDword())
        .isEqualTo(30_000);
    String hub = "ControlSet001\\Control\\CriticalDeviceDatabase\\USB#ROOT_HUB20";
    assertThat(windows.system(hub, "Service").asString()).isEqualTo("usbhub");
    assertThat(windows.system(hub, "ClassGUID").asString())
        .isEqualTo("{36FC9E60-C465-11CF-8056-444553540000}");
    assertThat(report.notes()).anyMatch(note -> note.contains("USB 3"));
    assertThat(OfflineWindows.open(windows.folder()).usbBoot().answer())
        .isEqualTo(BootVerdict.Answer.YES);
  }

  @Test
  void makersDriversForUsb3StartWithTheLoaderWhereTheyAre() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    windows.edit(
        WindowsHive.SYSTEM,
        hive -> {
          hive.root().createPath("ControlSet001\\services\\iusb3xhc");
          hive.root().createPath("ControlSet001\\services\\iusb3hub");
        });
    windows.put("System32/drivers/iusb3xhc.sys", new byte[] {1});
    ServicingReport report = servicing().usbBoot().apply(windows.folder());
    assertThat(windows.system("ControlSet001\\services\\iusb3xhc", "Start").asDword()).isZero();
    assertThat(windows.system("ControlSet001\\services\\iusb3xhc", "BootFlags").asDword())
        .isEqualTo(0x14);
    assertThat(windows.system("ControlSet001\\services\\iusb3hub", "Start"))
        .as("a service that has no file must not start with the loader")
        .isNull();
    assertThat(report.notes()).noneMatch(note -> note.contains("USB 3"));
  }

  @Test
  void aDriverThatIsOnlyInTheStoreIsCopiedAndOneThatIsNowhereIsLeftAlone() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    String store = "System32/DriverStore/FileRepository/";
    Files.delete(windows.file("System32/drivers/usbehci.sys"));
    Files.delete(windows.file("System32/drivers/usbccgp.sys"));
    windows.put(store + "usbport.inf_amd64_neutral_1/usbehci.sys", new byte[] {1});
    windows.put(store + "usbport.inf_amd64_neutral_2/usbehci.sys", new byte[] {2});
    windows.edit(
        WindowsHive.SYSTEM,
        hive ->
            hive.root()
                .createPath("ControlSet001\\services\\usbehci")
                .setValue(HiveValue.string("DriverPackageId", "USBPORT.inf_amd64_neutral_1")));

    ServicingReport report = servicing().usbBoot().apply(windows.folder());
    assertThat(windows.file("System32/drivers/usbehci.sys")).hasBinaryContent(new byte[] {1});
    assertThat(report.notes()).anyMatch(note -> note.startsWith("usbccgp.sys is neither"));
    assertThat(windows.system("ControlSet001\\services\\usbccgp", "Start").asDword()).isEqualTo(3);
    servicing().undo(windows.folder());
    assertThat(windows.file("System32/drivers/usbehci.sys")).doesNotExist();
  }

  @Test
  void whatIsHigherAlreadyStays() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    windows.edit(
        WindowsHive.SYSTEM,
        hive -> {
          TestWindows.control(hive).setValue(HiveValue.dword("BootDriverFlags", 0x18));
          TestWindows.control(hive)
              .createSubkey("PnP")
              .setValue(HiveValue.dword("PollBootPartitionTimeout", 120_000));
          hive.root()
              .createPath("ControlSet001\\Control\\CriticalDeviceDatabase\\USB#ROOT_HUB20")
              .setValue(HiveValue.string("Service", "theirs"));
        });
    servicing().usbBoot().apply(windows.folder());
    assertThat(windows.system("ControlSet001\\Control", "BootDriverFlags").asDword())
        .isEqualTo(0x1E);
    assertThat(windows.system("ControlSet001\\Control\\PnP", "PollBootPartitionTimeout").asDword())
        .isEqualTo(120_000);
    assertThat(
            windows
                .system("ControlSet001\\Control\\CriticalDeviceDatabase\\USB#ROOT_HUB20", "Service")
                .asString())
        .isEqualTo("theirs");
  }

  @Test
  void windows10CountsUsbOnTheMachineThatItWasInstalledOn() throws IOException {
    TestWindows windows = TestWindows.ten(root);
    servicing().usbBoot().apply(windows.folder());
    assertThat(windows.system("ControlSet001\\Control", "BootDriverFlags").asDword())
        .isEqualTo(0x14);
    assertThat(
            windows
                .system("HardwareConfig\\{25194d56-caef-8737-5c44-50fe82f3ffde}", "BootDriverFlags")
                .asDword())
        .isEqualTo(0x14);
    assertThat(windows.system("ControlSet001\\Services\\USBSTOR", "Start").asDword())
        .as("Plug and Play keeps starting it")
        .isEqualTo(3);
  }

  @Test
  void aPortableOneStaysAwayFromTheMachine() throws IOException {
    TestWindows windows = TestWindows.ten(root);
    servicing()
        .portable()
        .noVhdExpansion()
        .pagingFile(PagingFile.ofSize(1 << 30))
        .apply(windows.folder());
    String control = "ControlSet001\\Control";
    assertThat(windows.system(control, "PortableOperatingSystem").asDword()).isEqualTo(1);
    assertThat(
            windows.system("ControlSet001\\Services\\partmgr\\Parameters", "SanPolicy").asDword())
        .isEqualTo(4);
    assertThat(windows.system(control + "\\BitLocker", "PreventDeviceEncryption").asDword())
        .isEqualTo(1);
    assertThat(windows.system(control + "\\CrashControl", "AutoReboot").asDword()).isZero();
    assertThat(windows.system(control + "\\Power", "HibernateEnabled").asDword()).isZero();
    assertThat(windows.system(control + "\\Session Manager\\Power", "HiberbootEnabled").asDword())
        .isZero();
    assertThat(
            windows
                .system(
                    "ControlSet001\\Services\\FsDepends\\Parameters", "VirtualDiskExpandOnMount")
                .asDword())
        .isEqualTo(4);
    assertThat(
            windows
                .system(control + "\\Session Manager\\Memory Management", "PagingFiles")
                .asMultiString())
        .containsExactly("?:\\pagefile.sys 1024 1024");
  }

  @Test
  void whatWindowsChangedMeanwhileIsKeptUnlessForced() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    servicing().usbBoot().apply(windows.folder());
    windows.edit(
        WindowsHive.SYSTEM,
        hive ->
            hive.root()
                .createPath("ControlSet001\\Services\\USBSTOR")
                .setValue(HiveValue.dword("Start", 1)));

    ServicingReport undone = servicing().undo(windows.folder());
    assertThat(undone.count(Outcome.KEPT)).isEqualTo(1);
    assertThat(windows.system("ControlSet001\\Services\\USBSTOR", "Start").asDword()).isEqualTo(1);
    assertThat(windows.system("ControlSet001\\Services\\usbhub", "Start").asDword()).isEqualTo(3);
    assertThat(windows.file("vhdboot/record")).exists();

    servicing().force(true).undo(windows.folder());
    assertThat(windows.system("ControlSet001\\Services\\USBSTOR", "Start").asDword()).isEqualTo(3);
    assertThat(windows.file("vhdboot")).doesNotExist();
  }

  @Test
  void severalServicingsAreUndoneToTheVeryBeginning() throws IOException {
    TestWindows windows = TestWindows.ten(root);
    byte[] before = Files.readAllBytes(windows.file("System32/config/SYSTEM"));
    windows.put("Panther/unattend.xml", new byte[] {7});
    servicing().pagingFile(PagingFile.NONE).apply(windows.folder());
    servicing()
        .pagingFile(PagingFile.AUTOMATIC)
        .unattend("a", unattend("specialize", "arm64"))
        .apply(windows.folder());
    servicing().unattend("b", unattend("oobeSystem", "arm64")).apply(windows.folder());
    assertThat(windows.file("vhdboot/before/0001")).hasBinaryContent(new byte[] {7});

    servicing().undo(windows.folder());
    assertThat(difference(before, windows.file("System32/config/SYSTEM"))).isEmpty();
    assertThat(windows.file("Panther/unattend.xml")).hasBinaryContent(new byte[] {7});
    assertThat(windows.file("vhdboot")).doesNotExist();
  }

  @Test
  void anAnswerFileIsCheckedAndItsUseIsTold() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    windows.put("Panther/Unattend/Unattend.xml", new byte[0]);
    ServicingReport report =
        servicing().unattend("u.xml", unattend("windowsPE", "x86")).apply(windows.folder());
    assertThat(windows.file("Panther/unattend.xml")).hasBinaryContent(unattend("windowsPE", "x86"));
    assertThat(report.notes())
        .anyMatch(note -> note.contains("nobody runs windowsPE"))
        .anyMatch(note -> note.contains("settings of the answer file for x86"))
        .anyMatch(note -> note.contains("comes first"))
        .anyMatch(note -> note.contains("will not be read"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no xml",
        "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\">",
        "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\"><a></b></unattend>",
        "<unattend/>",
        "<other xmlns=\"urn:schemas-microsoft-com:unattend\"/>",
        "<!DOCTYPE unattend SYSTEM \"file:///etc/passwd\">"
            + "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\"/>",
        "<!DOCTYPE a [<!ENTITY b \"x\">]>"
            + "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\">&b;</unattend>"
      })
  void whatIsNoAnswerFileIsRefused(String text) {
    assertThatThrownBy(() -> servicing().unattend("bad.xml", text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageStartingWith("bad.xml: ");
  }

  @Test
  void aDeepAnswerFileIsRefused() {
    String open = "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\">" + "<a>".repeat(100_000);
    assertThatThrownBy(() -> servicing().unattend("x", open.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("levels deep");
  }

  @Test
  void aNameGoesToTheRegistryOnceSetupIsThrough() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    servicing().computerName("Stick-1").apply(windows.folder());
    assertThat(
            windows
                .system("ControlSet001\\Control\\ComputerName\\ComputerName", "ComputerName")
                .asString())
        .isEqualTo("STICK-1");
    assertThat(
            windows.system("ControlSet001\\Services\\Tcpip\\Parameters", "NV Hostname").asString())
        .isEqualTo("Stick-1");
    assertThat(windows.file("Panther")).doesNotExist();
  }

  @Test
  void aNameGoesToTheAnswerFileWhereSetupIsToCome() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    windows.edit(
        WindowsHive.SOFTWARE,
        hive ->
            hive.root()
                .createPath("Microsoft\\Windows\\CurrentVersion\\Setup\\State")
                .setValue(HiveValue.string("ImageState", "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE")));
    servicing().computerName("alone").apply(windows.folder());
    Path file = windows.file("Panther/unattend.xml");
    assertThat(file)
        .content()
        .contains("<ComputerName>alone</ComputerName>", "amd64", "specialize");

    servicing()
        .unattend("u.xml", unattend("oobeSystem", "amd64"))
        .computerName("both")
        .apply(windows.folder());
    assertThat(file)
        .content()
        .contains("<ComputerName>both</ComputerName>", "<TimeZone>UTC</TimeZone>");
    AnswerFile both = AnswerFile.check("both", Files.readAllBytes(file));
    assertThat(both.passes()).containsExactly("oobeSystem", "specialize");

    ServicingReport again =
        servicing()
            .unattend("u.xml", unattend("oobeSystem", "amd64"))
            .computerName("both")
            .apply(windows.folder());
    assertThat(file).content().contains("<ComputerName>both</ComputerName>");
    assertThat(again.changes()).hasSize(2);
    assertThat(again.count(Outcome.CHANGED)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0123456789abcdef", "a b", "123", "-a", "a-", "ä", "a.b"})
  void namesThatNoComputerMayHaveAreRefused(String name) {
    assertThatThrownBy(() -> servicing().computerName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("15 letters");
  }

  @Test
  void featuresOfDismAreRefusedWithAReason() {
    assertThat(RegistryFeature.of("Remote-Desktop")).isEqualTo(RegistryFeature.REMOTE_DESKTOP);
    assertThatThrownBy(() -> RegistryFeature.of("TelnetClient"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("remote-desktop")
        .hasMessageContaining("needs a Windows that runs");
  }

  @Test
  void remoteDesktopOpensTheFirewallForPrivateNetworks() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    String rules =
        "ControlSet001\\services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules";
    windows.edit(
        WindowsHive.SYSTEM,
        hive -> {
          HiveKey key = hive.root().createPath(rules);
          for (String name : List.of("RemoteDesktop-In-TCP", "Other")) {
            key.setValue(HiveValue.string(name, "v2.10|Action=Allow|Active=FALSE|Dir=In|"));
          }
        });
    servicing().feature(RegistryFeature.REMOTE_DESKTOP).apply(windows.folder());
    assertThat(windows.system(rules, "RemoteDesktop-In-TCP").asString()).contains("Active=TRUE");
    assertThat(windows.system(rules, "Other").asString()).contains("Active=FALSE");
    assertThat(
            windows
                .system("ControlSet001\\Control\\Terminal Server", "fDenyTSConnections")
                .asDword())
        .isZero();
  }

  @Test
  void theHypervisorIsStartedByTheEntryOfTheVhdOnly() throws IOException {
    TestWindows windows = TestWindows.ten(root);
    Path file = Files.createDirectories(root.resolve("Boot")).resolve("BCD");
    BcdStore store = BcdStore.create(TestWindows.TIME);
    UUID ours = UUID.randomUUID();
    UUID theirs = UUID.randomUUID();
    for (UUID id : List.of(ours, theirs)) {
      String path = id.equals(ours) ? "\\W.vhd" : "\\other.vhd";
      store
          .createObject(id, BcdObjectType.OS_LOADER)
          .set(
              BcdElements.OS_DEVICE,
              BcdValue.of(
                  BcdDevice.vhdOnPartition(
                      BcdDevice.mbrPartition(1, 1 << 20), path, BcdElements.SYSTEM_ROOT)));
    }
    store.write(file);
    byte[] before = Files.readAllBytes(file);

    Servicing servicing = servicing().bootStores(List.of(file));
    servicing.hypervisor("\\w.vhd").apply(windows.folder());
    BcdStore changed = BcdStore.read(file);
    assertThat(changed.object(ours).orElseThrow().number(BcdElements.HYPERVISOR_LAUNCH_TYPE))
        .contains(1L);
    assertThat(changed.object(theirs).orElseThrow().number(BcdElements.HYPERVISOR_LAUNCH_TYPE))
        .isEmpty();
    assertThat(servicing.hypervisor("\\w.vhd").apply(windows.folder()).count(Outcome.CHANGED))
        .isZero();

    ServicingReport withoutStore = servicing().undo(windows.folder());
    assertThat(withoutStore.changes())
        .allMatch(change -> change.outcome() == Outcome.KEPT)
        .anyMatch(change -> change.reason().contains("store"));
    servicing.undo(windows.folder());
    assertThat(difference(before, file)).isEmpty();
    assertThat(windows.file("vhdboot")).doesNotExist();

    assertThatThrownBy(() -> servicing.hypervisor("\\none.vhd").apply(windows.folder()))
        .hasMessageContaining("none of them starts this Windows");
    assertThatThrownBy(() -> servicing().hypervisor("").apply(windows.folder()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDirtyHiveIsRefusedUnlessItIsTakenAsItIs() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    Path hive = windows.file("System32/config/SYSTEM");
    byte[] bytes = Files.readAllBytes(hive);
    bytes[4]++;
    int sum = 0;
    for (int at = 0; at < 508; at += 4) {
      sum ^= LittleEndian.i32(bytes, at);
    }
    LittleEndian.put32(bytes, 508, sum);
    Files.write(hive, bytes);

    assertThat(OfflineWindows.open(windows.folder()).hive(WindowsHive.SYSTEM).isEditable())
        .isFalse();
    assertThatThrownBy(() -> servicing().usbBoot().apply(windows.folder()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("dirty");
    assertThat(hive).hasBinaryContent(bytes);
    assertThat(windows.file("vhdboot")).doesNotExist();
    servicing().asItIs(true).usbBoot().apply(windows.folder());
    assertThat(windows.system("ControlSet001\\services\\usbhub", "Start").asDword()).isZero();
  }

  @Test
  void aDamagedRecordIsRefused() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    servicing().usbBoot().apply(windows.folder());
    Path record = windows.file("vhdboot/record");
    Hive hive = Hive.read(record);
    hive.root().createPath("000001").setValue(HiveValue.string("Kind", "odd"));
    hive.write(record);
    assertThatThrownBy(() -> servicing().undo(windows.folder()))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("000001");

    hive.root().createPath("000001").setValue(HiveValue.string("Kind", "folder"));
    hive.root().createPath("000001").setValue(HiveValue.string("Path", "../../etc"));
    hive.write(record);
    assertThatThrownBy(() -> servicing().undo(windows.folder()))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("Path");

    hive.root().setValue(HiveValue.dword("Format", 9));
    hive.write(record);
    assertThatThrownBy(() -> servicing().undo(windows.folder()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("format 9");
  }
}
