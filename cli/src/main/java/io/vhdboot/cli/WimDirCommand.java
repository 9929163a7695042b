package io.vhdboot.cli;

import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim dir}: the files of an image. */
@Command(
    name = "dir",
    description = "Lists the files of an image.",
    mixinStandardHelpOptions = true)
final class WimDirCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "FILE", description = WimInput.DESCRIPTION)
  private String file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      defaultValue = "/",
      description = "Where to begin; the root unless given.")
  private String path;

  @Option(
      names = "--index",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which image, by number or name (default: ${DEFAULT-VALUE}).")
  private String image;

  @Option(names = "--one-level", description = "List no more than one folder.")
  private boolean oneLevel;

  @Option(names = "--detailed", description = "Show all that is known of each file.")
  private boolean detailed;

  @Option(names = "--ref", paramLabel = "FILE", description = WimInput.PARTS)
  private List<String> references;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (WimFile wim = WimInput.open(file, references)) {
      int index = WimInput.index(wim, image);
      WimImage opened = wim.image(index);
      WimEntry start =
          opened
              .find(path)
              .orElseThrow(() -> new NoSuchFileException(path, null, "not in image " + index));
      list(start);
      WimInput.warn(spec, opened.warnings());
    }
    return ExitCode.DONE;
  }

  private void list(WimEntry start) {
    PrintWriter out = spec.commandLine().getOut();
    Deque<WimEntry> open = new ArrayDeque<>();
    open.push(start);
    boolean first = true;
    while (!open.isEmpty()) {
      WimEntry entry = open.pop();
      if (json) {
        out.print((first ? "[\n" : ",\n") + Json.text(WimFacts.of(entry)));
      } else if (detailed) {
        WimFacts.of(entry).forEach((name, value) -> out.printf("%-22s %s%n", name, value));
        out.println();
      } else {
        out.println(entry.path());
      }
      if (!oneLevel || entry == start) {
        List<WimEntry> children = entry.children();
        for (int i = children.size() - 1; i >= 0; i--) {
          open.push(children.get(i));
        }
      }
      first = false;
    }
    if (json) {
      out.println("\n]");
    }
  }
}
