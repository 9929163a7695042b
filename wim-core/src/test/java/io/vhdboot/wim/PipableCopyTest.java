package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipableCopyTest {

  @TempDir Path folder;

  private Path copy(Path source) throws IOException {
    Path target = folder.resolve("piped.wim");
    try (WimFile wim = WimFile.open(source);
        OutputStream out = Files.newOutputStream(target)) {
      PipableCopy.write(wim, out, ProgressListener.NONE);
    }
    return target;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ntfs-features.wim",
        "ntfs-features-none.wim",
        "MultiImage.wim",
        "Split.swm",
        "small-pipable.wim"
      })
  void wimlibReadsTheCopyAsItReadsTheSource(String name) throws IOException {
    Path source = SharedData.data("wim/" + name);
    Path piped = copy(source);
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    wimlib.output("verify", piped);
    try (WimFile before = WimFile.open(source);
        WimFile after = WimFile.open(piped)) {
      assertThat(after.warnings()).isEmpty();
      assertThat(after.blobs()).hasSameSizeAs(before.blobs());
      new BlobStreamer(after).stream(after.blobs(), BlobConsumer.NONE);
      for (WimImageInfo info : before.images()) {
        assertThat(after.metadata(info.index())).isEqualTo(before.metadata(info.index()));
        assertThat(
                WimlibListing.differences(
                    WimlibListing.byWimlib(piped, info.index()),
                    WimlibListing.of(after.image(info.index()))))
            .isEmpty();
      }
    }
  }

  @Test
  void wimlibAppliesTheCopyFromAPipe() throws IOException {
    Path piped = copy(SharedData.data("wim/ntfs-features.wim"));
    Path applied = folder.resolve("applied");
    ExternalTool.named("wimlib-imagex");
    ExternalTool.named("sh")
        .output("-c", "cat '" + piped + "' | wimlib-imagex apply - 1 '" + applied + "'");
    assertThat(applied.resolve("hl/first.txt")).exists();
  }

  @Test
  void solidFileIsRefused() throws IOException {
    Path solid = SharedData.data("wim/ntfs-features.esd");
    assertThatThrownBy(() -> copy(solid)).isInstanceOf(UnsupportedFormatException.class);
  }
}
