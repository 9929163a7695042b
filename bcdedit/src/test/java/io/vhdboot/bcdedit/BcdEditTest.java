package io.vhdboot.bcdedit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdListing;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.DeviceNamer;
import io.vhdboot.bcd.ElementInfo;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.bcd.WindowsBootStore;
import io.vhdboot.bcd.WindowsVersion;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BcdEditTest {

  private static final String DONE = "The operation completed successfully.\n";
  private static final String NEW = "{00000000-0000-4000-8000-0000000000%02d}";
  private static final BcdDevice STICK =
      BcdDevice.mbrPartition(TestDisk.SIGNATURE, TestDisk.OFFSET);

  @TempDir Path folder;

  private Path store;
  private Drives drives;
  private int made;
  private String loader;

  @BeforeEach
  void makeStore() throws IOException {
    store = folder.resolve("BCD");
    BcdStore bcd =
        WindowsBootStore.builder()
            .windows(new WindowsVersion(6, 1, 7601, true))
            .systemPartition(STICK)
            .windowsInVhd(STICK, "\\first.vhd")
            .identifiers(() -> UUID.nameUUIDFromBytes(new byte[] {(byte) ++made}))
            .time(Instant.EPOCH)
            .build();
    made = 0;
    bcd.write(store);
    loader = "{" + bcd.defaultObject().orElseThrow() + "}";
    drives = Drives.of(Map.of('u', TestDisk.make(folder.resolve("stick.img")) + "@1"));
  }

  /** What a command said and how it ended. */
  private record Run(int exitCode, String out) {}

  private Run run(String... words) throws IOException {
    StringWriter out = new StringWriter();
    List<String> all = new ArrayList<>(List.of("/store", store.toString()));
    all.addAll(List.of(words));
    int exitCode =
        BcdEdit.to(new PrintWriter(out), () -> UUID.fromString(id(++made)), InstantSource.system())
            .drives(drives)
            .build()
            .run(words.length > 0 && words[0].equals("/createstore") ? List.of(words) : all);
    return new Run(exitCode, out.toString());
  }

  private String done(String... words) throws IOException {
    Run run = run(words);
    assertThat(run.exitCode()).as(run.out()).isZero();
    return run.out();
  }

  private String refused(String... words) throws IOException {
    byte[] before = Files.readAllBytes(store);
    Run run = run(words);
    assertThat(run.exitCode()).as(run.out()).isEqualTo(1);
    assertThat(Files.readAllBytes(store)).as("the store stays").isEqualTo(before);
    return run.out();
  }

  private static String id(int number) {
    return String.format(NEW, number).replaceAll("[{}]", "");
  }

  private BcdObject object(String id) throws IOException {
    return BcdStore.read(store).find(id).orElseThrow();
  }

  /** markwilson.co.uk's commands, in which only the guid and the drive are filled in. */
  @Test
  void recipeMakesAnEntryForAVhd() throws IOException {
    String copied = done("/copy", "{current}", "/d", "Hyper-V Server 2008 R2");
    String guid = "{" + id(1) + "}";
    assertThat(copied)
        .isEqualTo(
            "The entry was successfully copied to "
                + guid
                + ".\n({current} is "
                + loader
                + " here, the default entry: no Windows runs from this store.)\n");
    assertThat(done("/set", guid, "device", "vhd=[U:]\\virtualharddisk.vhd")).isEqualTo(DONE);
    assertThat(done("/set", guid, "osdevice", "vhd=[U:]\\virtualharddisk.vhd")).isEqualTo(DONE);
    assertThat(done("/set", guid, "detecthal", "on")).isEqualTo(DONE);
    assertThat(done("/displayorder", guid, "/addlast")).isEqualTo(DONE);
    BcdObject entry = object(guid);
    assertThat(entry.device(BcdElements.DEVICE))
        .contains(BcdDevice.vhdOnPartition(STICK, "\\virtualharddisk.vhd", BcdElements.PATH));
    assertThat(entry.device(BcdElements.OS_DEVICE))
        .contains(
            BcdDevice.vhdOnPartition(STICK, "\\virtualharddisk.vhd", BcdElements.SYSTEM_ROOT));
    assertThat(done())
        .endsWith(
            """

            Windows Boot Loader
            -------------------
            identifier              {00000000-0000-4000-8000-000000000001}
            device                  vhd=[U:]\\virtualharddisk.vhd
            path                    \\Windows\\system32\\winload.exe
            description             Hyper-V Server 2008 R2
            locale                  en-US
            inherit                 {bootloadersettings}
            osdevice                vhd=[U:]\\virtualharddisk.vhd
            systemroot              \\Windows
            resumeobject            %s
            nx                      OptOut
            detecthal               Yes
            """
                .formatted(
                    "{"
                        + object(guid).object(BcdElements.LOADER_RESUME_OBJECT).orElseThrow()
                        + "}"));
  }

  @Test
  void listsHaveBcdeditsLook() throws IOException {
    assertThat(done("/enum", "{bootmgr}"))
        .isEqualTo(
            """

            Windows Boot Manager
            --------------------
            identifier              {bootmgr}
            device                  partition=U:
            description             Windows Boot Manager
            locale                  en-US
            inherit                 {globalsettings}
            default                 {default}
            resumeobject            %s
            displayorder            {default}
            toolsdisplayorder       {memdiag}
            timeout                 30
            """
                .formatted("{" + resume() + "}"));
    assertThat(done("/enum", "{default}", "/v"))
        .contains("identifier              " + loader + "\n")
        .contains("vhd=[U:]\\first.vhd,locate=custom:12000002\n")
        .contains("vhd=[U:]\\first.vhd,locate=custom:22000002\n");
    assertThat(done("/enum", "all")).contains("EMS Settings", "RAM Defects", "Global Settings");
    assertThat(done("/enum", "osloader")).contains("Boot Loader").doesNotContain("Manager\n");
    assertThat(done("-enum", "BOOTAPP")).contains("Memory Tester").doesNotContain("Loader\n---");
    assertThat(done("/enum", "firmware"))
        .isEqualTo("There are no matching objects or the store is empty.\n");
    assertThat(refused("/enum", "nonsense"))
        .isEqualTo(
            "The specified entry type is invalid.\n"
                + "Run \"bcdedit /?\" for command line assistance.\n"
                + "The parameter is incorrect.\n");
  }

  private UUID resume() throws IOException {
    return object("{bootmgr}").object(BcdElements.RESUME_OBJECT).orElseThrow();
  }

  @Test
  void entriesAreCreatedCopiedMirroredAndDeleted() throws IOException {
    assertThat(done("/create", "/d", "Mine", "/application", "osloader"))
        .isEqualTo("The entry {" + id(1) + "} was successfully created.\n");
    assertThat(object("{" + id(1) + "}").type()).isEqualTo(BcdObjectType.OS_LOADER);
    done("/create", "/inherit", "resume", "/d", "s");
    assertThat(object("{" + id(2) + "}").type()).isEqualTo(BcdObjectType.INHERIT_RESUME);
    done("/create", "/inherit");
    assertThat(object("{" + id(3) + "}").type()).isEqualTo(BcdObjectType.INHERIT_ANY);
    assertThat(done("/create", "{ramdiskoptions}", "/d", "Ramdisk Options"))
        .isEqualTo("The entry {ramdiskoptions} was successfully created.\n");
    done("/create", "{" + id(77) + "}", "/device");
    assertThat(refused("/create", "{bootmgr}")).contains("already exists");
    assertThat(refused("/create", "/d", "x")).contains("The create command specified is not valid");
    assertThat(refused("/create", "/application", "what")).contains("not valid");
    assertThat(done("/mirror", "{default}")).contains("successfully mirrored to {" + id(4) + "}");

    done("/displayorder", "{" + id(1) + "}", loader);
    done("/set", "{" + id(1) + "}", "recoverysequence", loader);
    assertThat(done("/delete", "{current}")).startsWith(DONE + "({current} is " + loader);
    BcdStore left = BcdStore.read(store);
    assertThat(left.object(WellKnownObject.BOOT_MANAGER).orElseThrow())
        .satisfies(
            manager -> {
              assertThat(manager.objects(BcdElements.DISPLAY_ORDER))
                  .containsExactly(UUID.fromString(id(1)));
              assertThat(manager.object(BcdElements.DEFAULT)).isEmpty();
            });
    assertThat(left.object(UUID.fromString(id(1))).orElseThrow().get(0x14000008)).isEmpty();
    assertThat(refused("/delete", "{memdiag}")).contains("/f");
    done("/delete", "{memdiag}", "/f", "/nocleanup");
    assertThat(object("{bootmgr}").objects(BcdElements.TOOLS_DISPLAY_ORDER)).hasSize(1);
    assertThat(refused("/enum", "{default}")).contains("reference the specified entry");
  }

  @Test
  void resumeObjectGoesWithTheLastLoaderThatNamesIt() throws IOException {
    UUID resume = resume();
    done("/copy", "{default}");
    done("/delete", "{" + id(1) + "}");
    assertThat(BcdStore.read(store).object(resume)).isPresent();
    done("/delete", loader, "/cleanup");
    assertThat(BcdStore.read(store).object(resume)).isEmpty();
    assertThat(object("{bootmgr}").object(BcdElements.RESUME_OBJECT)).isEmpty();
  }

  @Test
  void orderOfTheMenu() throws IOException {
    for (int i = 0; i < 3; i++) {
      done("/copy", "{default}", "/d", "copy " + i);
    }
    String a = "{" + id(1) + "}";
    String b = "{" + id(2) + "}";
    String c = "{" + id(3) + "}";
    done("/displayorder", a, b);
    done("/displayorder", c, "/addfirst");
    done("/displayorder", a, "/addlast");
    assertThat(menu()).containsExactly(c, b, a);
    done("/set", "{bootmgr}", "displayorder", b, "/addfirst");
    assertThat(menu()).containsExactly(b, c, a);
    done("/displayorder", b, "/remove");
    done("/displayorder", b, "/remove");
    assertThat(menu()).containsExactly(c, a);
    done("/displayorder", a, "/remove");
    done("/displayorder", c, "/remove");
    assertThat(object("{bootmgr}").get(BcdElements.DISPLAY_ORDER)).isEmpty();
    done("/bootsequence", a);
    done("/toolsdisplayorder", "{memdiag}", "/remove");
    done("/default", c);
    done("/timeout", "5");
    BcdObject manager = object("{bootmgr}");
    assertThat(manager.objects(BcdElements.BOOT_SEQUENCE)).hasSize(1);
    assertThat(manager.get(BcdElements.TOOLS_DISPLAY_ORDER)).isEmpty();
    assertThat(manager.object(BcdElements.DEFAULT)).contains(UUID.fromString(id(3)));
    assertThat(manager.number(BcdElements.TIMEOUT)).contains(5L);
    assertThat(refused("/displayorder")).contains("displayorder command specified is not valid");
    assertThat(refused("/timeout", "soon")).contains("The integer data is not valid as specified.");
  }

  private List<String> menu() throws IOException {
    return object("{bootmgr}").objects(BcdElements.DISPLAY_ORDER).stream()
        .map(id -> "{" + id + "}")
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nx|AlwaysOff|AlwaysOff",
        "nx|2|AlwaysOff",
        "testsigning|on|Yes",
        "TestSigning|FALSE|No",
        "description|Some Windows|Some Windows",
        "numproc|0x10|16",
        "bootmenupolicy|legacy|Legacy",
        "hostip|192.168.1.20|192.168.1.20",
        "custom:26000010|1|Yes",
        "custom:0x2500ABCD|7|7",
        "resumeobject|{memdiag}|{memdiag}",
        "device|boot|boot",
        "device|PARTITION=u:|partition=U:",
        "device|hd_partition=U:|partition=U:",
        "device|partition=mbr:0000abcd@65536|partition=mbr:0000abcd@65536",
        "device|file=[boot]\\a\\b|file=[boot]\\a\\b",
        "device|ramdisk=[U:]\\sources\\boot.wim,{ramdiskoptions}"
            + "|ramdisk=[U:]\\sources\\boot.wim,{ramdiskoptions}",
        "device|vhd=[locate]\\x.vhd|vhd=[locate]\\x.vhd,locate=custom:12000002",
        "osdevice|vhd=[locate]\\x.vhd|vhd=[locate]\\x.vhd,locate=custom:22000002",
        "osdevice|vhd=[U:]\\x.vhd,locate=custom:0x21000026|vhd=[U:]\\x.vhd,locate=custom:21000026",
        "device|locate|locate=custom:12000002",
        "osdevice|locate|locate=custom:22000002",
        "device|locate=custom:22000002|locate=custom:22000002",
        "device|locate=\\w\\winload.exe|locate=\\w\\winload.exe",
      })
  void valuesAreSetAndShown(String element, String typed, String shown) throws IOException {
    assertThat(done("/set", "{default}", element, typed)).isEqualTo(DONE);
    assertThat(done("/enum", "{default}").lines()).anyMatch(line -> line.endsWith(" " + shown));
    assertThat(done("/deletevalue", "{default}", element)).isEqualTo(DONE);
    assertThat(refused("/deletevalue", "{default}", element))
        .isEqualTo(
            "An error occurred while attempting to delete the specified data element.\n"
                + "Element not found.\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeout|5|The element data type specified is not recognized",
        "nonsense|5|Element not found.",
        "custom:1234|5|Element not found.",
        "custom:20000001|5|Element not found.",
        "nx|Sometimes|The integer data is not valid as specified.",
        "hostip|1.2.3|The integer data is not valid as specified.",
        "testsigning|maybe|The boolean data is not valid as specified.",
        "device|partition=Q:|The system cannot find the drive specified.",
        "device|partition=|The device is not valid as specified.",
        "device|vhd=[U:]x.vhd|The device is not valid as specified.",
        "device|vhd=\\x.vhd|The device is not valid as specified.",
        "device|ramdisk=[boot]\\x.wim|The device is not valid as specified.",
        "device|boot=1|The device is not valid as specified.",
        "resumeobject|what|The entry identifier specified is not valid.",
        "resumeobject|{what}|The entry identifier specified is not valid.",
      })
  void valuesOfTheWrongFormatAreRefused(String element, String typed, String answer)
      throws IOException {
    assertThat(refused("/set", "{default}", element, typed))
        .contains(answer)
        .contains("Run \"bcdedit /?\" for command line assistance.\n");
  }

  @Test
  void settingsOfDebuggersAndEmergencyServices() throws IOException {
    done("/ems", "{default}", "on");
    done("/bootems", "{bootmgr}", "ON");
    done("/debug", "on");
    done("/bootdebug", "{default}", "off");
    done("/event", "{default}", "on");
    assertThat(refused("/dbgsettings", "net")).contains("not valid");
    done("/emssettings", "EMSPORT:2", "EMSBAUDRATE:115200");
    assertThat(object("{default}").flag(0x260000b0)).contains(true);
    assertThat(object("{default}").flag(0x260000a0)).contains(true);
    assertThat(object("{emssettings}").number(0x15000022)).contains(2L);
    done("/emssettings", "bios");
    assertThat(object("{emssettings}").get(0x15000022)).isEmpty();
    assertThat(done("/dbgsettings", "serial", "DEBUGPORT:1", "BAUDRATE:57600", "/start", "disable"))
        .isEqualTo(DONE);
    assertThat(done("/dbgsettings"))
        .isEqualTo(
            "debugtype               Serial\n"
                + "debugport               1\n"
                + "baudrate                57600\n"
                + "debugstart              Disable\n"
                + DONE);
    String net = done("/dbgsettings", "net", "hostip:10.0.0.1", "port:50000", "newkey");
    assertThat(net).matches("Key=[0-9a-z]+(\\.[0-9a-z]+){3}\n" + DONE);
    assertThat(object("{dbgsettings}").number(0x1500001a)).contains(0x0A000001L);
    assertThat(object("{dbgsettings}").flag(0x1600001c)).contains(true);
    done("/dbgsettings", "local");
    done("/hypervisorsettings", "serial", "debugport:2", "baudrate:9600");
    assertThat(object("{hypervisorsettings}").number(BcdElements.HYPERVISOR_BAUD_RATE))
        .contains(9600L);
    assertThat(refused("/dbgsettings", "serial", "what:1")).contains("not valid");
    assertThat(refused("/ems", "{default}", "maybe")).contains("boolean data");
  }

  @Test
  void storesAreCreatedExportedAndImported() throws IOException {
    Path fresh = folder.resolve("fresh");
    assertThat(done("/createstore", fresh.toString())).isEqualTo(DONE);
    assertThat(BcdStore.read(fresh).objects()).isEmpty();
    assertThat(run("/createstore", fresh.toString()).exitCode()).isEqualTo(1);
    Path exported = folder.resolve("exported");
    done("/export", exported.toString());
    assertThat(BcdStore.read(exported).hasSameContent(BcdStore.read(store))).isTrue();
    done("/timeout", "99");
    done("/import", exported.toString(), "/clean");
    assertThat(object("{bootmgr}").number(BcdElements.TIMEOUT)).contains(30L);
    assertThat(refused("/import", folder.resolve("none").toString())).contains("cannot find");
  }

  @Test
  void whatIsNotUnderstood() throws IOException {
    assertThat(refused("/nonsense"))
        .isEqualTo(
            "An unknown command was specified.\n"
                + "Run \"bcdedit /?\" for command line assistance.\n");
    assertThat(refused("/set", "{default}")).contains("The set command specified is not valid.");
    assertThat(refused("/set", "{default}", "nx", "OptIn", "more")).contains("set command");
    assertThat(refused("/set", "{" + id(50) + "}", "nx", "OptIn"))
        .contains("An error occurred while attempting to reference the specified entry.");
    assertThat(done("/?")).contains("/displayorder");
    Files.delete(store);
    assertThat(run("/enum").out())
        .isEqualTo(
            "The boot configuration data store could not be opened.\n"
                + "The system cannot find the file specified.\n");
  }

  @Test
  void withoutAStoreThatOfADriveIsMeantAndNeverTheHosts() throws IOException {
    StringWriter out = new StringWriter();
    int exitCode =
        BcdEdit.to(new PrintWriter(out), UUID::randomUUID, InstantSource.system())
            .build()
            .run(List.of("/enum"));
    assertThat(exitCode).isEqualTo(1);
    assertThat(out.toString()).contains("could not be opened", "/store FILE");
  }

  /** What a listing shows can be typed again, for every form that real stores hold. */
  @Test
  void devicesOfRealStoresAreTypedAgain() throws IOException {
    int same = 0;
    for (String line :
        Files.readAllLines(SharedData.data("bcd/device-vectors.tsv")).subList(1, 22)) {
      String[] fields = line.split("\t");
      byte[] bytes = HexFormat.of().parseHex(fields[6]);
      BcdDevice device = BcdDevice.decode(Arrays.copyOfRange(bytes, 16, bytes.length));
      String options = bytes[0] == 0 && bytes[1] == 0 ? "" : ",{ramdiskoptions}";
      String shown = device.toText(DeviceNamer.OFFLINE);
      done("/set", "{default}", "custom:21000123", shown + options);
      BcdDevice typed = object("{default}").device(0x21000123).orElseThrow();
      assertThat(typed.toText(DeviceNamer.OFFLINE)).as(shown).isEqualTo(shown);
      same += typed.equals(device) ? 1 : 0;
    }
    // The others hold an editor's leftovers behind a path, which no text shows.
    assertThat(same).isGreaterThanOrEqualTo(15);
  }

  /** Every name of the table is taken, and what is then shown is taken again. */
  @ParameterizedTest
  @ValueSource(ints = {0x10100002, 0x10200003, 0x30000000})
  void everyElementNameIsTaken(int typeCode) throws IOException {
    BcdObjectType type = new BcdObjectType(typeCode);
    UUID id = UUID.fromString(id(90));
    BcdStore bcd = BcdStore.read(store);
    bcd.createObject(id, type);
    bcd.write(store);
    String name = "{" + id + "}";
    int taken = 0;
    List<String> names =
        Files.readAllLines(elements()).stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("\t")[2])
            .filter(each -> !each.equals("-") && ElementInfo.ofName(type, each).isPresent())
            .distinct()
            .toList();
    for (String each : names) {
      int element = ElementInfo.ofName(type, each).orElseThrow().element();
      String value =
          switch (ElementInfo.formatOf(element)) {
            case DEVICE -> "boot";
            case STRING -> "text";
            case OBJECT, OBJECT_LIST -> "{memdiag}";
            case BOOLEAN -> "yes";
            default -> "1";
          };
      assertThat(done("/set", name, each, value)).as(each).isEqualTo(DONE);
      taken++;
    }
    BcdObject object = object(name);
    assertThat(object.elements()).hasSize(taken);
    for (BcdListing.Entry entry :
        BcdListing.of(BcdStore.read(store), List.of(object), DeviceNamer.OFFLINE, false)
            .sections()
            .get(0)
            .entries()) {
      if (entry.element() != 0) {
        BcdValue before = object.get(entry.element()).orElseThrow();
        done("/set", name, entry.name(), entry.texts().get(0));
        assertThat(object(name).get(entry.element())).as(entry.name()).contains(before);
      }
    }
    assertThat(taken).isGreaterThan(50);
  }

  private static Path elements() {
    return SharedData.projectRoot()
        .resolve("bcd-core/src/main/resources/io/vhdboot/bcd/elements.tsv");
  }
}
