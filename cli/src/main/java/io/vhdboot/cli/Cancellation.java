package io.vhdboot.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Turns Ctrl-C into a wish to stop, and gives the work some time to do so in good order. */
final class Cancellation implements BooleanSupplier, AutoCloseable {

  private static final int SECONDS = 20;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "vhdboot-cancellation");
  private volatile boolean wanted;

  private Cancellation() {}

  static Cancellation begin() {
    Cancellation cancellation = new Cancellation();
    Runtime.getRuntime().addShutdownHook(cancellation.hook);
    return cancellation;
  }

  private void stop() {
    wanted = true;
    try {
      done.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean getAsBoolean() {
    return wanted;
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is stopping already.
      return;
    }
  }
}
