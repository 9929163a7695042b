package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Qemu;
import io.vhdboot.usb.DeviceCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code vhdboot device} says and does. */
class DeviceCommandTest {

  private static final long STICK_SIZE = 300L << 20;

  @TempDir Path folder;

  private Path stick;
  private Path image;
  private String answer = FileHost.SERIAL;

  @BeforeEach
  void makeStickAndImage() throws IOException {
    stick = folder.resolve("stick");
    try (RandomAccessFile file = new RandomAccessFile(stick.toFile(), "rw")) {
      file.setLength(STICK_SIZE);
      file.seek(50 << 20);
      file.write("somebody's photos".getBytes());
      file.seek(0);
      file.write("a partition table".getBytes());
    }
    image = folder.resolve("stick.img");
  }

  private void makeImage() throws IOException {
    CommandLineRun made =
        CommandLineRun.of(
            "create",
            "--image",
            SampleFile.in(folder),
            "--out",
            image,
            "--vhd-size",
            "64MiB",
            "--firmware",
            "bios");
    assertThat(made.exitCode()).as(made.err()).isZero();
  }

  private CommandLineRun run(DeviceAccess access, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exitCode = Vhdboot.run(new PrintWriter(out), new PrintWriter(err), access, texts);
    return new CommandLineRun(exitCode, out.toString(), err.toString());
  }

  private CommandLineRun run(Object... arguments) {
    DeviceCatalog catalog = DeviceCatalog.of(new FileHost(stick));
    return run(
        new DeviceAccess(
            () -> catalog, UnaryOperator.identity(), question -> Optional.ofNullable(answer)),
        arguments);
  }

