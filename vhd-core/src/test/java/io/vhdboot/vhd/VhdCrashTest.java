package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Stops a program that edits a dynamic or differencing VHD after any of its writes. Of what was
 * written since the last flush of the file, anything may be missing, down to single sectors. The
 * VHD must open, what was flushed must be there, and it must be possible to go on.
 */
class VhdCrashTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;
  private static final long DISK = 3L * BLOCK + 5120;
  private static final UUID CHILD_ID = UUID.fromString("00000000-0000-4000-8000-0000000000c1");

  private static final int NEW = 0;
  private static final int JUNK_BEHIND = 1;
  private static final int INCOMPLETE_BITMAP = 2;
  private static final int DIFFERENCING = 3;
  private static final int KINDS = 4;

  /** What the user of the disk did: a write, or a flush when there are no bytes. */
  private record Action(int eventsBefore, int eventsAfter, long position, byte[] bytes) {}

  /** A recorded run. */
  private record Run(
      byte[] start,
      int kind,
      List<RecordingDevice.Event> events,
      List<Action> actions,
      byte[] diskAtStart,
      ParentResolver parents) {}

  @Test
  void whateverWasFlushedSurvivesAStop() throws IOException {
    SplittableRandom random = Seed.random("whateverWasFlushedSurvivesAStop");
    int runs = Seed.cases(400, 10);
    int cuts = 0;
    for (int i = 0; i < runs; i++) {
      Run run = record(random, i % KINDS);
      for (int cut = 0; cut <= run.events.size(); cut++) {
        for (int variant = 0; variant < 3; variant++) {
          checkCut(run, cut, variant, random);
          cuts++;
        }
      }
    }
    System.out.println("whateverWasFlushedSurvivesAStop: " + cuts + " cuts");
    assertThat(cuts).isGreaterThan(Seed.cases(30_000, 500));
  }

  /** A VHD to begin with: new, or with junk behind it, or with a block of incomplete bitmap. */
  private static byte[] start(SplittableRandom random, int kind, ParentResolver parents)
      throws IOException {
    VhdOptions options = VhdTesting.options(DISK).withBlockSize(BLOCK);
    MemoryDevice file = MemoryDevice.ofSize("start", 0);
    ParentReference base = ParentReference.relative(VhdTesting.ID, Optional.empty(), ".\\base.vhd");
    VhdOptions child = VhdOptions.of(DISK, CHILD_ID, VhdTesting.TIME).withBlockSize(BLOCK);
    try (Vhd vhd =
        kind == DIFFERENCING
            ? Vhd.createDifferencing(file, child, base, parents)
            : Vhd.createDynamic(file, options)) {
      if (kind != NEW) {
        VhdTesting.write(vhd, BLOCK + 7000, VhdTesting.bytes(random, 3000));
      }
    }
    byte[] bytes = file.toByteArray();
    if (kind == JUNK_BEHIND) {
      int end = bytes.length;
      bytes = Arrays.copyOf(bytes, end + random.nextInt(BLOCK));
      Arrays.fill(bytes, end, bytes.length, (byte) 0x5A);
    } else if (kind == INCOMPLETE_BITMAP) {
      byte[] bitmap = new byte[BLOCK / 512 / 8];
      Arrays.fill(bitmap, 0, 5, (byte) 0xA5);
      System.arraycopy(bitmap, 0, bytes, 0xE00, bitmap.length);
      Arrays.fill(bytes, 0x1000, 0x3000, (byte) 0x5A);
    }
    return bytes;
  }

  /** A parent that is a fixed VHD full of bytes. */
  private static byte[] base(SplittableRandom random) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("base", 0);
    try (Vhd vhd = Vhd.createFixed(file, VhdTesting.options(DISK))) {
      vhd.write(0, ByteBuffer.wrap(VhdTesting.bytes(random, (int) DISK)));
    }
    return file.toByteArray();
  }

  private static Run record(SplittableRandom random, int kind) throws IOException {
    ParentResolver parents =
        kind == DIFFERENCING ? VhdTesting.inMemory(base(random)) : ParentResolver.NONE;
    byte[] start = start(random, kind, parents);
    RecordingDevice device = new RecordingDevice(start);
    List<Action> actions = new ArrayList<>();
    byte[] diskAtStart;
    try (Vhd vhd = Vhd.open(device, false, parents)) {
      diskAtStart = vhd.read(0, (int) DISK);
      for (int i = 0; i < 14; i++) {
        int before = device.events().size();
        int position = random.nextInt((int) DISK);
        int length = Math.min(1 + random.nextInt(20_000), (int) DISK - position);
        byte[] bytes = new byte[0];
        switch (random.nextInt(4)) {
          case 0 -> vhd.flush();
          case 1 -> {
            bytes = new byte[length];
            vhd.zero(position, length);
          }
          default -> {
            bytes = VhdTesting.bytes(random, length);
            vhd.write(position, ByteBuffer.wrap(bytes));
          }
        }
        actions.add(new Action(before, device.events().size(), position, bytes));
      }
    }
    return new Run(start, kind, List.copyOf(device.events()), actions, diskAtStart, parents);
  }

  private static void checkCut(Run run, int cut, int variant, SplittableRandom random)
      throws IOException {
    RecordingDevice file = new RecordingDevice(run.start);
    int durable = 0;
    for (int i = 0; i < cut; i++) {
      durable = run.events.get(i) instanceof RecordingDevice.Flush ? i + 1 : durable;
    }
    long durableSize = file.size();
    for (int i = 0; i < cut; i++) {
      if (i < durable || variant == 0) {
        file.apply(run.events.get(i), null);
        durableSize = i < durable ? file.size() : durableSize;
      } else if (random.nextInt(variant + 1) > 0) {
        file.apply(run.events.get(i), random.nextBoolean() ? random : null);
      }
    }
    String where = "cut " + cut + " of " + run.events.size() + ", variant " + variant;
    byte[] before = file.content();
    byte[] found;
    try (Vhd vhd = Vhd.open(file, false, run.parents)) {
      assertThat(file.content()).as(where).isEqualTo(before);
      found = vhd.read(0, (int) DISK);
      expectFlushed(run, cut, found, where);
      if (run.kind != JUNK_BEHIND && !vhd.findings().isEmpty()) {
        // The footer's copy is needed only while the file grows.
        assertThat(file.size()).as(where).isGreaterThan(durableSize);
      }
      for (long at = 0; run.kind < INCOMPLETE_BITMAP && at < DISK; at += BLOCK) {
        assertThat(vhd.map(at).end() % BLOCK).as(where).isIn(0L, DISK % BLOCK);
      }
      // Life goes on.
      byte[] more = VhdTesting.bytes(random, 600);
      int position = random.nextInt((int) DISK - more.length);
      vhd.write(position, ByteBuffer.wrap(more));
      System.arraycopy(more, 0, found, position, more.length);
    }
    try (Vhd vhd = Vhd.open(MemoryDevice.wrap("later", file.content()), true, run.parents)) {
      assertThat(vhd.findings()).as(where).isEmpty();
      assertThat(Arrays.mismatch(vhd.read(0, (int) DISK), found)).as(where).isEqualTo(-1);
    }
  }

  /** Each byte is as it was flushed or as something later left it. */
  private static void expectFlushed(Run run, int cut, byte[] found, String where) {
    byte[] expected = run.diskAtStart.clone();
    List<Action> later = new ArrayList<>();
    for (Action action : run.actions) {
      if (action.eventsBefore >= cut && action.bytes.length > 0) {
        break;
      }
      if (action.bytes.length > 0) {
        later.add(action);
      } else if (action.eventsAfter <= cut) {
        for (Action done : later) {
          System.arraycopy(done.bytes, 0, expected, (int) done.position, done.bytes.length);
        }
        later.clear();
      }
    }
    for (int at = Arrays.mismatch(found, expected); at >= 0; ) {
      int position = at;
      byte value = found[at];
      boolean explained =
          later.stream()
              .anyMatch(
                  action ->
                      position >= action.position
                          && position < action.position + action.bytes.length
                          && action.bytes[(int) (position - action.position)] == value);
      assertThat(explained).as("%s: byte %d is %d", where, position, value).isTrue();
      int next = Arrays.mismatch(found, at + 1, found.length, expected, at + 1, expected.length);
      at = next < 0 ? -1 : at + 1 + next;
    }
  }
}
