package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.HiveFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vhdboot service} on a stick that was made, and on folders, with good and bad input. */
class ServiceCommandTest {

  private static final String WINDOWS = "@1/virtualharddisk.vhd@1/Windows";
  private static final String SYSTEM = WINDOWS + "/System32/config/SYSTEM";

  @TempDir Path folder;

  private String stick(String... options) throws IOException {
    Path stick = folder.resolve("stick.img");
    Object[] arguments = new Object[9 + options.length];
    Object[] first = {
      "create",
      "--image",
      SampleFile.in(folder),
      "--out",
      stick,
      "--vhd-size",
      "64MiB",
      "--seed",
      "01"
    };
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(options, 0, arguments, first.length, options.length);
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return stick.toString();
  }

  private static byte[] hive(String path) throws IOException {
    try (HiveFile file = HiveFile.open(path)) {
      return file.hive().toBytes();
    }
  }

  private static CommandLineRun good(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  @Test
  void aStickIsServicedShownAndUndone() throws IOException {
    String stick = stick();
    byte[] before = hive(stick + SYSTEM);
    assertThat(good("service", stick + WINDOWS).out())
        .contains("vhdboot sample, 10.0.19045", "control set  ControlSet001", "from USB");

    byte[] image = Files.readAllBytes(Path.of(stick));
    assertThat(good("service", stick + WINDOWS, "--portable", "--usb-boot", "--dry-run").out())
        .contains("to be changed", "PortableOperatingSystem", "nothing -> REG_DWORD 1");
    assertThat(Files.readAllBytes(Path.of(stick))).isEqualTo(image);

    assertThat(good("service", stick + WINDOWS, "--portable", "--usb-boot").out())
        .contains("portable:", "usb-boot:", " changed, ");
    assertThat(
            good(
                    "hive",
                    "get",
                    stick + SYSTEM,
                    "CurrentControlSet\\Control",
                    "PortableOperatingSystem")
                .out())
        .isEqualTo("1\n");
    assertThat(good("service", stick + WINDOWS, "--portable", "--usb-boot").out())
        .startsWith("0 changed");
    good("ntfs", "check", stick + "@1");

    JsonObject undone =
        JsonParser.parseString(good("service", stick + WINDOWS, "--undo", "--json").out())
            .getAsJsonObject();
    assertThat(undone.get("written").getAsBoolean()).isTrue();
    assertThat(undone.get("changes").getAsJsonArray()).isNotEmpty();
    assertThat(
            HiveDiff.of(Hive.read("a", before).root(), Hive.read("b", hive(stick + SYSTEM)).root()))
        .isEmpty();
  }

  @Test
  void theHypervisorIsFoundInTheStoresOfTheStick() throws IOException {
    String stick = stick();
    byte[] before = hive(stick + "@1/Boot/BCD");
    assertThat(good("service", stick + WINDOWS, "--hypervisor").out())
        .contains("BCD /Boot/BCD\\Objects", "BCD /EFI/Microsoft/Boot/BCD\\Objects");
    assertThat(good("bcdedit", "/store", stick + "@1/Boot/BCD", "/enum", "{default}").out())
        .containsPattern("hypervisorlaunchtype +Auto");
    assertThat(good("service", stick + WINDOWS, "--undo").out()).contains("0 kept");
    assertThat(
            HiveDiff.of(
                Hive.read("a", before).root(), Hive.read("b", hive(stick + "@1/Boot/BCD")).root()))
        .isEmpty();
  }

  @Test
  void createTakesTheSameOptions() throws IOException {
    Path answers = folder.resolve("u.xml");
    Files.writeString(answers, "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\"/>");
    String stick =
        stick(
            "--unattend",
            answers.toString(),
            "--computer-name",
            "stick",
            "--feature",
            "utc-clock",
            "--paging-file",
            "none",
            "--hypervisor");
    assertThat(good("ls", stick + WINDOWS + "/Panther").out()).contains("unattend.xml");
    assertThat(
            good(
                    "hive",
                    "get",
                    stick + SYSTEM,
                    "CurrentControlSet\\Control\\ComputerName\\ComputerName",
                    "ComputerName")
                .out())
        .isEqualTo("STICK\n");
    assertThat(good("bcdedit", "/store", stick + "@1/Boot/BCD", "/enum", "{default}").out())
        .containsPattern("hypervisorlaunchtype +Auto");
    assertThat(good("service", stick + WINDOWS, "--undo").out()).contains("0 kept");
  }

  @Test
  void aFolderOfTheHostIsServiced() throws IOException {
    Path config = Files.createDirectories(folder.resolve("Windows/System32/config"));
    Hive hive = Hive.create("ROOT", new byte[0], Instant.EPOCH, 5);
    hive.root().createSubkey("Select").setValue(HiveValue.dword("Default", 1));
    HiveKey control = hive.root().createPath("ControlSet001\\Control");
    control.setValue(HiveValue.dword("BootDriverFlags", 0));
    control.createSubkey("CriticalDeviceDatabase");
    hive.write(config.resolve("SYSTEM"));
    CommandLineRun run = good("service", folder.resolve("Windows"), "--usb-boot");
    assertThat(run.out()).contains("BootDriverFlags", "REG_DWORD 0 -> REG_DWORD 6");
    assertThat(folder.resolve("Windows/vhdboot/record")).exists();
    assertThat(good("service", folder.resolve("Windows"), "--undo").out())
        .contains("key -> nothing", "REG_DWORD 6 -> REG_DWORD 0");
    assertThat(folder.resolve("Windows/vhdboot")).doesNotExist();
  }

  @Test
  void badInputIsRefusedInALine() throws IOException {
    assertRefused(ExitCode.FAILED, "no such file", folder.resolve("nothing"));
    assertRefused(ExitCode.BAD_INPUT, "System32", folder);
    Path windows =
        Files.createDirectories(folder.resolve("W/System32/config")).getParent().getParent();
    Path bad = Files.writeString(folder.resolve("bad.xml"), "<unattend");
    assertRefused(ExitCode.BAD_INPUT, "not well-formed XML: line 1", windows, "--unattend", bad);
    assertRefused(ExitCode.FAILED, "no such file", windows, "--unattend", folder.resolve("none"));
    assertRefused(ExitCode.USAGE, "15 letters", windows, "--computer-name", "a b");
    assertRefused(ExitCode.USAGE, "remote-desktop", windows, "--feature", "TelnetClient");
    assertRefused(ExitCode.USAGE, "none, auto or a size", windows, "--paging-file", "much");
    assertRefused(ExitCode.USAGE, "16 MiB", windows, "--paging-file", "1MiB");
    assertRefused(ExitCode.USAGE, "--undo", windows, "--undo", "--portable");
    assertRefused(ExitCode.USAGE, "boot store", windows, "--hypervisor");
    assertRefused(ExitCode.FAILED, "SYSTEM", windows, "--portable");
    Files.write(windows.resolve("System32/config/SYSTEM"), "junk".getBytes(StandardCharsets.UTF_8));
    assertRefused(ExitCode.BAD_INPUT, "SYSTEM", windows, "--portable");
    byte[] locked = new byte[1 << 20];
    System.arraycopy("-FVE-FS-".getBytes(StandardCharsets.US_ASCII), 0, locked, 3, 8);
    Path image = Files.write(folder.resolve("locked.img"), locked);
    assertRefused(ExitCode.BAD_INPUT, "BitLocker", image + "@/Windows", "--portable");
  }

  private static void assertRefused(int exitCode, String message, Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = "service";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLineRun run = CommandLineRun.of(all);
    assertThat(run.err()).contains(message).doesNotContain("internal error");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
  }
}
