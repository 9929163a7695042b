package io.vhdboot.cli;

import io.vhdboot.image.DiskInspector;
import io.vhdboot.image.Inspection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot inspect}: what a file is and what it holds, as a tree. */
@Command(
    name = "inspect",
    description = "Shows what a stick image, VHD, volume, WIM, hive or BCD store holds.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "What to look at.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Inspection found = DiskInspector.inspect(file);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(found));
    } else {
      print(out, found);
    }
    return ExitCode.DONE;
  }

  /** Prints a tree; its depth is that of the nesting, which the inspector bounds. */
  static void print(PrintWriter out, Inspection root) {
    out.println(root.title());
    printBody(out, root, "");
  }

  private static void printBody(PrintWriter out, Inspection node, String indent) {
    List<Inspection> contents = node.contents();
    for (Map.Entry<String, Object> property : node.properties().entrySet()) {
      String rule = contents.isEmpty() ? "    " : "│   ";
      out.println(indent + rule + property.getKey() + ": " + text(property.getValue()));
    }
    for (int i = 0; i < contents.size(); i++) {
      boolean last = i == contents.size() - 1;
      out.println(indent + (last ? "└── " : "├── ") + contents.get(i).title());
      printBody(out, contents.get(i), indent + (last ? "    " : "│   "));
    }
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      return String.join(", ", list.stream().map(String::valueOf).toList());
    }
    return String.valueOf(value);
  }
}
