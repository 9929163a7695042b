package io.vhdboot.imaging.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsChecker;
import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsEditOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsName;
import io.vhdboot.ntfs.NtfsStream;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images go into volumes that exist, and volumes are made of images. */
class EditedVolumeTest {

  private static final int SIZE = 48 << 20;

  @TempDir private Path folder;

  private static NtfsFormatOptions options(long size) {
    return NtfsFormatOptions.ofSize(size).build();
  }

  private static NtfsEditor editor(BlockDevice device) throws IOException {
    return NtfsEditor.open(
        device, NtfsEditOptions.defaults().withShortNames(NtfsEditOptions.ShortNameCreation.OFF));
  }

  /** Everything that is told of the files of a volume, by their paths. */
  private static Map<String, String> facts(NtfsVolume volume, String start) throws IOException {
    Map<String, String> facts = new TreeMap<>();
    Map<Long, String> first = new TreeMap<>();
    collect(volume, volume.file(start), "", first, facts);
    return facts;
  }

  private static void collect(
      NtfsVolume volume,
      NtfsFile directory,
      String path,
      Map<Long, String> first,
      Map<String, String> facts)
      throws IOException {
    for (NtfsDirectoryEntry entry : directory.list()) {
      if (entry.isMetafile()) {
        continue;
      }
      String name = path + "/" + entry.name();
      NtfsFile file = volume.file(entry.recordNumber());
      String known = first.putIfAbsent(entry.recordNumber(), name);
      facts.put(name, known == null ? facts(file, entry) : "is " + known + entry.shortName());
      if (file.isDirectory() && file.reparseTag().isEmpty()) {
        collect(volume, file, name, first, facts);
      }
    }
  }

