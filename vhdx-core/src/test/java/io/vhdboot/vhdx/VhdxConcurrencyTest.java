package io.vhdboot.vhdx;

import static io.vhdboot.vhdx.VhdxTesting.IDS;
import static io.vhdboot.vhdx.VhdxTesting.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.testing.SlowDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VhdxConcurrencyTest {

  private static final int THREADS = 4;
  private static final int STRIPE = 59_999;
  private static final int BLOCKS = 12;

  @TempDir Path folder;

  @Test
  void disjointRangesMayBeWrittenAndReadAtOnce() throws Exception {
    SplittableRandom random = Seed.random("disjointRangesMayBeWrittenAndReadAtOnce");
    byte[] model = new byte[BLOCKS * MIB];
    Path path = folder.resolve("x.vhdx");
    Vhdx.createDynamic(path, VhdxTesting.options(model.length), IDS).close();
    writeAtOnce(path, path, random, model);
  }

  /** Stripes begin and end within sectors, which the threads then take from the parent at once. */
  @Test
  void childMayBeWrittenAndReadAtOnce() throws Exception {
    SplittableRandom random = Seed.random("childMayBeWrittenAndReadAtOnce");
    byte[] model = VhdxTesting.bytes(random, BLOCKS * MIB);
    Path base = folder.resolve("base.vhdx");
    try (Vhdx vhdx = Vhdx.createDynamic(base, VhdxTesting.options(model.length), IDS)) {
      vhdx.write(0, ByteBuffer.wrap(model));
    }
    Path child = folder.resolve("child.vhdx");
    Vhdx.createDifferencing(child, base, IDS).close();
    writeAtOnce(child, base, random, model);
  }

  /** All threads write to one block at a time, each its own stripes. */
  private static void writeAtOnce(Path path, Path base, SplittableRandom random, byte[] model)
      throws Exception {
    VhdxAccess access =
        VhdxAccess.writing(IDS)
            .withParents((child, name, readOnly) -> Optional.of(FileDevice.openReadOnly(base)));
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (SlowDevice file = new SlowDevice(FileDevice.open(path));
        Vhdx vhdx = Vhdx.open(file, access)) {
      CyclicBarrier together = new CyclicBarrier(THREADS);
      List<Future<?>> work = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        SplittableRandom own = random.split();
        work.add(
            threads.submit(
                () -> {
                  for (int pair = 0; pair < BLOCKS; pair += 2) {
                    together.await();
                    int first = pair + thread % 2;
                    writeStripes(vhdx, first * MIB, thread, own, model);
                    writeStripes(vhdx, (first ^ 1) * MIB, thread, own, model);
                  }
                  return null;
                }));
      }
      for (Future<?> one : work) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    try (FileDevice file = FileDevice.openReadOnly(path)) {
      assertThat(VhdxMaintenance.check(file).problems()).isEmpty();
    }
    try (Vhdx vhdx = Vhdx.open(path, VhdxAccess.readOnly())) {
      assertThat(Arrays.mismatch(vhdx.read(0, model.length), model)).isEqualTo(-1);
    }
  }

  private static void writeStripes(
      Vhdx vhdx, int start, int thread, SplittableRandom random, byte[] model) throws IOException {
    for (int at = start + thread * STRIPE; at < start + MIB; at += THREADS * STRIPE) {
      int length = Math.min(STRIPE, start + MIB - at);
      byte[] bytes = VhdxTesting.bytes(random, length);
      vhdx.write(at, ByteBuffer.wrap(bytes));
      System.arraycopy(bytes, 0, model, at, length);
      assertThat(vhdx.read(at, length)).isEqualTo(bytes);
    }
    if (thread == 0) {
      vhdx.flush();
    }
  }
}
