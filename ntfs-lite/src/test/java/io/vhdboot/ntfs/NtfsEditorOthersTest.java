package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits volumes that Windows and Linux made, and leaves alone what was there. */
class NtfsEditorOthersTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ntfs/ntfs-2m.raw.gz, 65536, 2097152",
    "ntfs/ntfs-lastaccess.raw.gz, 65536, 4096",
    "ntfs/ntfs-si-vs-fn.raw.gz, 65536, 4096",
    "ntfs/ntfs_index.raw.gz, 65536, 2048",
    "ntfs/ntfs3.raw.gz, 0, 4096",
    "ntfs/ntfs3_attrlist.raw.gz, 0, 4096",
    "ntfs/testfs1.gz, 0, 512",
  })
  void editsBesideWhatIsThere(String file, long offset, int cluster) throws IOException {
    Path image = SharedData.unpacked(file, folder);
    int errors = errors(image, offset);
    try (FileDevice whole = FileDevice.open(image)) {
      BlockDevice device = whole.slice(offset, whole.size() - offset);
      TreeMap<String, Long> before = contents(NtfsVolume.open(device));
      edit(device, cluster, Seed.cases(2000, 60), "NtfsEditorOthersTest " + file);
      assertThat(contents(NtfsVolume.open(device))).isEqualTo(before);
    }
    assertThat(errors(image, offset)).isLessThanOrEqualTo(errors);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tablesInHundredsOfPiecesGrow(boolean residentList) throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.unpacked("ntfs/testfs1.gz", folder));
    FragmentedTable.scatter(bytes, residentList);
    MemoryDevice device = MemoryDevice.wrap("scattered", bytes);
    TreeMap<String, Long> before = contents(NtfsVolume.open(device));
    long records = NtfsVolume.open(device).recordCount();
    edit(device, 512, 100, "tablesInHundredsOfPiecesGrow");
    try (NtfsEditor editor = NtfsEditor.open(device)) {
      NtfsFile directory =
          editor.createDirectory(editor.volume().root(), "more", NewFileOptions.defaults());
      for (int i = 0; editor.volume().recordCount() < records + 100; i++) {
        editor.createFile(directory, "file " + i, NewFileOptions.defaults());
      }
      editor.deleteTree(editor.volume().root(), "more");
    }
    assertThat(contents(NtfsVolume.open(device))).isEqualTo(before);
    Path image = Files.write(folder.resolve("v.img"), device.read(0, bytes.length));
    assertThat(errors(image, 0)).isZero();
  }

  /** Edits below a directory of its own, which goes again in the end. */
  private static void edit(BlockDevice device, int cluster, int steps, String name)
      throws IOException {
    EditModel model = new EditModel();
    RandomEdits edits = new RandomEdits(Seed.random(name), model, cluster, 60_000);
    edits.open(device);
    NtfsFile top =
        edits
            .editor()
            .createDirectory(
                edits.editor().volume().root(), "edited by us", NewFileOptions.defaults());
    model.root.reference = top.reference();
    edits.editor().close();
    for (int session = 0; session < 2; session++) {
      edits.open(device);
      for (int i = 0; i < steps / 2; i++) {
        edits.step();
      }
      edits.editor().close();
      NtfsVolume volume = NtfsVolume.open(device);
      model.check(volume, volume.file("edited by us"));
    }
    edits.open(device);
    edits.editor().deleteTree(edits.editor().volume().root(), "edited by us");
    edits.editor().close();
  }

  /** Checksums of all streams of the user's files, by their paths. */
  private static TreeMap<String, Long> contents(NtfsVolume volume) throws IOException {
    TreeMap<String, Long> contents = new TreeMap<>();
    volume
        .root()
        .walk(
            (path, entry) -> {
              if (entry.isMetafile() || path.startsWith("$Extend")) {
                return false;
              }
              NtfsFile file = volume.file(entry);
              contents.put(path, file.created());
              for (NtfsStream stream : file.streams()) {
                contents.put(path + ":" + stream.name(), stream.isEncrypted() ? 0 : sum(stream));
              }
              return true;
            });
    return contents;
  }

  private static long sum(NtfsStream stream) throws IOException {
    CRC32 sum = new CRC32();
    ByteBuffer step = ByteBuffer.allocate(1 << 16);
    for (long at = 0; at < stream.size(); at += step.capacity()) {
      step.clear();
      stream.read(at, step);
      sum.update(step.flip());
    }
    return sum.getValue();
  }

  private static int errors(Path image, long offset) {
    String output =
        ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
            .run(image, "--offset", offset)
            .output();
    Matcher found = Pattern.compile("ntfscheck: (\\d+) errors").matcher(output);
    assertThat(found.find()).as(output).isTrue();
    return Integer.parseInt(found.group(1));
  }
}
