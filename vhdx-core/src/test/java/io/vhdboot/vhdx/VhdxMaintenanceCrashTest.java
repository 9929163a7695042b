package io.vhdboot.vhdx;

import static io.vhdboot.vhdx.VhdxCrashTest.CHILD;
import static io.vhdboot.vhdx.VhdxCrashTest.DISK;
import static io.vhdboot.vhdx.VhdxCrashTest.KINDS;
import static io.vhdboot.vhdx.VhdxCrashTest.access;
import static io.vhdboot.vhdx.VhdxCrashTest.cut;
import static io.vhdboot.vhdx.VhdxCrashTest.expectReads;
import static io.vhdboot.vhdx.VhdxCrashTest.parent;
import static io.vhdboot.vhdx.VhdxCrashTest.start;
import static io.vhdboot.vhdx.VhdxCrashTest.variants;
import static io.vhdboot.vhdx.VhdxTesting.IDS;
import static io.vhdboot.vhdx.VhdxTesting.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Stops a merge, a rebase or a repair after any of its writes; see {@link VhdxCrashTest}. */
class VhdxMaintenanceCrashTest {

  /** Entries of the table that cannot be. */
  private static final long[] IMPOSSIBLE = {1L << 40 | 6, MIB | 6, 4};

  @Test
  void aMergeSurvivesAStopInEitherFile() throws IOException {
    SplittableRandom random = Seed.random("aMergeSurvivesAStopInEitherFile");
    int cuts = 0;
    for (int i = 0; i < Seed.cases(20, 1); i++) {
      byte[] base = ((MemoryDevice) parent(random)).toByteArray();
      byte[] child = start(random, CHILD, MemoryDevice.wrap("base", base));
      RecordingDevice parentDevice = new RecordingDevice(base);
      RecordingDevice childDevice = new RecordingDevice(child);
      byte[] expected;
      try (Vhdx vhdx = Vhdx.open(childDevice, access(parentDevice))) {
        vhdx.zero(2 * MIB, 30_000);
        VhdxTesting.write(vhdx, 100, VhdxTesting.bytes(random, MIB));
        expected = vhdx.read(0, (int) DISK);
      }
      childDevice = new RecordingDevice(childDevice.content());
      byte[] childStart = childDevice.content();
      VhdxMaintenance.mergeIntoParent(childDevice, access(parentDevice), ProgressListener.NONE);
      // All that is written to the child is written before the parent changes, but for its end.
      List<RecordingDevice.Event> inChild = List.copyOf(childDevice.events());
      List<RecordingDevice.Event> inParent = List.copyOf(parentDevice.events());
      for (int cut = 0; cut <= inChild.size(); cut++) {
        RecordingDevice left = cut(childStart, inChild, cut, cut % 3, random);
        expectReads(left, access(MemoryDevice.wrap("base", base)), expected, "child " + cut);
        cuts++;
      }
      for (int cut = 0; cut <= inParent.size(); cut++) {
        for (int variant : variants(cut)) {
          RecordingDevice left = cut(base, inParent, cut, variant, random);
          RecordingDevice own = new RecordingDevice(childDevice.content());
          String where = "parent " + cut + ", variant " + variant;
          expectReads(own, access(new VhdxTesting.StaysOpen(left)), expected, where);
          // It can be begun anew, and then the parent alone has it all.
          VhdxMaintenance.mergeIntoParent(own, access(left), ProgressListener.NONE);
          expectReads(left, VhdxAccess.writing(IDS), expected, where);
          cuts++;
        }
      }
    }
    System.out.println("aMergeSurvivesAStopInEitherFile: " + cuts + " cuts");
  }

