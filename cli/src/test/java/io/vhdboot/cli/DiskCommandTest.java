package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.VirtualDisk;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskCommandTest {

  @TempDir Path folder;

  private Path image;

  @BeforeEach
  void makeImage() throws IOException {
    image = folder.resolve("disk.img");
    FileDevice.create(image, 64 << 20).close();
  }

  private CommandLineRun done(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  @ParameterizedTest
  @ValueSource(strings = {"vhd", "vhdx"})
  void tableOfAVirtualDiskGrowsWithIt(String format) throws IOException {
    Path disk = folder.resolve("disk." + format);
    done("vhd", "create", disk, "--size", "64MiB");
    done("disk", "init", disk, "--kind", "gpt");
    done("disk", "add", disk);
    done("ntfs", "format", disk + "@1", "--label", "inside");
    assertThat(done("vhd", "resize", disk, "80MiB").err())
        .contains("partition table: ")
        .contains("see vhdboot disk repair");
    done("disk", "repair", disk);
    done("disk", "resize", disk, "1");
    assertThat(done("disk", "info", disk).out()).contains("83886080 bytes, GPT");
    assertThat(done("ntfs", "info", disk + "@1").out()).contains("inside");
    done("vhd", "check", disk);
    done("vhd", "convert", disk, image, "--overwrite");
    assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
  }

  @Test
  void mbrIsMadeEditedAndShown() throws IOException {
    done("disk", "init", image, "--id", "cafebabe");
    done("disk", "add", image, "--size", "10MiB", "--active");
    done("disk", "add", image, "--role", "extended", "--size", "30MiB");
    done("disk", "add", image, "--role", "logical", "--type", "fat32", "--size", "5MiB");
    done("disk", "add", image, "--role", "logical");
    done("disk", "resize", image, "1", "--size", "8MiB");
    done("disk", "type", image, "1", "27");
    done("disk", "delete", image, "5");
    CommandLineRun info = done("disk", "info", image);
    assertThat(info.out())
        .contains("disk.img: 67108864 bytes, MBR, sectors of 512 bytes, id cafebabe")
        .containsPattern("1 primary +1048576 +8388608  Windows recovery \\(27\\), active")
        .containsPattern("5 logical +18874368 +24117248  NTFS \\(07\\)");
    JsonObject json =
        JsonParser.parseString(done("disk", "info", "--json", image).out()).getAsJsonObject();
    assertThat(json.get("id").getAsString()).isEqualTo("cafebabe");
    assertThat(json.getAsJsonArray("partitions")).hasSize(3);
    assertThat(json.getAsJsonArray("findings")).isEmpty();
    assertThat(json.getAsJsonArray("free").get(0).getAsJsonObject().get("offset").getAsLong())
        .isEqualTo(512);
    assertThat(ExternalTool.named("sfdisk").output("--verify", image)).contains("No errors");
  }

  @Test
  void gptIsMadeRepairedAndConverted() throws IOException {
    done("disk", "init", image, "--kind", "gpt", "--seed", "01");
    done("disk", "add", image, "--type", "efi", "--size", "10MiB", "--name", "EFI");
    done("disk", "add", image, "--type", "ntfs", "--attributes", "8000000000000000");
    try (FileDevice disk = FileDevice.open(image)) {
      disk.write(512, ByteBuffer.wrap(new byte[] {1}));
    }
    CommandLineRun found = CommandLineRun.of("disk", "info", image);
    assertThat(found.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(found.out()).contains("finding: the primary: ");
    assertThat(CommandLineRun.of("disk", "repair", "--dry-run", image).exitCode())
        .isEqualTo(ExitCode.FAILED);
    assertThat(done("disk", "repair", image).out()).contains("found: the primary: ");
    assertThat(done("disk", "repair", image).out()).isEmpty();
    assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
    assertThat(CommandLineRun.of("disk", "convert", image).err()).contains("have no attributes");
    done("disk", "delete", image, "2");
    done("disk", "convert", image);
    assertThat(done("disk", "info", image).out()).contains("MBR").contains("EFI system (ef)");
    done("disk", "convert", image, "--seed", "00");
    assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
  }

  @Test
  void nothingIsWrittenInADryRun() throws IOException {
    done("disk", "init", image);
    byte[] before = Files.readAllBytes(image);
    assertThat(done("disk", "add", image, "--dry-run").out()).contains("NTFS (07)");
    done("disk", "id", image, "--set", "1", "--dry-run");
    done("disk", "init", image, "--force", "--kind", "gpt", "--dry-run");
    assertThat(Arrays.equals(Files.readAllBytes(image), before)).isTrue();
    done("disk", "id", image, "--set", "0x1");
    assertThat(done("disk", "id", image).out().strip()).isEqualTo("00000001");
  }

  @Test
  void tableIsNotReplacedUnasked() {
    done("disk", "init", image);
    CommandLineRun again = CommandLineRun.of("disk", "init", image);
    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("is not blank at its beginning");
    done("disk", "init", image, "--force");
  }

  @Test
  void whatCannotBeIsSaidInOneLine() {
    done("disk", "init", image);
    assertRefused("must be one of none", ExitCode.USAGE, "disk", "delete", image, "1");
    assertRefused("largest free piece", ExitCode.FAILED, "disk", "add", image, "--size", "1GiB");
    assertRefused("must be one of basic", ExitCode.USAGE, "disk", "add", image, "--type", "odd");
    assertRefused("hexadecimal", ExitCode.USAGE, "disk", "id", image, "--set", "xyz");
    assertRefused("an MBR has none", ExitCode.USAGE, "disk", "add", image, "--name", "x");
  }

  private static void assertRefused(String words, int exitCode, Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.err()).contains(words).doesNotContain("internal error");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void diskInAVhdIsEditedAndItsVolumeNotCutShort() throws IOException {
    Path vhd = folder.resolve("disk.vhd");
    Path script = folder.resolve("script.txt");
    Path state = folder.resolve("state.json");
    Files.writeString(
        script,
        "create vdisk file=\""
            + vhd
            + "\" maximum=100 type=expandable\n"
            + "select vdisk file=\""
            + vhd
            + "\"\nattach vdisk\nselect disk 0\n"
            + "create partition primary size=50\nformat fs=ntfs quick\nassign letter=X\n");
    done("diskpart", "--state", state, "/s", script);
    assertThat(Files.readString(state)).contains("\"X\": \"" + vhd + "@1\"");
    assertThat(done("inspect", vhd).out()).contains("NTFS 3.1");
    CommandLineRun cut = CommandLineRun.of("disk", "resize", vhd, "1", "--size", "40MiB");
    assertThat(cut.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(cut.err()).contains("takes 52428800 bytes; shrink it first");
    done("disk", "resize", vhd, "1");
    try (BlockDevice disk = VirtualDisk.at(vhd).open(true)) {
      assertThat(PartitionTable.read(disk).partitions().get(0).end()).isEqualTo(100L << 20);
    }
  }

  @Test
  void scriptEndsAtItsFirstErrorWithItsExitCode() throws IOException {
    Path script = folder.resolve("script.txt");
    Path state = folder.resolve("state.json");
    Files.writeString(script, "select disk 0\nselect partition 9\nclean\n");
    CommandLineRun run = CommandLineRun.of("diskpart", "--disk", image, "--state", state, script);
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.out()).contains("valid partition").doesNotContain("cleaning");
    Files.writeString(script, "go\n");
    assertThat(CommandLineRun.of("diskpart", "--state", state, script).exitCode()).isEqualTo(5);
    CommandLineRun none = CommandLineRun.of("diskpart", "--state", state, folder.resolve("no"));
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("no such file");
    Files.writeString(state, "odd");
    assertThat(CommandLineRun.of("diskpart", "--state", state, script).exitCode()).isEqualTo(3);
  }
}
