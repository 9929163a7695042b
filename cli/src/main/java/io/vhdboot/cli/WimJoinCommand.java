package io.vhdboot.cli;

import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim join}: puts the parts of a split WIM together. */
@Command(
    name = "join",
    description = "Puts the parts of a split WIM together again.",
    mixinStandardHelpOptions = true)
final class WimJoinCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "FILE", description = "The WIM to make.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "PART",
      description = "Any part; the others are found beside it.")
  private Path part;

  @Option(names = "--overwrite", description = "Replace a file that is there.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    ExecutorService executor = Workers.newExecutor();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimFile set = WimFile.open(part);
        WimWriter writer =
            WimWriter.to(file)
                .like(set)
                .overwrite(overwrite)
                .executor(executor, Workers.COUNT)
                .progress(progress)
                .open()) {
      writer.importImages(set, set.images());
      writer.finish();
      progress.end();
      spec.commandLine().getOut().printf("%s: %d images%n", file, set.images().size());
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }
}
