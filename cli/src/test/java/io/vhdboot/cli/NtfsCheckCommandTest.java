package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NtfsCheckCommandTest {

  private static final int SIZE = 8 << 20;

  @TempDir Path folder;

  private Path volume(boolean damaged) throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("volume", SIZE);
    NtfsFormat.format(device, NtfsFormatOptions.ofSize(SIZE).serial(5).build());
    byte[] bytes = device.toByteArray();
    if (damaged) {
      // The copy of the boot sector, which lies in the last sector.
      bytes[SIZE - 512 + 0x48] ^= 1;
    }
    return Files.write(folder.resolve("volume.img"), bytes);
  }

  @Test
  void soundVolumeIsSaidToBeSound() throws IOException {
    CommandLineRun run = CommandLineRun.of("ntfs", "check", "--strict", volume(false) + "@");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("0 errors, 0 strict, ");
  }

  @Test
  void damageIsToldAndRepaired() throws IOException {
    Path image = volume(true);
    CommandLineRun check = CommandLineRun.of("ntfs", "check", image + "@");
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out()).contains("ERROR BOOT_COPY: the copy in sector 16383 is not equal");
    CommandLineRun repair = CommandLineRun.of("ntfs", "check", "--repair", image + "@");
    assertThat(repair.exitCode()).as(repair.err()).isZero();
    assertThat(repair.out())
        .contains("repaired: the boot sector and its copy are written")
        .contains("0 errors");
    assertThat(CommandLineRun.of("ntfs", "check", image + "@").exitCode()).isZero();
  }

  @Test
  void findingsArePrintedAsJson() throws IOException {
    CommandLineRun run = CommandLineRun.of("ntfs", "check", "--json", volume(true) + "@");
    assertThat(run.exitCode()).isEqualTo(1);
    JsonObject report = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(report.get("sound").getAsBoolean()).isFalse();
    assertThat(report.getAsJsonObject("counts").get("BOOT_COPY").getAsInt()).isEqualTo(1);
    JsonObject finding = report.getAsJsonArray("findings").get(0).getAsJsonObject();
    assertThat(finding.get("severity").getAsString()).isEqualTo("ERROR");
    assertThat(finding.get("remedy").getAsString()).contains("written anew");
  }

  @Test
  void groupAsksForACommand() {
    CommandLineRun run = CommandLineRun.of("ntfs");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("check");
  }
}
