package io.vhdboot.examples;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.image.DiskInspector;
import io.vhdboot.image.Inspection;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.provisioning.FlashPlan;
import io.vhdboot.provisioning.PlanProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The recipe of 2009, without Windows. What it did in eleven steps on a Windows machine:
 *
 * <ol>
 *   <li>diskpart: create, attach, partition and format a dynamic VHD
 *   <li>imagex: apply an image of install.wim to it
 *   <li>diskpart: detach the VHD; partition, activate and format the stick
 *   <li>copy the VHD onto the stick
 *   <li>bcdboot: copy the boot manager onto the stick
 *   <li>bcdedit: let a boot entry's device and osdevice name the VHD
 * </ol>
 *
 * <p>Here it is one plan, looked at before anything is written, and one pass.
 */
public final class Recipe2009 {

  private static final long MIB = 1 << 20;

  private Recipe2009() {}

  /** Takes a WIM, the number of an image in it, and the name of the stick image to make. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: Recipe2009 install.wim INDEX stick.img");
      System.exit(2);
    }
    FlashImage stick =
        FlashImage.builder()
            .image(Path.of(arguments[0]))
            .index(Integer.parseInt(arguments[1]))
            .output(Path.of(arguments[2]))
            .vhdSize(15_000 * MIB)
            .vhdName("virtualharddisk.vhd")
            .description("Hyper-V Server 2008 R2")
            .build();

    ExecutorService executor = Executors.newWorkStealingPool();
    try (FlashPlan plan = stick.plan()) {
      System.out.println("The stick will have " + plan.stickSize() / MIB + " MiB,");
      System.out.println("the VHD on it " + plan.vhdFileSize() / MIB + " MiB for now.");
      for (PlanProblem problem : plan.problems()) {
        System.out.println(problem.severity() + ": " + problem);
      }
      plan.write(executor, Runtime.getRuntime().availableProcessors(), new Dots());
    } finally {
      executor.shutdown();
    }

    Inspection made = DiskInspector.inspect(Path.of(arguments[2]));
    System.out.println("\n" + made.title());
  }

  /** Prints a dot for each 64 MiB. */
  private static final class Dots implements ProgressListener {

    private static final long STEP = 64 * MIB;

    private long done;

    @Override
    public void begin(String phase, long total) {
      System.out.print("\n" + phase + " ");
    }

    @Override
    public void advance(long amount) {
      for (long dot = done / STEP; dot < (done + amount) / STEP; dot++) {
        System.out.print('.');
      }
      done += amount;
    }
  }
}
