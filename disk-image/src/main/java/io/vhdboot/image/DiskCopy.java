package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Copies a disk's content onto another that reads as zeros. What the source says is a hole is not
 * read, and what is zero is not written. Several threads read ahead; one writes, in the order of
 * the disk, so that the same source gives the same file.
 */
final class DiskCopy {

  private static final int CHUNK = 1 << 20;

  /** What is zero as a whole is left out. */
  private static final int PIECE = 64 << 10;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PIECE).asReadOnlyBuffer();

  private final BlockDevice source;
  private final BlockDevice target;
  private final Executor executor;
  private final ProgressListener progress;
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private final Deque<CompletableFuture<Chunk>> ahead = new ArrayDeque<>();

  /** Bytes that were read. */
  private record Chunk(long position, ByteBuffer bytes) {}

  private DiskCopy(
      BlockDevice source,
      BlockDevice target,
      Executor executor,
      int threads,
      ProgressListener progress) {
    this.source = source;
    this.target = target;
    this.executor = executor;
    this.progress = progress;
    for (int i = 0; i < 2 * threads; i++) {
      buffers.add(ByteBuffer.allocateDirect(CHUNK));
    }
  }

  /**
   * Copies everything.
   *
   * @param executor reads
   * @param threads how many threads of the executor may be used
   */
  static void copy(
      BlockDevice source,
      BlockDevice target,
      Executor executor,
      int threads,
      ProgressListener progress)
      throws IOException {
    new DiskCopy(source, target, executor, threads, progress).copy();
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
    } finally {
      // After a failure nobody may go on reading a source that is about to be closed.
      for (CompletableFuture<Chunk> chunk : ahead) {
        chunk.handle((done, failure) -> null).join();
      }
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
              return new Chunk(position, buffer.flip());
            },
            executor));
  }

  private void writeNext() throws IOException {
    Chunk chunk = take(ahead.peek());
    ahead.remove();
    ByteBuffer bytes = chunk.bytes;
    int length = bytes.limit();
    int from = 0;
    for (int at = 0; at < length; at = nextPiece(chunk.position, at, length)) {
      int next = nextPiece(chunk.position, at, length);
      if (isZero(bytes, at, next)) {
        write(chunk.position, bytes, from, at);
        from = next;
      }
    }
    write(chunk.position, bytes, from, length);
    progress.advance(length);
    buffers.push(bytes);
  }

  /** The next border between pieces, which lie at the same places of the disk in every chunk. */
  private static int nextPiece(long position, int at, int length) {
    return (int) Math.min(length, ((position + at) / PIECE + 1) * PIECE - position);
  }

  private void write(long position, ByteBuffer bytes, int from, int to) throws IOException {
    if (from < to) {
      target.write(position + from, bytes.slice(from, to - from));
    }
  }

  private static Chunk take(CompletableFuture<Chunk> chunk) throws IOException {
    try {
      return chunk.join();
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

  /** Whether a range of a buffer, of any length, is all zeros. */
  static boolean isZero(ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at += PIECE) {
      int length = Math.min(PIECE, to - at);
      if (bytes.slice(at, length).mismatch(ZEROS.slice(0, length)) >= 0) {
        return false;
      }
    }
    return true;
  }
}
