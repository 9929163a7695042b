package io.vhdboot.cli;

import io.vhdboot.wim.WimEditor;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim append}: adds an image to a WIM where it lies. */
@Command(
    name = "append",
    description = {
      "Adds an image of a folder, or of a volume inside an image, to a WIM.",
      "The file is appended to: until all is written it opens with the images that it had."
    },
    mixinStandardHelpOptions = true)
final class WimAppendCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private CaptureSource capture;
  @Mixin private NewIdentity identity;

  @Option(names = "--boot", description = "Let the image boot from the WIM.")
  private boolean boot;

  @Option(names = "--check", description = "Add an integrity table.")
  private boolean check;

  @Option(names = "--nocheck", description = "Drop the integrity table.")
  private boolean noCheck;

  @Override
  public Integer call() throws IOException {
    ExecutorService executor = Workers.newExecutor();
    WimEditor.Settings settings = WimEditor.of(capture.file());
    if (check || noCheck) {
      settings.integrity(check);
    }
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimEditor editor = settings.executor(executor, Workers.COUNT).progress(progress).open()) {
      long names = capture.addTo(editor, identity.time(), spec);
      if (boot) {
        editor.setBootIndex(editor.images().size());
      }
      editor.finish();
      progress.end();
      spec.commandLine()
          .getOut()
          .printf(
              "%s: added %d names as image %d%n", capture.file(), names, editor.images().size());
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }
}
