package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What wimlib applies to an NTFS volume equals the source, in whatever form it is written. */
class AppliedVolumeTest {

  private static final WimImageInfo INFO = WimImageInfo.builder().name("sample").build();
  private static final int SOLID_CHUNK = 1 << 16;

  @TempDir private Path folder;

  /** The forms that files are written in. */
  enum Form {
    NONE,
    XPRESS,
    LZX,
    LZMS,
    SOLID_XPRESS,
    SOLID_LZX,
    SOLID_LZMS,
    WITH_INTEGRITY_TABLE,
    PIPABLE,
    SPLIT,
    RECOMPRESSED,
    APPENDED
  }

  /** All of them in the full run; the sample has one of each kind of place for blobs. */
  static List<Form> forms() {
    return Seed.isFull()
        ? List.of(Form.values())
        : List.of(Form.LZX, Form.SOLID_LZMS, Form.SPLIT, Form.APPENDED);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void volumeHoldsWhatWasWritten(Form form) throws IOException {
    NewFile tree = SampleTree.everything();
    Path path = write(form, tree);
    Path volume = folder.resolve("ntfs.img");
    FileDevice.create(volume, 32 << 20).close();
    ExternalTool.named("mkntfs").output("-F", "-f", "-q", volume);
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    String index = form == Form.APPENDED ? "2" : "1";
    if (form == Form.SPLIT) {
      String others = path.toString().replace(".swm", "*.swm");
      wimlib.output("verify", path, "--ref=" + others);
      wimlib.output("apply", path, index, volume, "--ref=" + others);
    } else {
      wimlib.output("verify", path);
      wimlib.output("apply", path, index, volume);
    }
    Path captured = folder.resolve("captured.wim");
    wimlib.output("capture", volume, captured, "--compress=none");
    Path reference = form == Form.NONE ? path : plain("reference.wim", SampleTree.everything());
    try (WimFile written = WimFile.open(reference);
        WimFile read = WimFile.open(captured)) {
      Map<String, String> expected = summary(written.image(1));
      Map<String, String> actual = summary(read.image(1));
      // mkntfs gives the root its own attributes and descriptor.
      expected.remove("/");
      actual.remove("/");
      assertThat(actual).isEqualTo(expected);
      assertHoldsWhatIsOptional(written.image(1), read.image(1));
    }
  }

  private Path plain(String name, NewFile tree) throws IOException {
    return write(WimWriter.to(folder.resolve(name)), folder.resolve(name), tree);
  }

  private static Path write(WimWriter.Settings settings, Path path, NewFile tree)
      throws IOException {
    try (WimWriter writer = settings.open()) {
      writer.addImage(INFO, tree);
      writer.finish();
    }
    return path;
  }

  private Path write(Form form, NewFile tree) throws IOException {
    Path path = folder.resolve("written.wim");
    WimWriter.Settings settings = WimWriter.to(path).compression(WimCompression.LZX);
    return switch (form) {
      case NONE, XPRESS, LZX, LZMS ->
          write(settings.compression(WimCompression.valueOf(form.name())), path, tree);
      case SOLID_XPRESS -> write(settings.solid(WimCompression.XPRESS, SOLID_CHUNK), path, tree);
      case SOLID_LZX -> write(settings.solid(WimCompression.LZX, SOLID_CHUNK), path, tree);
      case SOLID_LZMS -> write(settings.solid(WimCompression.LZMS, SOLID_CHUNK), path, tree);
      case WITH_INTEGRITY_TABLE -> write(settings.integrity(true), path, tree);
      case PIPABLE -> piped(write(settings, path, tree));
      case SPLIT -> split(write(settings, path, tree));
      case RECOMPRESSED -> recompressed(settings, path, tree);
      case APPENDED -> appended(write(settings, path, NewFile.directory()), tree);
    };
  }

  private Path piped(Path path) throws IOException {
    Path piped = folder.resolve("piped.wim");
    try (WimFile wim = WimFile.open(path);
        OutputStream out = Files.newOutputStream(piped)) {
      PipableCopy.write(wim, out, ProgressListener.NONE);
    }
    return piped;
  }

  private Path split(Path path) throws IOException {
    Path first = folder.resolve("part.swm");
    try (WimFile wim = WimFile.open(path)) {
      WimSplitter.of(wim, first, 200_000).split();
    }
    assertThat(folder.resolve("part2.swm")).exists();
    return first;
  }

  private Path recompressed(WimWriter.Settings settings, Path path, NewFile tree)
      throws IOException {
    try (WimFile wim = WimFile.open(plain("plain.wim", tree));
        WimWriter writer = settings.compression(WimCompression.XPRESS).open()) {
      writer.importImages(wim, wim.images());
      writer.finish();
    }
    return path;
  }

  private static Path appended(Path path, NewFile tree) throws IOException {
    try (WimEditor editor = WimEditor.of(path).open()) {
      editor.addImage(INFO, tree);
      editor.finish();
    }
    return path;
  }

  /** What an NTFS volume takes in, without what wimlib loses or adds on the way. */
  private static Map<String, String> summary(WimImage image) {
    Map<String, String> summary = new TreeMap<>();
    for (WimEntry entry : image.entries()) {
      WimInode inode = entry.inode();
      summary.put(
          entry.path(),
          String.format(
              "%x %s %d %d %x %d %s",
              inode.attributes() & ~0x10,
              entry.shortName().orElse(""),
              inode.creationTime(),
              inode.lastWriteTime(),
              inode.reparseTag(),
              inode.linkCount(),
              inode.streams()));
    }
    return summary;
  }

  /** Where the source has none, mkntfs's and wimlib's own stand in the volume. */
  private static void assertHoldsWhatIsOptional(WimImage written, WimImage read) {
    int descriptors = 0;
    for (WimEntry entry : written.entries()) {
      WimInode there = read.find(entry.path()).orElseThrow().inode();
      if (entry != written.root() && entry.inode().securityDescriptor().isPresent()) {
        assertThat(there.securityDescriptor())
            .as(entry.path())
            .contains(entry.inode().securityDescriptor().get());
        descriptors++;
      }
      if (entry.inode().objectId().isPresent()) {
        assertThat(there.objectId()).as(entry.path()).contains(entry.inode().objectId().get());
      }
    }
    assertThat(descriptors).isPositive();
  }
}
