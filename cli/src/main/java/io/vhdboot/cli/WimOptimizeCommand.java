package io.vhdboot.cli;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim optimize}: writes a WIM anew, without what is not needed. */
@Command(
    name = "optimize",
    description = {
      "Writes a WIM anew, without what no image needs; with a form that is given, in that.",
      "The new file takes the place of the old one when it is complete."
    },
    mixinStandardHelpOptions = true)
final class WimOptimizeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private WimForm form;

  @Parameters(paramLabel = "FILE", description = "The WIM.")
  private Path file;

  @Option(names = "--recompress", description = "Compress anew what could be copied.")
  private boolean recompress;

  @Override
  public Integer call() throws IOException {
    long before = Files.size(file);
    ExecutorService executor = Workers.newExecutor();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      boolean hadIntegrity;
      boolean wasSolid;
      try (WimFile wim = WimFile.open(file)) {
        hadIntegrity = wim.hasIntegrityTable();
        wasSolid = wim.blobs().stream().anyMatch(blob -> blob.isSolid());
      }
      rebuild(
          file,
          settings -> {
            if (form.isGiven()) {
              form.apply(settings);
            } else if (wasSolid) {
              settings.solid(form.solidCompression(), form.solidChunkSize());
            }
            settings.recompress(recompress).integrity(form.wantsIntegrity(hadIntegrity));
          },
          executor,
          progress);
      progress.end();
    } finally {
      executor.shutdownNow();
    }
    spec.commandLine().getOut().printf("%s: %d bytes, before %d%n", file, Files.size(file), before);
    return ExitCode.DONE;
  }

  /** Writes a file anew under its name. */
  static void rebuild(
      Path file,
      Consumer<WimWriter.Settings> form,
      ExecutorService executor,
      ProgressListener progress)
      throws IOException {
    try (WimFile wim = WimFile.open(file)) {
      WimWriter.Settings settings =
          WimWriter.to(file)
              .like(wim)
              .overwrite(true)
              .executor(executor, Workers.COUNT)
              .progress(progress);
      form.accept(settings);
      try (WimWriter writer = settings.open()) {
        writer.importImages(wim, wim.images());
        writer.finish();
      }
    }
  }
}
