package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Stops an editor after any of its writes. Of what was written since the device was flushed last,
 * anything may be missing, record by record. The volume must open, and every file that the editor
 * had flushed must be there and readable; what it holds must be what was flushed, unless that was
 * being changed.
 */
class NtfsEditorCrashTest {

  private static final int SIZE = 8 << 20;
  private static final int PIECE = 1024;

  /** One cut of so many is repaired too: in full, and by default. */
  private static final int REPAIRED = 10;

  private static final int REPAIRED_OF_SAMPLE = 40;

  private static final int[] CLUSTERS = {512, 4096, 65536};

  /**
   * What all files held at a flush, by their references, and how long streams were when a full
   * volume made the editor flush on its own since the flush before.
   */
  private record Flushed(
      int events, Map<Long, Map<String, byte[]>> files, Set<StreamLength> between) {}

  private record StreamLength(long reference, String stream, int length) {}

  private record Run(
      byte[] start, List<RecordingDevice.Event> events, List<Flushed> flushes, int clusterSize) {}

  @Test
  void whateverWasFlushedSurvivesAStop() throws IOException {
    SplittableRandom random = Seed.random("NtfsEditorCrashTest");
    int runs = Seed.cases(60, 3);
    int cuts = 0;
    for (int i = 0; i < runs; i++) {
      Run run = record(random, CLUSTERS[i % CLUSTERS.length]);
      cuts += check(run, random, Seed.cases(1, 2));
    }
    System.out.println("NtfsEditorCrashTest: " + cuts + " cuts");
    assertThat(cuts).isGreaterThan(Seed.cases(20_000, 400));
  }

