package io.vhdboot.cli;

import io.vhdboot.imaging.apply.ImageTransfer;
import io.vhdboot.imaging.apply.TransferReport;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim extract}: files of an image go to a folder of the host. */
@Command(
    name = "extract",
    description = {
      "Takes files out of an image, with their folders, links and times.",
      "What the host cannot keep is told; names that it cannot have are left out and told."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:failed, or some files are left out",
      " 2:the command line was not understood",
      " 3:the input is bad or not supported"
    })
final class WimExtractCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private TransferChoices choices;

  @Parameters(index = "0", paramLabel = "FILE", description = WimInput.DESCRIPTION)
  private String file;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PATH",
      description = {
        "What to take out, with all that is below; names may have * and ?.",
        "Everything unless given."
      })
  private List<String> paths;

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "Which image, by number or name; needed where there are several.")
  private String image;

  @Option(
      names = "--dest",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "Where to put it (default: here).")
  private Path destination;

  @Option(
      names = "--flat",
      description = "Put what is named right into the folder, not below the folders it is in.")
  private boolean flat;

  @Option(
      names = "--to-stdout",
      description = "Write the content of the files that are named to the standard output.")
  private boolean toStandardOutput;

  @Option(names = "--ref", paramLabel = "FILE", description = WimInput.PARTS)
  private List<String> references;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (toStandardOutput && paths == null) {
      throw new ParameterException(spec.commandLine(), "--to-stdout: which files?");
    }
    ExecutorService executor = Workers.newExecutor();
    try (WimFile wim = WimInput.open(file, references);
        ConsoleProgress progress = new ConsoleProgress(common.quiet || toStandardOutput)) {
      WimImage opened = wim.image(WimInput.index(wim, image));
      WimInput.warn(spec, opened.warnings());
      ImageTransfer transfer =
          ImageTransfer.of(wim, opened)
              .select(paths == null ? List.of("/") : paths)
              .flat(flat)
              .executor(executor, Workers.COUNT)
              .progress(progress);
      choices.apply(transfer);
      if (toStandardOutput) {
        writeTo(transfer);
        return ExitCode.DONE;
      }
      TransferReport report = transfer.toFolder(destination);
      progress.end();
      return TransferOutput.print(spec, report, destination.toString(), json);
    } finally {
      executor.shutdownNow();
    }
  }

  private static void writeTo(ImageTransfer transfer) throws IOException {
    // The printer of the command writes text only.
    try (OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))) {
      transfer.toStream(out);
    }
  }
}
