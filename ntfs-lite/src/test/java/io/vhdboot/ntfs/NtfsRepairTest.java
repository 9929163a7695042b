package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.testing.CountingDevice;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NtfsRepairTest {

  private static final NtfsCheckOptions STRICT = NtfsCheckOptions.DEFAULT.withStrict(true);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1024, 4096})
  void everySingleFaultIsFoundAndRepairedAndNothingElseIsLost(int clusterSize) throws IOException {
    byte[] base = MutationBase.image(clusterSize);
    assertThat(NtfsChecker.check(MemoryDevice.wrap("base", base.clone())).isClean()).isTrue();
    TreeSet<String> facts = VolumeFacts.byPath(NtfsVolume.open(MemoryDevice.wrap("base", base)));
    List<String> wrong = new ArrayList<>();
    List<Path> images = new ArrayList<>();
    List<VolumeMutations.Mutation> all = VolumeMutations.all();
    assertThat(all).hasSizeGreaterThan(150);
    for (int i = 0; i < all.size(); i++) {
      // By default each fault is put into one of the volumes only, and half of them are repaired.
      if (!Seed.isFull() && i % 2 != (clusterSize == 4096 ? 0 : 1)) {
        continue;
      }
      VolumeMutations.Mutation mutation = all.get(i);
      MutableImage image = new MutableImage(base.clone());
      mutation.fault().apply(image);
      String problem =
          Seed.isFull() || i % 4 < 2
              ? problem(mutation, image.bytes(), facts)
              : unfound(mutation, image.bytes());
      if (problem != null) {
        wrong.add(mutation.name() + ": " + problem);
      }
      if (Seed.isFull() || i % 16 < 2) {
        images.add(Files.write(folder.resolve(i + ".img"), image.bytes()));
      }
    }
    assertThat(wrong).isEmpty();
    Judges.checkAll(images);
  }

  private static String unfound(VolumeMutations.Mutation mutation, byte[] image)
      throws IOException {
    NtfsCheckReport report = NtfsChecker.check(MemoryDevice.wrap(mutation.name(), image));
    return report.counts().containsKey(mutation.kind()) ? null : "only " + report.findings();
  }

  private static String problem(
      VolumeMutations.Mutation mutation, byte[] image, TreeSet<String> facts) throws IOException {
    MemoryDevice device = MemoryDevice.wrap(mutation.name(), image);
    NtfsRepairReport report = NtfsRepair.run(device, STRICT);
    if (!report.before().counts().containsKey(mutation.kind())) {
      return "not found, but " + report.before().findings();
    }
    if (!report.after().isClean()) {
      return "not repaired: " + report.after().findings() + " after " + report.actions();
    }
    TreeSet<String> lost = new TreeSet<>(facts);
    lost.removeAll(VolumeFacts.byPath(NtfsVolume.open(device)));
    lost.removeIf(
        fact ->
            fact.startsWith("\"$")
                || mutation.touched().stream().anyMatch(path -> fact.startsWith("\"" + path)));
    return lost.isEmpty() ? null : "lost " + lost + " by " + report.actions();
  }

  @Test
  void aSoundVolumeIsNotWritten() throws IOException {
    byte[] base = MutationBase.image(4096);
    MemoryDevice device = MemoryDevice.wrap("base", base.clone());
    NtfsRepairReport report = NtfsRepair.run(device);
    assertThat(report.isChanged()).isFalse();
    assertThat(report.rounds()).isEqualTo(1);
    assertThat(device.toByteArray()).isEqualTo(base);
  }

  @Test
  void aVolumeThatIsCutShortIsNotTouched() throws IOException {
    byte[] base = MutationBase.image(4096);
    byte[] cut = Arrays.copyOf(base, base.length - (2 << 20));
    MemoryDevice device = MemoryDevice.wrap("cut", cut.clone());
    assertThatThrownBy(() -> NtfsRepair.run(device))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("larger than its device");
    assertThat(device.toByteArray()).isEqualTo(cut);
  }

  @Test
  void manyOrphansCostFewReadings() throws IOException {
    MutableImage image = new MutableImage(MutationBase.image(4096));
    image.record(image.record(MutationBase.MANY), b -> LittleEndian.put16(b, 0x16, 0));
    CountingDevice device = new CountingDevice(MemoryDevice.wrap("base", image.bytes()));
    NtfsRepairReport report = NtfsRepair.run(device, STRICT);
    assertThat(report.after().isClean()).isTrue();
    assertThat(NtfsVolume.open(device).file("found.000").list()).hasSizeGreaterThan(250);
    assertThat(device.bytesRead()).isLessThan(6L * image.bytes().length);
  }

  @Test
  void orphansComeToFoundFoldersWithTheirContent() throws IOException {
    MutableImage image = new MutableImage(MutationBase.image(4096));
    long directory = image.record("deep");
    long file = image.record(MutationBase.ONE);
    byte[] content = image.volume().file(file).newInputStream().readAllBytes();
    image.remove(directory, AttributeType.FILE_NAME, "");
    image.remove(file, AttributeType.FILE_NAME, "");
    MemoryDevice device = MemoryDevice.wrap("orphans", image.bytes());
    NtfsRepairReport report = NtfsRepair.run(device, STRICT);
    assertThat(report.after().isClean()).as("%s", report.after().findings()).isTrue();
    assertThat(report.actions()).anyMatch(line -> line.endsWith("is now found.000/dir0000.chk"));
    NtfsVolume volume = NtfsVolume.open(device);
    assertThat(volume.file("found.000/dir0000.chk").recordNumber()).isEqualTo(directory);
    assertThat(volume.file("found.000/dir0000.chk/a/b/bottom.txt").isDirectory()).isFalse();
    assertThat(volume.file("found.000/file0000.chk").newInputStream().readAllBytes())
        .isEqualTo(content);
  }

  /** Repairs many faults at once, stops after some writes, and repairs again. */
  @Test
  void aRepairThatWasStoppedIsFinishedByAnother() throws IOException {
    SplittableRandom random = Seed.random("stopped repair");
    byte[] base = MutationBase.image(4096);
    TreeSet<String> facts = VolumeFacts.byPath(NtfsVolume.open(MemoryDevice.wrap("base", base)));
    List<VolumeMutations.Mutation> all = VolumeMutations.all();
    for (int i = 0; i < Seed.cases(60, 2); i++) {
      List<VolumeMutations.Mutation> some = new ArrayList<>();
      MutableImage image = new MutableImage(base.clone());
      while (some.size() < 3) {
        VolumeMutations.Mutation mutation = all.get(random.nextInt(all.size()));
        try {
          mutation.fault().apply(image);
          some.add(mutation);
        } catch (IOException | RuntimeException | AssertionError e) {
          // What another fault hit is no longer there to be hit by this one.
          continue;
        }
      }
      RecordingDevice recorded = new RecordingDevice(image.bytes());
      NtfsRepairReport whole = NtfsRepair.run(recorded, STRICT);
      List<RecordingDevice.Event> events = List.copyOf(recorded.events());
      TreeSet<String> kept = kept(facts, recorded.content());
      for (int cut = 0; cut < Seed.cases(20, 3) && !events.isEmpty(); cut++) {
        RecordingDevice stopped = new RecordingDevice(image.bytes());
        int count = random.nextInt(events.size());
        events.subList(0, count).forEach(event -> stopped.apply(event, null));
        NtfsRepairReport second = NtfsRepair.run(stopped, STRICT);
        String what = names(some) + " stopped after " + count + " of " + events.size();
        assertThat(second.after().isSound())
            .as("%s: %s", what, second.after().findings())
            .isEqualTo(whole.after().isSound());
        TreeSet<String> lost = new TreeSet<>(kept);
        lost.removeAll(VolumeFacts.byPath(NtfsVolume.open(stopped)));
        lost.removeIf(fact -> fact.startsWith("\"found.") || fact.startsWith("\"$"));
        assertThat(lost).as(what).isEmpty();
      }
    }
  }

  private static TreeSet<String> kept(TreeSet<String> facts, byte[] image) throws IOException {
    TreeSet<String> kept = new TreeSet<>(facts);
    kept.retainAll(VolumeFacts.byPath(NtfsVolume.open(MemoryDevice.wrap("repaired", image))));
    return kept;
  }

  private static List<String> names(List<VolumeMutations.Mutation> mutations) {
    return mutations.stream().map(VolumeMutations.Mutation::name).toList();
  }
}
