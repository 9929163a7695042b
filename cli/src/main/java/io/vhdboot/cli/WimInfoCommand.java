package io.vhdboot.cli;

import io.vhdboot.wim.WimFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim info}: what a WIM is and which images it holds. */
@Command(
    name = "info",
    description = "Shows the file's form and what it says of its images.",
    mixinStandardHelpOptions = true)
final class WimInfoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = WimInput.DESCRIPTION)
  private String file;

  @Option(names = "--ref", paramLabel = "FILE", description = WimInput.PARTS)
  private List<String> references;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--xml", description = "Print the XML data as they are.")
  private boolean xml;

  @Override
  public Integer call() throws IOException {
    try (WimFile wim = WimInput.open(file, references)) {
      print(spec.commandLine().getOut(), wim);
      WimInput.warn(spec, wim.warnings());
    }
    return ExitCode.DONE;
  }

  private void print(PrintWriter out, WimFile wim) {
    if (xml) {
      out.println(wim.xml());
      return;
    }
    Map<String, Object> facts = WimFacts.of(wim);
    List<Map<String, Object>> images = wim.images().stream().map(WimFacts::of).toList();
    if (json) {
      facts.put("images", images);
      out.println(Json.text(facts));
      return;
    }
    facts.forEach((name, value) -> out.printf("%-22s %s%n", name, value));
    for (Map<String, Object> image : images) {
      out.println();
      image.forEach((name, value) -> out.printf("%-22s %s%n", name, value));
    }
  }
}
