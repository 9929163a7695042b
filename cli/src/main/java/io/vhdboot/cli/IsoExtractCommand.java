package io.vhdboot.cli;

import io.vhdboot.udf.DiscFile;
import io.vhdboot.udf.DiscFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot iso extract}: files of a disc go to a folder of the host. */
@Command(
    name = "extract",
    description = "Takes files out of the disc, with their folders and times.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:failed, or some files are left out",
      " 2:the command line was not understood",
      " 3:the input is bad or not supported"
    })
final class IsoExtractCommand implements Callable<Integer> {

  private static final int BUFFER_SIZE = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "FILE", description = "The disc image.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PATH",
      description = "What to take out; everything unless given.")
  private List<String> paths;

  @Option(
      names = "--dest",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "Where to put it (default: here).")
  private Path destination;

  @Option(names = "--overwrite", description = "Replace files that exist.")
  private boolean overwrite;

  @Option(names = "--format", paramLabel = "FORMAT", description = IsoCommand.FORMAT)
  private DiscFormat format;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final List<String> leftOut = new ArrayList<>();
  private final Map<Path, DiscFile> targets = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    long files = 0;
    long bytes = 0;
    try (OpenDisc disc = OpenDisc.of(file, format);
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      for (String path : paths == null ? List.of("/") : paths) {
        disc.walk(path, this::plan);
      }
      for (DiscFile each : targets.values()) {
        files += each.isDirectory() ? 0 : 1;
        bytes += each.isDirectory() ? 0 : each.size();
      }
      progress.begin("extract", bytes);
      for (Map.Entry<Path, DiscFile> each : targets.entrySet()) {
        extract(each.getValue(), each.getKey(), progress);
      }
    }
    print(files, bytes);
    return leftOut.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void print(long files, long bytes) {
    long directories = targets.size() - files;
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("target", destination.toString());
      facts.put("files", files);
      facts.put("directories", directories);
      facts.put("bytes", bytes);
      facts.put("leftOut", leftOut);
      spec.commandLine().getOut().println(Json.text(facts));
      return;
    }
    leftOut.forEach(left -> spec.commandLine().getErr().println("vhdboot: left out: " + left));
    spec.commandLine()
        .getOut()
        .printf("%s: %d files, %d directories, %d bytes%n", destination, files, directories, bytes);
  }

  private void plan(String name, DiscFile entry) throws IOException {
    Optional<Path> target = target(name);
    if (target.isEmpty()) {
      leftOut.add(name + ": no such name can be here");
    } else if (entry.linkTarget().isPresent()) {
      leftOut.add(name + ": a symbolic link to " + entry.linkTarget().get());
    } else {
      targets.putIfAbsent(target.get(), entry);
    }
  }

  /** Where a file goes; nothing where its name would lead out of the folder. */
  private Optional<Path> target(String name) {
    Path target = destination;
    for (String part : name.split("/")) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return Optional.empty();
      }
      try {
        Path step = Path.of(part);
        if (step.isAbsolute() || step.getNameCount() != 1 || step.getRoot() != null) {
          return Optional.empty();
        }
        target = target.resolve(step);
      } catch (InvalidPathException e) {
        return Optional.empty();
      }
    }
    return Optional.of(target);
  }

  private void extract(DiscFile file, Path target, ConsoleProgress progress) throws IOException {
    if (file.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    if (Files.exists(target) && !overwrite) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path partial = target.resolveSibling("." + target.getFileName() + ".vhdboot-partial");
    try {
      copy(file, partial, progress);
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
    Optional<Instant> modified = file.modified();
    if (modified.isPresent()) {
      Files.setLastModifiedTime(target, FileTime.from(modified.get()));
    }
  }

  private static void copy(DiscFile file, Path target, ConsoleProgress progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER_SIZE];
    try (InputStream in = file.newInputStream();
        OutputStream out = Files.newOutputStream(target)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        progress.advance(count);
      }
    }
  }
}
