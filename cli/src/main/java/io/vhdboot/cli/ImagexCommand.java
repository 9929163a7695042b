package io.vhdboot.cli;

import io.vhdboot.cli.ImagexArguments.Choice;
import io.vhdboot.imaging.apply.ImageTransfer;
import io.vhdboot.imaging.apply.TransferReport;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot imagex}: what imagex of the Windows AIK does, by its own command line. */
@Command(
    name = "imagex",
    description = {
      "Takes imagex's own command lines.",
      "Where imagex has a folder or a drive, there may be a path into an image file, such as",
      "disk.vhd@1:",
      "  /info FILE [IMAGE [NEW-NAME [NEW-DESCRIPTION]]] [/xml] [/check]",
      "  /dir FILE [IMAGE]",
      "  /apply FILE [IMAGE] TARGET [/check] [/verify] [/norpfix] [/ref PARTS] [/logfile FILE]",
      "  /capture SOURCE FILE NAME [DESCRIPTION] [/boot] [/check] [/compress none|fast|maximum]",
      "    [/config FILE] [/flags EDITION] [/norpfix] [/logfile FILE]",
      "  /append SOURCE FILE NAME [DESCRIPTION], with the options of /capture but /compress",
      "  /export FILE IMAGE TO [NAME] [/boot] [/check] [/compress none|fast|maximum]",
      "  /delete FILE IMAGE [/check]",
      "  /split FILE FIRST-PART SIZE-IN-MB [/check]",
      "What shows names or checks twice in imagex (/scroll, /verify, /temp) is taken and not needed."
    },
    mixinStandardHelpOptions = true)
final class ImagexCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "As imagex takes them.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    ImagexArguments line = ImagexArguments.parse(arguments);
    return switch (line.verb()) {
      case INFO -> line.rest().size() > 2 ? write(line) : info(line);
      case DIR -> dir(line);
      case APPLY -> apply(line);
      default -> write(line);
    };
  }

  /** Does what a command of {@code wim} does. */
  private int write(ImagexArguments line) throws IOException {
    StringWriter said = new StringWriter();
    List<String> command = line.toWimCommand();
    if (common.quiet) {
      command.add("--quiet");
    }
    if (common.verbose) {
      command.add("--verbose");
    }
    PrintWriter out = new PrintWriter(said);
    int exitCode = Vhdboot.run(out, spec.commandLine().getErr(), command.toArray(String[]::new));
    spec.commandLine().getOut().print(said);
    if (line.has(Choice.LOGFILE)) {
      Files.writeString(Path.of(line.options().get(Choice.LOGFILE)), said.toString());
    }
    return exitCode;
  }

  private WimFile open(ImagexArguments line, ConsoleProgress progress) throws IOException {
    WimFile wim = WimInput.open(line.rest().get(0), line.references());
    try {
      WimInput.warn(spec, wim.warnings());
      if (line.has(Choice.CHECK)) {
        wim.checkIntegrity(progress);
      }
      return wim;
    } catch (IOException | RuntimeException e) {
      wim.close();
      throw e;
    }
  }

  /** The XML data, as imagex prints them, of the file or of one image. */
  private int info(ImagexArguments line) throws IOException {
    line.checkCount(1, 2);
    PrintWriter out = spec.commandLine().getOut();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimFile wim = open(line, progress)) {
      progress.end();
      if (line.has(Choice.XML)) {
        out.println(wim.xml());
        return ExitCode.DONE;
      }
      if (line.rest().size() == 1) {
        WimFacts.of(wim).forEach((name, value) -> out.printf("%-22s %s%n", name, value));
        out.println();
        out.println(wim.xml());
      } else {
        int index = WimInput.index(wim, line.rest().get(1));
        WimFacts.of(wim.images().get(index - 1))
            .forEach((name, value) -> out.printf("%-22s %s%n", name, value));
      }
    }
    return ExitCode.DONE;
  }

  /** The paths of an image, with backslashes. */
  private int dir(ImagexArguments line) throws IOException {
    line.checkCount(1, 2);
    PrintWriter out = spec.commandLine().getOut();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimFile wim = open(line, progress)) {
      int index = WimInput.index(wim, line.rest().size() == 1 ? null : line.rest().get(1));
      for (WimEntry entry : wim.image(index).entries()) {
        if (entry.parent().isPresent()) {
          out.println(entry.path().replace('/', '\\'));
        }
      }
    }
    return ExitCode.DONE;
  }

  private int apply(ImagexArguments line) throws IOException {
    line.checkCount(2, 3);
    List<String> rest = line.rest();
    String target = rest.get(rest.size() - 1);
    ExecutorService executor = Workers.newExecutor();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimFile wim = open(line, progress)) {
      WimImage image = wim.image(WimInput.index(wim, rest.size() == 2 ? null : rest.get(1)));
      WimInput.warn(spec, image.warnings());
      ImageTransfer transfer =
          ImageTransfer.of(wim, image)
              .overwrite(true)
              .executor(executor, Workers.COUNT)
              .progress(progress);
      if (line.has(Choice.NORPFIX)) {
        transfer.reparseFixups(false);
      }
      TransferReport report = WimApplyCommand.apply(transfer, target);
      progress.end();
      if (line.has(Choice.LOGFILE)) {
        List<String> lines = new ArrayList<>(report.leftOut());
        lines.addAll(report.notes());
        Files.write(Path.of(line.options().get(Choice.LOGFILE)), lines);
      }
      return TransferOutput.print(spec, report, target, false);
    } finally {
      executor.shutdownNow();
    }
  }
}
