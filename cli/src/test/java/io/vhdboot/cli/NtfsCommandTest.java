package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NtfsCommandTest {

  @TempDir Path folder;

  @Test
  void newFileIsFormattedShownAndResized() throws IOException {
    Path image = folder.resolve("v.img");
    CommandLineRun made =
        CommandLineRun.of(
            "ntfs", "format", image, "--size", "64MiB", "--label", "Data", "--serial", "1234ABCD");
    assertThat(made.exitCode()).as(made.err()).isZero();
    check(image);
    JsonObject facts = info(image.toString());
    assertThat(facts.get("label").getAsString()).isEqualTo("Data");
    assertThat(facts.get("serial").getAsString()).isEqualTo("000000001234ABCD");
    assertThat(facts.get("clusters").getAsLong()).isEqualTo(16383);
    assertThat(facts.get("tableCluster").getAsLong()).isEqualTo(5461);
    assertThat(facts.get("mirrorCluster").getAsLong()).isEqualTo(2);
    CommandLineRun larger = CommandLineRun.of("ntfs", "resize", image, "--size", "100MiB");
    assertThat(larger.exitCode()).as(larger.err()).isZero();
    assertThat(image).hasSize(100 << 20);
    check(image);
    CommandLineRun smaller = CommandLineRun.of("ntfs", "resize", image, "--minimum");
    assertThat(smaller.exitCode()).as(smaller.err()).isZero();
    assertThat(Files.size(image)).isLessThan(4 << 20);
    check(image);
    assertThat(CommandLineRun.of("ntfs", "resize", image, "--size", "1MiB").exitCode())
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void partitionInAVhdIsFormatted() {
    Path stick = folder.resolve("demo.img");
    assertThat(CommandLineRun.of("demo", "--out", stick).exitCode()).isZero();
    CommandLineRun refused = CommandLineRun.of("ntfs", "format", stick + "@1");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("--force");
    CommandLineRun made =
        CommandLineRun.of("ntfs", "format", stick + "@1", "--force", "--like", "win7");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(info(stick + "@1").get("hiddenSectors").getAsLong()).isEqualTo(2048);
    assertThat(CommandLineRun.of("ntfs", "info", stick + "@3").err()).contains("no partition 3");
  }

  @Test
  void sameSeedGivesTheSameBytes() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      Path image = folder.resolve(name);
      assertThat(
              CommandLineRun.of("ntfs", "format", image, "--size", "8MiB", "--seed", "0102")
                  .exitCode())
          .isZero();
    }
    assertThat(Files.mismatch(folder.resolve("a"), folder.resolve("b"))).isEqualTo(-1);
  }

  @Test
  void mistakesAreToldAndLeaveNothing() throws IOException {
    Path image = folder.resolve("v.img");
    assertThat(CommandLineRun.of("ntfs").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(
            CommandLineRun.of("ntfs", "format", image, "--size", "8MiB", "--serial", "x")
                .exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(
            CommandLineRun.of("ntfs", "format", image, "--size", "8MiB", "--cluster-size", "3KiB")
                .exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(CommandLineRun.of("ntfs", "format", image, "--size", "100KiB").exitCode())
        .isEqualTo(ExitCode.FAILED);
    assertThat(image).doesNotExist();
    assertThat(CommandLineRun.of("ntfs", "info", image).err()).contains("no such file");
    Files.write(image, new byte[100]);
    assertThat(CommandLineRun.of("ntfs", "format", image, "--size", "8MiB").exitCode())
        .isEqualTo(ExitCode.FAILED);
    assertThat(image).hasSize(100);
  }

  private static JsonObject info(String path) {
    CommandLineRun run = CommandLineRun.of("ntfs", "info", "--json", path);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  private static void check(Path image) {
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .run(image, "--strict")
        .expectSuccess();
  }
}
