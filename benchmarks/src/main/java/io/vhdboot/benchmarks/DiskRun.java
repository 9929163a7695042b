package io.vhdboot.benchmarks;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Reads all over the disk in a VHD or VHDX, as {@code qemu-img bench} does beside it. */
public final class DiskRun {

  private static final int LENGTH = 4096;

  private DiskRun() {}

  /**
   * Runs {@code FILE COUNT STEP THREADS}: reads of 4 KiB, each so many bytes behind the one before,
   * round and round; prints the seconds they took.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 4) {
      throw new IllegalArgumentException("DiskRun FILE COUNT STEP THREADS");
    }
    Path file = Path.of(arguments[0]);
    long count = Long.parseLong(arguments[1]);
    long step = Long.parseLong(arguments[2]);
    int threads = Integer.parseInt(arguments[3]);
    try (BlockDevice disk = open(file)) {
      long start = System.nanoTime();
      read(disk, count, step, threads);
      System.out.printf("%.3f%n", (System.nanoTime() - start) / 1e9);
    }
  }

  private static BlockDevice open(Path file) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      if (Vhdx.isVhdx(device)) {
        return Vhdx.open(file, VhdxAccess.readOnly());
      }
    }
    return Vhd.open(file, true);
  }

  private static void read(BlockDevice disk, long count, long step, int threads)
      throws InterruptedException {
    AtomicLong next = new AtomicLong();
    Runnable reader =
        () -> {
          ByteBuffer buffer = ByteBuffer.allocateDirect(LENGTH);
          try {
            for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              disk.read(i * step % disk.size(), buffer.clear());
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    Thread[] readers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      readers[i] = new Thread(reader);
      readers[i].start();
    }
    for (Thread one : readers) {
      one.join();
    }
  }
}
