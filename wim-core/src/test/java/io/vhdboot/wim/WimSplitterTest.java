package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WimSplitterTest {

  private static final long PART_SIZE = 60_000;

  @TempDir Path folder;

  private Path whole() throws IOException {
    Path path = folder.resolve("whole.wim");
    NewFile root = NewFile.directory();
    for (int i = 0; i < 40; i++) {
      root.add("file " + i, NewFile.of(SampleTree.words(20_000, i)));
    }
    root.add("large", NewFile.of(SampleTree.noise(90_000, 1)));
    try (WimWriter writer =
        WimWriter.to(path)
            .compression(WimCompression.LZX)
            .guid(new UUID(3, 4))
            .bootIndex(1)
            .integrity(true)
            .open()) {
      writer.addImage(WimImageInfo.builder().name("whole").build(), root);
      writer.finish();
    }
    return path;
  }

  private List<Path> split() throws IOException {
    try (WimFile wim = WimFile.open(whole())) {
      return WimSplitter.of(wim, folder.resolve("parts.swm"), PART_SIZE).split();
    }
  }

  @Test
  void partsAreOfTheSizeAndNamedInOrder() throws IOException {
    List<Path> parts = split();
    assertThat(parts).hasSizeGreaterThan(4);
    assertThat(parts.get(0)).hasFileName("parts.swm");
    assertThat(parts.get(1)).hasFileName("parts2.swm");
    // One blob is larger than a part.
    assertThat(parts).filteredOn(part -> part.toFile().length() > PART_SIZE).hasSize(1);
    try (WimFile set = WimFile.open(parts.get(2))) {
      set.checkIntegrity(ProgressListener.NONE);
      assertThat(set.bootIndex()).isEqualTo(1);
      assertThat(set.blobs()).hasSize(41);
      new BlobStreamer(set).stream(set.blobs(), BlobConsumer.NONE);
    }
  }

  @Test
  void wimlibJoinsTheParts() throws IOException {
    List<Path> parts = split();
    Path joined = folder.resolve("joined.wim");
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    Object[] arguments = new Object[parts.size() + 2];
    arguments[0] = "join";
    arguments[1] = joined;
    for (int i = 0; i < parts.size(); i++) {
      arguments[i + 2] = parts.get(i);
    }
    wimlib.output(arguments);
    wimlib.output("verify", joined);
    try (WimFile wim = WimFile.open(joined)) {
      assertThat(wim.blobs()).hasSize(41);
      assertThat(wim.image(1).find("/large")).isPresent();
    }
  }

  @Test
  void joinedPartsAreTheWholeAgain() throws IOException {
    List<Path> parts = split();
    Path joined = folder.resolve("joined.wim");
    try (WimFile set = WimFile.open(parts.get(0));
        WimWriter writer = WimWriter.to(joined).like(set).open()) {
      writer.importImages(set, set.images());
      writer.finish();
    }
    ExternalTool.named("wimlib-imagex").output("verify", joined);
    try (WimFile wim = WimFile.open(joined);
        WimFile whole = WimFile.open(folder.resolve("whole.wim"))) {
      assertThat(wim.guid()).isEqualTo(whole.guid());
      assertThat(wim.bootIndex()).isEqualTo(1);
      assertThat(wim.metadata(1)).isEqualTo(whole.metadata(1));
      assertThat(wim.size()).isEqualTo(whole.size());
    }
  }

  @Test
  void fileThatIsThereStopsTheSplit() throws IOException {
    Path there = Files.write(folder.resolve("parts3.swm"), new byte[] {1});
    assertThatThrownBy(this::split).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(there).hasSize(1);
    assertThat(folder.resolve("parts.swm")).doesNotExist();
  }

  @Test
  void solidFileIsRefused() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/ntfs-features.esd"))) {
      assertThatThrownBy(() -> WimSplitter.of(wim, folder.resolve("p.swm"), PART_SIZE).split())
          .isInstanceOf(UnsupportedFormatException.class);
    }
  }
}