  @Test
  void rebaseSurvivesAStop() throws IOException {
    SplittableRandom random = Seed.random("rebaseSurvivesAStop");
    int cuts = 0;
    for (int i = 0; i < Seed.cases(30, 1); i++) {
      BlockDevice base = parent(random);
      BlockDevice other = parent(random);
      byte[] start = start(random, CHILD, base);
      VhdxAccess both =
          VhdxAccess.writing(IDS)
              .withParents(VhdxTesting.among(Map.of("base.vhdx", base, "other.vhdx", other)));
      VhdxAccess onlyOther =
          VhdxAccess.writing(IDS).withParents(VhdxTesting.among(Map.of("other.vhdx", other)));
      byte[] expected;
      try (Vhdx vhdx = Vhdx.open(MemoryDevice.wrap("child", start.clone()), both)) {
        expected = vhdx.read(0, (int) DISK);
      }
      RecordingDevice device = new RecordingDevice(start);
      rebase(device, other, both);
      expectReads(device, onlyOther, expected, "rebased");
      List<RecordingDevice.Event> events = List.copyOf(device.events());
      for (int cut = 0; cut <= events.size(); cut++) {
        for (int variant : variants(cut)) {
          String where = "cut " + cut + " of " + events.size() + ", variant " + variant;
          RecordingDevice left = cut(start, events, cut, variant, random);
          expectReads(left, both, expected, where);
          rebase(left, other, both);
          expectReads(left, onlyOther, expected, where);
          cuts++;
        }
      }
    }
    System.out.println("rebaseSurvivesAStop: " + cuts + " cuts");
  }

  private static void rebase(BlockDevice child, BlockDevice other, VhdxAccess access)
      throws IOException {
    ParentLocator locator =
        ParentLocator.relative(Vhdx.identify(other).orElseThrow().dataWriteId(), ".\\other.vhdx");
    VhdxMaintenance.rebase(
        child, new VhdxTesting.StaysOpen(other), locator, false, access, ProgressListener.NONE);
  }

  /**
   * What a repair that was stopped left can be repaired, and then reads as after one that was not.
   */
  @Test
  void repairSurvivesAStop() throws IOException {
    SplittableRandom random = Seed.random("repairSurvivesAStop");
    int cuts = 0;
    for (int i = 0; i < Seed.cases(120, 8); i++) {
      int kind = i % KINDS;
      BlockDevice parent = kind == CHILD ? parent(random) : null;
      byte[] start = start(random, kind, parent);
      damage(start, i / KINDS, random);
      RecordingDevice device = new RecordingDevice(start);
      VhdxCheck before = VhdxMaintenance.repair(device, IDS);
      assertThat(before.problems()).isNotEmpty();
      byte[] expected;
      try (Vhdx vhdx = Vhdx.open(new VhdxTesting.StaysOpen(device), access(parent))) {
        expected = vhdx.read(0, (int) DISK);
      }
      List<RecordingDevice.Event> events = List.copyOf(device.events());
      for (int cut = 0; cut <= events.size(); cut++) {
        for (int variant : variants(cut)) {
          String where = before + ", cut " + cut + " of " + events.size() + ", variant " + variant;
          RecordingDevice left = cut(start, events, cut, variant, random);
          VhdxMaintenance.repair(left, IDS);
          expectReads(left, access(parent), expected, where);
          cuts++;
        }
      }
    }
    System.out.println("repairSurvivesAStop: " + cuts + " cuts");
  }

  private static void damage(byte[] bytes, int which, SplittableRandom random) throws IOException {
    int table = (int) VhdxStructures.read(MemoryDevice.wrap("x", bytes)).regions().bat().offset();
    switch (which % 4) {
      case 0 -> bytes[(1 + random.nextInt(4) << 16) + 20] ^= 1;
      case 1 ->
          LittleEndian.put64(
              bytes, table + 8 * random.nextInt(4), IMPOSSIBLE[random.nextInt(IMPOSSIBLE.length)]);
      case 2 -> {
        // Two blocks, or three, in one place.
        long stored = LittleEndian.i64(bytes, table + 8);
        long entry = (stored & 7) == 0 ? 4 : stored;
        LittleEndian.put64(bytes, table, entry);
        if (random.nextBoolean()) {
          LittleEndian.put64(bytes, table + 16, entry);
        }
      }
      default -> {
        LittleEndian.put64(bytes, table + 16, LittleEndian.i64(bytes, table + 16) | 0x800);
        bytes[(3 + random.nextInt(2) << 16) + 20] ^= 1;
      }
    }
  }
}
