package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VhdCommandTest {

  @TempDir Path folder;

  private static CommandLineRun ok(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  @Test
  void lifeOfADisk() throws IOException {
    Path disk = folder.resolve("disk.vhd");
    Path child = folder.resolve("child.vhd");
    ok("vhd", "create", disk, "--size", "30MiB", "--seed", "01");
    assertThat(ok("vhd", "info", disk).out()).contains("dynamic").contains("31457280");
    ok("vhd", "create", child, "--parent", disk);
    assertThat(
            JsonParser.parseString(ok("vhd", "info", child, "--json").out())
                .getAsJsonObject()
                .getAsJsonObject("parent")
                .get("type")
                .getAsString())
        .isEqualTo("dynamic");
    assertThat(ok("vhd", "map", child).out()).contains("parent");
    ok("vhd", "resize", disk, "50MiB");
    ok("vhd", "merge", child);
    ok("vhd", "compact", disk, "--ntfs");
    assertThat(ok("vhd", "check", disk).out()).contains("nothing found");
    Path azure = folder.resolve("azure.vhd");
    ok("vhd", "convert", disk, azure, "--azure");
    assertThat(Files.size(azure)).isEqualTo((50L << 20) + 512);
    assertThat(ExternalTool.named("vhdiinfo").output(azure)).contains("Fixed");
    assertThat(CommandLineRun.of("vhd", "resize", disk, "1").exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("vhd", "create", disk, "--size", "1MiB").exitCode()).isEqualTo(1);
    assertThat(CommandLineRun.of("vhd").exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("vhd", "create", child).err())
        .contains("Either --size or --parent is needed.")
        .contains("Usage: vhdboot vhd create ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vhd", "vhdx"})
  void childIsMadeOfEitherFormat(String format) throws IOException {
    Path disk = folder.resolve("disk." + format);
    Path child = folder.resolve("child." + format);
    Path grandchild = folder.resolve("grandchild." + format);
    ok("vhd", "create", disk, "--size", "30MiB");
    ok("vhd", "create", child, "--parent", disk);
    ok("vhd", "create", grandchild, "--parent", child);
    assertThat(ok("vhd", "info", grandchild).out()).contains("child." + format);
    byte[] before = Files.readAllBytes(disk);
    assertThat(CommandLineRun.of("vhd", "create", child, "--parent", disk).err())
        .contains("exists already");
    ok("vhd", "create", child, "--parent", disk, "--overwrite");
    CommandLineRun own = CommandLineRun.of("vhd", "create", disk, "--parent", disk, "--overwrite");
    assertThat(own.exitCode()).isEqualTo(2);
    assertThat(own.err()).contains("must not be its own parent");
    CommandLineRun missing =
        CommandLineRun.of(
            "vhd", "create", child, "--parent", folder.resolve("none." + format), "--overwrite");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(child).exists();
    assertThat(disk).hasBinaryContent(before);
    assertThat(folder.toFile().list()).hasSize(3);
  }

  @Test
  void damageIsFoundAndRepaired() throws IOException {
    Path disk = folder.resolve("disk.vhd");
    ok("vhd", "create", disk, "--size", "30MiB");
    byte[] bytes = Files.readAllBytes(disk);
    bytes[0] = 0;
    Files.write(disk, bytes);
    CommandLineRun check = CommandLineRun.of("vhd", "check", disk);
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out()).contains("footer-copy");
    ok("vhd", "repair", disk);
    ok("vhd", "check", disk, "--json");
  }

  @Test
  void stickWithAChildBootsTheChild() throws IOException {
    Path stick = folder.resolve("stick.img");
    ok(
        "create",
        "--image",
        SampleFile.in(folder),
        "--out",
        stick,
        "--vhd-size",
        "64MiB",
        "--vhd-name",
        "base.vhd",
        "--child",
        "today.vhd");
    assertThat(ok("inspect", stick).out())
        .contains("VHD \\today.vhd on partition 1 of this disk, partition 1 inside it")
        .contains("\\today.vhd: differencing VHD");
  }

  @Test
  void stickWithAChildOfAVhdxBootsTheChild() throws IOException {
    Path stick = folder.resolve("stick.img");
    ok(
        "create",
        "--image",
        SampleFile.in(folder),
        "--out",
        stick,
        "--vhd-size",
        "64MiB",
        "--vhd-type",
        "vhdx-dynamic",
        "--child",
        "today.vhdx");
    assertThat(ok("inspect", stick).out())
        .contains("VHD \\today.vhdx on partition 1 of this disk, partition 1 inside it")
        .contains("\\today.vhdx: differencing VHDX");
    String inside = stick + "@1/today.vhdx@1";
    ok("cp", SampleFile.in(folder), inside + "/");
    assertThat(ok("ls", inside).out()).contains("Windows").contains(".wim");
    assertThat(ok("ls", stick + "@1/virtualharddisk.vhdx@1").out()).doesNotContain(".wim");
  }
}
