package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are exported, split, piped and changed, or refused by name; never worse. */
@Timeout(3000)
class WritingRobustnessTest {

  private static final int BLOB_TABLE_OFFSET = 0x38;

  @TempDir Path folder;

  /** Something that is done with a damaged file. */
  private interface Work {
    void run(byte[] mutant) throws IOException;
  }

  private byte[] small(boolean solid) throws IOException {
    NewFile root = NewFile.directory().securityDescriptor(SampleTree.SYSTEM_ONLY);
    NewFile linked = root.add("words", NewFile.of(SampleTree.words(70_000, 1)));
    root.add("linked", linked);
    root.add("noise", NewFile.of(SampleTree.noise(500, 1)));
    root.add("streams", NewFile.of(SampleTree.text("x")).stream("s", SampleTree.source("yy")));
    Path path = folder.resolve("small.wim");
    WimWriter.Settings settings =
        WimWriter.to(path).compression(WimCompression.LZX).integrity(true).overwrite(true);
    if (solid) {
      settings.solid(WimCompression.LZX, 32768);
    }
    try (WimWriter writer = settings.open()) {
      writer.addImage(WimImageInfo.builder().name("one").build(), root);
      writer.addImage(WimImageInfo.builder().name("two").build(), NewFile.directory());
      writer.finish();
    }
    return Files.readAllBytes(path);
  }

  private void mutate(String name, byte[] bytes, Work work) {
    SplittableRandom random = Seed.random(name);
    int table = (int) LittleEndian.u32(bytes, BLOB_TABLE_OFFSET);
    int refused = 0;
    int cases = Seed.cases(20_000, 300);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = bytes.clone();
      // Header, tables and the rest in turn.
      int from = i % 3 == 1 ? table : 0;
      int to = i % 3 == 0 ? WimHeader.SIZE : bytes.length;
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        mutant[random.nextInt(from, to)] = (byte) random.nextInt(256);
      }
      try {
        work.run(mutant);
      } catch (DiskFormatException e) {
        refused++;
      } catch (IOException e) {
        // The mark that a file is not to be changed is no damage.
        assertThat(e).hasMessageContaining("read-only");
      } catch (RuntimeException e) {
        fail("not a format exception", e);
      }
    }
    assertThat(refused).isBetween(1, cases - 1);
  }

  private void copy(byte[] mutant, WimCompression compression, boolean solid) throws IOException {
    WimWriter.Settings settings =
        WimWriter.to(folder.resolve("copy.wim")).compression(compression).overwrite(true);
    if (solid) {
      settings.solid(WimCompression.LZX, 32768);
    }
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("mutant", mutant));
        WimWriter writer = settings.open()) {
      writer.importImages(wim, wim.images());
      writer.finish();
    }
  }

  @Test
  void damagedFileIsExportedOrRefused() throws IOException {
    byte[] bytes = small(false);
    mutate("damagedFileIsExportedOrRefused", bytes, m -> copy(m, WimCompression.XPRESS, false));
    mutate("damagedFileIsCopiedOrRefused", bytes, m -> copy(m, WimCompression.LZX, false));
    mutate("damagedFileIsMadeSolidOrRefused", bytes, m -> copy(m, WimCompression.LZX, true));
  }

  @Test
  void damagedSolidFileIsExportedOrRefused() throws IOException {
    byte[] bytes = small(true);
    mutate(
        "damagedSolidFileIsExportedOrRefused", bytes, m -> copy(m, WimCompression.XPRESS, false));
    mutate("damagedSolidFileIsCopiedOrRefused", bytes, m -> copy(m, WimCompression.LZX, true));
  }

  @Test
  void damagedFileIsChangedOrRefused() throws IOException {
    mutate(
        "damagedFileIsChangedOrRefused",
        small(true),
        mutant -> {
          try (WimEditor editor =
              WimEditor.of(MemoryDevice.wrap("mutant", mutant)).ignoreReadOnly(true).open()) {
            editor.addImage(
                WimImageInfo.builder().name("three").build(),
                NewFile.directory().stream("s", SampleTree.source("text")));
            editor.deleteImage(1);
            editor.finish();
          }
        });
  }

  @Test
  void damagedFileIsSplitAndPipedOrRefused() throws IOException {
    byte[] bytes = small(false);
    mutate(
        "damagedFileIsSplitOrRefused",
        bytes,
        mutant -> {
          try (WimFile wim = WimFile.open(MemoryDevice.wrap("mutant", mutant))) {
            WimSplitter.of(wim, folder.resolve("part.swm"), 10_000).overwrite(true).split();
          }
        });
    mutate(
        "damagedFileIsPipedOrRefused",
        bytes,
        mutant -> {
          try (WimFile wim = WimFile.open(MemoryDevice.wrap("mutant", mutant))) {
            PipableCopy.write(wim, OutputStream.nullOutputStream(), ProgressListener.NONE);
          }
        });
  }
}
