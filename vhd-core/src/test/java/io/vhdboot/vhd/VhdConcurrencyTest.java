package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.testing.SlowDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VhdConcurrencyTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;
  private static final int THREADS = 4;
  private static final int STRIPE = 29_999;
  private static final int BLOCKS = 24;

  @TempDir Path folder;

  /**
   * All threads write to one block at a time, each its own stripes; every third block is absent.
   */
  @Test
  void disjointRangesMayBeWrittenAndReadAtOnce() throws Exception {
    SplittableRandom random = Seed.random("disjointRangesMayBeWrittenAndReadAtOnce");
    byte[] model = new byte[BLOCKS * BLOCK];
    Path path = prepare(random, model);
    try (SlowDevice file = new SlowDevice(FileDevice.open(path));
        Vhd vhd = Vhd.open(file, false)) {
      writeAtOnce(vhd, random, model);
    }
    try (Vhd vhd = Vhd.open(path, true)) {
      assertThat(Arrays.mismatch(vhd.read(0, model.length), model)).isEqualTo(-1);
      assertThat(vhd.presentBlockCount()).isEqualTo(BLOCKS);
      assertThat(Files.size(path)).isEqualTo(4096 + (long) BLOCKS * (4096 + BLOCK) - 4096 + 512);
    }
  }

  /** Stripes begin and end within sectors, which the threads then take from the parent at once. */
  @Test
  void childMayBeWrittenAndReadAtOnce() throws Exception {
    SplittableRandom random = Seed.random("childMayBeWrittenAndReadAtOnce");
    byte[] model = VhdTesting.bytes(random, BLOCKS * BLOCK);
    Path base = folder.resolve("base.vhd");
    try (Vhd vhd = Vhd.createFixed(base, VhdTesting.options(model.length))) {
      vhd.write(0, ByteBuffer.wrap(model));
    }
    Path child = folder.resolve("child.vhd");
    Vhd.createDifferencing(child, base, new UUID(1, 2), VhdTesting.TIME).close();
    try (SlowDevice file = new SlowDevice(FileDevice.open(child));
        Vhd vhd = Vhd.open(file, false, ParentResolver.beside(child))) {
      writeAtOnce(vhd, random, model);
    }
    try (Vhd vhd = Vhd.open(child, true)) {
      assertThat(Arrays.mismatch(vhd.read(0, model.length), model)).isEqualTo(-1);
    }
  }

  private static void writeAtOnce(Vhd vhd, SplittableRandom random, byte[] model) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
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
                    writeStripes(vhd, first * BLOCK, thread, own, model);
                    writeStripes(vhd, (first ^ 1) * BLOCK, thread, own, model);
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
  }

  /**
   * Every second pair of blocks is there and has bits set for four sectors only, and junk in all
   * others.
   */
  private Path prepare(SplittableRandom random, byte[] model) throws IOException {
    VhdOptions options = VhdTesting.options(model.length).withBlockSize(BLOCK);
    BitSet present = new BitSet();
    for (int block = 0; block < BLOCKS; block++) {
      present.set(block, block % 4 < 2);
    }
    DynamicVhdLayout layout = DynamicVhdLayout.of(options, present);
    Path path = folder.resolve("x.vhd");
    try (FileDevice file = FileDevice.create(path, layout.fileSize())) {
      layout.create(file).close();
      for (int block = 0; block < BLOCKS; block++) {
        long data = layout.filePositionOf((long) block * BLOCK);
        if (data >= 0) {
          file.write(data - 512, ByteBuffer.wrap(Arrays.copyOf(new byte[] {0x0F}, 512)));
          byte[] junk = VhdTesting.bytes(random, BLOCK);
          file.write(data, ByteBuffer.wrap(junk));
          System.arraycopy(junk, 2048, model, block * BLOCK + 2048, 2048);
        }
      }
    }
    return path;
  }

  private static void writeStripes(
      Vhd vhd, int start, int thread, SplittableRandom random, byte[] model) throws IOException {
    for (int at = start + thread * STRIPE; at < start + BLOCK; at += THREADS * STRIPE) {
      int length = Math.min(STRIPE, start + BLOCK - at);
      byte[] bytes = VhdTesting.bytes(random, length);
      vhd.write(at, ByteBuffer.wrap(bytes));
      System.arraycopy(bytes, 0, model, at, length);
      assertThat(vhd.read(at, length)).isEqualTo(bytes);
    }
    if (thread == 0) {
      vhd.flush();
    }
  }
}
