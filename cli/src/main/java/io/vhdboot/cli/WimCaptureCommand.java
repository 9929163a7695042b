package io.vhdboot.cli;

import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim capture}: makes a WIM of a folder or volume. */
@Command(
    name = "capture",
    description = "Makes a WIM of a folder, or of a volume inside an image.",
    mixinStandardHelpOptions = true)
final class WimCaptureCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private WimForm form;
  @Mixin private CaptureSource capture;
  @Mixin private NewIdentity identity;

  @Option(names = "--boot", description = "Let the image boot from the WIM.")
  private boolean boot;

  @Option(names = "--overwrite", description = "Replace a file that is there.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    ExecutorService executor = Workers.newExecutor();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimWriter writer =
            form.apply(WimWriter.to(capture.file()))
                .guid(identity.id())
                .integrity(form.wantsIntegrity(false))
                .reparseFixed(capture.fixesLinks())
                .bootIndex(boot ? 1 : 0)
                .overwrite(overwrite)
                .executor(executor, Workers.COUNT)
                .progress(progress)
                .open()) {
      long names = capture.addTo(writer, identity.time(), spec);
      writer.finish();
      progress.end();
      spec.commandLine().getOut().println(capture.file() + ": captured " + names + " names");
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }
}
