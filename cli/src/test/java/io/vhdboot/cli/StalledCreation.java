package io.vhdboot.cli;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.provisioning.FlashPlan;
import java.io.IOException;
import java.nio.file.Path;

/** A creation that says when it is half-way and then stays there, until it is told to stop. */
final class StalledCreation {

  static final int HALF_WAY = '!';

  private StalledCreation() {}

  public static void main(String[] arguments) throws IOException {
    FlashImage image =
        FlashImage.builder()
            .image(Path.of(arguments[0]))
            .output(Path.of(arguments[1]))
            .vhdSize(64L << 20)
            .build();
    try (FlashPlan plan = image.plan()) {
      plan.write(Runnable::run, 1, new Stall());
    }
  }

  private static final class Stall implements ProgressListener {

    @Override
    public void begin(String phase, long total) {}

    @Override
    public void advance(long amount) {
      System.out.write(HALF_WAY);
      System.out.flush();
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
