package io.vhdboot.cli;

import io.vhdboot.disk.ProgressListener;
import java.io.Console;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress with rate and time left on the terminal; says nothing where there is none. */
final class ConsoleProgress implements ProgressListener, AutoCloseable {

  private static final int UPDATE_MILLIS = 200;
  private static final int WIDTH = 100;

  private final boolean shown;
  private ProgressBar bar;

  ConsoleProgress(boolean quiet) {
    this.shown = !quiet && isTerminal();
  }

  @Override
  public void begin(String phase, long total) {
    end();
    if (shown) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(phase)
              .setInitialMax(total)
              .setUnit(" MiB", 1 << 20)
              .showSpeed()
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
              .build();
    }
  }

  @Override
  public void advance(long amount) {
    if (bar != null) {
      bar.stepBy(amount);
    }
  }

  /** Leaves the bar as it stands, so that other text can follow. */
  void end() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Whether a person looks on. Newer Javas have a console object even without a terminal. */
  static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      // Before Java 22 there is a console only on a terminal.
      return true;
    }
  }
}
