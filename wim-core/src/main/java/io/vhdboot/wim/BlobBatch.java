package io.vhdboot.wim;

import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Blobs or a piece of one that are read, decoded and hashed at a time, by whoever comes first. */
abstract class BlobBatch implements Runnable {

  private final StreamRun run;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile boolean done;
  private volatile Throwable failure;

  BlobBatch(StreamRun run) {
    this.run = run;
  }

  /** Does the work, unless another thread has begun to, or it is not wanted any more. */
  @Override
  public final void run() {
    if (!claimed.compareAndSet(false, true) || !run.begin()) {
      return;
    }
    try {
      Worker worker = run.takeWorker();
      try {
        work(worker);
      } finally {
        run.giveBackWorker(worker);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    } finally {
      run.end();
    }
  }

  final StreamRun streamRun() {
    return run;
  }

  final boolean isDone() {
    return done;
  }

  /** Marks the work as done. */
  final void complete() {
    done = true;
    run.wake();
  }

  /** Marks the work as done as far as it could be. */
  final void fail(Throwable problem) {
    failure = problem;
    complete();
  }

  /** Throws what went wrong, if anything but damage of a blob. */
  final void throwFailure() throws IOException {
    Throwable problem = failure;
    if (problem instanceof IOException e) {
      throw e;
    }
    if (problem instanceof RuntimeException e) {
      throw e;
    }
    if (problem instanceof Error e) {
      throw e;
    }
  }

  /** Tells the consumer that a blob is damaged. */
  final void deliverDamage(BlobConsumer consumer, Blob blob, IOException problem)
      throws IOException {
    consumer.failed(blob, run.damage(blob, problem));
  }

  /** Reads, decodes and hashes; ends with {@link #complete} or {@link #fail}, now or later. */
  abstract void work(Worker worker) throws IOException;

  /** Hands out what was done, on the streaming thread; called once, when all is done. */
  abstract void deliver(BlobConsumer consumer, ProgressListener listener) throws IOException;
}
