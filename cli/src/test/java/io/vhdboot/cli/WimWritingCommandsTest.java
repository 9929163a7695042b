package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.wim.WimCompression;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WimWritingCommandsTest {

  @TempDir Path folder;

  private Path source;
  private Path wim;

  @BeforeEach
  void makeTree() throws IOException {
    source = Files.createDirectories(folder.resolve("source/sub"));
    source = source.getParent();
    Files.writeString(source.resolve("a.txt"), "some text ".repeat(5000));
    Files.writeString(source.resolve("sub/b.txt"), "other text ".repeat(5000));
    Files.write(source.resolve("pagefile.sys"), new byte[5]);
    wim = folder.resolve("x.wim");
  }

  private static CommandLineRun done(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(Arrays.toString(arguments) + run.err()).isZero();
    return run;
  }

  private void capture(Object... more) {
    Object[] arguments = new Object[6 + more.length];
    arguments[0] = "wim";
    arguments[1] = "capture";
    arguments[2] = source;
    arguments[3] = wim;
    arguments[4] = "First";
    arguments[5] = "The first";
    System.arraycopy(more, 0, arguments, 6, more.length);
    assertThat(done(arguments).out()).contains("captured 3 names");
  }

  private static void verify(Path file) {
    ExternalTool.named("wimlib-imagex").output("verify", file);
  }

  @Test
  void folderIsCapturedInTheFormThatIsAskedFor() throws IOException {
    capture("--compress=XPRESS", "--chunk-size=16KiB", "--check", "--boot", "--flags=Core");
    verify(wim);
    try (WimFile file = WimFile.open(wim)) {
      assertThat(file.compression()).isEqualTo(WimCompression.XPRESS);
      assertThat(file.chunkSize()).isEqualTo(16384);
      assertThat(file.hasIntegrityTable()).isTrue();
      assertThat(file.bootIndex()).isEqualTo(1);
      WimImageInfo info = file.images().get(0);
      assertThat(info.name()).isEqualTo("First");
      assertThat(info.description()).contains("The first");
      assertThat(info.flags()).contains("Core");
      assertThat(info.fileCount()).hasValue(2);
      assertThat(file.image(1).find("/pagefile.sys")).isEmpty();
    }
    assertThat(CommandLineRun.of("wim", "capture", source, wim).exitCode())
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void sameSeedGivesTheSameBytes() throws IOException {
    // Reading a file for the first time may change when it was last read.
    capture("--seed=01");
    capture("--seed=01", "--overwrite");
    byte[] first = Files.readAllBytes(wim);
    capture("--seed=01", "--overwrite");
    assertThat(Files.readAllBytes(wim)).isEqualTo(first);
  }

  @Test
  void imageIsAppendedDescribedAndDeleted() throws IOException {
    capture();
    Files.writeString(source.resolve("c.txt"), "third");
    done("wim", "append", source, wim, "Second", "--boot");
    verify(wim);
    assertThat(CommandLineRun.of("wim", "append", source, wim, "second").exitCode())
        .isEqualTo(ExitCode.USAGE);
    done(
        "wim",
        "set",
        wim,
        "Second",
        "--name=Renamed",
        "--display-name=Shown",
        "--image-property=WINDOWS/EDITIONID=Core",
        "--read-only");
    try (WimFile file = WimFile.open(wim)) {
      WimImageInfo info = file.images().get(1);
      assertThat(info.name()).isEqualTo("Renamed");
      assertThat(info.displayName()).contains("Shown");
      assertThat(info.editionId()).contains("Core");
      assertThat(file.bootIndex()).isEqualTo(2);
    }
    assertThat(CommandLineRun.of("wim", "delete", wim, "1").exitCode()).isEqualTo(ExitCode.FAILED);
    done("wim", "set", wim, "--no-read-only", "--boot-index=1");
    done("wim", "delete", wim, "First");
    verify(wim);
    try (WimFile file = WimFile.open(wim)) {
      assertThat(file.images()).extracting(WimImageInfo::name).containsExactly("Renamed");
      assertThat(file.bootIndex()).isZero();
    }
    long before = Files.size(wim);
    done("wim", "optimize", wim);
    verify(wim);
    assertThat(Files.size(wim)).isLessThan(before);
  }

  @Test
  void imageIsExportedInAnotherFormAndIntoAFile() throws IOException {
    capture("--compress=none");
    Path other = folder.resolve("other.wim");
    done("wim", "export", wim, "First", other, "Copy", "--compress=LZX", "--boot");
    verify(other);
    try (WimFile file = WimFile.open(other)) {
      assertThat(file.compression()).isEqualTo(WimCompression.LZX);
      assertThat(file.images()).extracting(WimImageInfo::name).containsExactly("Copy");
      assertThat(file.bootIndex()).isEqualTo(1);
    }
    done("wim", "export", wim, "all", other);
    verify(other);
    try (WimFile file = WimFile.open(other)) {
      assertThat(file.images()).extracting(WimImageInfo::name).containsExactly("Copy", "First");
      assertThat(file.blobs()).hasSize(2);
    }
    assertThat(CommandLineRun.of("wim", "export", wim, "all", other).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void volumeInsideAnImageIsCaptured() throws IOException {
    Path volume = folder.resolve("volume.img");
    done("ntfs", "format", volume, "--size=32MiB");
    done("cp", source.resolve("a.txt"), volume + "/copied.txt");
    done("wim", "capture", volume, wim, "--compress=XPRESS");
    verify(wim);
    try (WimFile file = WimFile.open(wim)) {
      assertThat(file.images().get(0).name()).isEqualTo("volume.img");
      assertThat(file.image(1).find("/copied.txt")).isPresent();
      assertThat(file.image(1).root().inode().securityDescriptor()).isPresent();
    }
  }

  @Test
  void imageIsExportedForAPipe() throws IOException {
    capture();
    Path piped = folder.resolve("piped.wim");
    done("wim", "export", wim, "First", piped, "--pipable");
    verify(piped);
    assertThat(ExternalTool.named("wimlib-imagex").output("info", piped, "--header"))
        .contains("WLPWM");
    assertThat(folder).isDirectoryNotContaining("glob:**.vhdboot*");
  }

  @Test
  void fileIsSplitAndJoined() throws IOException {
    Files.write(source.resolve("noise"), noise(300_000));
    Files.write(source.resolve("noise2"), noise(300_001));
    done("wim", "capture", source, wim, "--compress=XPRESS");
    Path first = folder.resolve("x.swm");
    assertThat(done("wim", "split", wim, first, "400KiB").out()).contains("x.swm", "x2.swm");
    Path joined = folder.resolve("joined.wim");
    done("wim", "join", joined, folder.resolve("x2.swm"));
    verify(joined);
    try (WimFile before = WimFile.open(wim);
        WimFile after = WimFile.open(joined)) {
      assertThat(after.blobs()).hasSameSizeAs(before.blobs());
      assertThat(after.guid()).isEqualTo(before.guid());
    }
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new java.util.Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void filesAreCompressedTogether() throws IOException {
    capture("--solid", "--solid-chunk-size=1MiB");
    verify(wim);
    try (WimFile file = WimFile.open(wim)) {
      assertThat(file.blobs()).allMatch(blob -> blob.isSolid());
    }
  }
}