  private void expectNothingWritten() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(stick.toFile(), "r")) {
      byte[] bytes = new byte[17];
      file.readFully(bytes);
      assertThat(new String(bytes)).isEqualTo("a partition table");
    }
  }

  @Test
  void listsDisksWithReasons() {
    CommandLineRun run = run("device", "list");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("/dev/sdx (Maker Disk, 500.0 GB)  ata  D1SK")
        .contains("not written: / of the running system is on it")
        .contains("/dev/sdy (Maker Disk, 314.6 MB)  usb  S3R1AL  may be written");
    CommandLineRun json = run("device", "list", "--json");
    assertThat(json.out()).contains("\"serial\": \"S3R1AL\"").contains("\"writable\": true");
  }

  @Test
  void writesAStickThatBootsAsUsbStorage() throws IOException {
    makeImage();
    CommandLineRun run = run("device", "write", image, FileHost.STICK);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(" verified").contains(" unused");
    CommandLineRun same = run("device", "verify", image, FileHost.STICK);
    assertThat(same.exitCode()).as(same.out()).isZero();
    assertThat(folder.resolve(".stick.img.vhdboot-write")).doesNotExist();
    assertThat(Qemu.usbStick(stick).runUntil("SS:SP", "checksum wrong", "Press a key").serial())
        .contains("reached, drive 80h");
  }

  @Test
  void writesARealBlockDevice() throws IOException {
    ExternalTool.requireRoot();
    makeImage();
    String loop = ExternalTool.named("losetup").output("--find", "--show", stick).strip();
    try {
      DeviceAccess access =
          new DeviceAccess(
              DeviceCatalog::system,
              rules -> rules.loopDeviceOf(stick),
              question -> Optional.empty());
      CommandLineRun asked = run(access, "device", "write", image, loop);
      assertThat(asked.exitCode()).isEqualTo(ExitCode.USAGE);
      expectNothingWritten();
      String identity = "disk-without-a-name-" + STICK_SIZE;
      CommandLineRun run =
          run(access, "device", "write", image, loop, "--yes", "--expect-serial", identity);
      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      CommandLineRun same = run(access, "device", "verify", image, loop);
      assertThat(same.exitCode()).as(same.out() + same.err()).isZero();
      assertThat(CommandLineRun.of("device", "write", image, loop, "--force").err())
          .contains("not written")
          .contains("no disk of its own");
    } finally {
      ExternalTool.named("losetup").run("--detach", loop);
    }
    assertThat(Qemu.usbStick(stick).runUntil("SS:SP", "checksum wrong", "Press a key").serial())
        .contains("reached, drive 80h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bios", "uefi", "all"})
  void makesAStickOnTheDeviceAsItMakesAnImage(String firmware) throws IOException {
    Path wim = SampleFile.in(folder);
    List<Object> how =
        List.of(
            "create",
            "--image",
            wim,
            "--vhd-size",
            "64MiB",
            "--firmware",
            firmware,
            "--seed",
            "c0ffee");
    CommandLineRun run = run(with(how, "--device", FileHost.STICK));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("/dev/sdy").contains("virtualharddisk.vhd");
    CommandLineRun same = run(with(how, "--out", image, "--stick-size", STICK_SIZE));
    assertThat(same.exitCode()).as(same.err()).isZero();
    CommandLineRun verified = run("device", "verify", image, FileHost.STICK);
    assertThat(verified.exitCode()).as(verified.out()).isZero();
    // What somebody had there is in free clusters now, or gone.
    CommandLineRun shown = CommandLineRun.of("inspect", stick);
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    if (firmware.equals("bios")) {
      assertThat(Qemu.usbStick(stick).runUntil("SS:SP", "checksum wrong", "Press a key").serial())
          .contains("reached, drive 80h");
    }
  }

  @Test
  void writesTheDiskThatIsInAVhd() throws IOException {
    makeImage();
    Path vhd = folder.resolve("stick.vhd");
    assertThat(CommandLineRun.of("vhd", "convert", image, vhd).exitCode()).isZero();
    CommandLineRun run = run("device", "write", vhd, FileHost.STICK);
    assertThat(run.exitCode()).as(run.err()).isZero();
    CommandLineRun same = run("device", "verify", image, FileHost.STICK);
    assertThat(same.exitCode()).as(same.out()).isZero();
  }

  private static Object[] with(List<Object> arguments, Object... more) {
    return Stream.concat(arguments.stream(), Arrays.stream(more)).toArray();
  }

  @Test
  void createOnADeviceIsAsCarefulAsWriting() throws IOException {
    Path wim = SampleFile.in(folder);
    answer = "0THER";
    CommandLineRun run =
        run("create", "--image", wim, "--vhd-size", "64MiB", "--device", FileHost.STICK);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    CommandLineRun system =
        run("create", "--image", wim, "--vhd-size", "64MiB", "--device", FileHost.SYSTEM);
    assertThat(system.err()).contains("running system");
    CommandLineRun dry =
        run(
            "create",
            "--image",
            wim,
            "--vhd-size",
            "64MiB",
            "--device",
            FileHost.STICK,
            "--dry-run");
    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("would be");
    CommandLineRun large =
        run("create", "--image", wim, "--vhd-size", "1GiB", "--device", FileHost.STICK);
    assertThat(large.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(large.err()).contains("--vhd-size smaller");
    expectNothingWritten();
    assertThat(run("create", "--image", wim).exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void tellsWhereAStickDiffers() throws IOException {
    makeImage();
    assertThat(run("device", "write", image, FileHost.STICK).exitCode()).isZero();
    try (RandomAccessFile file = new RandomAccessFile(stick.toFile(), "rw")) {
      file.seek((1 << 20) + 3);
      file.write('!');
    }
    CommandLineRun run = run("device", "verify", image, FileHost.STICK);
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("first difference is at offset " + ((1 << 20) + 3));
  }

  @Test
  void whoNamesAnotherDiskIsNotServed() throws IOException {
    Files.write(image, new byte[1 << 20]);
    answer = "S3R1AM";
    CommandLineRun run = run("device", "write", image, FileHost.STICK);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("another disk; nothing was written");
    expectNothingWritten();
  }

  @Test
  void scriptsSayWhichDiskTheyMean() throws IOException {
    Files.write(image, new byte[1 << 20]);
    answer = null;
    CommandLineRun silent = run("device", "write", image, FileHost.STICK);
    assertThat(silent.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(silent.err()).contains("--yes --expect-serial S3R1AL");
    CommandLineRun unsure = run("device", "write", image, FileHost.STICK, "--yes");
    assertThat(unsure.exitCode()).isEqualTo(ExitCode.USAGE);
    CommandLineRun other =
        run("device", "write", image, FileHost.STICK, "--yes", "--expect-serial", "0THER");
    assertThat(other.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err()).contains("it is S3R1AL, not 0THER");
    expectNothingWritten();
    CommandLineRun right =
        run("device", "write", image, FileHost.STICK, "--yes", "--expect-serial", "S3R1AL");
    assertThat(right.exitCode()).as(right.err()).isZero();
  }

  @Test
  void dryRunWritesNothing() throws IOException {
    Files.write(image, new byte[1 << 20]);
    answer = null;
    CommandLineRun run = run("device", "write", image, FileHost.STICK, "--dry-run");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("would be written to /dev/sdy");
    expectNothingWritten();
  }

  @Test
  void theSystemsDiskIsRefusedWhateverIsSaid() throws IOException {
    Files.write(image, new byte[1 << 20]);
    CommandLineRun run =
        run(
            "device",
            "write",
            image,
            FileHost.SYSTEM,
            "--force",
            "--allow-large",
            "--unmount",
            "--yes",
            "--expect-serial",
            "D1SK");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("/ of the running system is on it");
  }

  @Test
  void diskThatIsNotThereIsNamed() throws IOException {
    Files.write(image, new byte[1 << 20]);
    CommandLineRun run = run("device", "write", image, "/dev/sdq");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("/dev/sdq").contains("vhdboot device list");
  }
}
