package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random edits, of which a model is kept. Whatever the model says is then on the volume, as we and
 * others read it, and no checker finds anything.
 */
class NtfsEditorRandomTest {

  /** Cluster sizes of the volumes that ntfs-3g reads too, by default; in full it reads all. */
  private static final Set<Integer> MOUNTED = Set.of(1024, 8192);

  private static final int LARGEST = 400_000;

  @TempDir Path folder;

  /** All sizes of clusters, with the sectors and records that Windows gives them, and others. */
  static Stream<Arguments> volumesOfOurs() {
    Stream<Arguments> others =
        Stream.of(
            Arguments.of(512, 4096, 4096),
            Arguments.of(4096, 4096, 4096),
            Arguments.of(4096, 65536, 4096));
    IntStream sizes =
        Seed.isFull() ? clusterSizes() : IntStream.of(512, 1024, 4096, 8192, 65536, 2097152);
    return Stream.concat(sizes.mapToObj(size -> Arguments.of(512, size, 1024)), others);
  }

  static Stream<Arguments> volumesOfMkntfs() {
    IntStream sizes = Seed.isFull() ? clusterSizes() : IntStream.of(512, 4096, 65536);
    return Stream.concat(
        sizes.mapToObj(size -> Arguments.of(512, size)), Stream.of(Arguments.of(4096, 4096)));
  }

  private static IntStream clusterSizes() {
    return IntStream.rangeClosed(9, 21).map(shift -> 1 << shift);
  }

  /** Room for the files, which take a cluster each at least, and now and then too little. */
  private static long volumeSize(int cluster) {
    return Math.max(24 << 20, 450L * cluster);
  }

  @ParameterizedTest
  @MethodSource
  void volumesOfOurs(int sector, int cluster, int record) throws IOException {
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, volumeSize(cluster))) {
      NtfsFormat.format(
          device,
          NtfsFormatOptions.ofSize(device.size())
              .bytesPerSector(sector)
              .clusterSize(cluster)
              .recordSize(record)
              .label("Random")
              .time(NtfsFormatTest.TIME)
              .build());
    }
    edit(image, sector, cluster, "NtfsEditorRandomTest " + cluster + "/" + sector + "/" + record);
  }

  @ParameterizedTest
  @MethodSource
  void volumesOfMkntfs(int sector, int cluster) throws IOException {
    Path image = folder.resolve("v.img");
    FileDevice.create(image, volumeSize(cluster)).close();
    ExternalTool.named("mkntfs")
        .run("-F", "-Q", "-q", "-s", sector, "-c", cluster, "-L", "Random", image)
        .expectSuccess();
    edit(image, sector, cluster, "NtfsEditorRandomTest mkntfs " + cluster + "/" + sector);
  }

  private static void edit(Path image, int sector, int cluster, String test) throws IOException {
    EditModel model = new EditModel();
    int steps = Seed.cases(10_000, 200);
    int sessions = 4;
    RandomEdits edits = new RandomEdits(Seed.random(test), model, cluster, LARGEST);
    try (FileDevice device = FileDevice.open(image)) {
      for (int session = 0; session < sessions; session++) {
        edits.open(device);
        for (int i = 0; i < steps / sessions; i++) {
          edits.step();
        }
        model.check(edits.editor().volume());
        edits.editor().close();
        model.check(NtfsVolume.open(device));
        assertThat(NtfsVolume.open(device).isDirty()).isFalse();
        NtfsCheckReport report =
            NtfsChecker.check(device, NtfsCheckOptions.DEFAULT.withStrict(true));
        assertThat(report.isClean()).as("%s", report.findings()).isTrue();
      }
    }
    if (Seed.isFull()) {
      // The judges want room for what they write.
      makeRoom(image, cluster, edits);
      judge(image, sector, model);
    } else {
      Judges.check(image);
    }
    if (Seed.isFull() || MOUNTED.contains(cluster)) {
      NtfsVolumeTest.compareWithMount(image, 0);
    }
    System.out.println(
        test + ": " + steps + " edits, " + edits.refused() + " refused for want of room");
  }

  private static void makeRoom(Path image, int cluster, RandomEdits edits) throws IOException {
    try (FileDevice device = FileDevice.open(image)) {
      edits.open(device);
      edits.makeRoom(Math.max(8 << 20, 40L * cluster));
      edits.editor().close();
    }
  }

  /** All that reads NTFS on this machine. */
  private static void judge(Path image, int sector, EditModel model) throws IOException {
    Judges.verify(image);
    Map<String, byte[]> contents = new TreeMap<>();
    model.contents("", model.root, contents);
    if (sector == 512) {
      Ntfs3Machine.compare(image, contents);
    }
  }
}
