package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagexCommandTest {

  @TempDir private Path folder;

  /** As people write it, with a slash or a hyphen, and options before and behind. */
  @ParameterizedTest
  @CsvSource({
    "/apply WIM 1 OUT",
    "-APPLY WIM 1 OUT -check",
    "/check /Apply WIM OUT /verify /scroll",
    "/compress fast /apply WIM 1 OUT /norpfix /temp /tmp",
  })
  void imageIsApplied(String line) {
    Path wim = SharedData.data("wim/ntfs-features.wim");
    Path out = folder.resolve("out");
    String text = "imagex " + line.replace("WIM", wim.toString()).replace("OUT", out.toString());
    CommandLineRun run = CommandLineRun.of((Object[]) text.split(" "));
    assertThat(out.resolve("size/10.bin")).hasSize(10);
    // Two links of the image lead elsewhere, which a host cannot have.
    assertThat(run.err()).contains("left out: /rp/symlink-unc");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void partsAreNamedByAPattern() throws IOException {
    Path first = Files.copy(SharedData.data("wim/Split.swm"), folder.resolve("one.swm"));
    CommandLineRun run =
        CommandLineRun.of(
            "imagex",
            "/apply",
            first,
            "1",
            folder.resolve("out"),
            "/ref",
            SharedData.data("wim/Split2.swm").resolveSibling("Split*.swm"));
    assertThat(run.err()).doesNotContain("left out");
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    CommandLineRun without =
        CommandLineRun.of("imagex", "/apply", first, "1", folder.resolve("none"));
    assertThat(without.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(without.err()).contains("part 2 of 2");
  }

  @Test
  void infoAndDirTellOfImages() {
    Path wim = SharedData.data("wim/MultiImage.wim");
    assertThat(CommandLineRun.of("imagex", "/info", wim, "/xml").out()).startsWith("<WIM>");
    assertThat(CommandLineRun.of("imagex", "-INFO", wim, "2").out()).contains("index ");
    CommandLineRun dir = CommandLineRun.of("imagex", "/dir", wim, "1");
    assertThat(dir.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(dir.out().lines()).isNotEmpty().allMatch(line -> line.startsWith("\\"));
  }

  /** The recipe's own way: capture, append, say, export, split, apply, delete. */
  @Test
  void imagesAreMadeAndChanged() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/sub"));
    Files.writeString(tree.resolve("a.txt"), "a");
    Files.write(tree.resolve("b.bin"), new byte[100_000]);
    Path wim = folder.resolve("made.wim");
    run("/compress maximum /check /flags Ultimate /capture TREE WIM First", wim);
    run("/append TREE WIM Second /boot", wim);
    run("/info WIM 2 Other Words", wim);
    assertThat(CommandLineRun.of("imagex", "/info", wim, "2").out()).contains("Other");
    assertThat(CommandLineRun.of("wim", "info", wim, "--json").out())
        .contains("\"integrityTable\": true")
        .contains("\"compression\": \"LZX\"")
        .contains("\"bootIndex\": 2");
    Path exported = folder.resolve("exported.wim");
    run("/export WIM Other " + exported + " Exported /compress fast", wim);
    assertThat(CommandLineRun.of("imagex", "/dir", exported).out()).contains("\\sub\\a.txt");
    run("/split WIM " + folder.resolve("part.swm") + " 1", wim);
    assertThat(folder.resolve("part.swm")).exists();
    run("/delete WIM 1", wim);
    run("/apply WIM " + folder.resolve("applied") + " /verify", wim);
    assertThat(folder.resolve("applied/sub/a.txt")).hasContent("a");
  }

  private void run(String line, Path wim) {
    String text = "imagex " + line.replace("WIM", wim.toString());
    text = text.replace("TREE", folder.resolve("tree").toString());
    CommandLineRun run = CommandLineRun.of((Object[]) text.split(" "));
    assertThat(run.exitCode()).as(text + run.err()).isEqualTo(ExitCode.DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "/mount x.wim 1 d, needs a driver",
    "/apply, takes 2 to 3 names",
    "/info /dir x.wim, one thing at a time",
    "x.wim, imagex takes /info",
    "/apply x.wim 1 out /compress, needs something behind it",
  })
  void linesThatAreNoneAreRefused(String line, String problem) {
    CommandLineRun run = CommandLineRun.of((Object[]) ("imagex " + line).split(" "));
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(problem);
  }

  @Test
  void pathsOfUnixAreNoOptions() {
    ImagexArguments line =
        ImagexArguments.parse(List.of("/apply", "/tmp/x.wim", "/REF", "/a*.swm", "/mnt"));
    assertThat(line.rest()).containsExactly("/tmp/x.wim", "/mnt");
    assertThat(line.references()).containsExactly("/a*.swm");
    assertThatThrownBy(() -> ImagexArguments.parse(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
