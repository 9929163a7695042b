package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectCommandTest {

  @TempDir Path folder;

  @Test
  void demoStickIsShownWithItsNesting() {
    CommandLineRun run = CommandLineRun.of("demo", "--out", folder.resolve("demo.img"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("partition 1")
        .contains("\\bootmgr")
        .contains("\\virtualharddisk.vhd: dynamic VHD")
        .contains("\\Windows\\System32\\winload.exe")
        .contains("Windows Boot Loader \"Windows 10\"")
        .contains("qemu-system-x86_64");
  }

  @Test
  void bootEntriesLeadToTheLoaderInTheVhd() {
    Path stick = folder.resolve("demo.img");
    assertThat(CommandLineRun.of("demo", "--out", stick).exitCode()).isZero();
    CommandLineRun run = CommandLineRun.of("inspect", "--json", stick);
    assertThat(run.exitCode()).isZero();
    List<JsonObject> loaders = new ArrayList<>();
    collect(JsonParser.parseString(run.out()), "Windows Boot Loader \"Windows 10\"", loaders);
    assertThat(loaders).as("for a BIOS and for UEFI").hasSize(2);
    for (JsonObject loader : loaders) {
      JsonObject properties = loader.getAsJsonObject("properties");
      assertThat(properties.get("deviceTarget").getAsString())
          .isEqualTo(
              "VHD \\virtualharddisk.vhd on partition 1 of this disk, partition 1 inside it");
      assertThat(properties.get("pathPresent").getAsBoolean()).isTrue();
      assertThat(properties.get("systemrootPresent").getAsBoolean()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vhd/image.vhd, VHD",
    "vhd/fat-differential.vhd, differencing",
    "bcd/win10-bios-mbr.bcd, Windows Boot Manager",
    "hives/minimal, registry hive",
    "wim/MultiImage.wim, images",
    "ntfs/4k.boot, 4k.boot"
  })
  void realFilesAreRecognised(String file, String words) {
    CommandLineRun run = CommandLineRun.of("inspect", SharedData.data(file));
    assertThat(run.out() + run.err()).contains(words).doesNotContain("internal error");
    assertThat(run.exitCode()).isIn(0, 3);
  }

  @Test
  void anythingElseIsRefusedByName() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "nothing of ours");
    CommandLineRun run = CommandLineRun.of("inspect", text);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("notes.txt: is no disk with a partition table, VHD");
  }

  @Test
  void wimListsItsImagesAndFiles() throws IOException {
    Path wim = SampleFile.in(folder);
    CommandLineRun info = CommandLineRun.of("wim", "info", wim, "--json");
    JsonObject parsed = JsonParser.parseString(info.out()).getAsJsonObject();
    assertThat(parsed.get("imageCount").getAsInt()).isEqualTo(1);
    assertThat(
            parsed.getAsJsonArray("images").get(0).getAsJsonObject().get("edition").getAsString())
        .isEqualTo("Professional");
    assertThat(CommandLineRun.of("wim", "info", wim).out()).contains("vhdboot sample");

    CommandLineRun dir = CommandLineRun.of("wim", "dir", wim, "/windows/boot/pcat", "--one-level");
    assertThat(dir.out().lines())
        .contains("/Windows/Boot/PCAT", "/Windows/Boot/PCAT/bootmgr")
        .doesNotContain("/Windows/Boot/PCAT/en-US/bootmgr.exe.mui");
    assertThat(CommandLineRun.of("wim", "dir", wim, "--json").out())
        .satisfies(text -> assertThat(JsonParser.parseString(text).getAsJsonArray()).hasSize(55));
    CommandLineRun missing = CommandLineRun.of("wim", "dir", wim, "/nowhere");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("/nowhere");
  }

  private static void collect(JsonElement element, String title, List<JsonObject> found) {
    JsonObject node = element.getAsJsonObject();
    if (node.get("title").getAsString().equals(title)) {
      found.add(node);
    }
    node.getAsJsonArray("contents").forEach(content -> collect(content, title, found));
  }
}
