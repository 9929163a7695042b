package io.vhdboot.vhdx;

import static io.vhdboot.vhdx.VhdxTesting.IDS;
import static io.vhdboot.vhdx.VhdxTesting.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Stops a program that edits a VHDX after any of its writes. Of what was written since the last
 * flush of the file, anything may be missing, down to single sectors. The VHDX must open, what was
 * flushed must be there, it must be possible to go on, and a check must find nothing wrong.
 */
class VhdxCrashTest {

  static final long DISK = 3L * MIB + 5120;

  /** Kinds of runs. */
  private static final int DYNAMIC = 0;

  private static final int JUNK_BEHIND = 1;
  static final int CHILD = 2;
  private static final int FIXED = 3;
  static final int KINDS = 4;

  /** What the user of the disk did: a write, or a flush when there are no bytes. */
  private record Action(int eventsBefore, int eventsAfter, long position, byte[] bytes) {}

  /** A recorded run. */
  private record Run(
      byte[] start,
      BlockDevice parent,
      List<RecordingDevice.Event> events,
      List<Action> actions,
      byte[] diskAtStart) {

    VhdxAccess writing() {
      return access(parent);
    }
  }

  static VhdxAccess access(BlockDevice parent) {
    VhdxAccess access = VhdxAccess.writing(IDS);
    return parent == null
        ? access
        : access.withParents(VhdxTesting.among(Map.of("base.vhdx", parent)));
  }

  @Test
  void whateverWasFlushedSurvivesAStop() throws IOException {
    SplittableRandom random = Seed.random("whateverWasFlushedSurvivesAStop");
    int runs = Seed.cases(100, 2);
    int cuts = 0;
    for (int i = 0; i < runs; i++) {
      Run run = record(random, i % KINDS);
      cuts += checkAll(run, random);
    }
    System.out.println("whateverWasFlushedSurvivesAStop: " + cuts + " cuts");
    assertThat(cuts).isGreaterThan(Seed.cases(10_000, 60));
  }

