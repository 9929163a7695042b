package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that go from file to file. */
class WimImportTest {

  @TempDir Path folder;

  /** A copy with all images of a file. */
  private Path copy(Path source, String name, WimWriter.Settings settings) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (WimFile file = WimFile.open(source);
        WimWriter writer = settings.executor(threads, 2).open()) {
      writer.importImages(file, file.images());
      writer.finish();
    } finally {
      threads.shutdown();
    }
    return folder.resolve(name);
  }

  private WimWriter.Settings to(String name) {
    return WimWriter.to(folder.resolve(name));
  }

  /** The metadata of an image, whose blobs are all in the file and sound. */
  private static byte[] metadata(Path path, int index) throws IOException {
    try (WimFile wim = WimFile.open(path)) {
      for (WimEntry entry : wim.image(index).entries()) {
        assertThat(entry.inode().streams()).noneMatch(WimStream::isMissing);
      }
      new BlobStreamer(wim).stream(wim.blobs(), BlobConsumer.NONE);
      return wim.metadata(index);
    }
  }

  static List<String> realFiles() {
    List<String> files =
        new ArrayList<>(
            List.of(
                "BootLZX.wim",
                "MultiImage.wim",
                "XPRESS.wim",
                "LZMS.wim",
                "crafted-features.wim",
                "ntfs-features.esd",
                "Split.swm",
                "stored-dism.wim"));
    if (Seed.isFull()) {
      files.add("small-pipable.wim"); // 48 MB
    }
    return files;
  }

  @ParameterizedTest
  @MethodSource("realFiles")
  void nothingIsLostFromFileToFile(String name) throws IOException {
    Path source = SharedData.data("wim/" + name);
    Path copy =
        copy(source, "copy.wim", to("copy.wim").compression(WimCompression.XPRESS, 1 << 14));
    Path again =
        copy(copy, "again.wim", to("again.wim").compression(WimCompression.LZMS).integrity(true));
    try (WimFile before = WimFile.open(source);
        WimFile after = WimFile.open(again)) {
      assertThat(after.images()).hasSameSizeAs(before.images());
      for (int i = 0; i < before.images().size(); i++) {
        assertThat(after.images().get(i).element().toString())
            .isEqualTo(before.images().get(i).element().toString());
        assertThat(metadata(again, i + 1)).isEqualTo(metadata(source, i + 1));
      }
    }
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    wimlib.output("verify", copy);
    wimlib.output("verify", again);
  }

  @ParameterizedTest
  @CsvSource({"XPRESS, 65536", "LZX, 2097152", "LZMS, 65536", "LZMS, 67108864"})
  void solidResourceIsReadByWimlib(WimCompression compression, int chunkSize) throws IOException {
    Path source = SharedData.data("wim/ntfs-features.wim");
    Path solid =
        copy(
            source,
            "solid.esd",
            to("solid.esd").compression(WimCompression.LZX).solid(compression, chunkSize));
    try (WimFile wim = WimFile.open(solid)) {
      assertThat(wim.version()).isEqualTo(0xE00);
      assertThat(wim.blobs()).isNotEmpty().allMatch(Blob::isSolid);
      assertThat(
              WimlibListing.differences(
                  WimlibListing.byWimlib(solid, 1), WimlibListing.of(wim.image(1))))
          .isEmpty();
    }
    assertThat(metadata(solid, 1)).isEqualTo(metadata(source, 1));
    ExternalTool.named("wimlib-imagex").output("verify", solid);
    // From a solid file into the same form: its resource is copied as it is.
    Path again =
        copy(
            solid,
            "again.esd",
            to("again.esd").compression(WimCompression.LZX).solid(compression, chunkSize));
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(solid));
    Path apart = copy(solid, "apart.wim", to("apart.wim").compression(WimCompression.LZX));
    assertThat(metadata(apart, 1)).isEqualTo(metadata(source, 1));
  }

  @Test
  void resourcesOfTheSameFormAreCopiedAsTheyAreStored() throws IOException {
    Path source = SharedData.data("wim/LZX.wim");
    Path copy = copy(source, "copy.wim", to("copy.wim").compression(WimCompression.LZX));
    try (WimFile before = WimFile.open(source);
        WimFile after = WimFile.open(copy)) {
      for (Blob blob : before.blobs()) {
        Blob copied = after.blob(blob.sha1()).orElseThrow();
        assertThat(after.device().read(copied.offset(), (int) copied.storedSize()))
            .isEqualTo(before.device().read(blob.offset(), (int) blob.storedSize()));
        assertThat(copied.referenceCount()).isPositive();
      }
    }
  }

  @Test
  void copyOfOneFormHasTheSameBytesHoweverManyThreads() throws IOException {
    Path source = SharedData.data("wim/ntfs-features.wim");
    Path two = copy(source, "two.wim", to("two.wim").compression(WimCompression.XPRESS));
    try (WimFile file = WimFile.open(source);
        WimWriter writer = to("one.wim").compression(WimCompression.XPRESS).open()) {
      writer.importImages(file, file.images());
      writer.finish();
    }
    assertThat(Files.readAllBytes(folder.resolve("one.wim"))).isEqualTo(Files.readAllBytes(two));
  }

  @Test
  void damagedBlobIsNotCopiedIntoAnotherForm() throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.data("wim/XPRESS.wim"));
    Path damaged = folder.resolve("damaged.wim");
    try (WimFile file = WimFile.open(SharedData.data("wim/XPRESS.wim"))) {
      Blob blob = file.blobs().iterator().next();
      bytes[(int) (blob.offset() + blob.storedSize() / 2)] ^= 0x10;
    }
    Files.write(damaged, bytes);
    assertThatThrownBy(
            () -> copy(damaged, "copy.wim", to("copy.wim").compression(WimCompression.LZX)))
        .isInstanceOf(CorruptFormatException.class);
    assertThat(folder).isDirectoryNotContaining("glob:**copy.wim*");
  }
}
