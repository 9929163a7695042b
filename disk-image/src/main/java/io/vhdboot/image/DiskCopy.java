package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Copies a disk's content onto another that reads as zeros. What the source says is a hole is not
 * read, and what is zero is not written. Several threads read ahead and look for zeros; one writes,
 * in the order of the disk, so that the same source gives the same file.
 */
final class DiskCopy {

  private static final int CHUNK = 256 << 10;

  /** What is zero as a whole is left out. */
  private static final int PIECE = 64 << 10;

  /** Written bytes after which they are made durable, so that not all of them wait for the end. */
  private static final long STORE_STEP = 64 << 20;

  private static final int CHUNKS_PER_THREAD = 4;

  private final BlockDevice source;
  private final BlockDevice target;
  private final Executor executor;
  private final ProgressListener progress;
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private final Deque<CompletableFuture<Chunk>> ahead = new ArrayDeque<>();
  private final int threads;
  private final Storing storing;
  private long unstored;
  private CompletableFuture<Void> stored = CompletableFuture.completedFuture(null);

  /** What can make durable what was written so far, while more is written. */
  interface Storing {

    /** Does it. */
    void store() throws IOException;
  }

  /** Bytes that were read, and where those of its pieces begin and end that are not zero. */
  private record Chunk(long position, ByteBuffer bytes, int[] borders) {}

  private DiskCopy(
      BlockDevice source,
      BlockDevice target,
      Executor executor,
      int threads,
      Storing storing,
      ProgressListener progress) {
    this.source = source;
    this.target = target;
    this.executor = executor;
    this.threads = threads;
    this.storing = storing;
    this.progress = progress;
    for (int i = 0; i < CHUNKS_PER_THREAD * threads; i++) {
      buffers.add(ByteBuffer.allocateDirect(CHUNK));
    }
  }

  /**
   * Copies everything.
   *
   * @param executor reads and stores
   * @param threads how many threads of the executor may be used
   * @param storing stores what the target was given
   */
  static void copy(
      BlockDevice source,
      BlockDevice target,
      Executor executor,
      int threads,
      Storing storing,
      ProgressListener progress)
      throws IOException {
    new DiskCopy(source, target, executor, threads, storing, progress).copy();
  }

  private void copy() throws IOException {
    try {
      for (long at = 0; at < source.size(); ) {
        MappedExtent extent = source.map(at);
        long end = extent.end();
        if (extent.kind() == MappedExtent.Kind.DATA) {
          end = Math.min(end, (at / CHUNK + 1) * CHUNK);
          if (buffers.isEmpty()) {
            writeNext();
          }
          readAhead(at, (int) (end - at));
        } else {
          progress.advance(extent.length());
        }
        at = end;
      }
      while (!ahead.isEmpty()) {
        writeNext();
      }
      take(stored);
    } finally {
      // After a failure nobody may go on with files that are about to be closed.
      for (CompletableFuture<Chunk> chunk : ahead) {
        chunk.handle((done, failure) -> null).join();
      }
      stored.handle((done, failure) -> null).join();
    }
  }

  private void readAhead(long position, int length) {
    ByteBuffer buffer = buffers.pop().clear().limit(length);
    ahead.add(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                source.read(position, buffer);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return new Chunk(position, buffer, borders(position, buffer.flip()));
            },
            executor));
  }

  private void writeNext() throws IOException {
    Chunk chunk = take(ahead.peek());
    ahead.remove();
    int[] borders = chunk.borders;
    for (int i = 0; i < borders.length; i += 2) {
      int from = borders[i];
      int to = borders[i + 1];
      target.write(chunk.position + from, chunk.bytes.slice(from, to - from));
      unstored += to - from;
    }
    if (unstored >= STORE_STEP && threads > 1 && stored.isDone()) {
      store();
    }
    progress.advance(chunk.bytes.limit());
    buffers.push(chunk.bytes);
  }

  private void store() throws IOException {
    // A failure is told once only, to whoever asks first.
    take(stored);
    unstored = 0;
    stored =
        CompletableFuture.runAsync(
            () -> {
              try {
                storing.store();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            executor);
  }

  /** Where the runs of pieces begin and end in which there is something. */
  private static int[] borders(long position, ByteBuffer bytes) {
    int length = bytes.limit();
    int[] borders = new int[2 * (length / PIECE + 2)];
    int count = 0;
    boolean inRun = false;
    for (int at = 0; at < length; ) {
      // Pieces lie at the same places of the disk in every chunk.
      int next = (int) Math.min(length, ((position + at) / PIECE + 1) * PIECE - position);
      if (Zeros.isZero(bytes, at, next) == inRun) {
        borders[count++] = at;
        inRun = !inRun;
      }
      at = next;
    }
    if (inRun) {
      borders[count++] = length;
    }
    return Arrays.copyOf(borders, count);
  }

  private static <T> T take(CompletableFuture<T> done) throws IOException {
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new InterruptedIOException(String.valueOf(e.getCause()));
    }
  }
}