  private static Run record(SplittableRandom random, int clusterSize) throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("start", SIZE);
    NtfsFormat.format(
        device,
        NtfsFormatOptions.ofSize(SIZE).clusterSize(clusterSize).time(NtfsFormatTest.TIME).build());
    EditModel model = new EditModel();
    RandomEdits edits = new RandomEdits(random.split(), model, clusterSize, 60_000);
    edits.open(device);
    for (int i = 0; i < 120; i++) {
      edits.step();
    }
    edits.editor().close();
    byte[] start = device.read(0, SIZE);
    RecordingDevice recording = new RecordingDevice(start);
    List<Flushed> flushes = new ArrayList<>();
    flushes.add(flushed(0, model, Set.of()));
    edits.open(recording);
    for (int i = 0; i < 6; i++) {
      Set<StreamLength> between = new HashSet<>();
      for (int k = random.nextInt(50); k >= 0; k--) {
        int count = recording.events().size();
        Set<StreamLength> lengths = lengths(model);
        edits.stepWithoutFlush();
        List<RecordingDevice.Event> news =
            recording.events().subList(count, recording.events().size());
        if (news.stream().anyMatch(RecordingDevice.Flush.class::isInstance)) {
          between.addAll(lengths);
          between.addAll(lengths(model));
        }
      }
      edits.editor().flush();
      flushes.add(flushed(recording.events().size(), model, between));
    }
    edits.editor().close();
    flushes.add(flushed(recording.events().size(), model, Set.of()));
    return new Run(start, List.copyOf(recording.events()), flushes, clusterSize);
  }

  private static Set<StreamLength> lengths(EditModel model) {
    Set<StreamLength> lengths = new HashSet<>();
    for (EditModel.Node directory : model.directories()) {
      for (EditModel.Node node : directory.children.values()) {
        node.streams.forEach(
            (name, content) -> lengths.add(new StreamLength(node.reference, name, content.length)));
      }
    }
    return lengths;
  }

  private static Flushed flushed(int events, EditModel model, Set<StreamLength> between) {
    Map<Long, Map<String, byte[]>> files = new HashMap<>();
    for (EditModel.Node directory : model.directories()) {
      for (EditModel.Node node : directory.children.values()) {
        Map<String, byte[]> streams = new HashMap<>();
        node.streams.forEach((name, content) -> streams.put(name, content.clone()));
        files.put(node.reference, streams);
      }
    }
    return new Flushed(events, files, between);
  }

  private static int check(Run run, SplittableRandom random, int step) throws IOException {
    RecordingDevice durable = new RecordingDevice(run.start);
    List<RecordingDevice.Event> pending = new ArrayList<>();
    int cuts = 0;
    for (int cut = 0; cut < run.events.size(); cut++) {
      RecordingDevice.Event event = run.events.get(cut);
      if (event instanceof RecordingDevice.Flush) {
        pending.forEach(written -> durable.apply(written, null));
        pending.clear();
      } else {
        pending.add(event);
      }
      if (cut % step == 0) {
        for (int variant = 0; variant < 3; variant++) {
          checkCut(run, cut + 1, durable, pending, variant, random);
          cuts++;
        }
      }
    }
    return cuts;
  }

  /** Applies all, some, or parts of the writes that may have got there. */
  private static void checkCut(
      Run run,
      int events,
      RecordingDevice durable,
      List<RecordingDevice.Event> pending,
      int variant,
      SplittableRandom random)
      throws IOException {
    LayeredDevice device = new LayeredDevice(durable);
    for (RecordingDevice.Event event : pending) {
      RecordingDevice.Write write = (RecordingDevice.Write) event;
      if (variant == 0 || variant == 1 && random.nextBoolean()) {
        device.write(write.position(), ByteBuffer.wrap(write.bytes()));
      } else if (variant == 2) {
        for (int at = 0; at < write.bytes().length; at += PIECE) {
          int count = Math.min(write.bytes().length - at, PIECE);
          if (random.nextBoolean()) {
            device.write(write.position() + at, ByteBuffer.wrap(write.bytes(), at, count));
          }
        }
      }
    }
    Flushed before = run.flushes.get(0);
    Flushed after = run.flushes.get(run.flushes.size() - 1);
    for (Flushed flush : run.flushes) {
      if (flush.events <= events) {
        before = flush;
      } else {
        after = flush;
        break;
      }
    }
    String label = "cut " + events + ", variant " + variant;
    check(NtfsVolume.open(device), before, after, label);
    if (events % Seed.cases(REPAIRED, REPAIRED_OF_SAMPLE) == 0) {
      repair(device, before, after, label);
    }
  }

  /** After a repair nothing is to be found, and what was flushed is still there. */
  private static void repair(LayeredDevice device, Flushed before, Flushed after, String label)
      throws IOException {
    NtfsRepairReport report = NtfsRepair.run(device, NtfsCheckOptions.DEFAULT.withStrict(true));
    assertThat(report.after().isClean())
        .as("%s: %s after %s", label, report.after().findings(), report.actions())
        .isTrue();
    check(NtfsVolume.open(device), before, after, label + ", repaired");
  }

  private static void check(NtfsVolume volume, Flushed before, Flushed after, String label)
      throws IOException {
    for (Map.Entry<Long, Map<String, byte[]>> entry : before.files.entrySet()) {
      long reference = entry.getKey();
      Map<String, byte[]> now = after.files.get(reference);
      Optional<NtfsFile> file = volume.find(FileReference.record(reference));
      if (now == null && (file.isEmpty() || file.get().reference() != reference)) {
        continue;
      }
      String name = label + ", file " + FileReference.toString(reference);
      assertThat(file).as(name).isPresent();
      assertThat(file.get().reference()).as(name).isEqualTo(reference);
      for (NtfsStream stream : file.get().streams()) {
        byte[] found = new byte[(int) stream.size()];
        stream.read(0, ByteBuffer.wrap(found));
        byte[] old = entry.getValue().get(stream.name());
        byte[] changed = now == null ? null : now.get(stream.name());
        if (old != null && changed != null && Arrays.equals(old, changed)) {
          assertThat(Arrays.mismatch(found, old)).as(name + ":" + stream.name()).isEqualTo(-1);
        } else if (now != null) {
          boolean isOld = old != null && found.length == old.length;
          boolean isNew = changed != null && found.length == changed.length;
          boolean isBetween =
              after.between.contains(new StreamLength(reference, stream.name(), found.length));
          assertThat(isOld || isNew || isBetween).as(name + ":" + stream.name()).isTrue();
        }
      }
      if (now != null) {
        assertThat(file.get().names()).as(name).isNotEmpty();
      }
    }
  }
}
