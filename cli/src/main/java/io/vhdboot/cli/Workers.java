package io.vhdboot.cli;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads that a command gives to the libraries. */
final class Workers {

  /** One for each processor. */
  static final int COUNT = Runtime.getRuntime().availableProcessors();

  private Workers() {}

  /** An executor whose threads do not keep the program alive. */
  static ExecutorService newExecutor() {
    return Executors.newFixedThreadPool(
        COUNT,
        task -> {
          Thread thread = new Thread(task, "vhdboot-worker");
          thread.setDaemon(true);
          return thread;
        });
  }
}
