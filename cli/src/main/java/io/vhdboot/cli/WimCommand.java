package io.vhdboot.cli;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import io.vhdboot.wim.WimWarning;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
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

/** {@code vhdboot wim}: what a Windows imaging file holds. */
@Command(
    name = "wim",
    description = "Shows the images of a WIM and their files.",
    mixinStandardHelpOptions = true)
final class WimCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "info or dir?");
  }

  @Command(
      name = "info",
      description = "Shows the file's form and what it says of its images.",
      mixinStandardHelpOptions = true)
  int info(
      @Parameters(paramLabel = "FILE", description = "The WIM.") Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (WimFile wim = WimFile.open(file)) {
      Map<String, Object> facts = facts(wim);
      List<Map<String, Object>> images = wim.images().stream().map(WimCommand::facts).toList();
      if (json) {
        facts.put("images", images);
        out.println(Json.text(facts));
      } else {
        facts.forEach((name, value) -> out.printf("%-22s %s%n", name, value));
        for (Map<String, Object> image : images) {
          out.println();
          image.forEach((name, value) -> out.printf("%-22s %s%n", name, value));
        }
      }
      for (WimWarning warning : wim.warnings()) {
        spec.commandLine().getErr().println("vhdboot: warning: " + warning);
      }
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "dir",
      description = "Lists the files of an image.",
      mixinStandardHelpOptions = true)
  int dir(
      @Parameters(index = "0", paramLabel = "FILE", description = "The WIM.") Path file,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "PATH",
              defaultValue = "/",
              description = "Where to begin; the root unless given.")
          String path,
      @Option(
              names = "--index",
              paramLabel = "N",
              defaultValue = "1",
              description = "Which image (default: ${DEFAULT-VALUE}).")
          int index,
      @Option(names = "--one-level", description = "List no more than one folder.")
          boolean oneLevel,
      @Option(names = "--detailed", description = "Show all that is known of each file.")
          boolean detailed,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (WimFile wim = WimFile.open(file)) {
      WimImage image = wim.image(index);
      WimEntry start =
          image
              .find(path)
              .orElseThrow(() -> new NoSuchFileException(path, null, "not in image " + index));
      Deque<WimEntry> open = new ArrayDeque<>();
      open.push(start);
      boolean first = true;
      while (!open.isEmpty()) {
        WimEntry entry = open.pop();
        if (json) {
          out.print((first ? "[\n" : ",\n") + Json.text(facts(entry)));
        } else if (detailed) {
          facts(entry).forEach((name, value) -> out.printf("%-22s %s%n", name, value));
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
      for (WimWarning warning : image.warnings()) {
        spec.commandLine().getErr().println("vhdboot: warning: " + warning);
      }
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> facts(WimFile wim) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", wim.name());
    facts.put("size", wim.size());
    facts.put("version", String.format("0x%x", wim.version()));
    facts.put("compression", wim.compression().toString());
    facts.put("chunkSize", wim.chunkSize());
    facts.put("guid", wim.guid().toString());
    facts.put("imageCount", wim.images().size());
    facts.put("bootIndex", wim.bootIndex());
    facts.put("integrityTable", wim.hasIntegrityTable());
    return facts;
  }

  private static Map<String, Object> facts(WimImageInfo image) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("index", image.index());
    facts.put("name", image.name());
    put(facts, "description", image.description());
    put(facts, "displayName", image.displayName());
    put(facts, "edition", image.editionId().or(image::flags));
    put(facts, "architecture", image.architecture());
    put(facts, "windows", image.version());
    put(facts, "installationType", image.installationType());
    put(facts, "defaultLanguage", image.defaultLanguage());
    if (!image.languages().isEmpty()) {
      facts.put("languages", image.languages());
    }
    image.directoryCount().ifPresent(count -> facts.put("directories", count));
    image.fileCount().ifPresent(count -> facts.put("files", count));
    image.totalBytes().ifPresent(count -> facts.put("totalBytes", count));
    image.hardLinkBytes().ifPresent(count -> facts.put("hardLinkBytes", count));
    image.creationTime().ifPresent(time -> facts.put("created", time(time)));
    image.lastModificationTime().ifPresent(time -> facts.put("modified", time(time)));
    return facts;
  }

  private static Map<String, Object> facts(WimEntry entry) {
    WimInode inode = entry.inode();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("path", entry.path());
    put(facts, "shortName", entry.shortName());
    facts.put("attributes", String.format("0x%x", inode.attributes()));
    facts.put("size", inode.data().map(WimStream::size).orElse(0L));
    inode.data().ifPresent(data -> facts.put("sha1", data.sha1().toString()));
    facts.put("created", time(inode.creationTime()));
    facts.put("modified", time(inode.lastWriteTime()));
    facts.put("accessed", time(inode.lastAccessTime()));
    facts.put("securityId", inode.securityId());
    facts.put("links", inode.linkCount());
    if (inode.isReparsePoint()) {
      facts.put("reparseTag", String.format("0x%08x", inode.reparseTag()));
    }
    if (!inode.namedStreams().isEmpty()) {
      facts.put("streams", inode.namedStreams().stream().map(WimStream::name).toList());
    }
    return facts;
  }

  private static void put(Map<String, Object> facts, String name, Optional<String> value) {
    value.ifPresent(text -> facts.put(name, text));
  }

  private static String time(long fileTime) {
    return FileTime100ns.toInstant(fileTime).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