  private static String facts(NtfsFile file, NtfsDirectoryEntry entry) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(Integer.toHexString(file.attributes())).append(' ').append(entry.shortName());
    text.append(' ').append(file.created()).append(' ').append(file.modified());
    text.append(' ').append(file.changed()).append(' ').append(file.accessed());
    text.append(" sd ").append(file.securityDescriptor().map(HexFormat.of()::formatHex));
    text.append(" id ").append(file.objectId().map(id -> HexFormat.of().formatHex(id, 0, 16)));
    text.append(" rp ").append(file.reparseData().map(HexFormat.of()::formatHex));
    file.extendedAttributes().forEach(each -> text.append(" ea ").append(each.name()));
    List<String> streams = new ArrayList<>();
    for (NtfsStream stream : file.streams()) {
      byte[] content =
          file.reparseTag().isPresent() && stream.name().isEmpty()
              ? new byte[0]
              : stream.newInputStream().readAllBytes();
      streams.add(stream.name() + " " + stream.size() + " " + Arrays.hashCode(content));
    }
    streams.sort(null);
    text.append(' ').append(streams);
    text.append(file.names().stream().map(NtfsName::name).sorted().toList());
    return text.toString();
  }

  private static List<String> differences(Map<String, String> found, Map<String, String> expected) {
    List<String> differences = new ArrayList<>();
    Map<String, String> all = new TreeMap<>(expected);
    all.putAll(found);
    for (String path : all.keySet()) {
      if (!Objects.equals(found.get(path), expected.get(path))) {
        differences.add(
            path + "\nexpected " + expected.get(path) + "\nfound    " + found.get(path) + "\n");
      }
    }
    return differences.size() > 3 ? differences.subList(0, 3) : differences;
  }

  private static void assertClean(BlockDevice device) throws IOException {
    assertThat(NtfsChecker.check(device).findings()).isEmpty();
  }

  /** The two ways onto a volume give the same volume. */
  @ParameterizedTest
  @ValueSource(strings = {"ntfs-features.wim", "ntfs-features.esd", "crafted-features.wim"})
  void volumeThatIsEditedHoldsWhatANewOneHolds(String source) throws IOException {
    MemoryDevice made = MemoryDevice.ofSize("made", SIZE);
    MemoryDevice edited = MemoryDevice.ofSize("edited", SIZE);
    NtfsFormat.format(edited, options(SIZE));
    TransferReport report;
    try (WimFile wim = WimFile.open(SharedData.data("wim/" + source))) {
      TransferReport newOne = ImageTransfer.of(wim, wim.image(1)).toNewVolume(made, options(SIZE));
      try (NtfsEditor editor = editor(edited)) {
        report = ImageTransfer.of(wim, wim.image(1)).toVolume(editor, "");
      }
      assertThat(report.bytes()).isPositive().isLessThanOrEqualTo(newOne.bytes() + 16_384);
    }
    assertClean(made);
    assertClean(edited);
    Map<String, String> expected = facts(NtfsVolume.open(made), "");
    Map<String, String> found = facts(NtfsVolume.open(edited), "");
    // A slash is what neither can have in a name.
    assertThat(report.leftOut()).allMatch(text -> text.startsWith("/names/a/b: "));
    // What is reserved in reparse data an editor does not set.
    expected.remove("/reparse/reserved-word");
    found.remove("/reparse/reserved-word");
    assertThat(differences(found, expected)).isEmpty();
  }

  /** Another program captures what was applied, and finds what it found in the original. */
  @Test
  void wimlibFindsInTheVolumeWhatTheImageHolds() throws IOException {
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    Path source = SharedData.data("wim/ntfs-features.wim");
    Path volume = folder.resolve("volume.img");
    try (FileDevice device = FileDevice.create(volume, SIZE)) {
      NtfsFormat.format(device, options(SIZE));
      try (WimFile wim = WimFile.open(source);
          NtfsEditor editor = editor(device)) {
        ImageTransfer.of(wim, wim.image(1)).toVolume(editor, "");
      }
    }
    Path captured = folder.resolve("captured.wim");
    wimlib.output("capture", volume, captured, "again", "--compress=none", "--norpfix");
    assertThat(differences(detailed(wimlib, captured), detailed(wimlib, source))).isEmpty();
  }

  /** The paragraphs of a detailed listing, without what differs from capture to capture. */
  private static Map<String, String> detailed(ExternalTool wimlib, Path wim) {
    Map<String, String> entries = new TreeMap<>();
    for (String part : wimlib.output("dir", wim, 1, "--detailed").split("-{20,}\\n")) {
      List<String> lines = new ArrayList<>();
      String path = "";
      for (String line : part.split("\\n")) {
        if (line.startsWith("Full Path")) {
          path = line;
        } else if (!line.startsWith("Link Group ID")
            && !line.startsWith("Security ID")
            && !line.contains("WIM file")
            && !line.contains("Raw ")
            && !line.contains("Offset ")
            && !line.contains("Reparse Flags")
            && !line.contains("Compressed size")
            && !line.contains("Reference Count")
            && !line.contains("Flags  ")) {
          lines.add(line);
        }
      }
      // The root's times are the volume's own, and WOF makes other streams of one.
      if (path.contains("\"") && !path.endsWith("\"/\"") && !path.contains("wof-")) {
        entries.put(path, String.join("\n", lines));
      }
    }
    return entries;
  }

  private WimFile image(NewFile root) throws IOException {
    Path path = folder.resolve("test.wim");
    try (WimWriter writer = WimWriter.to(path).overwrite(true).open()) {
      writer.addImage(WimImageInfo.builder().name("test").build(), root);
      writer.finish();
    }
    return WimFile.open(path);
  }

  private static NewFile tree(int seed) {
    NewFile root = NewFile.directory();
    NewFile sub = root.add("Sub", NewFile.directory());
    for (int i = 0; i < 50; i++) {
      byte[] content = new byte[i * 1000];
      Arrays.fill(content, (byte) (i + seed));
      sub.add("file" + i, NewFile.of(content));
    }
    return root;
  }

  @Test
  void directoryOfTheVolumeIsFilledAndTheRestStays() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("v", SIZE);
    NtfsFormat.format(device, options(SIZE));
    try (NtfsEditor editor = editor(device);
        WimFile wim = image(tree(1))) {
      NtfsFile root = editor.volume().root();
      NtfsFile target = editor.createDirectory(root, "target", NewFileOptions.defaults());
      editor.createDirectory(target, "sub", NewFileOptions.defaults());
      ImageTransfer.of(wim, wim.image(1)).toVolume(editor, "target");
      assertThat(editor.volume().file("target/sub/file7").size()).isEqualTo(7000);
      assertThatThrownBy(() -> ImageTransfer.of(wim, wim.image(1)).toVolume(editor, "target"))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    try (NtfsEditor editor = editor(device);
        WimFile wim = image(tree(2))) {
      ImageTransfer.of(wim, wim.image(1)).overwrite(true).toVolume(editor, "target");
      assertThat(editor.volume().file("target/sub/file7").newInputStream().read()).isEqualTo(9);
    }
    assertClean(device);
  }

  @Test
  void failedTransferLeavesNoFileThatIsNotComplete() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("v", SIZE);
    NtfsFormat.format(device, options(SIZE));
    image(tree(1)).close();
    byte[] bytes = Files.readAllBytes(folder.resolve("test.wim"));
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("w", bytes));
        NtfsEditor editor = editor(device)) {
      var blob =
          wim.image(1).find("sub/file25").orElseThrow().inode().data().orElseThrow().blob().get();
      bytes[(int) blob.offset()] ^= 1;
      assertThatThrownBy(() -> ImageTransfer.of(wim, wim.image(1)).toVolume(editor, ""))
          .isInstanceOf(CorruptFormatException.class);
      for (NtfsDirectoryEntry entry : editor.volume().file("Sub").list()) {
        NtfsFile file = editor.volume().file(entry.recordNumber());
        int number = Integer.parseInt(entry.name().substring(4));
        assertThat(number).isNotEqualTo(25);
        assertThat(file.size()).isEqualTo(number * 1000L);
      }
    }
    assertClean(device);
  }

  @Test
  void imageThatDoesNotFitIsRefusedBeforeAnythingIsWritten() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("v", 8 << 20);
    NtfsFormat.format(device, options(8 << 20));
    byte[] before = device.toByteArray();
    NewFile root = NewFile.directory();
    root.add("large", NewFile.of(new byte[9 << 20]));
    try (WimFile wim = image(root)) {
      try (NtfsEditor editor = editor(device)) {
        assertThatThrownBy(() -> ImageTransfer.of(wim, wim.image(1)).toVolume(editor, ""))
            .isInstanceOf(NoSpaceException.class);
      }
      assertThat(device.toByteArray()).isEqualTo(before);
      assertThatThrownBy(
              () -> ImageTransfer.of(wim, wim.image(1)).toNewVolume(device, options(8 << 20)))
          .isInstanceOf(NoSpaceException.class);
    }
    assertThat(device.toByteArray()).isEqualTo(before);
  }

  @Test
  void linksToTheImagesRootLeadIntoTheFolderThatItIsAppliedTo() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("v", SIZE);
    NtfsFormat.format(device, options(SIZE));
    try (NtfsEditor editor = editor(device);
        WimFile wim = WimFile.open(SharedData.data("wim/crafted-features.wim"))) {
      editor.createDirectory(editor.volume().root(), "new", NewFileOptions.defaults());
      ImageTransfer.of(wim, wim.image(1)).toVolume(editor, "new");
      assertThat(target(editor, "new/reparse/sym-fixed")).isEqualTo("\\??\\C:\\new\\Windows\\x");
      assertThat(target(editor, "new/reparse/junction-mainhash")).isEqualTo("\\??\\C:\\new\\Users");
      assertThat(target(editor, "new/reparse/sym-notfixed")).isEqualTo("\\??\\D:\\outside");
      assertThat(target(editor, "new/reparse/sym-relative")).isEqualTo("..\\a");
    }
    assertClean(device);
  }

  private static String target(NtfsEditor editor, String path) throws IOException {
    byte[] data = editor.volume().file(path).reparseData().orElseThrow();
    int tag = editor.volume().file(path).reparseTag().orElseThrow();
    return LinkTarget.of(tag, Arrays.copyOfRange(data, 8, data.length)).orElseThrow().text();
  }
}
