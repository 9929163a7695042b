package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stop at any write of a save leaves the old hive or the new one, with the logs beside it. */
class InPlaceWriteTest {

  private static final int SECTOR = 512;

  @TempDir Path folder;

  /** A write ({@code bytes}), a change of size, or a flush of everything ({@code file} is -1). */
  private record Event(int file, long position, byte[] bytes, long size) {}

  /** One of the files of a disk that remembers what was done to all of them, in order. */
  private record DiskFile(List<byte[]> contents, List<Event> events, int index)
      implements ResizableBlockDevice {

    @Override
    public String name() {
      return "file " + index;
    }

    @Override
    public long size() {
      return contents.get(index).length;
    }

    @Override
    public void setSize(long size) {
      events.add(new Event(index, 0, null, size));
      contents.set(index, Arrays.copyOf(contents.get(index), (int) size));
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      checkRange(position, target.remaining());
      target.put(contents.get(index), (int) position, target.remaining());
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      checkRange(position, source.remaining());
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      events.add(new Event(index, position, bytes, 0));
      System.arraycopy(bytes, 0, contents.get(index), (int) position, bytes.length);
    }

    @Override
    public void flush() {
      events.add(new Event(-1, 0, null, 0));
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stopsLeaveOldOrNew(boolean oldLogs) throws IOException {
    SplittableRandom random = Seed.random("stopsLeaveOldOrNew");
    int cuts = 0;
    for (int i = 0; cuts < Seed.cases(1_000, 150); i++) {
      byte[] before = HiveEditTest.randomHive(random.nextLong()).toBytes();
      Hive hive = Hive.read("hive", before);
      HiveEditTest.edit(hive, random, random.nextInt(1, 60));
      // A few random edits may undo each other; this one shows.
      hive.root().setValue(HiveValue.dword("edited", i));
      byte[] log = oldLogs ? oldLog(before) : new byte[random.nextInt(3) * 4096];
      Hive after = i % 5 == 4 ? hive.compacted() : hive;
      cuts += cutEverywhere(List.of(before, log, new byte[0]), after, random);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NewDirtyHive1/NewDirtyHive", "OldDirtyHive/OldDirtyHive"})
  void stopsLeaveOldOrNewWhereLogsHadToBeReplayed(String name) throws IOException {
    SplittableRandom random = Seed.random("stopsLeaveOldOrNewWhereLogsHadToBeReplayed");
    List<byte[]> files = new ArrayList<>();
    files.add(Files.readAllBytes(SharedData.unpacked("hives/yarp/" + name + ".xz", folder)));
    for (String extension : List.of(".LOG1", ".LOG2")) {
      boolean has = name.startsWith("New") || extension.equals(".LOG1");
      files.add(
          has
              ? Files.readAllBytes(SharedData.data("hives/yarp/" + name + extension))
              : new byte[0]);
    }
    Hive hive = read(files);
    assertThat(hive.state()).isEqualTo(HiveState.RECOVERED);
    HiveEditTest.edit(hive, random, 100);
    cutEverywhere(files, hive, random);
  }

  @Test
  void savedTwiceIsWhatWasSaved() throws IOException {
    byte[] before = HiveEditTest.randomHive(20).toBytes();
    List<byte[]> files = new ArrayList<>(List.of(before, new byte[0], new byte[0]));
    Hive hive = read(files);
    hive.root().createSubkey("added");
    save(files, new ArrayList<>(), hive);
    Hive again = read(files);
    assertThat(again.state()).isEqualTo(HiveState.CLEAN);
    again.root().createSubkey("more");
    save(files, new ArrayList<>(), again);
    assertThat(HiveDump.ours(read(files))).isEqualTo(HiveDump.ours(again));
    assertThat(files.get(1)).isEmpty();
  }

  private static int cutEverywhere(List<byte[]> before, Hive after, SplittableRandom random)
      throws IOException {
    List<String> old = HiveDump.ours(read(before));
    List<String> wanted = HiveDump.ours(after);
    List<Event> events = new ArrayList<>();
    List<byte[]> files = new ArrayList<>();
    before.forEach(content -> files.add(content.clone()));
    save(files, events, after);
    assertThat(HiveDump.ours(read(files))).isEqualTo(wanted);
    int news = 0;
    for (int cut = 0; cut <= events.size(); cut++) {
      Hive found = read(stopped(before, events, cut, random));
      assertThat(found.state()).as("cut %d", cut).isNotEqualTo(HiveState.DIRTY);
      List<String> dump = HiveDump.ours(found);
      if (dump.equals(wanted)) {
        news++;
      } else {
        assertThat(dump).as("cut %d of %d", cut, events.size()).isEqualTo(old);
      }
    }
    assertThat(news).isBetween(1, events.size());
    return events.size();
  }

  /** The files after a stop: what was not flushed is there in part, sector by sector. */
  private static List<byte[]> stopped(
      List<byte[]> before, List<Event> events, int cut, SplittableRandom random) {
    int durable = 0;
    for (int i = 0; i < cut; i++) {
      if (events.get(i).file() < 0) {
        durable = i;
      }
    }
    List<byte[]> files = new ArrayList<>();
    before.forEach(content -> files.add(content.clone()));
    for (int i = 0; i < cut; i++) {
      Event event = events.get(i);
      if (event.file() < 0) {
        continue;
      }
      byte[] content = files.get(event.file());
      boolean whole = i < durable;
      if (event.bytes() == null) {
        if (whole || random.nextBoolean()) {
          files.set(event.file(), Arrays.copyOf(content, (int) event.size()));
        }
        continue;
      }
      for (int at = 0; at < event.bytes().length; at += SECTOR) {
        int count = Math.min(SECTOR, event.bytes().length - at);
        if ((whole || random.nextBoolean()) && event.position() + at + count <= content.length) {
          System.arraycopy(event.bytes(), at, content, (int) event.position() + at, count);
        }
      }
    }
    return files;
  }

  private static void save(List<byte[]> files, List<Event> events, Hive hive) throws IOException {
    hive.writeInPlace(
        new DiskFile(files, events, 0),
        List.of(new DiskFile(files, events, 1), new DiskFile(files, events, 2)));
  }

  private static Hive read(List<byte[]> files) throws IOException {
    return Hive.read(
        MemoryDevice.wrap("hive", files.get(0)),
        List.of(MemoryDevice.wrap("LOG1", files.get(1)), MemoryDevice.wrap("LOG2", files.get(2))));
  }

  /** A log of the old kind that was left from an earlier change. */
  private static byte[] oldLog(byte[] hive) {
    BaseBlock block = BaseBlock.of(Arrays.copyOf(hive, BaseBlock.SIZE));
    return OldLog.toBytes(block, hive, List.of(new InPlaceWrite.Run(0, HiveBin.PAGE_SIZE)));
  }
}
