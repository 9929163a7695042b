package io.vhdboot.wim;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Does tasks that have numbers: on the caller's executor, and on the calling thread, which does
 * them alone where the executor has no thread to spare.
 */
final class NumberedTasks {

  /** What is to be done. */
  interface Task {
    void run(int number) throws IOException;
  }

  private final Executor executor;
  private final int parallelism;

  NumberedTasks(Executor executor, int parallelism) {
    this.executor = Objects.requireNonNull(executor);
    this.parallelism = parallelism;
  }

  static NumberedTasks onThisThread() {
    return new NumberedTasks(Runnable::run, 1);
  }

  /**
   * Does the task for all numbers below a count, in about their order. Returns or throws when none
   * is under way any more.
   *
   * @throws IOException what the one of the least number threw; those behind it may be left out
   */
  void run(int count, Task task) throws IOException {
    Run run = new Run(count, task);
    for (int i = 1; i < Math.min(parallelism, count); i++) {
      try {
        executor.execute(run);
      } catch (RejectedExecutionException e) {
        break;
      }
    }
    run.run();
    run.await();
  }

  /** One call; all its fields are guarded by itself. */
  private static final class Run implements Runnable {

    private final int count;
    private final Task task;
    private int next;
    private int running;
    private int failedNumber = Integer.MAX_VALUE;
    private Throwable failure;

    Run(int count, Task task) {
      this.count = count;
      this.task = task;
    }

    @Override
    public void run() {
      for (int number = begin(); number >= 0; number = begin()) {
        Throwable problem = null;
        try {
          task.run(number);
        } catch (IOException | RuntimeException | Error e) {
          problem = e;
        }
        end(number, problem);
      }
    }

    private synchronized int begin() {
      if (next >= count || failure != null) {
        return -1;
      }
      running++;
      return next++;
    }

    private synchronized void end(int number, Throwable problem) {
      running--;
      if (problem != null && number < failedNumber) {
        failedNumber = number;
        failure = problem;
      }
      notifyAll();
    }

    synchronized void await() throws IOException {
      boolean interrupted = false;
      while (running > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          // Tasks are short; none may be left behind.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
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
  }
}
