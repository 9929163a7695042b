package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsoCommandTest {

  @TempDir Path folder;

  /** A disc as Windows setup has it, with the sample's WIM; big ISO readers see only a note. */
  private Path disc() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/sources")).getParent();
    Files.copy(SampleFile.in(folder), tree.resolve("sources/install.wim"));
    Files.writeString(tree.resolve("setup.exe"), "MZ");
    Path disc = folder.resolve("windows.iso");
    ExternalTool.named("genisoimage")
        .output("-quiet", "-udf", "-iso-level", "3", "-V", "SETUP", "-o", disc, tree);
    return disc;
  }

  @Test
  void stickIsMadeStraightFromTheDisc() throws IOException {
    Path disc = disc();
    CommandLineRun fromWim =
        CommandLineRun.of(
            "create",
            "--image",
            folder.resolve("tree/sources/install.wim"),
            "--index",
            "1",
            "--seed",
            "5eed",
            "--vhd-size",
            "64MiB",
            "--out",
            folder.resolve("wim.img"));
    assertThat(fromWim.exitCode()).as(fromWim.err()).isZero();
    CommandLineRun fromIso =
        CommandLineRun.of(
            "create",
            "--image",
            disc,
            "--index",
            "1",
            "--seed",
            "5eed",
            "--vhd-size",
            "64MiB",
            "--out",
            folder.resolve("iso.img"));
    assertThat(fromIso.exitCode()).as(fromIso.err()).isZero();
    assertThat(folder.resolve("iso.img")).hasSameBinaryContentAs(folder.resolve("wim.img"));
  }

  @Test
  void filesAreListedAndTakenOut() throws IOException {
    Path disc = disc();
    CommandLineRun info = CommandLineRun.of("iso", "info", disc);
    assertThat(info.exitCode()).as(info.err()).isZero();
    assertThat(info.out()).contains("SETUP").contains("UDF");
    assertThat(CommandLineRun.of("iso", "dir", disc, "sources").out())
        .contains("sources/install.wim")
        .doesNotContain("setup.exe");
    CommandLineRun extract =
        CommandLineRun.of(
            "iso", "extract", disc, "\\Sources\\INSTALL.WIM", "--dest", folder.resolve("out"));
    assertThat(extract.exitCode()).as(extract.err()).isZero();
    try (var files = Files.walk(folder.resolve("out"))) {
      assertThat(files.filter(Files::isRegularFile).toList())
          .singleElement()
          .satisfies(
              file ->
                  assertThat(file)
                      .hasSameBinaryContentAs(folder.resolve("tree/sources/install.wim")));
    }
  }

  @Test
  void extractTellsInJsonWhatItDid() throws IOException {
    Path out = folder.resolve("all");
    CommandLineRun run = CommandLineRun.of("iso", "extract", "--json", disc(), "--dest", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    long size = 2 + Files.size(folder.resolve("tree/sources/install.wim"));
    assertThat(run.out())
        .contains("\"files\": 2", "\"directories\": 1", "\"bytes\": " + size, "\"leftOut\": []");
    assertThat(out.resolve("setup.exe")).hasContent("MZ");
    CommandLineRun again =
        CommandLineRun.of("iso", "extract", folder.resolve("windows.iso"), "--dest", out);
    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("setup.exe");
  }

  @Test
  void whatIsNotThereIsSaidInALine() throws IOException {
    CommandLineRun run = CommandLineRun.of("iso", "dir", disc(), "nowhere");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("nowhere").hasLineCount(1);
    Path text = Files.writeString(folder.resolve("text.iso"), "no disc");
    CommandLineRun bad = CommandLineRun.of("iso", "info", text);
    assertThat(bad.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(bad.err()).contains("is no disc image").hasLineCount(1);
  }

  @Test
  void discWithoutWindowsIsRefusedByName() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("other"));
    Files.writeString(tree.resolve("note.txt"), "x");
    Path disc = folder.resolve("other.iso");
    ExternalTool.named("genisoimage").output("-quiet", "-udf", "-o", disc, tree);
    CommandLineRun run =
        CommandLineRun.of("create", "--image", disc, "--out", folder.resolve("x.img"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("sources/install.wim").hasLineCount(1);
  }
}
