package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lets programs that we did not write judge whole sticks: every reader of NTFS, VHD and hives that
 * is installed, and a comparison of each file with what wimlib applies. The scripts of {@code
 * interop} say how.
 */
class StickInteropTest {

  @TempDir Path folder;

  @Test
  void judgesAcceptTheSample() throws IOException {
    accept(Files.write(folder.resolve("sample.wim"), Sample.bytes()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ntfs-features.wim", "crafted-features.wim"})
  void judgesAcceptEveryFeature(String wim) throws IOException {
    accept(SharedData.data("wim/" + wim));
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(strings = {"ntfs-features-xpress.wim", "ntfs-features-none.wim", "stored-dism.wim"})
  void judgesAcceptEveryForm(String wim) throws IOException {
    accept(SharedData.data("wim/" + wim));
  }

  @Test
  void judgesAcceptAWindowsThatWasAdded() throws IOException {
    ExternalTool.requireRoot();
    Path stick = folder.resolve("stick.img");
    Sample.write(Sample.stick(stick).stickSize(500L << 20).build());
    FlashImage second =
        FlashImage.builder()
            .image(MemoryDevice.wrap("sample.wim", Sample.bytes()))
            .vhdSize(Sample.VHD_SIZE)
            .build();
    try (FileDevice disk = FileDevice.open(stick);
        StickAddition addition =
            StickAddition.builder().image(second).name("second.vhd").plan(disk)) {
      addition.write(Runnable::run, 1, ProgressListener.NONE);
    }
    run("verify-stick", "--no-vm", "--no-write", "--vhd", "second.vhd", stick);
    if (Seed.isFull()) {
      run("verify-stick", "--no-vm", "--vhd", "virtualharddisk.vhd", stick);
    }
  }

  private void accept(Path wim) throws IOException {
    ExternalTool.requireRoot();
    Path stick = folder.resolve("stick.img");
    FlashImage image =
        FlashImage.builder()
            .image(wim)
            .index(1)
            .output(stick)
            .vhdSize(512L << 20)
            .force(true)
            .build();
    try (FlashPlan plan = image.plan()) {
      plan.write(Runnable::run, 1, ProgressListener.NONE);
    }
    run("verify-stick", "--no-vm", stick);
    run("compare-apply", stick, wim, "1");
  }

  private static void run(String script, Object... arguments) {
    // The scripts call tools from the shared folder.
    SharedData.tool("ntfs-verify.sh");
    ExternalTool.Result result =
        ExternalTool.script("python3", SharedData.projectRoot().resolve("interop").resolve(script))
            .timeout(Duration.ofMinutes(10))
            .run(arguments);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }
}
