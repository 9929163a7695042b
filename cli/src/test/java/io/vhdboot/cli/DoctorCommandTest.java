package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

  @TempDir Path folder;

  @Test
  void stickIsLookedAtBrokenAndMended() throws IOException {
    Path stick = folder.resolve("stick.img");
    assertThat(CommandLineRun.of("demo", "--out", stick).exitCode()).isZero();
    CommandLineRun good = CommandLineRun.of("doctor", stick);
    assertThat(good.err()).isEmpty();
    assertThat(good.out())
        .contains("a BIOS takes it for: hard disk")
        .contains("BIOS: boots")
        .contains("UEFI: boots")
        .contains("ok  VHD: has room to grow to its full size");
    assertThat(good.exitCode()).isZero();

    // Copied to another disk, which has a signature of its own; and no longer active.
    try (RandomAccessFile file = new RandomAccessFile(stick.toFile(), "rw")) {
      file.seek(0x1B8);
      file.writeInt(0x01020304);
      file.seek(0x1BE);
      file.writeByte(0);
    }
    CommandLineRun broken = CommandLineRun.of("doctor", stick);
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.out())
        .contains("BIOS: does not boot")
        .contains("on the screen: No active partition")
        .contains("mend: vhdboot disk active " + stick + " 1  [--fix does it]")
        .contains("on the screen: 0xc000000e");
    assertThat(broken.out().indexOf("No active partition"))
        .isLessThan(broken.out().indexOf("0xc000000e"));
    assertThat(CommandLineRun.of("doctor", stick, "--firmware", "uefi").out())
        .doesNotContain("BIOS: ")
        .contains("UEFI: does not boot");

    JsonObject tree =
        JsonParser.parseString(CommandLineRun.of("doctor", stick, "--json").out())
            .getAsJsonObject();
    assertThat(tree.get("boots").getAsBoolean()).isFalse();
    JsonObject finding =
        tree.getAsJsonArray("walks")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("findings")
            .get(1)
            .getAsJsonObject();
    assertThat(finding.get("code").getAsString()).isEqualTo("0xc000000e");
    assertThat(finding.get("mendable").getAsBoolean()).isTrue();

    CommandLineRun mended = CommandLineRun.of("doctor", "--fix", stick);
    assertThat(mended.exitCode()).isZero();
    assertThat(mended.out())
        .contains("mended: made partition 1 the active one")
        .contains("mended: let the boot configuration name")
        .contains("BIOS: boots");
    assertThat(CommandLineRun.of("doctor", stick).exitCode()).isZero();
  }

  @Test
  void whatIsNoDiskIsBadInput() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no disk");
    CommandLineRun run = CommandLineRun.of("doctor", text);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("is no disk");
    assertThat(CommandLineRun.of("doctor", text, "--firmware", "coreboot").exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("doctor", folder.resolve("none")).exitCode()).isEqualTo(1);
  }
}
