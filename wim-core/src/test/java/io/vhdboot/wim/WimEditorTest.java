package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are changed where they lie. */
class WimEditorTest {

  @TempDir Path folder;

  private static WimImageInfo named(String name) {
    return WimImageInfo.builder().name(name).build();
  }

  /** A file with one image: {@code shared} and {@code first}. */
  private Path first(WimCompression compression, boolean integrity) throws IOException {
    Path path = folder.resolve("a.wim");
    try (WimWriter writer =
        WimWriter.to(path)
            .compression(compression)
            .integrity(integrity)
            .guid(new UUID(1, 2))
            .overwrite(true)
            .open()) {
      writer.addImage(named("first"), tree("first", 1));
      writer.finish();
    }
    return path;
  }

  private static NewFile tree(String name, long seed) {
    NewFile root = NewFile.directory().times(SampleTree.TIME);
    root.add("shared", NewFile.of(SampleTree.words(200_000, 99)));
    NewFile own = root.add(name, NewFile.of(SampleTree.words(50_000, seed)));
    root.add(name + " again", own);
    return root;
  }

  private static WimEditor edit(Path path) throws IOException {
    return WimEditor.of(path).open();
  }

  private void verify(Path path) {
    ExternalTool.named("wimlib-imagex").output("verify", path);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "XPRESS", "LZX"})
  void imageIsAppendedAndSharesBlobs(WimCompression compression) throws IOException {
    Path path = first(compression, true);
    try (WimEditor editor = edit(path)) {
      editor.addImage(named("second"), tree("second", 2));
      assertThat(editor.images()).extracting(WimImageInfo::name).containsExactly("first", "second");
      editor.setBootIndex(2);
      editor.finish();
    }
    verify(path);
    assertThat(ExternalTool.named("wimlib-imagex").output("info", path))
        .contains("Boot Index:     2")
        .contains("Image Count:    2");
    try (WimFile wim = WimFile.open(path)) {
      assertThat(wim.warnings()).isEmpty();
      assertThat(wim.guid()).isEqualTo(new UUID(1, 2));
      assertThat(wim.blobs()).hasSize(3);
      assertThat(wim.blob(Sha1.of(SampleTree.words(200_000, 99))).orElseThrow().referenceCount())
          .isEqualTo(2);
      wim.checkIntegrity(ProgressListener.NONE);
      assertThat(wim.hasIntegrityTable()).isTrue();
      assertThat(wim.image(1).find("/first again")).isPresent();
      assertThat(wim.image(2).find("/second again")).isPresent();
    }
  }

  @Test
  void integrityTableOfALargeFileKeepsTheChunksThatHold() throws IOException {
    Path path = folder.resolve("large.wim");
    try (WimWriter writer = WimWriter.to(path).integrity(true).open()) {
      NewFile root = NewFile.directory();
      root.add("large", NewFile.of(SampleTree.noise(25 << 20, 1)));
      writer.addImage(named("large"), root);
      writer.finish();
    }
    try (WimEditor editor = edit(path)) {
      editor.addImage(named("second"), tree("second", 2));
      editor.finish();
    }
    try (WimFile wim = WimFile.open(path)) {
      wim.checkIntegrity(ProgressListener.NONE);
    }
    verify(path);
  }

  @Test
  void deletedImageGoesWithWhatOnlyItNeeded() throws IOException {
    Path path = first(WimCompression.XPRESS, false);
    try (WimEditor editor = edit(path)) {
      editor.addImage(named("second"), tree("second", 2));
      editor.setBootIndex(2);
      editor.finish();
    }
    try (WimEditor editor = edit(path)) {
      editor.deleteImage(1);
      assertThat(editor.bootIndex()).isEqualTo(1);
      editor.finish();
    }
    verify(path);
    try (WimFile wim = WimFile.open(path)) {
      assertThat(wim.images()).extracting(WimImageInfo::name).containsExactly("second");
      assertThat(wim.bootIndex()).isEqualTo(1);
      assertThat(wim.blobs()).hasSize(2);
      assertThat(wim.blob(Sha1.of(SampleTree.words(200_000, 99))).orElseThrow().referenceCount())
          .isEqualTo(1);
      assertThat(wim.image(1).find("/second")).isPresent();
    }
    long before = Files.size(path);
    try (WimFile wim = WimFile.open(path);
        WimWriter writer = WimWriter.to(path).like(wim).overwrite(true).open()) {
      writer.importImages(wim, wim.images());
      writer.finish();
    }
    assertThat(Files.size(path)).isLessThan(before);
    verify(path);
  }

  @Test
  void imageOfWimlibsFileIsDeletedAndAnotherAdded() throws IOException {
    Path path = Files.copy(SharedData.data("wim/MultiImage.wim"), folder.resolve("m.wim"));
    int count;
    try (WimEditor editor = edit(path)) {
      count = editor.images().size();
      editor.deleteImage(1);
      editor.addImage(named("added"), SampleTree.everything());
      editor.finish();
    }
    verify(path);
    try (WimFile wim = WimFile.open(path)) {
      assertThat(wim.images()).hasSize(count);
      assertThat(wim.images().get(count - 1).name()).isEqualTo("added");
      for (WimImageInfo info : wim.images()) {
        assertThat(
                WimlibListing.differences(
                    WimlibListing.byWimlib(path, info.index()),
                    WimlibListing.of(wim.image(info.index()))))
            .isEmpty();
      }
    }
  }

  @Test
  void solidFileTakesAnImage() throws IOException {
    Path path = Files.copy(SharedData.data("wim/ntfs-features.esd"), folder.resolve("s.esd"));
    int before;
    try (WimFile wim = WimFile.open(path)) {
      before = wim.blobs().size();
    }
    try (WimEditor editor = WimEditor.of(path).solid(WimCompression.LZX).open()) {
      assertThat(editor.images()).hasSize(1);
      editor.describe(1, editor.images().get(0).toBuilder().name("renamed").build());
      editor.addImage(named("second"), tree("second", 2));
      editor.finish();
    }
    verify(path);
    try (WimFile wim = WimFile.open(path)) {
      assertThat(wim.blobs()).hasSize(before + 2).allMatch(Blob::isSolid);
      assertThat(wim.images().get(0).name()).isEqualTo("renamed");
      new BlobStreamer(wim).stream(wim.blobs(), BlobConsumer.NONE);
    }
  }

  @Test
  void whatIsSaidOfAnImageChangesAndTheRestStays() throws IOException {
    Path path = first(WimCompression.XPRESS, true);
    try (WimEditor editor = edit(path)) {
      WimImageInfo info = editor.images().get(0);
      editor.describe(
          1,
          info.toBuilder()
              .name("new name")
              .description("new description")
              .property("FLAGS", "Core")
              .property("DISPLAYNAME", "shown")
              .build());
      editor.finish();
    }
    verify(path);
    assertThat(ExternalTool.named("wimlib-imagex").output("info", path))
        .contains("new name")
        .contains("new description");
    try (WimFile wim = WimFile.open(path)) {
      wim.checkIntegrity(ProgressListener.NONE);
      assertThat(wim.images().get(0).flags()).contains("Core");
      assertThat(wim.images().get(0).fileCount()).hasValue(3);
    }
  }

  @Test
  void changeOfTheHeaderAloneAppendsNothing() throws IOException {
    Path path = first(WimCompression.XPRESS, true);
    long size = Files.size(path);
    try (WimEditor editor = edit(path)) {
      editor.setBootIndex(1);
      editor.setReadOnly(true);
      editor.finish();
    }
    assertThat(Files.size(path)).isEqualTo(size);
    verify(path);
    assertThatThrownBy(() -> edit(path)).isInstanceOf(AccessDeniedException.class);
    try (WimEditor editor = WimEditor.of(path).ignoreReadOnly(true).open()) {
      assertThat(editor.bootIndex()).isEqualTo(1);
      editor.setReadOnly(false);
      editor.finish();
    }
    edit(path).close();
  }

  @Test
  void whatWasNotFinishedIsTakenBack() throws IOException {
    Path path = first(WimCompression.LZX, true);
    byte[] before = Files.readAllBytes(path);
    try (WimEditor editor = edit(path)) {
      editor.addImage(named("second"), tree("second", 2));
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @Test
  void fileThatIsBeingWrittenOrPipableIsNotTaken() throws IOException {
    byte[] bytes = Files.readAllBytes(first(WimCompression.LZX, true));
    bytes[WimHeader.FLAGS_OFFSET] |= WimHeader.FLAG_WRITE_IN_PROGRESS;
    assertThatThrownBy(() -> WimEditor.of(MemoryDevice.wrap("busy", bytes)).open())
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("another program");
    Path pipable = Files.copy(SharedData.data("wim/small-pipable.wim"), folder.resolve("p.wim"));
    assertThatThrownBy(() -> edit(pipable)).isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void stopAtAnyWriteLeavesTheOldImagesOrAllOfTheNew() throws IOException {
    byte[] before = Files.readAllBytes(first(WimCompression.XPRESS, true));
    RecordingDevice device = new RecordingDevice(before);
    try (WimEditor editor = WimEditor.of(device).open()) {
      editor.addImage(named("second"), tree("second", 2));
      editor.deleteImage(1);
      editor.addImage(named("third"), tree("third", 3));
      editor.finish();
    }
    List<RecordingDevice.Event> events = device.events();
    SplittableRandom random = Seed.random("stopAtAnyWriteLeavesTheOldImagesOrAllOfTheNew");
    int old = 0;
    int changed = 0;
    for (int stop = 0; stop <= events.size(); stop++) {
      for (int torn = 0; torn < Seed.cases(50, 5); torn++) {
        RecordingDevice left = new RecordingDevice(before);
        int durable = lastFlush(events, stop);
        for (int i = 0; i < stop; i++) {
          left.apply(events.get(i), i < durable ? null : random);
        }
        try (WimFile wim = WimFile.open(left)) {
          List<String> names = wim.images().stream().map(WimImageInfo::name).toList();
          if (names.equals(List.of("first"))) {
            old++;
          } else {
            assertThat(names).containsExactly("second", "third");
            wim.checkIntegrity(ProgressListener.NONE);
            changed++;
          }
          for (WimImageInfo info : wim.images()) {
            for (WimEntry entry : wim.image(info.index()).entries()) {
              for (WimStream stream : entry.inode().streams()) {
                wim.readFully(stream.blob().orElseThrow());
              }
            }
          }
        }
      }
    }
    assertThat(old).isPositive();
    assertThat(changed).isPositive();
  }

  private static int lastFlush(List<RecordingDevice.Event> events, int stop) {
    for (int i = stop - 1; i >= 0; i--) {
      if (events.get(i) instanceof RecordingDevice.Flush) {
        return i;
      }
    }
    return 0;
  }
}
