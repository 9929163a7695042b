package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * What the batches of one streaming share: the file, buffers, and the lock by which the streaming
 * thread waits for them.
 */
final class StreamRun {

  /** Chunks of LZX have no more; those of LZMS may have a GiB, of which one is enough. */
  private static final int MAX_SMALL_SIZE = 2 << 20;

  private final WimFile file;
  private final Function<Blob, String> naming;
  private final int batchSize;
  private final ConcurrentLinkedQueue<Worker> idleWorkers = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<byte[]> idleBuffers = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<byte[]> idleSolidBuffers = new ConcurrentLinkedQueue<>();
  private final Object lock = new Object();

  /** Guarded by the lock. */
  private int running;

  private volatile boolean stopped;

  StreamRun(WimFile file, Function<Blob, String> naming, int batchSize) {
    this.file = file;
    this.naming = naming;
    this.batchSize = batchSize;
  }

  /** The most uncompressed bytes of a batch: a whole number of chunks. */
  int batchSize() {
    return batchSize;
  }

  /** The most uncompressed bytes of a batch of whole blobs. */
  int smallSize() {
    return Math.min(batchSize, MAX_SMALL_SIZE);
  }

  /** Whether the work of batches is not wanted any more. */
  boolean isStopped() {
    return stopped;
  }

  /** Throws when a blob lies in a solid resource that takes more memory than there is. */
  void checkMemory(Blob blob) throws IOException {
    ResourceDevice.checkMemory(file.device(), blob.resource(), "the solid resource", blob.solid());
  }

  /** What is wrong with where a blob that is not solid is said to lie, or null. */
  CorruptFormatException problem(Blob blob) throws IOException {
    try {
      ResourceDevice.checkReadable(
          file.device(), blob.resource(), "the content", file.compression());
      if (blob.resource().isCompressed()) {
        ResourceDevice.checkMemory(file.device(), blob.resource(), "the content", chunkTable(blob));
      }
      return null;
    } catch (CorruptFormatException e) {
      return e;
    }
  }

  ChunkTable chunkTable(Blob blob) throws CorruptFormatException {
    return ChunkTable.of(
        file.name(), blob.resource(), file.chunkSize(), file.decoders().isPipable());
  }

  long[] chunkPositions(ChunkTable table, long first, int count) throws IOException {
    return table.read(file.device(), first, count);
  }

  int chunkSize() {
    return file.chunkSize();
  }

  void read(long position, byte[] buffer, int length) throws IOException {
    file.device().read(position, ByteBuffer.wrap(buffer, 0, length));
  }

  /** A buffer of so many bytes at least. */
  byte[] takeBuffer(int size) {
    // Nearly all have the same size, so that one that is too small may go.
    byte[] buffer = idleBuffers.poll();
    return buffer != null && buffer.length >= size ? buffer : new byte[Math.max(size, smallSize())];
  }

  void giveBackBuffer(byte[] buffer) {
    if (buffer != null) {
      idleBuffers.add(buffer);
    }
  }

  /** A buffer for a chunk of a solid resource, of so many bytes at least. */
  byte[] takeSolidBuffer(int size) {
    byte[] buffer = idleSolidBuffers.poll();
    return buffer != null && buffer.length >= size ? buffer : new byte[size];
  }

  void giveBackSolidBuffer(byte[] buffer) {
    idleSolidBuffers.add(buffer);
  }

  Worker takeWorker() {
    Worker worker = idleWorkers.poll();
    return worker != null ? worker : new Worker(file.decoders());
  }

  void giveBackWorker(Worker worker) {
    idleWorkers.add(worker);
  }

  void submit(BlobBatch batch, Executor executor) {
    try {
      executor.execute(batch);
    } catch (RejectedExecutionException e) {
      // Then the streaming thread does it, when its turn comes.
    }
  }

  /** Waits until a batch is done; where nobody has begun it yet, this thread does it. */
  void await(BlobBatch batch) throws InterruptedIOException {
    checkInterrupted();
    batch.run();
    synchronized (lock) {
      while (!batch.isDone()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          checkInterrupted();
        }
      }
    }
  }

  private static void checkInterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while blobs were read");
    }
  }

  /** Keeps batches from being begun, and waits for those that are under way. */
  void stop(Queue<BlobBatch> batches) {
    stopped = true;
    boolean interrupted = false;
    synchronized (lock) {
      while (running > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    batches.clear();
    for (Worker worker = idleWorkers.poll(); worker != null; worker = idleWorkers.poll()) {
      worker.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a batch may run, which then is counted as running. */
  boolean begin() {
    synchronized (lock) {
      if (stopped) {
        return false;
      }
      running++;
      return true;
    }
  }

  /** A batch that {@link #begin began} does not run any more. */
  void end() {
    synchronized (lock) {
      running--;
      lock.notifyAll();
    }
  }

  void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  /** Throws unless a blob's bytes have the hash by which it is known. */
  void checkSha1(Blob blob, Sha1 found) throws CorruptFormatException {
    BlobInputStream.check(file.name(), blob, found);
  }

  /** What to say of a blob that is damaged; calls the naming function. */
  CorruptFormatException damage(Blob blob, IOException problem) {
    String name = naming.apply(blob);
    String what = blob + (name == null || name.isEmpty() ? "" : " (" + name + ")");
    return new CorruptFormatException(
        file.name(), blob.offset(), what + ": " + withoutPlace(problem), problem);
  }

  /** A problem's text without the source and offset that the new exception names itself. */
  private static String withoutPlace(IOException problem) {
    String text = problem.getMessage();
    if (problem instanceof CorruptFormatException corrupt) {
      int start = text.startsWith(corrupt.source() + ": ") ? corrupt.source().length() + 2 : 0;
      int end = corrupt.offset() < 0 ? -1 : text.lastIndexOf(" (at byte ");
      return text.substring(start, end < start ? text.length() : end);
    }
    return text;
  }
}
