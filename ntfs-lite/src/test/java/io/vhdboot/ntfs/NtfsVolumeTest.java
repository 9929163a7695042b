package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes that Windows, mkntfs and Linux made, read by us and by others. */
class NtfsVolumeTest {

  /** The Sleuth Kit takes larger clusters for damage. */
  private static final int MAX_SLEUTHKIT_CLUSTER = 64 << 10;

  /**
   * A line of fls about a data stream: its record, its path and its size. One that begins with a
   * hyphen is of a record that no directory lists.
   */
  private static final Pattern FLS_LINE =
      Pattern.compile("([rd-])/r (\\d+)-128-\\d+:\t(.*)\t.*\t.*\t.*\t.*\t(\\d+)\t\\d+\t\\d+");

  private static final String DESCRIPTOR = " descriptor ";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ntfs/ntfs-2m.raw.gz, 65536",
    "ntfs/ntfs-lastaccess.raw.gz, 65536",
    "ntfs/ntfs-si-vs-fn.raw.gz, 65536",
    "ntfs/ntfs_index.raw.gz, 65536",
    "ntfs/ntfs3.raw.gz, 0",
    "ntfs/ntfs3_attrlist.raw.gz, 0",
    "ntfs/testfs1.gz, 0",
    "wim/ntfs-features.img.gz, 0",
  })
  void readsWhatOthersRead(String file, long offset) throws IOException {
    compare(SharedData.unpacked(file, folder), offset);
  }

  /** Links with attribute lists, a deep index with gaps, compressed and sparse files. */
  @ParameterizedTest
  @ValueSource(strings = "-s 4096 -c 4096")
  void readsWhatOthersReadFromVolumesOfMkntfs(String options) throws IOException {
    ExternalTool.requireRoot();
    ExternalTool.named("mkntfs");
    Path image = folder.resolve("base.img");
    List<String> arguments = new ArrayList<>(List.of(image.toString()));
    arguments.addAll(List.of(options.split(" ")));
    ExternalTool.script("bash", SharedData.tool("mkbase.sh")).output(arguments.toArray());
    compare(image, 0);
  }

  @ParameterizedTest
  @Tag("full")
  @ValueSource(strings = {"-c 512", "-c 1024", "-c 2048", "-c 8192", "-c 65536", "-c 2097152"})
  void readsWhatOthersReadFromVolumesOfMkntfsWithAnyClusters(String options) throws IOException {
    readsWhatOthersReadFromVolumesOfMkntfs(options);
  }

  @Test
  void readsWhatOthersReadBesideShadowCopies() throws IOException {
    Path packed = SharedData.data("ntfs/vss_1_vol.tar.gz");
    ExternalTool.named("tar").in(folder).output("xzSf", packed);
    compare(folder.resolve("vss_1_vol.raw"), 67584 * 512);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void findsItsWayThroughATableInHundredsOfPieces(boolean residentList) throws IOException {
    Path image = SharedData.unpacked("ntfs/testfs1.gz", folder);
    byte[] bytes = Files.readAllBytes(image);
    TreeSet<String> before =
        VolumeFacts.byPath(NtfsVolume.open(MemoryDevice.wrap("before", bytes.clone())));
    FragmentedTable.scatter(bytes, residentList);
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("scattered", bytes));
    assertThat(volume.file(0).stream("").extents()).hasSizeGreaterThan(500);
    assertThat(volume.countFreeClusters()).isPositive();
    TreeSet<String> after = VolumeFacts.byPath(volume);
    for (TreeSet<String> facts : List.of(before, after)) {
      facts.removeIf(fact -> fact.matches("\"\\$(MFT|MFTMirr|Bitmap)\" stream.*"));
    }
    assertThat(after).isEqualTo(before);
    ExternalTool check = ExternalTool.script("python3", SharedData.tool("ntfscheck.py"));
    compare(Files.write(image, bytes), 0);
    assertThat(check.output(image)).contains("ntfscheck: 0 errors");
  }

  /** Compares all that we read with what three others read. */
  private static void compare(Path image, long offset) throws IOException {
    TreeSet<String> streams = new TreeSet<>();
    int clusterSize;
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsVolume volume = NtfsVolume.open(device.slice(offset, device.size() - offset));
      clusterSize = volume.clusterSize();
      streams.addAll(VolumeFacts.streams(volume));
    }
    if (clusterSize <= IndexBlock.DEFAULT_SIZE) {
      assertThat(streamsBySleuthkit(image, offset, "rd")).isEqualTo(streams);
    } else if (clusterSize <= MAX_SLEUTHKIT_CLUSTER) {
      // It looks for the blocks of an index where clusters begin, and finds only the first one in
      // each; the names in the others it takes from the records, as if no directory had them.
      assertThat(streams).containsAll(streamsBySleuthkit(image, offset, "rd"));
      assertThat(streamsBySleuthkit(image, offset, "rd-")).isEqualTo(streams);
    }
    compareWithMount(image, offset);
  }

  /** Compares all that we read with what records.py finds in the records, and ntfs-3g by path. */
  static void compareWithMount(Path image, long offset) throws IOException {
    TreeSet<String> oursByPath;
    TreeSet<String> oursByRecord;
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsVolume volume = NtfsVolume.open(device.slice(offset, device.size() - offset));
      oursByPath = VolumeFacts.byPathThroughNtfs3g(volume);
      oursByRecord = VolumeFacts.byRecord(volume);
    }
    Path tools = SharedData.tool("ntfscheck.py").getParent();
    TreeSet<String> records = lines(script("records.py").output(tools, image, offset));
    assertThat(difference(oursByRecord, records)).isEmpty();
    assertThat(difference(records, oursByRecord)).isEmpty();

    ExternalTool.requireRoot();
    ExternalTool.named("ntfs-3g");
    TreeSet<String> mounted = lines(script("mounted.py").output(image, offset));
    // With its plugin for files that CompactOS compressed ntfs-3g lists their streams too.
    mounted.removeIf(fact -> fact.contains(" stream \"WofCompressedData\" "));
    // It makes a descriptor up where a file has none, as $Repair of some Windows.
    assertThat(difference(mounted, oursByPath))
        .allMatch(
            fact ->
                fact.contains(DESCRIPTOR)
                    && !hasAny(
                        oursByPath, fact.substring(0, fact.indexOf(DESCRIPTOR)) + DESCRIPTOR));
    // It does not list $MFT; records.py has that.
    assertThat(difference(oursByPath, mounted)).allMatch(fact -> fact.startsWith("\"$MFT\" "));
  }

  /**
   * Path, record and size of each data stream, as fls of The Sleuth Kit lists them.
   *
   * @param kinds which kinds of names count, by the letters that it gives them
   */
  private static TreeSet<String> streamsBySleuthkit(Path image, long offset, String kinds) {
    String listing =
        ExternalTool.named("fls").output("-r", "-p", "-u", "-l", "-o", offset / 512, image);
    TreeSet<String> streams = new TreeSet<>();
    for (String line : listing.split("\n")) {
      Matcher fields = FLS_LINE.matcher(line);
      // Streams of a directory stand there twice, the second time as those of its dot.
      if (fields.matches()
          && kinds.contains(fields.group(1))
          && !fields.group(3).matches("(?s)(.*/)?\\.:.*")) {
        streams.add(fields.group(3) + " " + fields.group(2) + " " + fields.group(4));
      }
    }
    return streams;
  }

  private static ExternalTool script(String name) {
    return ExternalTool.script(
        "python3", SharedData.projectRoot().resolve("ntfs-lite/src/test/python").resolve(name));
  }

  private static TreeSet<String> lines(String output) {
    return output.lines().collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean hasAny(TreeSet<String> facts, String begin) {
    String next = facts.ceiling(begin);
    return next != null && next.startsWith(begin);
  }

  private static TreeSet<String> difference(TreeSet<String> facts, TreeSet<String> without) {
    TreeSet<String> difference = new TreeSet<>(facts);
    difference.removeAll(without);
    return difference;
  }
}