  static byte[] start(SplittableRandom random, int kind, BlockDevice parent) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("start", 0);
    VhdxOptions options = VhdxTesting.options(DISK).withSectorSizes(512, 512);
    try (Vhdx vhdx =
        switch (kind) {
          case CHILD -> child(file, parent);
          case FIXED -> Vhdx.createFixed(file, options, IDS);
          default -> Vhdx.createDynamic(file, options, IDS);
        }) {
      if (kind != DYNAMIC) {
        VhdxTesting.write(vhdx, MIB + 7000, VhdxTesting.bytes(random, 3000));
      }
    }
    byte[] bytes = file.toByteArray();
    if (kind == JUNK_BEHIND) {
      int end = bytes.length;
      bytes = Arrays.copyOf(bytes, end + MIB + 512 * random.nextInt(2048));
      Arrays.fill(bytes, end, bytes.length, (byte) 0x5A);
    }
    return bytes;
  }

  static Vhdx child(MemoryDevice file, BlockDevice parent) throws IOException {
    ParentLocator locator =
        ParentLocator.relative(Vhdx.identify(parent).orElseThrow().dataWriteId(), ".\\base.vhdx");
    return Vhdx.createDifferencing(file, parent, locator, MIB, access(parent));
  }

  static BlockDevice parent(SplittableRandom random) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("base", 0);
    VhdxOptions options = VhdxTesting.options(DISK).withSectorSizes(512, 512);
    try (Vhdx vhdx = Vhdx.createDynamic(file, options, IDS)) {
      VhdxTesting.write(vhdx, 0, VhdxTesting.bytes(random, (int) DISK - 100_000));
    }
    return file;
  }

  private static Run record(SplittableRandom random, int kind) throws IOException {
    BlockDevice parent = kind == CHILD ? parent(random) : null;
    byte[] start = start(random, kind, parent);
    RecordingDevice device = new RecordingDevice(start);
    List<Action> actions = new ArrayList<>();
    byte[] diskAtStart;
    try (Vhdx vhdx = Vhdx.open(device, access(parent))) {
      diskAtStart = vhdx.read(0, (int) DISK);
      for (int i = 0; i < 14; i++) {
        int before = device.events().size();
        int position = random.nextInt((int) DISK);
        int length =
            Math.min(1 + random.nextInt(i % 7 == 6 ? 2 * MIB : 20_000), (int) DISK - position);
        if (i == 9) {
          position = MIB * random.nextInt(3);
          length = MIB;
        }
        byte[] bytes = new byte[0];
        switch (random.nextInt(4)) {
          case 0 -> vhdx.flush();
          case 1 -> {
            bytes = new byte[length];
            vhdx.zero(position, length);
          }
          default -> {
            bytes = VhdxTesting.bytes(random, length);
            vhdx.write(position, ByteBuffer.wrap(bytes));
          }
        }
        actions.add(new Action(before, device.events().size(), position, bytes));
      }
    }
    return new Run(start, parent, List.copyOf(device.events()), actions, diskAtStart);
  }

  /** All variants in the full run, one of them otherwise. */
  static int[] variants(int cut) {
    return Seed.isFull() ? new int[] {0, 1, 2} : new int[] {cut % 3};
  }

  /** Checks every cut of a run. */
  private static int checkAll(Run run, SplittableRandom random) throws IOException {
    int cuts = 0;
    for (int cut = 0; cut <= run.events.size(); cut++) {
      for (int variant : variants(cut)) {
        String where = "cut " + cut + " of " + run.events.size() + ", variant " + variant;
        RecordingDevice file = cut(run.start, run.events, cut, variant, random);
        byte[] found;
        try (Vhdx vhdx = Vhdx.open(new VhdxTesting.StaysOpen(file), run.writing())) {
          found = vhdx.read(0, (int) DISK);
          expectFlushed(run, cut, found, where);
          // Life goes on.
          byte[] more = VhdxTesting.bytes(random, 600);
          int position = random.nextInt((int) DISK - more.length);
          vhdx.write(position, ByteBuffer.wrap(more));
          System.arraycopy(more, 0, found, position, more.length);
        }
        expectReads(file, run.writing(), found, where);
        cuts++;
      }
    }
    return cuts;
  }

  /** What a stop leaves: all that was flushed, and of the rest all, some or some sectors. */
  static RecordingDevice cut(
      byte[] start,
      List<RecordingDevice.Event> events,
      int cut,
      int variant,
      SplittableRandom random) {
    RecordingDevice file = new RecordingDevice(start);
    int durable = 0;
    for (int i = 0; i < cut; i++) {
      durable = events.get(i) instanceof RecordingDevice.Flush ? i + 1 : durable;
    }
    for (int i = 0; i < cut; i++) {
      if (i < durable || variant == 0) {
        file.apply(events.get(i), null);
      } else if (random.nextInt(variant + 1) > 0) {
        file.apply(events.get(i), random.nextBoolean() ? random : null);
      }
    }
    return file;
  }

  static void expectReads(RecordingDevice file, VhdxAccess access, byte[] expected, String where)
      throws IOException {
    BlockDevice later = MemoryDevice.wrap("later", file.content());
    VhdxCheck check = VhdxMaintenance.check(later);
    assertThat(check.problems()).as(where).isEmpty();
    try (Vhdx vhdx = Vhdx.open(later, access)) {
      assertThat(vhdx.findings()).as(where).isEmpty();
      assertThat(vhdx.size()).as(where).isEqualTo(expected.length);
      assertThat(Arrays.mismatch(vhdx.read(0, expected.length), expected)).as(where).isEqualTo(-1);
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

  /** Something done to a disk as a whole. */
  private interface Operation {
    void run(Vhdx disk) throws IOException;
  }

  /** The content at every cut is that of before, as far as both sizes go. */
  private static int checkOperation(
      byte[] start, BlockDevice parent, SplittableRandom random, long newSize, Operation operation)
      throws IOException {
    RecordingDevice device = new RecordingDevice(start);
    byte[] content;
    try (Vhdx vhdx = Vhdx.open(device, access(parent))) {
      content = vhdx.read(0, (int) vhdx.size());
      operation.run(vhdx);
      assertThat(vhdx.size()).isEqualTo(newSize);
    }
    byte[] resized = Arrays.copyOf(content, (int) newSize);
    List<RecordingDevice.Event> events = List.copyOf(device.events());
    int cuts = 0;
    for (int cut = 0; cut <= events.size(); cut += Seed.isFull() ? 1 : 2) {
      for (int variant : variants(cut)) {
        String where = "cut " + cut + " of " + events.size() + ", variant " + variant;
        RecordingDevice file = cut(start, events, cut, variant, random);
        byte[] expected;
        try (Vhdx vhdx = Vhdx.open(new VhdxTesting.StaysOpen(file), access(parent))) {
          assertThat(vhdx.size()).as(where).isIn((long) content.length, newSize);
          expected = vhdx.size() == newSize ? resized : content;
          byte[] found = vhdx.read(0, expected.length);
          assertThat(Arrays.mismatch(found, expected)).as(where).isEqualTo(-1);
        }
        expectReads(file, access(parent), expected, where);
        cuts++;
      }
    }
    return cuts;
  }

  @Test
  void resizeAndCompactSurviveAStop() throws IOException {
    SplittableRandom random = Seed.random("resizeAndCompactSurviveAStop");
    int cuts = 0;
    for (int i = 0; i < Seed.cases(60, 1); i++) {
      int kind = random.nextInt(KINDS);
      BlockDevice parent = kind == CHILD ? parent(random) : null;
      byte[] small = start(random, kind, parent);
      // Small blocks for a table of 1 MiB would take 128 GiB; so a table is made that is full.
      cuts +=
          checkOperation(
              small,
              parent,
              random,
              DISK + 3 * MIB,
              d -> VhdxMaintenance.resize(d, DISK + 3 * MIB, false));
      cuts +=
          checkOperation(
              small, parent, random, DISK + 512, d -> VhdxMaintenance.resize(d, DISK + 512, false));
      byte[] sparse = sparse(random, parent);
      cuts +=
          checkOperation(
              sparse,
              parent,
              random,
              9 * MIB,
              d -> VhdxMaintenance.compact(d, UnusedRanges.NONE, ProgressListener.NONE));
      cuts +=
          checkOperation(
              sparse, parent, random, 7 * MIB, d -> VhdxMaintenance.resize(d, 7 * MIB, false));
    }
    System.out.println("resizeAndCompactSurviveAStop: " + cuts + " cuts");
  }

  /** A disk of 9 MiB whose last blocks are zeros, others too, with gaps in the file. */
  private static byte[] sparse(SplittableRandom random, BlockDevice parent) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("sparse", 0);
    VhdxOptions options = VhdxTesting.options(9 * MIB).withSectorSizes(512, 512);
    try (Vhdx vhdx =
        parent == null ? Vhdx.createDynamic(file, options, IDS) : child(file, parent)) {
      VhdxMaintenance.resize(vhdx, 9 * MIB, false);
      for (int block : new int[] {3, 0, 6, 1, 5, 2}) {
        VhdxTesting.write(vhdx, (long) block * MIB, VhdxTesting.bytes(random, MIB));
      }
      for (int block : new int[] {0, 3, 1}) {
        vhdx.zero((long) block * MIB, MIB);
      }
      VhdxTesting.write(vhdx, 2L * MIB + 700, VhdxTesting.bytes(random, 900));
      vhdx.zero(7 * MIB - 100_000, 100_000 + MIB);
    }
    return file.toByteArray();
  }
}
