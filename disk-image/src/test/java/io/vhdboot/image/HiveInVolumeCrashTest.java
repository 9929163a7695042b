package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Stops saving a hive within a volume after any write to the volume's device. The old hive or the
 * new one is there, with the log beside it.
 */
class HiveInVolumeCrashTest {

  private static final int SIZE = 8 << 20;
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final byte[] SECURITY = HexFormat.of().parseHex("0100048000000000");

  @Test
  void oldOrNewIsThereAfterAStop() throws IOException {
    SplittableRandom random = Seed.random("HiveInVolumeCrashTest");
    int cuts = 0;
    while (cuts < Seed.cases(1_000, 100)) {
      cuts += run(random);
    }
  }

  private static int run(SplittableRandom random) throws IOException {
    Hive old = Hive.create("root", SECURITY, TIME, 5);
    fill(old, random, 300);
    byte[] start = volumeWith(old.toBytes());
    Hive edited = Hive.read("edited", old.toBytes());
    fill(edited, random, random.nextInt(1, 400));
    RecordingDevice recording = new RecordingDevice(start);
    try (NtfsEditor editor = NtfsEditor.open(recording)) {
      save(editor, edited);
    }
    List<RecordingDevice.Event> events = List.copyOf(recording.events());
    RecordingDevice durable = new RecordingDevice(start);
    List<RecordingDevice.Event> pending = new ArrayList<>();
    int news = 0;
    for (RecordingDevice.Event event : events) {
      if (event instanceof RecordingDevice.Flush) {
        pending.forEach(each -> durable.apply(each, null));
        pending.clear();
      } else {
        pending.add(event);
      }
      RecordingDevice stopped = new RecordingDevice(durable.content());
      for (RecordingDevice.Event each : pending) {
        // Whole or not at all: the editor counts on records that are not torn.
        if (random.nextInt(3) > 0) {
          stopped.apply(each, null);
        }
      }
      Hive found = read(stopped);
      assertThat(found.state()).isNotEqualTo(HiveState.DIRTY);
      if (HiveDiff.of(edited.root(), found.root()).isEmpty()) {
        news++;
      } else {
        assertThat(HiveDiff.of(old.root(), found.root())).isEmpty();
      }
    }
    assertThat(news).isBetween(1, events.size() - 1);
    assertThat(HiveDiff.of(edited.root(), read(recording).root())).isEmpty();
    return events.size();
  }

  private static void fill(Hive hive, SplittableRandom random, int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      byte[] data = new byte[random.nextInt(100)];
      random.nextBytes(data);
      hive.root()
          .createPath("folder " + random.nextInt(10) + "\\key " + random.nextInt(50))
          .setValue(HiveValue.binary("value " + random.nextInt(3), data));
    }
  }

  private static byte[] volumeWith(byte[] hive) throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("volume", SIZE);
    NtfsFormat.format(
        device, NtfsFormatOptions.ofSize(SIZE).time(TIME.getEpochSecond() * 10_000_000L).build());
    try (NtfsEditor editor = NtfsEditor.open(device)) {
      NtfsFile folder = editor.createDirectory(root(editor), "config", NewFileOptions.defaults());
      NtfsFile file = editor.createFile(folder, "SYSTEM", NewFileOptions.defaults());
      try (ResizableBlockDevice content = editor.stream(file, "")) {
        content.setSize(hive.length);
        content.write(0, ByteBuffer.wrap(hive));
      }
    }
    return device.read(0, SIZE);
  }

  private static void save(NtfsEditor editor, Hive hive) throws IOException {
    NtfsFile folder = editor.volume().file("config");
    NtfsFile log = editor.createFile(folder, "SYSTEM.LOG1", NewFileOptions.defaults());
    try (ResizableBlockDevice content = editor.stream(editor.volume().file("config/SYSTEM"), "");
        ResizableBlockDevice logContent = editor.stream(log, "")) {
      hive.writeInPlace(content, List.of(logContent));
    }
    editor.unlink(editor.volume().file("config"), "SYSTEM.LOG1");
  }

  private static Hive read(BlockDevice device) throws IOException {
    NtfsVolume volume = NtfsVolume.open(device);
    List<BlockDevice> logs = new ArrayList<>();
    Optional<NtfsFile> log = volume.find("config/SYSTEM.LOG1");
    if (log.isPresent()) {
      logs.add(log.get().stream("").device());
    }
    return Hive.read(volume.file("config/SYSTEM").stream("").device(), logs);
  }

  private static NtfsFile root(NtfsEditor editor) throws IOException {
    return editor.volume().file("");
  }
}
