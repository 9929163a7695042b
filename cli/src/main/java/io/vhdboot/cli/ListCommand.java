package io.vhdboot.cli;

import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

/** {@code vhdboot ls}: the files of a directory in an image, as {@code dir} shows them. */
@Command(
    name = "ls",
    description = "Lists files inside an image, as dir does.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Such as stick.img@1/windows.vhd@1/Windows/*.exe.")
  private List<String> paths;

  @Option(
      names = {"-s", "--recursive"},
      description = "List the directories below too.")
  private boolean recursive;

  @Option(
      names = {"-x", "--short-names"},
      description = "Show 8.3 names.")
  private boolean shortNames;

  @Option(
      names = {"-r", "--streams"},
      description = "Show named streams.")
  private boolean streams;

  @Option(
      names = {"-b", "--bare"},
      description = "Print paths only.")
  private boolean bare;

  @Option(names = "--metafiles", description = "Show the files of NTFS itself.")
  private boolean metafiles;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final List<Map<String, Object>> listed = new ArrayList<>();
  private PrintWriter out;
  private long files;
  private long bytes;
  private long directories;

  @Override
  public Integer call() throws IOException {
    out = spec.commandLine().getOut();
    NtfsFileSystemOptions options = NtfsFileSystemOptions.readOnly().withMetafiles(metafiles);
    for (String path : paths) {
      try (FilePlace place = FilePlace.inImage(path, options)) {
        list(place);
      }
    }
    if (json) {
      out.println(Json.text(listed));
    }
    return ExitCode.DONE;
  }

  private void list(FilePlace place) throws IOException {
    List<Path> matches = place.matches();
    if (matches.size() == 1 && Files.isDirectory(matches.get(0))) {
      listTree(matches.get(0));
    } else {
      for (Path match : matches) {
        print(match);
      }
    }
    if (!json && !bare) {
      out.printf(
          Locale.ROOT,
          "%,22d files of %,d bytes%n%,22d directories, %,d bytes free%n",
          files,
          bytes,
          directories,
          Files.getFileStore(place.path().getRoot()).getUnallocatedSpace());
    }
  }

  private void listTree(Path top) throws IOException {
    Deque<Path> open = new ArrayDeque<>(List.of(top));
    while (!open.isEmpty()) {
      Path directory = open.pop();
      if (!json && !bare) {
        out.printf("%nDirectory of %s%n%n", directory);
      }
      List<Path> below = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          print(entry);
          if (recursive && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            below.add(entry);
          }
        }
      }
      for (int i = below.size() - 1; i >= 0; i--) {
        open.push(below.get(i));
      }
    }
  }

  private void print(Path path) throws IOException {
    FileDetails file = FileDetails.of(path);
    boolean isDirectory = file.attributes().isDirectory();
    directories += isDirectory ? 1 : 0;
    files += isDirectory ? 0 : 1;
    bytes += file.attributes().size();
    if (json) {
      listed.add(file.brief());
    } else if (bare) {
      out.println(path);
    } else {
      print(file);
    }
  }

  private void print(FileDetails file) throws IOException {
    String size =
        switch (file.kind()) {
          case "directory" -> "<DIR>";
          case "junction" -> "<JUNCTION>";
          case "link" -> "<SYMLINK>";
          default -> String.format(Locale.ROOT, "%,d", file.attributes().size());
        };
    out.printf(
        "%s  %s %16s %s%s%s%n",
        FileDetails.time(file.attributes().lastModifiedTime()),
        file.letters(),
        size,
        shortNames ? String.format("%-12s ", file.shortName().orElse("")) : "",
        file.name(),
        file.attributes().isSymbolicLink() ? " [" + file.target() + "]" : "");
    if (streams) {
      for (Map<String, Object> stream : file.streams()) {
        out.printf(
            Locale.ROOT,
            "%50s %s:%s%n",
            String.format(Locale.ROOT, "%,d", stream.get("size")),
            file.name(),
            stream.get("name"));
      }
    }
  }
}
