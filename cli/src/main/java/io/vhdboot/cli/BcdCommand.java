package io.vhdboot.cli;

import io.vhdboot.bcd.BcdDiff;
import io.vhdboot.bcd.BcdLint;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.image.BootTargets;
import io.vhdboot.image.HiveFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot bcd}: what bcdedit cannot tell of stores. */
@Command(
    name = "bcd",
    description = "Compares stores of boot configuration and looks for what is wrong in them.",
    mixinStandardHelpOptions = true)
final class BcdCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "diff or lint?");
  }

  @Command(
      name = "diff",
      description =
          "Tells what differs from one store to another. Exits with 1 when something does.",
      mixinStandardHelpOptions = true)
  int diff(
      @Parameters(index = "0", paramLabel = "STORE", description = "The one store.") String left,
      @Parameters(index = "1", paramLabel = "OTHER", description = "The other.") String right,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin DriveOptions drives,
      @Mixin CommonOptions common)
      throws IOException {
    List<BcdDiff.Difference> found;
    try (HiveFile one = HiveFile.open(left);
        HiveFile other = HiveFile.open(right)) {
      found = BcdDiff.of(BcdStore.of(one.hive()), BcdStore.of(other.hive()), drives.drives());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(found.stream().map(BcdCommand::facts).toList()));
    } else {
      for (BcdDiff.Difference each : found) {
        String what = WellKnownObject.name(each.object()) + " " + each.name();
        each.before().ifPresent(value -> out.println("- " + what + ": " + value));
        each.after().ifPresent(value -> out.println("+ " + what + ": " + value));
      }
    }
    return found.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static Map<String, Object> facts(BcdDiff.Difference difference) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("object", WellKnownObject.name(difference.object()));
    facts.put("element", String.format("%08x", difference.element()));
    facts.put("name", difference.name());
    difference.before().ifPresent(value -> facts.put("before", value));
    difference.after().ifPresent(value -> facts.put("after", value));
    return facts;
  }

  @Command(
      name = "lint",
      description = {
        "Looks for identifiers that lead nowhere, values of a wrong type and, in a store inside an",
        "image, devices and files that are not there. Exits with 1 when something is found."
      },
      mixinStandardHelpOptions = true)
  int lint(
      @Parameters(paramLabel = "STORE", description = "Such as stick.img@1/Boot/BCD.") String path,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    List<BcdLint.Finding> found;
    try (HiveFile file = HiveFile.open(path)) {
      BcdStore store = BcdStore.of(file.hive());
      found = new ArrayList<>(BcdLint.check(store));
      found.addAll(BootTargets.missing(path, store));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.text(
              found.stream()
                  .map(
                      each ->
                          Map.of(
                              "object", each.object(),
                              "element", String.format("%08x", each.element()),
                              "name", each.name(),
                              "problem", each.problem()))
                  .toList()));
    } else {
      found.forEach(out::println);
    }
    return found.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
