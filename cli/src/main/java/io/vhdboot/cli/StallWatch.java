package io.vhdboot.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Says when a disk does not answer, which nothing but patience or pulling it out ends. */
final class StallWatch {

  private static final Duration LEAST = Duration.ofSeconds(30);

  private final CountDownLatch done = new CountDownLatch(1);

  private StallWatch() {}

  /**
   * Begins to watch.
   *
   * @param waiting tells what the disk does not answer for a time
   */
  static StallWatch of(Function<Duration, Optional<String>> waiting, PrintWriter err) {
    StallWatch watch = new StallWatch();
    Thread thread = new Thread(() -> watch.look(waiting, err), "vhdboot-stall-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  private void look(Function<Duration, Optional<String>> waiting, PrintWriter err) {
    try {
      while (!done.await(LEAST.toSeconds(), TimeUnit.SECONDS)) {
        Optional<String> stalled = waiting.apply(LEAST);
        if (stalled.isPresent()) {
          err.println("vhdboot: " + stalled.get());
          err.flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it. */
  void close() {
    done.countDown();
  }
}
