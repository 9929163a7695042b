package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.WimFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code vhdboot create} makes of good and bad input. */
class CreateCommandTest {

  @TempDir Path folder;

  private Path output;
  private Path inputs;

  @BeforeEach
  void makeFolders() throws IOException {
    output = Files.createDirectory(folder.resolve("out")).resolve("stick.img");
    inputs = Files.createDirectory(folder.resolve("in"));
  }

  /** Whatever happens, nothing half-made is left, under whatever name. */
  @AfterEach
  void nothingHalfMadeIsLeft() throws IOException {
    if (Files.isDirectory(output.getParent())) {
      try (Stream<Path> left = Files.list(output.getParent())) {
        assertThat(left.filter(file -> !file.equals(output))).isEmpty();
      }
    }
  }

  @Test
  void makesAStick() throws IOException {
    CommandLineRun run = create(SampleFile.in(inputs), "--seed", "c0ffee");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("virtualharddisk.vhd").contains("image 1 (vhdboot sample)");
    assertThat(output).exists();
  }

  @Test
  void makesAStickWithACompactedWindows() throws IOException {
    CommandLineRun run = create(SampleFile.in(inputs), "--seed", "c0ffee", "--compact", "xpress4k");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    CommandLineRun shown = CommandLineRun.of("inspect", output);
    assertThat(shown.out()).contains("\\Windows\\System32\\winload.exe");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void imageFromTheStandardInputGivesTheSameStick(boolean isPipable) throws IOException {
    Path wim = SampleFile.in(inputs);
    assertThat(create(wim, "--seed", "c0ffee").exitCode()).isZero();
    Path fromFile = Files.move(output, folder.resolve("from-file.img"));
    Path piped = wim;
    if (isPipable) {
      piped = folder.resolve("pipable.wim");
      CommandLineRun export = CommandLineRun.of("wim", "export", wim, "1", piped, "--pipable");
      assertThat(export.exitCode()).as(export.err()).isZero();
    }
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(Files.readAllBytes(piped)));
      CommandLineRun run = create(Path.of("-"), "--seed", "c0ffee");
      assertThat(run.exitCode()).as(run.err()).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(output).hasSameBinaryContentAs(fromFile);
  }

  @ParameterizedTest
  @CsvSource({"vhdboot sample", "VHDBOOT SAMPLE", "professional"})
  void editionMatchesNameDisplayNameAndEditionId(String edition) throws IOException {
    assertThat(create(SampleFile.in(inputs), "--edition", edition).exitCode()).isZero();
  }

  @Test
  void emptyFileIsBadInput() throws IOException {
    expectBadInput(Files.createFile(inputs.resolve("empty.wim")), "empty.wim");
  }

  @Test
  void fileThatIsNoWimIsBadInput() throws IOException {
    expectBadInput(Files.write(inputs.resolve("text.wim"), new byte[4096]), "text.wim");
  }

  @ParameterizedTest
  @CsvSource({"100", "208", "5000", "100000", "-1", "-100"})
  void truncatedWimIsBadInput(int length) throws IOException {
    byte[] bytes = SampleFile.bytes();
    int end = length < 0 ? bytes.length + length : length;
    Path wim = Files.write(inputs.resolve("cut.wim"), Arrays.copyOf(bytes, end));
    expectBadInput(wim, "cut.wim");
  }

