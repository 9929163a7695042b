package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Qemu;
import io.vhdboot.testing.SharedData;
import io.vhdboot.usb.DeviceCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code vhdboot add} does to sticks that are there. */
class AddCommandTest {

  @TempDir Path folder;

  private Path stick;
  private Path wim;

  @BeforeEach
  void makeStick() throws IOException {
    wim = SampleFile.in(folder);
    stick = folder.resolve("stick.img");
    expect(
        CommandLineRun.of(
            "create",
            "--image",
            wim,
            "--vhd-size",
            "64MiB",
            "--stick-size",
            "500MiB",
            "--out",
            stick));
  }

  private static CommandLineRun expect(CommandLineRun run) {
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    return run;
  }

  private CommandLineRun add(Object... more) {
    Object[] arguments = new Object[more.length + 6];
    Object[] first = {"add", stick, "--image", wim, "--vhd-size", "64MiB"};
    System.arraycopy(first, 0, arguments, 0, 6);
    System.arraycopy(more, 0, arguments, 6, more.length);
    return CommandLineRun.of(arguments);
  }

  private static int count(String text, String pattern) {
    return (int) Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void secondWindowsHasItsVhdAndAnEntryInBothMenus() throws IOException {
    CommandLineRun run = expect(add("--description", "The second"));
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("\\virtualharddisk2.vhd").contains("in 2 boot menus");

    String shown = expect(CommandLineRun.of("inspect", stick)).out();
    assertThat(shown).contains("virtualharddisk.vhd").contains("virtualharddisk2.vhd");
    for (String store : new String[] {"@1/Boot/BCD", "@2/EFI/Microsoft/Boot/BCD"}) {
      String entries =
          expect(CommandLineRun.of("bcdedit", "/store", stick + store, "/enum", "/v")).out();
      assertThat(count(entries, "virtualharddisk2\\.vhd")).as(entries).isPositive();
      assertThat(count(entries, "description +The second")).as(entries).isEqualTo(1);
      assertThat(CommandLineRun.of("bcd", "lint", stick + store).out())
          .doesNotContain("no such file there");
    }
    // The loader is where the entry says.
    expect(
        CommandLineRun.of(
            "stat", stick + "@1/virtualharddisk2.vhd@1/Windows/System32/winload.exe"));
    expect(CommandLineRun.of("ntfs", "check", stick + "@1"));
    expect(CommandLineRun.of("ntfs", "check", stick + "@1/virtualharddisk2.vhd@1"));
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .output(stick, "--offset", 1 << 20);
    assertThat(Qemu.hardDisk(stick).runUntil("SS:SP", "Press a key").serial())
        .contains("420000 bytes verified");
  }

  private String defaultEntry() {
    String manager =
        expect(CommandLineRun.of("bcdedit", "/store", stick + "@1/Boot/BCD", "/enum", "{bootmgr}"))
            .out();
    return manager.lines().filter(line -> line.startsWith("default")).findFirst().orElseThrow();
  }

  @Test
  void whatStartsByItselfStaysUnlessTold() {
    String before = defaultEntry();
    expect(add());
    String kept =
        expect(CommandLineRun.of("bcdedit", "/store", stick + "@1/Boot/BCD", "/enum", "{default}"))
            .out();
    assertThat(defaultEntry()).isEqualTo(before);
    assertThat(kept).contains("virtualharddisk.vhd").doesNotContain("virtualharddisk2.vhd");
    expect(add("--default", "--vhd-name", "third.vhd"));
    String changed =
        expect(CommandLineRun.of("bcdedit", "/store", stick + "@1/Boot/BCD", "/enum", "{default}"))
            .out();
    assertThat(changed).contains("third.vhd");
  }

  @Test
  void bootFilesThatAreNotNewerStay() throws IOException {
    String manager = stick + "@1/bootmgr";
    String before = expect(CommandLineRun.of("stat", "--json", manager)).out();
    expect(add());
    assertThat(expect(CommandLineRun.of("stat", "--json", manager)).out()).isEqualTo(before);
  }

  private String managersTime() {
    String facts = expect(CommandLineRun.of("stat", "--json", stick + "@1/bootmgr")).out();
    return facts.lines().filter(line -> line.contains("modified")).findFirst().orElseThrow();
  }

  @Test
  void bootFilesThatAreOlderAreReplaced() throws IOException {
    String before = managersTime();
    try (OpenImage image = ImagePath.of(stick + "@1/").open(false)) {
      NtfsEditor editor = image.editor();
      OptionalLong old = OptionalLong.of(FileTime100ns.of(Instant.parse("2001-01-01T00:00:00Z")));
      editor.setTimes(
          editor.volume().file("bootmgr"), OptionalLong.empty(), old, old, OptionalLong.empty());
    }
    assertThat(managersTime()).isNotEqualTo(before);
    expect(add());
    assertThat(managersTime()).isEqualTo(before);
  }

  @Test
  void anExistingVhdIsCopiedAsItIs() throws IOException {
    Path vhd = folder.resolve("mine.vhd");
    expect(CommandLineRun.of("cp", stick + "@1/virtualharddisk.vhd", vhd));
    CommandLineRun run = expect(CommandLineRun.of("add", stick, "--vhd", vhd));
    assertThat(run.out()).contains("\\mine.vhd");
    Path back = folder.resolve("back.vhd");
    expect(CommandLineRun.of("cp", stick + "@1/mine.vhd", back));
    assertThat(Files.mismatch(vhd, back)).isEqualTo(-1);
    assertThat(CommandLineRun.of("add", stick, "--vhd", wim).exitCode())
        .isEqualTo(ExitCode.BAD_INPUT);
  }

  private static long sum(Path file) throws IOException {
    CRC32C sum = new CRC32C();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 20];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sum.update(buffer, 0, count);
      }
    }
    return sum.getValue();
  }

  @Test
  void nameOfNothingIsToldAsSuch() {
    CommandLineRun run =
        CommandLineRun.of("add", folder.resolve("nosuch.img"), "--image", wim, "--dry-run");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("nosuch.img: there is neither a file nor a disk of that name");
  }

  @Test
  void tooLittleRoomIsToldBeforeAnythingIsWritten() throws IOException {
    long before = sum(stick);
    CommandLineRun run =
        CommandLineRun.of(
            "add", stick, "--image", wim, "--vhd-type", "fixed", "--vhd-size", "700MiB");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("the VHD needs 7").contains("left");
    run = CommandLineRun.of("add", stick, "--image", wim, "--vhd-size", "700MiB");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("0x136");
    run = add("--vhd-name", "virtualharddisk.vhd");
    assertThat(run.err()).contains("there is a virtualharddisk.vhd on the stick already");
    run = add("--dry-run");
    assertThat(run.out()).contains("would get");
    assertThat(sum(stick)).isEqualTo(before);
  }

  @Test
  void addsToADiskOfTheMachine() throws IOException {
    DeviceCatalog catalog = DeviceCatalog.of(new FileHost(stick));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Vhdboot.run(
            new PrintWriter(out),
            new PrintWriter(err),
            new DeviceAccess(
                () -> catalog, UnaryOperator.identity(), question -> Optional.of(FileHost.SERIAL)),
            "add",
            FileHost.STICK,
            "--image",
            wim.toString(),
            "--vhd-size",
            "64MiB");
    assertThat(exitCode).as(err.toString()).isZero();
    assertThat(out.toString()).contains("/dev/sdy").contains("virtualharddisk2.vhd");
    expect(
        CommandLineRun.of(
            "stat", stick + "@1/virtualharddisk2.vhd@1/Windows/System32/winload.exe"));
    expect(CommandLineRun.of("ntfs", "check", stick + "@1"));
  }
}
