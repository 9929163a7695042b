package io.vhdboot.wim;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Tasks that run on the caller's executor, in any order, and are taken back in the order in which
 * they were submitted. For use by one thread.
 */
final class TaskQueue<T extends OrderedTask> {

  private final Executor executor;
  private final Queue<T> tasks = new ArrayDeque<>();

  TaskQueue(Executor executor) {
    this.executor = executor;
  }

  void submit(T task) {
    tasks.add(task);
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      // Then the thread that takes it does it, when its turn comes.
    }
  }

  int size() {
    return tasks.size();
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Takes the task that was submitted first, when it is done. */
  T take() throws IOException {
    T task = tasks.remove();
    try {
      task.await();
    } catch (IOException | RuntimeException | Error e) {
      task.cancel();
      throw e;
    }
    return task;
  }

  /** Drops all tasks; when this returns, none runs any more. */
  void stop() {
    for (T task = tasks.poll(); task != null; task = tasks.poll()) {
      task.cancel();
    }
  }
}