  @Test
  void contentWithAnotherHashIsBadInputAndNamesItsPath() throws IOException {
    Path wim = SampleFile.in(inputs);
    Blob blob;
    try (WimFile file = WimFile.open(wim)) {
      blob = file.blobs().stream().max(Comparator.comparingLong(Blob::storedSize)).orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(wim);
    bytes[(int) (blob.offset() + blob.storedSize() - 10)] ^= 1;
    Files.write(wim, bytes);
    CommandLineRun run = expectBadInput(wim, "sample.wim");
    assertThat(run.err()).contains("bootmgr");
  }

  @Test
  void flippedBitsNeverPassSilentlyForSomethingElse() throws IOException {
    byte[] sample = SampleFile.bytes();
    for (int at = 0; at < 208; at += 13) {
      byte[] bytes = sample.clone();
      bytes[at] ^= 0x04;
      Path wim = Files.write(inputs.resolve("flipped.wim"), bytes);
      CommandLineRun run = create(wim, "--overwrite");
      // A flip in a field that nobody reads does no harm; any other is told.
      assertThat(run.exitCode()).as("bit flipped at %d: %s", at, run.err()).isIn(0, 2, 3);
      expectProblemsOnly(run);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "2", "-1", "2147483647"})
  void indexOutOfRangeIsUsage(String index) throws IOException {
    CommandLineRun run = create(SampleFile.in(inputs), "--index", index);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("there is no image " + index).contains("1 (vhdboot sample)");
    assertThat(output).doesNotExist();
  }

  @Test
  void unknownEditionIsUsage() throws IOException {
    CommandLineRun run = create(SampleFile.in(inputs), "--edition", "Home");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("no image is called Home");
  }

  @Test
  void unknownOptionAndBadSizeAreUsage() throws IOException {
    Path wim = SampleFile.in(inputs);
    assertThat(create(wim, "--frobnicate").exitCode()).isEqualTo(2);
    assertThat(create(wim, "--vhd-size", "big").exitCode()).isEqualTo(2);
    assertThat(create(wim, "--seed", "xyz").exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("create").exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of().exitCode()).isEqualTo(2);
  }

  @Test
  void missingImageIsToldByName() {
    CommandLineRun run = create(inputs.resolve("none.wim"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("none.wim: no such file or folder");
  }

  @Test
  void existingOutputIsKept() throws IOException {
    Files.writeString(output, "precious");
    CommandLineRun run = create(SampleFile.in(inputs));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("exists already").contains("--overwrite");
    assertThat(output).hasContent("precious");
  }

  @Test
  void existingOutputIsReplacedOnDemand() throws IOException {
    Files.writeString(output, "stale");
    assertThat(create(SampleFile.in(inputs), "--overwrite").exitCode()).isZero();
    assertThat(Files.size(output)).isGreaterThan(1 << 20);
  }

  @Test
  void existingOutputIsKeptWhenItsReplacementFails() throws IOException {
    Files.writeString(output, "precious");
    Path wim = Files.write(inputs.resolve("cut.wim"), Arrays.copyOf(SampleFile.bytes(), 9000));
    assertThat(create(wim, "--overwrite").exitCode()).isEqualTo(3);
    assertThat(output).hasContent("precious");
  }

  @Test
  void outputInAMissingFolderIsToldByName() throws IOException {
    Path lost = folder.resolve("missing").resolve("stick.img");
    CommandLineRun run =
        CommandLineRun.of("create", "--image", SampleFile.in(inputs), "--out", lost);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(lost.getParent() + ": no such file or folder");
    expectProblemsOnly(run);
  }

  @Test
  void folderInTheWayIsToldByName() throws IOException {
    CommandLineRun onto =
        CommandLineRun.of("create", "--image", SampleFile.in(inputs), "--out", inputs);
    assertThat(onto.exitCode()).isEqualTo(1);
    assertThat(onto.err()).contains(inputs + ": is a folder; name a file in it");
    CommandLineRun from = create(inputs);
    assertThat(from.exitCode()).isEqualTo(1);
    assertThat(from.err()).contains(inputs + ": is a folder, not a file");
  }

  @Test
  void imageWithoutWindowsIsBadInput() {
    CommandLineRun run = expectBadInput(SharedData.data("wim/ntfs-features.wim"), "Windows");
    assertThat(run.err()).contains("force");
  }

  static Stream<Path> hostileWims() {
    return SharedData.files("wim/hostile").stream().filter(f -> f.toString().endsWith(".wim"));
  }

  @ParameterizedTest
  @MethodSource("hostileWims")
  void hostileWimIsRefusedOrWhatIsLeftOutIsTold(Path wim) {
    CommandLineRun run = create(wim, "--index", "1", "--force");
    assertThat(run.exitCode()).as(run.err()).isIn(0, 3);
    assertThat(run.err()).startsWith("vhdboot: ").doesNotContain("\tat ");
    if (run.exitCode() != 0) {
      assertThat(output).doesNotExist();
    }
  }

  @Test
  void stackTraceComesOnlyWhenItIsAskedFor() throws IOException {
    Path wim = Files.createFile(inputs.resolve("empty.wim"));
    assertThat(create(wim).err()).doesNotContain("\tat ");
    assertThat(create(wim, "--verbose").err()).contains("\tat ");
  }

  @Test
  void fullDiskLeavesNothingBehind() throws IOException {
    ExternalTool.requireRoot();
    Path mount = Files.createDirectory(folder.resolve("small"));
    ExternalTool.named("mount").output("-t", "tmpfs", "-o", "size=3m", "none", mount);
    try {
      Path stick = mount.resolve("stick.img");
      CommandLineRun run =
          CommandLineRun.of("create", "--image", SampleFile.in(inputs), "--out", stick);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("No space left").contains("free some room");
      expectProblemsOnly(run);
      try (Stream<Path> left = Files.list(mount)) {
        assertThat(left).isEmpty();
      }
    } finally {
      ExternalTool.named("umount").output(mount);
    }
  }

  @Test
  void interruptedRunLeavesNothingBehind() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StalledCreation.class.getName(),
                SampleFile.in(inputs).toString(),
                output.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.getInputStream().read()).isEqualTo(StalledCreation.HALF_WAY);
      try (Stream<Path> files = Files.list(output.getParent())) {
        assertThat(files).hasSize(1).noneMatch(output::equals);
      }
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(output).doesNotExist();
  }

  private CommandLineRun create(Path wim, String... more) {
    Stream<Object> fixed =
        Stream.of("create", "--image", wim, "--out", output, "--vhd-size", "64MiB");
    return CommandLineRun.of(Stream.concat(fixed, Stream.of(more)).toArray());
  }

  private CommandLineRun expectBadInput(Path wim, String... words) {
    CommandLineRun run = create(wim);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains(List.of(words));
    expectProblemsOnly(run);
    assertThat(output).doesNotExist();
    return run;
  }

  /** A line a problem, and nothing else. */
  private static void expectProblemsOnly(CommandLineRun run) {
    assertThat(run.err().lines()).as(run.err()).allMatch(line -> line.startsWith("vhdboot: "));
    assertThat(run.err().lines().filter(line -> !line.startsWith("vhdboot: warning: ")))
        .as(run.err())
        .hasSizeLessThanOrEqualTo(2);
    assertThat(run.err()).doesNotContain("\tat ").doesNotContain("internal error");
  }
}
