package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Hands out the content of many blobs in the order in which they lie in the file, each verified.
 *
 * <p>Reading, decoding and hashing run on the caller's executor, in batches of about a MiB: many
 * small blobs, or a piece of a large one. The consumer is called on the thread that calls {@link
 * #stream}, which also lends a hand where the executor does not come round to the next batch; so
 * any executor will do, even one that has no thread to spare. However large the blobs, no more than
 * 64 MiB of them are in memory; of a solid resource one chunk, which is 64 MiB as a rule, and
 * another for each further thread as long as they take no more than half of the memory.
 *
 * <pre>{@code
 * new BlobStreamer(wim)
 *     .executor(executor, 2)
 *     .naming(blob -> image.pathOf(blob).orElse(""))
 *     .stream(wim.blobs(), consumer);
 * }</pre>
 *
 * <p>A streamer is set up and used by one thread; several may share a file.
 */
public final class BlobStreamer {

  /** Uncompressed bytes of a batch. */
  static final int BATCH_SIZE = 1 << 20;

  /** Blobs of a batch: bounds what hangs on one when they are tiny. */
  private static final int MAX_BLOBS = 4096;

  /** A hole of this many bytes in the file is not worth reading. */
  private static final int MAX_GAP = 1 << 17;

  /** Uncompressed bytes that are decoded or wait for the consumer; as many encoded ones may. */
  private static final int MAX_IN_FLIGHT = 28 << 20;

  private static final int IN_FLIGHT_PER_THREAD = 4;

  /** What part of the memory decoded chunks of solid resources may take, when they are several. */
  private static final int SOLID_SHARE = 2;

  private final WimFile file;
  private Executor executor = Runnable::run;
  private int parallelism = 1;
  private ProgressListener listener = ProgressListener.NONE;
  private Function<Blob, String> naming = blob -> "";

  /** A streamer that works on the calling thread alone until it is told otherwise. */
  public BlobStreamer(WimFile file) {
    this.file = Objects.requireNonNull(file, "file");
  }

  /**
   * Lets this executor read and decode. It is not shut down.
   *
   * @param parallelism how many threads it has for this
   */
  public BlobStreamer executor(Executor executor, int parallelism) {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism (" + parallelism + ") must be positive");
    }
    this.executor = Objects.requireNonNull(executor, "executor");
    this.parallelism = parallelism;
    return this;
  }

  /**
   * Tells this listener of each byte that the consumer got, in uncompressed bytes; the phase is the
   * caller's to begin.
   */
  public BlobStreamer progress(ProgressListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /** Lets messages about a blob tell where it belongs; asked only when something is wrong. */
  public BlobStreamer naming(Function<Blob, String> naming) {
    this.naming = Objects.requireNonNull(naming, "naming");
    return this;
  }

  /**
   * Hands out blobs; one that is given several times comes once. When this returns or throws,
   * nothing of it runs any more.
   *
   * @throws CorruptFormatException when a blob cannot be decoded or is not what its SHA-1 says,
   *     unless the consumer {@link BlobConsumer#failed goes on}; what lies before it in the file
   *     was handed out
   * @throws java.io.InterruptedIOException when the thread is interrupted, which it stays
   */
  public void stream(Collection<Blob> blobs, BlobConsumer consumer) throws IOException {
    Blob[] sorted = blobs.toArray(Blob[]::new);
    Arrays.sort(sorted, Blob.BY_OFFSET);
    StreamRun run = new StreamRun(file, naming, batchSize());
    Plan plan = new Plan(sorted, run);
    Queue<BlobBatch> inFlight = new ArrayDeque<>();
    int limit =
        Math.max(
            1, Math.min(IN_FLIGHT_PER_THREAD * (parallelism + 1), MAX_IN_FLIGHT / batchSize()));
    try {
      while (true) {
        while (plan.hasNext() && hasRoom(inFlight.size(), limit, plan.nextSolidChunkSize())) {
          BlobBatch batch = plan.next();
          inFlight.add(batch);
          run.submit(batch, executor);
        }
        BlobBatch head = inFlight.poll();
        if (head == null) {
          return;
        }
        run.await(head);
        head.deliver(consumer, listener);
      }
    } finally {
      run.stop(inFlight);
    }
  }

  private int batchSize() {
    return Math.max(BATCH_SIZE, file.chunkSize());
  }

  /**
   * Whether another batch may be in flight.
   *
   * @param count how many are
   * @param limit how many small ones may be
   * @param solidChunk bytes of the next batch when it is a chunk of a solid resource, otherwise 0
   */
  private boolean hasRoom(int count, int limit, int solidChunk) {
    if (count == 0 || solidChunk == 0) {
      return count < limit;
    }
    long room = Runtime.getRuntime().maxMemory() / SOLID_SHARE;
    return count < parallelism && (count + 1L) * solidChunk <= room;
  }

  /** Cuts the work into batches, one at a time. */
  private static final class Plan {

    private final Blob[] blobs;
    private final StreamRun run;
    private int index;
    private LargeBlob large;
    private SolidStream solid;

    Plan(Blob[] blobs, StreamRun run) {
      this.blobs = blobs;
      this.run = run;
    }

    boolean hasNext() {
      return index < blobs.length || large != null || solid != null;
    }

    /** The size of the chunk that comes next when it is one of a solid resource, otherwise 0. */
    int nextSolidChunkSize() {
      if (solid != null) {
        return solid.chunkSize();
      }
      return large == null && blobs[index].isSolid() ? blobs[index].solid().chunkSize() : 0;
    }

    BlobBatch next() throws IOException {
      if (solid == null && large == null && blobs[index].isSolid()) {
        solid = takeSolid();
      }
      if (solid != null) {
        BlobBatch chunk = solid.nextChunk();
        if (!solid.hasNextChunk()) {
          solid = null;
        }
        return chunk;
      }
      if (large == null) {
        CorruptFormatException problem = run.problem(blobs[index]);
        Blob first = take();
        if (problem != null) {
          return new UnreadableBlob(run, first, problem);
        }
        if (first.size() <= run.smallSize()) {
          return smallBlobs(first);
        }
        large = new LargeBlob(run, first);
      }
      BlobBatch piece = large.nextPiece();
      if (!large.hasNextPiece()) {
        large = null;
      }
      return piece;
    }

    /** All blobs of the next one's solid resource; each stands once in the array afterwards. */
    private SolidStream takeSolid() throws IOException {
      int from = index;
      int to = index;
      run.checkMemory(blobs[from]);
      while (index < blobs.length && blobs[index].solid() == blobs[from].solid()) {
        blobs[to++] = take();
      }
      return new SolidStream(run, blobs, from, to);
    }

    private BlobBatch smallBlobs(Blob first) throws IOException {
      List<Blob> batch = new ArrayList<>();
      batch.add(first);
      long size = first.size();
      long end = first.offset() + first.storedSize();
      while (index < blobs.length && batch.size() < MAX_BLOBS) {
        Blob next = blobs[index];
        long nextEnd = next.offset() + next.storedSize();
        size += next.size();
        if (next.isSolid()
            || size < 0
            || size > run.smallSize()
            || next.offset() - end > MAX_GAP
            || nextEnd - first.offset() > 2L * run.smallSize()
            || run.problem(next) != null) {
          break;
        }
        batch.add(take());
        end = Math.max(end, nextEnd);
      }
      return new SmallBlobs(run, batch);
    }

    /** The next blob, past those that are the same one again. */
    private Blob take() {
      Blob blob = blobs[index++];
      while (index < blobs.length && blobs[index] == blob) {
        index++;
      }
      return blob;
    }
  }
}
