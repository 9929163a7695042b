package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WimWriterTest {

  private static final UUID GUID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
  private static final WimImageInfo INFO =
      WimImageInfo.builder()
          .name("Sample <1> & \"more\"")
          .description("what it is")
          .property("FLAGS", "Professional")
          .property("WINDOWS/ARCH", "9")
          .property("WINDOWS/VERSION/MAJOR", "10")
          .language("en-US")
          .creationTime(SampleTree.TIME)
          .lastModificationTime(SampleTree.TIME)
          .build();

  @TempDir Path folder;

  private Path write(String name, WimCompression compression, NewFile... roots) throws IOException {
    Path path = folder.resolve(name);
    try (WimWriter writer =
        WimWriter.to(path).compression(compression).guid(GUID).bootIndex(1).open()) {
      for (NewFile root : roots) {
        writer.addImage(INFO, root);
      }
      writer.finish();
    }
    return path;
  }

  @ParameterizedTest
  @EnumSource
  void wimlibReadsWhatIsWrittenAsItIsReadHere(WimCompression compression) throws IOException {
    Path path = write("a.wim", compression, SampleTree.everything(), SampleTree.everything());
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    assertThat(wimlib.output("verify", path)).doesNotContain("Ignoring");
    assertThat(wimlib.output("info", path))
        .contains("Boot Index:     1")
        .contains("Sample <1> & \"more\"")
        .contains("Image Count:    2")
        .contains("0x67452301ab89efcd0123456789abcdef");
    try (WimFile wim = WimFile.open(path)) {
      for (int index = 1; index <= 2; index++) {
        WimImage image = wim.image(index);
        assertThat(image.warnings()).isEmpty();
        assertThat(
                WimlibListing.differences(
                    WimlibListing.byWimlib(path, index), WimlibListing.of(image)))
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void treeIsReadAsItWasWritten(WimCompression compression) throws IOException {
    try (WimFile wim = WimFile.open(write("a.wim", compression, SampleTree.everything()))) {
      assertThat(wim.compression()).isEqualTo(compression);
      assertThat(wim.guid()).isEqualTo(GUID);
      WimImage image = wim.image(1);
      WimInode kernel = inode(image, "/windows/SYSTEM32/ntoskrnl.exe");
      assertThat(kernel.links())
          .extracting(WimEntry::path)
          .containsExactly("/Windows/Kernel copy.exe", "/Windows/System32/ntoskrnl.exe");
      assertThat(kernel.securityDescriptor()).contains(SampleTree.SYSTEM_ONLY);
      assertThat(read(wim, kernel)).isEqualTo(SampleTree.words(100_000, 1));
      assertThat(inode(image, "/files/empty").data()).isEmpty();
      assertThat(inode(image, "/files/same bytes.txt").data().orElseThrow().blob())
          .isEqualTo(inode(image, "/files/same bytes again.txt").data().orElseThrow().blob());
      assertThat(read(wim, inode(image, "/files/large"))).isEqualTo(SampleTree.words(3_300_000, 3));
      WimInode windows = inode(image, "/Windows");
      assertThat(windows.creationTime()).isEqualTo(SampleTree.TIME + 1);
      assertThat(windows.lastAccessTime()).isEqualTo(SampleTree.TIME + 2);
      assertThat(windows.lastWriteTime()).isEqualTo(SampleTree.TIME + 3);
      assertThat(image.find("/Windows/System32").orElseThrow().shortName()).contains("SYSTEM~1");
      WimInode symlink = inode(image, "/symlink");
      assertThat(symlink.reparseTag()).isEqualTo(SampleTree.SYMLINK);
      assertThat(symlink.isReparseNotFixed()).isTrue();
      assertThat(wim.readFully(symlink.reparseData().orElseThrow().blob().orElseThrow()))
          .isEqualTo(SampleTree.link("\\??\\C:\\Windows", 0));
      assertThat(inode(image, "/junction").isReparseNotFixed()).isFalse();
      assertThat(read(wim, inode(image, "/deduplicated")))
          .isEqualTo(SampleTree.text("with data too"));
      WimInode identified = inode(image, "/identified");
      assertThat(identified.objectId()).contains(SampleTree.noise(64, 4));
      assertThat(identified.extendedAttributes())
          .containsExactly(
              new ExtendedAttribute("$KERNEL.PURGE.X", 0, SampleTree.noise(30, 5)),
              new ExtendedAttribute("EMPTY", 0x80, new byte[0]));
      assertThat(read(wim, inode(image, "/names/case"))).isEqualTo(SampleTree.text("lower"));
      assertThat(read(wim, inode(image, "/names/CASE"))).isEqualTo(SampleTree.text("upper"));
      assertThat(inode(image, "/names/half \ud83d").attributes()).isEqualTo(0x20);
    }
  }

  @Test
  void xmlCountsAsWimlibCounts() throws IOException {
    Path path = write("a.wim", WimCompression.NONE, SampleTree.everything());
    Path again = folder.resolve("again.wim");
    // An update that adds nothing makes wimlib count anew.
    Files.copy(path, again);
    ExternalTool.named("wimlib-imagex")
        .output("update", again, "1", "--command=add /dev/null /names/null");
    try (WimFile ours = WimFile.open(path);
        WimFile theirs = WimFile.open(again)) {
      WimImageInfo info = ours.images().get(0);
      WimImageInfo counted = theirs.images().get(0);
      assertThat(info.fileCount().getAsLong() + 1).isEqualTo(counted.fileCount().getAsLong());
      assertThat(info.directoryCount()).isEqualTo(counted.directoryCount());
      assertThat(info.totalBytes()).isEqualTo(counted.totalBytes());
      assertThat(info.hardLinkBytes()).isEqualTo(counted.hardLinkBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void wimlibAppliesWhatIsWritten(WimCompression compression) throws IOException {
    Path path = write("a.wim", compression, SampleTree.everything());
    Path applied = folder.resolve("applied");
    ExternalTool.named("wimlib-imagex").output("apply", path, "1", applied);
    Map<String, Integer> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.list(applied.resolve("files"))) {
      for (Path file : files.toList()) {
        sizes.put(file.getFileName().toString(), Files.readAllBytes(file).length);
      }
    }
    assertThat(sizes)
        .containsEntry("empty", 0)
        .containsEntry("noise", 70_001)
        .containsEntry("large", 3_300_000)
        .containsEntry("streams", 4);
    assertThat(Files.readAllBytes(applied.resolve("files/large")))
        .isEqualTo(SampleTree.words(3_300_000, 3));
  }

  @Test
  void integrityTableIsAsWimlibComputesIt() throws IOException {
    Path path = folder.resolve("a.wim");
    NewFile root = NewFile.directory();
    root.add("noise", NewFile.of(SampleTree.noise(11 << 20, 1)));
    try (WimWriter writer = WimWriter.to(path).integrity(true).open()) {
      writer.addImage(INFO, root);
      writer.finish();
    }
    assertThat(ExternalTool.named("wimlib-imagex").output("verify", path))
        .doesNotContain("does not contain integrity");
    try (WimFile wim = WimFile.open(path)) {
      assertThat(wim.hasIntegrityTable()).isTrue();
      wim.checkIntegrity(ProgressListener.NONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sameInputGivesTheSameBytes(WimCompression compression) throws IOException {
    byte[] first = Files.readAllBytes(write("a.wim", compression, SampleTree.everything()));
    byte[] second = Files.readAllBytes(write("b.wim", compression, SampleTree.everything()));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void randomTreesAreReadAsWimlibReadsThem() throws IOException {
    SplittableRandom random = Seed.random("randomTreesAreReadAsWimlibReadsThem");
    for (int i = 0; i < Seed.cases(200, 5); i++) {
      Path path =
          write("r" + i + ".wim", WimCompression.NONE, SampleTree.random(random, 1 + 60 * i));
      ExternalTool.named("wimlib-imagex").output("verify", path);
      try (WimFile wim = WimFile.open(path)) {
        assertThat(
                WimlibListing.differences(
                    WimlibListing.byWimlib(path, 1), WimlibListing.of(wim.image(1))))
            .isEmpty();
      }
    }
  }

  @Test
  void emptyImageIsRead() throws IOException {
    Path path = write("a.wim", WimCompression.NONE, NewFile.directory());
    ExternalTool.named("wimlib-imagex").output("verify", path);
    try (WimFile wim = WimFile.open(path)) {
      assertThat(wim.blobs()).isEmpty();
      assertThat(wim.image(1).root().children()).isEmpty();
    }
  }

  @Test
  void fileThatIsThereIsNotReplacedUnlessAllowed() throws IOException {
    Path path = Files.write(folder.resolve("a.wim"), new byte[] {1});
    assertThatThrownBy(() -> WimWriter.to(path).open())
        .isInstanceOf(FileAlreadyExistsException.class);
    try (WimWriter writer = WimWriter.to(path).overwrite(true).open()) {
      writer.addImage(INFO, NewFile.directory());
      assertThat(Files.readAllBytes(path)).containsExactly(1);
      writer.finish();
    }
    try (WimFile wim = WimFile.open(path)) {
      assertThat(wim.images()).hasSize(1);
    }
  }

  @Test
  void unfinishedFileLeavesNothingBehind() throws IOException {
    Path path = folder.resolve("a.wim");
    try (WimWriter writer = WimWriter.to(path).open()) {
      writer.addImage(INFO, SampleTree.everything());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void sourceThatChangesIsFoundOut() throws IOException {
    AtomicInteger opened = new AtomicInteger();
    NewFile root = NewFile.directory();
    root.add(
        "changing",
        NewFile.of(
            () -> new ByteArrayInputStream(SampleTree.noise(2_000_000, opened.getAndIncrement()))));
    try (WimWriter writer = WimWriter.to(folder.resolve("a.wim")).open()) {
      assertThatThrownBy(() -> writer.addImage(INFO, root))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("other bytes");
    }
  }

  @Test
  void namesThatReadersDropAreNotTaken() {
    NewFile root = NewFile.directory();
    for (String name : new String[] {"", ".", "..", "a\0b", "x".repeat(32768)}) {
      assertThatThrownBy(() -> root.add(name, NewFile.of(new byte[0])))
          .isInstanceOf(IllegalArgumentException.class);
    }
    root.add("twice", NewFile.of(new byte[0]));
    assertThatThrownBy(() -> root.add("twice", NewFile.of(new byte[0])))
        .isInstanceOf(IllegalArgumentException.class);
    NewFile directory = root.add("directory", NewFile.directory());
    assertThatThrownBy(() -> root.add("again", directory))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static WimInode inode(WimImage image, String path) {
    return image.find(path).orElseThrow(() -> new AssertionError(path)).inode();
  }

  private static byte[] read(WimFile wim, WimInode inode) throws IOException {
    return wim.readFully(inode.data().flatMap(WimStream::blob).orElseThrow());
  }
}
