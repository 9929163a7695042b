package io.vhdboot.cli;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.image.DiskInspector;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.provisioning.FlashPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.apache.commons.io.IOUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vhdboot demo}: a stick from the bundled sample, to look at and to boot in QEMU. */
@Command(
    name = "demo",
    description = "Makes a stick from the bundled sample, shows it, and says how to boot it.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final String SAMPLE = "/io/vhdboot/testdata/sample.wim";
  private static final long VHD_SIZE = 256L << 20;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "vhdboot-demo.img",
      description = "The flash image to make (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(names = "--overwrite", description = "Replace the output if it exists.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    FlashImage stick =
        FlashImage.builder()
            .image(MemoryDevice.wrap("sample.wim", IOUtils.resourceToByteArray(SAMPLE)))
            .output(output)
            .vhdSize(VHD_SIZE)
            .label("VHDBOOT DEMO")
            .overwrite(overwrite)
            .build();
    ExecutorService executor = Workers.newExecutor();
    try (FlashPlan plan = stick.plan();
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      plan.write(executor, Workers.COUNT, progress);
      progress.end();
      out.println(plan.summary());
    } finally {
      executor.shutdownNow();
    }
    out.println();
    InspectCommand.print(out, DiskInspector.inspect(output));
    out.println();
    out.println("It boots in QEMU, from the MBR to the sample's boot manager, which says so:");
    out.println(
        "  qemu-system-x86_64 -accel tcg -m 256 -drive format=raw,file="
            + output
            + " -serial stdio");
    out.println("It does so with UEFI too: add -bios and OVMF, such as /usr/share/ovmf/OVMF.fd.");
    return ExitCode.DONE;
  }
}
