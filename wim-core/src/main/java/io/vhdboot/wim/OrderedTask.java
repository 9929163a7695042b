package io.vhdboot.wim;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A piece of work that is done once, by whoever comes first, and that another thread waits for. */
abstract class OrderedTask implements Runnable {

  private final AtomicBoolean claimed = new AtomicBoolean();
  private boolean done;
  private Throwable failure;

  /** Does the work, unless another thread has begun to or it was cancelled. */
  @Override
  public final void run() {
    if (!claimed.compareAndSet(false, true)) {
      return;
    }
    Throwable problem = null;
    try {
      work();
    } catch (IOException | RuntimeException | Error e) {
      problem = e;
    }
    synchronized (this) {
      failure = problem;
      done = true;
      notifyAll();
    }
  }

  abstract void work() throws IOException;

  /**
   * Waits until the work is done; where nobody has begun it yet, this thread does it.
   *
   * @throws IOException what went wrong with the work
   * @throws InterruptedIOException when the thread is interrupted, which it stays
   */
  final void await() throws IOException {
    checkInterrupted();
    run();
    synchronized (this) {
      while (!done) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          checkInterrupted();
        }
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** Keeps the work from being begun; where it is under way, waits for its end. */
  final void cancel() {
    if (claimed.compareAndSet(false, true)) {
      return;
    }
    boolean interrupted = false;
    synchronized (this) {
      while (!done) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void checkInterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while a WIM was read or written");
    }
  }
}
