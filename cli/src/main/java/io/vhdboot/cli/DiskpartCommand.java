package io.vhdboot.cli;

import io.vhdboot.diskpart.DiskPart;
import io.vhdboot.diskpart.DriveLetters;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot diskpart}: runs a script of diskpart's on image files. */
@Command(
    name = "diskpart",
    description = "Runs a script of diskpart's commands on image files, never on the host's disks.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:a file could not be read or written",
      " 2:the command line was not understood",
      " 3:the input is bad or not supported",
      " 4:a command of the script could not be carried out",
      " 5:a command of the script was not understood"
    })
final class DiskpartCommand implements Callable<Integer> {

  private static final String SCRIPT_OPTION = "/s";

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "0..2",
      paramLabel = "SCRIPT",
      description = "The script, with or without /s before it; the standard input unless given.")
  private List<String> script = new ArrayList<>();

  @Option(
      names = "--disk",
      paramLabel = "FILE",
      description = "An image that is a disk, behind those that are attached; may be repeated.")
  private List<Path> disks = new ArrayList<>();

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = {
        "Where drive letters and attached virtual disks are kept;",
        "in the user's configuration folder unless given."
      })
  private Path state;

  @Override
  public Integer call() throws IOException {
    Path kept = state == null ? DriveOptions.defaultState() : state;
    DriveLetters letters = DriveLetters.load(kept);
    Supplier<UUID> identifiers = UUID::randomUUID;
    DiskPart.Builder builder =
        DiskPart.to(spec.commandLine().getOut(), identifiers, Clock.systemUTC()).letters(letters);
    disks.forEach(builder::disk);
    try (Reader reader = script();
        DiskPart diskPart = builder.open()) {
      return diskPart.run(reader);
    } finally {
      letters.save(kept);
    }
  }

  private Reader script() throws IOException {
    List<String> names = new ArrayList<>(script);
    if (!names.isEmpty() && names.get(0).equalsIgnoreCase(SCRIPT_OPTION)) {
      names.remove(0);
      if (names.isEmpty()) {
        throw new ParameterException(spec.commandLine(), "which script?");
      }
    }
    if (names.size() > 1) {
      throw new ParameterException(spec.commandLine(), "there can be one script only");
    }
    return names.isEmpty()
        ? new InputStreamReader(System.in, Charset.defaultCharset())
        : Files.newBufferedReader(Path.of(names.get(0)), StandardCharsets.UTF_8);
  }
}
