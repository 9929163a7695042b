package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.ntfs.NtfsChecker;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.WimFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WimCommandTest {

  @TempDir private Path folder;

  private static JsonObject json(CommandLineRun run) {
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  @Test
  void soundWimIsVerified() {
    CommandLineRun run =
        CommandLineRun.of("wim", "verify", "--json", SharedData.data("wim/MultiImage.wim"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(json(run).get("sound").getAsBoolean()).isTrue();
    assertThat(json(run).get("images").getAsInt()).isEqualTo(3);
    assertThat(json(run).get("integrityTable").getAsBoolean()).isTrue();
  }

  @Test
  void damageIsToldAndShowsInTheExitCode() throws IOException {
    Path copy = Files.copy(SharedData.data("wim/ntfs-features.wim"), folder.resolve("d.wim"));
    byte[] bytes = Files.readAllBytes(copy);
    try (WimFile wim = WimFile.open(copy)) {
      Blob blob = wim.blobs().iterator().next();
      bytes[(int) (blob.offset() + blob.storedSize() - 1)] ^= 1;
    }
    Files.write(copy, bytes);
    CommandLineRun run = CommandLineRun.of("wim", "verify", copy);
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("1 problems in ").contains("SHA-1");
    CommandLineRun extracted =
        CommandLineRun.of("wim", "extract", copy, "--dest", folder.resolve("out"));
    assertThat(extracted.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    Files.write(copy, new byte[500]);
    assertThat(CommandLineRun.of("wim", "verify", copy).exitCode()).isEqualTo(ExitCode.BAD_INPUT);
  }

  @ParameterizedTest
  @CsvSource({"small-pipable.wim, text/*", "ntfs-features.esd, size"})
  void wimComesFromTheStandardInput(String file, String path) throws IOException {
    InputStream before = System.in;
    try {
      byte[] bytes = Files.readAllBytes(SharedData.data("wim/" + file));
      System.setIn(new ByteArrayInputStream(bytes));
      CommandLineRun info = CommandLineRun.of("wim", "info", "--json", "-");
      assertThat(info.exitCode()).isEqualTo(ExitCode.DONE);
      assertThat(json(info).get("file").getAsString()).isEqualTo("standard input");
      assertThat(json(info).get("pipable").getAsBoolean()).isEqualTo(file.contains("pipable"));
      System.setIn(new ByteArrayInputStream(bytes));
      CommandLineRun run =
          CommandLineRun.of("wim", "extract", "--json", "-", path, "--dest", folder.resolve("out"));
      assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
      assertThat(json(run).get("files").getAsInt()).isPositive();
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void filesAreExtractedByPattern() {
    Path out = folder.resolve("out");
    CommandLineRun run =
        CommandLineRun.of(
            "wim",
            "extract",
            SharedData.data("wim/ntfs-features.wim"),
            "/size/1*.bin",
            "--dest",
            out,
            "--json");
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(json(run).get("files").getAsInt()).isEqualTo(2);
    assertThat(out.resolve("size/10.bin")).hasSize(10);
    CommandLineRun again =
        CommandLineRun.of(
            "wim", "extract", SharedData.data("wim/ntfs-features.wim"), "size", "--dest", out);
    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("exists already").contains("--overwrite");
    CommandLineRun missing =
        CommandLineRun.of(
            "wim", "extract", SharedData.data("wim/ntfs-features.wim"), "nothing*", "--dest", out);
    assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.err()).contains("nothing*");
  }

  @Test
  void whatAListExcludesIsNotExtracted() throws IOException {
    Path list = folder.resolve("list.ini");
    Files.writeString(list, "[ExclusionList]\n\\size\\2*.bin\n4096.bin\n");
    Path out = folder.resolve("out");
    CommandLineRun run =
        CommandLineRun.of(
            "wim",
            "extract",
            SharedData.data("wim/ntfs-features.wim"),
            "size",
            "--dest",
            out,
            "--config",
            list);
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(out.resolve("size/200000.bin")).doesNotExist();
    assertThat(out.resolve("size/4096.bin")).doesNotExist();
    assertThat(out.resolve("size/4097.bin")).exists();
  }

  @Test
  void whatIsLeftOutShowsInTheExitCode() {
    CommandLineRun run =
        CommandLineRun.of(
            "wim",
            "extract",
            SharedData.data("wim/crafted-features.wim"),
            "--index",
            "1",
            "--dest",
            folder.resolve("out"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("left out: /encrypted.bin: ").contains("not kept: ");
    CommandLineRun which =
        CommandLineRun.of("wim", "extract", SharedData.data("wim/crafted-features.wim"));
    assertThat(which.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(which.err()).contains("which image?");
  }

  @Test
  void imageIsAppliedToVolumesOfEveryKind() throws IOException {
    Path wim = SharedData.data("wim/ntfs-features.wim");
    Path volume = folder.resolve("volume.img");
    CommandLineRun made =
        CommandLineRun.of(
            "wim", "apply", wim, volume, "--format", "--size", "64MiB", "--label", "New");
    assertThat(made.err()).doesNotContain("left out");
    assertThat(made.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(CommandLineRun.of("cat", volume + "@/oid/oid16.txt").exitCode()).isZero();
    Path disk = folder.resolve("disk.vhd");
    assertThat(CommandLineRun.of("vhd", "create", disk, "--size", "96MiB").exitCode()).isZero();
    assertThat(CommandLineRun.of("disk", "init", disk).err()).isEmpty();
    assertThat(CommandLineRun.of("disk", "add", disk).err()).isEmpty();
    assertThat(CommandLineRun.of("ntfs", "format", disk + "@1").err()).isEmpty();
    CommandLineRun applied = CommandLineRun.of("wim", "apply", wim, disk + "@1", "--json");
    assertThat(applied.err()).doesNotContain("left out");
    assertThat(applied.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(json(applied).get("leftOutCount").getAsInt()).isZero();
    assertThat(CommandLineRun.of("wim", "apply", wim, disk + "@1").exitCode())
        .isEqualTo(ExitCode.FAILED);
    CommandLineRun again =
        CommandLineRun.of("wim", "apply", wim, disk + "@1", "--format", "--compact", "LZX");
    assertThat(again.exitCode()).isEqualTo(ExitCode.DONE);
    CommandLineRun stat = CommandLineRun.of("stat", "--json", disk + "@1/oid/oid16.txt");
    assertThat(stat.exitCode()).isZero();
    try (FileDevice device = FileDevice.openReadOnly(volume)) {
      assertThat(NtfsChecker.check(device).findings()).isEmpty();
    }
  }

  @Test
  void imagesAreNamedOrNumbered() {
    Path wim = SharedData.data("wim/MultiImage.wim");
    JsonArray images =
        json(CommandLineRun.of("wim", "info", wim, "--json")).getAsJsonArray("images");
    String name = images.get(1).getAsJsonObject().get("name").getAsString();
    assertThat(CommandLineRun.of("wim", "dir", wim, "--index", name).out())
        .isEqualTo(CommandLineRun.of("wim", "dir", wim, "--index", "2").out())
        .isNotEmpty();
    CommandLineRun none = CommandLineRun.of("wim", "dir", wim, "--index", "17");
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("17").contains("1 (");
  }
}
