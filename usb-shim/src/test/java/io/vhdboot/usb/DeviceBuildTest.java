package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Builds something piece by piece on a stick, with which all kinds of things go wrong. */
class DeviceBuildTest {

  private static final int MIB = 1 << 20;
  private static final int SIZE = 12 * MIB + 512;

  private static DeviceBuild begin(FaultyDisk stick) throws IOException {
    return DeviceBuild.begin(
        DeviceCatalog.of(stick), stick.disk, DeviceRules.STRICT, false, () -> false, 6);
  }

  /** Writes pieces here and there, more than are gathered, and now and then over one another. */
  private static byte[] build(DeviceBuild build, SplittableRandom random) throws IOException {
    byte[] model = new byte[SIZE];
    for (int i = 0; i < 150; i++) {
      int length = random.nextInt(1, random.nextInt(8) == 0 ? 2 * MIB : 9000);
      int at = random.nextInt(SIZE - length);
      if (random.nextInt(10) == 0) {
        Arrays.fill(model, at, at + length, (byte) 0);
        build.zero(at, length);
      } else {
        byte[] piece = new byte[length];
        random.nextBytes(piece);
        System.arraycopy(piece, 0, model, at, length);
        build.write(at, ByteBuffer.wrap(piece));
      }
      if (random.nextInt(4) == 0) {
        int from = random.nextInt(SIZE - 5000);
        byte[] found = build.read(from, 5000);
        assertThat(Arrays.mismatch(found, Arrays.copyOfRange(model, from, from + 5000)))
            .isEqualTo(-1);
      }
    }
    return model;
  }

  @Test
  void whatIsBuiltIsOnTheStickWhateverWasThere() throws IOException {
    SplittableRandom random = Seed.random("whatIsBuiltIsOnTheStickWhateverWasThere");
    for (int i = 0; i < Seed.cases(50, 2); i++) {
      FaultyDisk stick = new FaultyDisk(SIZE);
      Arrays.fill(stick.content, (byte) 0x77);
      try (DeviceBuild build = begin(stick)) {
        byte[] model = build(build, random);
        assertThat(stick.looksUsed()).isFalse();
        WriteReport report = build.complete(UnusedRanges.NONE, true, ProgressListener.NONE);
        assertThat(Arrays.mismatch(stick.content, model)).isEqualTo(-1);
        assertThat(report.verified()).isEqualTo(SIZE);
      }
    }
  }

  @Test
  void whatIsNotUsedStaysAsItWas() throws IOException {
    FaultyDisk stick = new FaultyDisk(SIZE);
    Arrays.fill(stick.content, (byte) 0x77);
    try (DeviceBuild build = begin(stick)) {
      build.write(4 * MIB, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      WriteReport report =
          build.complete(
              position -> position < 6 * MIB ? position : Math.max(position, 9 * MIB + 7),
              true,
              ProgressListener.NONE);
      assertThat(report.unused()).isEqualTo(3 * MIB);
    }
    assertThat(stick.content[3 * MIB]).isZero();
    assertThat(stick.content[4 * MIB + 1]).isEqualTo((byte) 2);
    assertThat(stick.content[7 * MIB]).isEqualTo((byte) 0x77);
    assertThat(stick.content[10 * MIB]).isZero();
  }

  @Test
  void whatIsNotCompletedHasNoTable() throws IOException {
    FaultyDisk stick = new FaultyDisk(SIZE);
    Arrays.fill(stick.content, (byte) 0x77);
    try (DeviceBuild build = begin(stick)) {
      build(build, new SplittableRandom(1));
    }
    assertThat(stick.looksUsed()).isFalse();
  }

  @Test
  void noFaultEndsInDone() throws IOException {
    SplittableRandom random = Seed.random("noFaultEndsInDone");
    int done = 0;
    for (int i = 0; i < Seed.cases(300, 8); i++) {
      FaultyDisk stick =
          i % 4 == 3 ? new FaultyDisk(SIZE / 2 + 512 * i + 2 * MIB, SIZE) : new FaultyDisk(SIZE);
      long place = random.nextLong(SIZE);
      switch (i % 4) {
        case 0 -> stick.lostAt = place;
        case 1 -> stick.failingWrites.put(place, FaultyDisk.FOREVER);
        case 2 -> stick.operationsUntilGone = random.nextInt(5, 120);
        default -> {}
      }
      try (DeviceBuild build = begin(stick)) {
        byte[] model = build(build, random.split());
        build.complete(UnusedRanges.NONE, true, ProgressListener.NONE);
        assertThat(Arrays.mismatch(stick.content, model)).isEqualTo(-1);
        done++;
      } catch (IOException e) {
        assertThat(stick.looksUsed() && !stick.gone).as("%s", e).isFalse();
      }
    }
    assertThat(done).isLessThan(Seed.cases(300, 8));
  }

  @Test
  void aStickThatTheRulesForbidIsNotTouched() {
    FaultyDisk stick = new FaultyDisk(SIZE);
    Arrays.fill(stick.content, (byte) 0x77);
    stick.use(DiskUse.Kind.SYSTEM, "/ of the running system is on it");
    assertThatThrownBy(() -> begin(stick)).isInstanceOf(DeviceRefusedException.class);
    for (byte each : Arrays.copyOf(stick.content, 4096)) {
      assertThat(each).isEqualTo((byte) 0x77);
    }
  }
}
