package io.vhdboot.ntfs;

import io.vhdboot.compression.Compressor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Compresses chunks for the overlay filter, several at a time. The calling thread takes its share,
 * so any executor will do, even one without a thread to spare. Safe for use by several threads.
 */
final class ChunkCompressor {

  /** Bytes that each thread gets at once. */
  private static final int SHARE = 256 << 10;

  private final Executor executor;
  private final int threads;
  private final Map<WofAlgorithm, Queue<Compressor>> idle = new EnumMap<>(WofAlgorithm.class);

  ChunkCompressor(Executor executor, int threads) {
    this.executor = executor;
    this.threads = threads;
    for (WofAlgorithm algorithm : WofAlgorithm.values()) {
      idle.put(algorithm, new ConcurrentLinkedQueue<>());
    }
  }

  /** Bytes of content to compress together, whole chunks of any algorithm. */
  int batchSize() {
    return threads * SHARE;
  }

  /**
   * Compresses chunks that follow each other.
   *
   * @param output receives each chunk where its content has its place; one that does not become
   *     shorter as it is
   * @return the lengths of the chunks
   */
  int[] compress(WofAlgorithm algorithm, byte[] input, int length, byte[] output) {
    int[] lengths = new int[(length + algorithm.chunkSize() - 1) / algorithm.chunkSize()];
    AtomicInteger next = new AtomicInteger();
    Semaphore done = new Semaphore(0);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable work =
        () -> {
          Compressor compressor = take(algorithm);
          for (int i = next.getAndIncrement(); i < lengths.length; i = next.getAndIncrement()) {
            try {
              lengths[i] = compress(compressor, algorithm.chunkSize(), i, input, length, output);
            } catch (RuntimeException | Error e) {
              failure.set(e);
            } finally {
              done.release();
            }
          }
          idle.get(algorithm).add(compressor);
        };
    for (int i = 1; i < Math.min(threads, lengths.length); i++) {
      start(work);
    }
    work.run();
    // One that was begun ends; those that never come to run find nothing left to do.
    done.acquireUninterruptibly(lengths.length);
    if (failure.get() instanceof Error error) {
      throw error;
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a chunk could not be compressed", failure.get());
    }
    return lengths;
  }

  private void start(Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      // The calling thread does it all.
      return;
    }
  }

  private Compressor take(WofAlgorithm algorithm) {
    Compressor compressor = idle.get(algorithm).poll();
    return compressor != null ? compressor : algorithm.newCompressor();
  }

  private static int compress(
      Compressor compressor, int chunkSize, int index, byte[] input, int length, byte[] output) {
    int from = index * chunkSize;
    int count = Math.min(chunkSize, length - from);
    int packed = compressor.compress(input, from, count, output, from, count - 1);
    if (packed != Compressor.DOES_NOT_FIT) {
      return packed;
    }
    System.arraycopy(input, from, output, from, count);
    return count;
  }
}
