package io.vhdboot.cli;

import io.vhdboot.wim.WimEditor;
import io.vhdboot.wim.WimFile;
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

/** {@code vhdboot wim delete}: deletes an image. */
@Command(
    name = "delete",
    description = {
      "Deletes an image; those behind it move up.",
      "What only it needed stays in the file unless --rebuild is given."
    },
    mixinStandardHelpOptions = true)
final class WimDeleteCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "FILE", description = "The WIM.")
  private Path file;

  @Parameters(index = "1", paramLabel = "IMAGE", description = "Which image, by number or name.")
  private String image;

  @Option(names = "--rebuild", description = "Write the file anew, without what is not needed.")
  private boolean rebuild;

  @Override
  public Integer call() throws IOException {
    int index;
    try (WimFile wim = WimFile.open(file)) {
      index = WimInput.index(wim, image);
    }
    ExecutorService executor = Workers.newExecutor();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      try (WimEditor editor = WimEditor.of(file).open()) {
        editor.deleteImage(index);
        editor.finish();
      }
      if (rebuild) {
        WimOptimizeCommand.rebuild(file, settings -> {}, executor, progress);
      }
      progress.end();
      spec.commandLine().getOut().println(file + ": deleted image " + index);
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }
}
