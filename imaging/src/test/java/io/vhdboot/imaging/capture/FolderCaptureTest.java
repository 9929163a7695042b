package io.vhdboot.imaging.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.wim.WimCompression;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderCaptureTest {

  private static final Instant TIME = Instant.parse("2020-02-03T04:05:06.123456700Z");

  @TempDir Path folder;

  private Path source;

  @BeforeEach
  void makeTree() throws IOException {
    source = Files.createDirectories(folder.resolve("source"));
    Files.write(source.resolve("file.txt"), new byte[] {1, 2, 3});
    Files.write(source.resolve("empty"), new byte[0]);
    Files.createDirectories(source.resolve("sub/deeper"));
    Files.write(source.resolve("sub/large"), new byte[3_000_000]);
    Files.setLastModifiedTime(source.resolve("file.txt"), FileTime.from(TIME));
    Files.write(source.resolve("pagefile.sys"), new byte[10]);
  }

  private CapturedTree write(Path target, FolderCapture capture) throws IOException {
    CapturedTree tree = capture.capture();
    try (WimWriter writer = WimWriter.to(target).compression(WimCompression.LZX).open()) {
      writer.addImage(WimImageInfo.builder().name("folder").build(), tree.root());
      writer.finish();
    }
    return tree;
  }

  private static void link(Path link, String target) throws IOException {
    try {
      Files.createSymbolicLink(link, Path.of(target));
    } catch (IOException | UnsupportedOperationException e) {
      Assumptions.abort("symbolic links cannot be made here: " + e);
    }
  }

  @Test
  void namesContentsAndTimesAreCaptured() throws IOException {
    Path target = folder.resolve("a.wim");
    CapturedTree tree = write(target, FolderCapture.of(source));
    assertThat(tree.warnings()).isEmpty();
    assertThat(tree.names()).isEqualTo(5);
    try (WimFile wim = WimFile.open(target)) {
      WimImage image = wim.image(1);
      WimInode file = image.find("/file.txt").orElseThrow().inode();
      assertThat(file.lastWriteTime()).isEqualTo(FileTime100ns.of(TIME));
      assertThat(wim.readFully(file.data().orElseThrow().blob().orElseThrow()))
          .containsExactly(1, 2, 3);
      assertThat(image.find("/sub/deeper").orElseThrow().inode().isDirectory()).isTrue();
      assertThat(image.find("/sub/large").orElseThrow().inode().data().orElseThrow().size())
          .isEqualTo(3_000_000);
      assertThat(image.find("/pagefile.sys")).isEmpty();
    }
  }

  @Test
  void imageIsWhatWimlibCapturesOfTheFolder() throws IOException {
    Files.createLink(source.resolve("sub/linked"), source.resolve("file.txt"));
    link(source.resolve("relative"), "sub/deeper");
    link(source.resolve("absolute"), source.resolve("sub").toString());
    link(source.resolve("outside"), "/usr/share");
    Path ours = folder.resolve("ours.wim");
    write(ours, FolderCapture.of(source).fixLinks(false));
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    wimlib.output("verify", ours);
    Path theirs = folder.resolve("theirs.wim");
    wimlib.output("capture", source, theirs, "--compress=none", "--norpfix");
    assertThat(ImageSummary.differences(withoutTimes(theirs), withoutTimes(ours))).isEmpty();
  }

  /** Reading changes some times, and wimlib does not tell when a file was made. */
  private static Map<String, String> withoutTimes(Path wim) throws IOException {
    Map<String, String> summary = new TreeMap<>();
    ImageSummary.of(wim)
        .forEach((path, text) -> summary.put(path, text.replaceFirst("times \\d+ \\d+ ", "")));
    return summary;
  }

  @Test
  void linkIntoTheFolderLeadsFromTheRoot() throws IOException {
    link(source.resolve("absolute"), source.resolve("sub").toString());
    Path target = folder.resolve("a.wim");
    write(target, FolderCapture.of(source));
    try (WimFile wim = WimFile.open(target)) {
      WimEntry link = wim.image(1).find("/absolute").orElseThrow();
      assertThat(link.inode().isReparseNotFixed()).isFalse();
      assertThat(link.inode().isDirectory()).isTrue();
      byte[] data = wim.readFully(link.inode().reparseData().orElseThrow().blob().orElseThrow());
      assertThat(new String(data, java.nio.charset.StandardCharsets.UTF_16LE))
          .contains("\\??\\C:\\sub")
          .doesNotContain("source");
    }
    Path applied = folder.resolve("applied");
    ExternalTool.named("wimlib-imagex").output("apply", target, "1", applied);
    assertThat(Files.isSymbolicLink(applied.resolve("absolute"))).isTrue();
  }

  @Test
  void fileIsNoFolder() {
    assertThatThrownBy(() -> FolderCapture.of(source.resolve("file.txt")))
        .isInstanceOf(NotDirectoryException.class);
  }
}
