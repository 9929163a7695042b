package io.vhdboot.cli;

import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimVerification;
import io.vhdboot.wim.WimWarning;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim verify}: whether all that a WIM holds is as it was written. */
@Command(
    name = "verify",
    description = "Reads all of a WIM and compares it with its hashes, on all processors.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:everything is as it was written",
      " 1:something is damaged, or the file could not be read",
      " 2:the command line was not understood",
      " 3:the file is no WIM, damaged as a whole, or not supported"
    })
final class WimVerifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = WimInput.DESCRIPTION)
  private String file;

  @Option(names = "--ref", paramLabel = "FILE", description = WimInput.PARTS)
  private List<String> references;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    ExecutorService executor = Workers.newExecutor();
    try (WimFile wim = WimInput.open(file, references);
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      WimVerification.Report report =
          WimVerification.of(wim).executor(executor, Workers.COUNT).progress(progress).run();
      progress.end();
      print(wim, report);
      return report.isSound() ? ExitCode.DONE : ExitCode.FAILED;
    } finally {
      executor.shutdownNow();
    }
  }

  private void print(WimFile wim, WimVerification.Report report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("file", wim.name());
      facts.put("sound", report.isSound());
      facts.put("images", report.images());
      facts.put("entries", report.entries());
      facts.put("blobs", report.blobs());
      facts.put("bytes", report.bytes());
      facts.put("integrityTable", report.hasIntegrityTable());
      facts.put("problemCount", report.problemCount());
      facts.put("problems", report.problems());
      facts.put("warnings", report.warnings().stream().map(WimWarning::text).toList());
      out.println(Json.text(facts));
      return;
    }
    WimInput.warn(spec, report.warnings());
    report.problems().forEach(out::println);
    if (report.problemCount() > report.problems().size()) {
      out.printf("%d more are not listed%n", report.problemCount() - report.problems().size());
    }
    out.printf(
        "%s: %s%d images, %d names, %d blobs of %d bytes%s%n",
        wim.name(),
        report.isSound() ? "sound: " : report.problemCount() + " problems in ",
        report.images(),
        report.entries(),
        report.blobs(),
        report.bytes(),
        report.hasIntegrityTable() ? ", integrity table" : "");
  }
}
