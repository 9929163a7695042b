package io.vhdboot.cli;

import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot tree}: the files below a directory in an image, as a tree. */
@Command(
    name = "tree",
    description = "Draws the tree of files inside an image.",
    mixinStandardHelpOptions = true)
final class TreeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "PATH", description = "Where the tree begins.")
  private String path;

  @Option(
      names = {"-d", "--directories"},
      description = "Draw directories only.")
  private boolean directoriesOnly;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "2147483647",
      description = "Go so many levels deep.")
  private int depth;

  @Option(names = "--json", description = "Print JSON: the files of the tree, one after the other.")
  private boolean json;

  private long files;
  private long directories;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (FilePlace place = FilePlace.inImage(path, NtfsFileSystemOptions.readOnly())) {
      Path top = place.matches().get(0);
      List<Map<String, Object>> all = new ArrayList<>();
      if (!json) {
        out.println(place.text());
      }
      draw(top, out, all);
      if (json) {
        out.println(Json.text(all));
      } else {
        out.printf(Locale.ROOT, "%n%,d directories, %,d files%n", directories, files);
      }
    }
    return ExitCode.DONE;
  }

  /** The rest of a directory, and what stands before its lines. */
  private record Level(Iterator<Path> left, String indent) {}

  private void draw(Path top, PrintWriter out, List<Map<String, Object>> all) throws IOException {
    Deque<Level> levels = new ArrayDeque<>();
    levels.push(new Level(entries(top).iterator(), ""));
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      if (!level.left().hasNext()) {
        levels.pop();
        continue;
      }
      Path entry = level.left().next();
      FileDetails file = FileDetails.of(entry);
      boolean isDirectory = file.attributes().isDirectory();
      directories += isDirectory ? 1 : 0;
      files += isDirectory ? 0 : 1;
      boolean isLast = !level.left().hasNext();
      if (json) {
        all.add(file.brief());
      } else {
        out.println(level.indent() + (isLast ? "└── " : "├── ") + label(file));
      }
      if (isDirectory && levels.size() < depth) {
        levels.push(
            new Level(entries(entry).iterator(), level.indent() + (isLast ? "    " : "│   ")));
      }
    }
  }

  private static String label(FileDetails file) throws IOException {
    return file.attributes().isSymbolicLink() ? file.name() + " -> " + file.target() : file.name();
  }

  private List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        if (!directoriesOnly || Files.isDirectory(entry)) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }
}
