package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for files, on the stick's EFI partition. */
class FatVolumesTest {

  @TempDir static Path folder;

  private static Path stick;

  @BeforeAll
  static void makeStick() {
    stick = folder.resolve("stick.img");
    assertThat(CommandLineRun.of("demo", "--out", stick).exitCode()).isZero();
  }

  private static String out(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.out();
  }

  @Test
  void filesAreListed() {
    assertThat(out("ls", stick + "@2/EFI/Boot")).contains("1,024 bootx64.efi").contains("1 files");
    assertThat(out("ls", "-b", stick + "@2/efi/microsoft/boot/*.EFI").lines())
        .containsExactly(
            "/efi/microsoft/boot/bootmgfw.efi",
            "/efi/microsoft/boot/bootmgr.efi",
            "/efi/microsoft/boot/memtest.efi");
    assertThat(out("tree", stick + "@2")).contains("bootmgfw.efi.mui");
    assertThat(CommandLineRun.of("ls", stick + "@2/nowhere").exitCode()).isEqualTo(1);
  }

  @Test
  void fileIsDescribed() {
    String json = out("stat", "--json", stick + "@2/EFI/Microsoft/Boot/en-US/bootmgfw.efi.mui");
    assertThat(JsonParser.parseString(json).getAsJsonArray().get(0).getAsJsonObject().toString())
        .contains("\"shortName\":\"BOOTMG~1.MUI\"")
        .contains("\"size\":21000")
        .contains("\"modified\":\"2026-11-01T00:00:00Z\"");
  }

  @Test
  void filesGoInAndOut() throws IOException {
    Path source = Files.writeString(folder.resolve("A note of some length.txt"), "hello");
    out("cp", source, stick + "@2/EFI");
    assertThat(CommandLineRun.of("cp", source, stick + "@2/EFI").exitCode()).isEqualTo(1);
    Files.writeString(source, "hello again");
    out("cp", "--overwrite", "-p", source, stick + "@2/EFI");
    Path copies = Files.createDirectory(folder.resolve("copies"));
    out("cp", "-r", stick + "@2/EFI", copies);
    assertThat(copies.resolve("EFI/A note of some length.txt")).hasContent("hello again");
    assertThat(copies.resolve("EFI/Boot/bootx64.efi")).hasSize(1024);
    out("cp", stick + "@2/EFI/Boot/bootx64.efi", stick + "@1/");
    assertThat(out("ls", stick + "@1/bootx64.efi")).contains("1,024 bootx64.efi");

    try (OpenImage image = ImagePath.of(stick + "@2").open(true)) {
      Path volume = folder.resolve("volume");
      Files.write(volume, image.device().read(0, (int) image.device().size()));
      ExternalTool.named("fsck.vfat").output("-n", volume);
    }
  }

  @Test
  void inspectionShowsThePartitionAndItsBootEntries() {
    assertThat(out("inspect", stick))
        .contains("FAT32")
        .contains("\\EFI\\Boot\\bootx64.efi")
        .contains("\\EFI\\Microsoft\\Boot\\BCD: boot configuration")
        .contains("partition 2 of this disk");
  }
}
