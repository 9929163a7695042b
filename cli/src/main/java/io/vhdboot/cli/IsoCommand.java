package io.vhdboot.cli;

import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFile;
import io.vhdboot.udf.DiscFormat;
import io.vhdboot.udf.ElTorito;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot iso}: what a disc image holds. */
@Command(
    name = "iso",
    description = "Shows the files of a disc image, and takes them out.",
    subcommands = IsoExtractCommand.class,
    mixinStandardHelpOptions = true)
final class IsoCommand implements Runnable {

  static final String FORMAT = "Read by one of the disc's formats: ${COMPLETION-CANDIDATES}.";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "info, dir or extract?");
  }

  @Command(
      name = "info",
      description = "Shows the disc's label and formats, and what firmware can start from it.",
      mixinStandardHelpOptions = true)
  int info(
      @Parameters(paramLabel = "FILE", description = "The disc image.") Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (Disc disc = Disc.open(file)) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("file", disc.name());
      facts.put("size", Files.size(file));
      facts.put("label", disc.label());
      facts.put("formats", disc.formats().stream().map(DiscFormat::toString).toList());
      List<Map<String, Object>> boot = new ArrayList<>();
      for (ElTorito.Entry entry : disc.elTorito().map(ElTorito::entries).orElse(List.of())) {
        boot.add(facts(entry));
      }
      if (json) {
        facts.put("boot", boot);
        out.println(Json.text(facts));
        return ExitCode.DONE;
      }
      facts.forEach((name, value) -> out.printf("%-22s %s%n", name, value));
      for (Map<String, Object> entry : boot) {
        out.println();
        entry.forEach((name, value) -> out.printf("%-22s %s%n", name, value));
      }
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> facts(ElTorito.Entry entry) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put(
        "platform",
        switch (entry.platform()) {
          case ElTorito.BIOS -> "BIOS";
          case ElTorito.UEFI -> "UEFI";
          default -> String.format("%02x", entry.platform());
        });
    facts.put("bootable", entry.isBootable());
    facts.put("emulation", entry.emulation());
    facts.put("position", entry.position());
    facts.put("loadedSize", entry.loadedSize());
    return facts;
  }

  @Command(
      name = "dir",
      description = "Lists the files of the disc.",
      mixinStandardHelpOptions = true)
  int dir(
      @Parameters(index = "0", paramLabel = "FILE", description = "The disc image.") Path file,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "PATH",
              defaultValue = "/",
              description = "Where to begin; the root unless given.")
          String path,
      @Option(names = "--format", paramLabel = "FORMAT", description = FORMAT) DiscFormat format,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenDisc disc = OpenDisc.of(file, format)) {
      List<Map<String, Object>> files = new ArrayList<>();
      disc.walk(
          path,
          (name, entry) -> {
            Map<String, Object> facts = facts(name, entry);
            if (json) {
              files.add(facts);
            } else {
              out.printf(
                  "%-20s %14s  %s%s%n",
                  facts.getOrDefault("modified", ""),
                  entry.isDirectory() ? "<DIR>" : entry.size(),
                  name,
                  facts.containsKey("target") ? " -> " + facts.get("target") : "");
            }
          });
      if (json) {
        out.println(Json.text(files));
      }
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> facts(String name, DiscFile file) throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("path", name);
    facts.put("directory", file.isDirectory());
    facts.put("size", file.size());
    Optional<Instant> modified = file.modified();
    modified.ifPresent(
        time -> facts.put("modified", time.truncatedTo(ChronoUnit.SECONDS).toString()));
    file.linkTarget().ifPresent(target -> facts.put("target", target));
    return facts;
  }
}
