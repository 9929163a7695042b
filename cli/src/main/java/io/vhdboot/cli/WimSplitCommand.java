package io.vhdboot.cli;

import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimSplitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim split}: cuts a WIM into parts. */
@Command(
    name = "split",
    description = "Splits a WIM into parts of a size: name.swm, name2.swm and so on.",
    mixinStandardHelpOptions = true)
final class WimSplitCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "FILE", description = "The WIM.")
  private Path file;

  @Parameters(index = "1", paramLabel = "FIRST", description = "The first part, such as x.swm.")
  private Path first;

  @Parameters(
      index = "2",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The most that a part should have, such as 3800MiB.")
  private Long size;

  @Option(names = "--overwrite", description = "Replace files that are there.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimFile wim = WimFile.open(file)) {
      List<Path> parts =
          WimSplitter.of(wim, first, size).overwrite(overwrite).progress(progress).split();
      progress.end();
      parts.forEach(part -> spec.commandLine().getOut().println(part));
    }
    return ExitCode.DONE;
  }
}
