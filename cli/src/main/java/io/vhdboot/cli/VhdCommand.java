package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.DiskConversion;
import io.vhdboot.image.Quantity;
import io.vhdboot.image.VirtualDisk;
import io.vhdboot.image.VirtualDiskCompaction;
import io.vhdboot.image.VirtualDiskFinding;
import io.vhdboot.image.VirtualDiskFormat;
import io.vhdboot.image.VirtualDiskKind;
import io.vhdboot.image.VirtualDiskOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot vhd}: files that hold virtual disks. */
@Command(
    name = "vhd",
    description = "Makes, shows, checks and changes virtual disks: VHD, VHDX and raw images.",
    mixinStandardHelpOptions = true,
    addMethodSubcommands = false)
final class VhdCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "create, info, map, check, repair, convert, resize, compact, merge or rebase?");
  }

  /** Says what was wrong with a subcommand's arguments, and shows its usage. */
  private ParameterException mistaken(String subcommand, String message) {
    return new ParameterException(spec.subcommands().get(subcommand), message);
  }

  /** What a new file shall be like. */
  static final class NewDisk {

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "${COMPLETION-CANDIDATES}; by the file's name unless given, else VHD.")
    private VirtualDiskFormat format;

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        description = "FIXED or DYNAMIC; DYNAMIC unless given, but for raw images.")
    private VirtualDiskKind kind;

    @Option(
        names = "--block-size",
        paramLabel = "SIZE",
        converter = SizeConverter.class,
        description = "Bytes per block of a dynamic disk, such as 2MiB.")
    private Long blockSize;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    private VirtualDiskFormat format(Path file) {
      return format != null ? format : VirtualDiskFormat.ofName(file).orElse(VirtualDiskFormat.VHD);
    }

    private VirtualDiskOptions options(Path file, long size, NewIdentity identity) {
      VirtualDiskFormat chosen = format(file);
      VirtualDiskKind usual =
          chosen == VirtualDiskFormat.RAW ? VirtualDiskKind.FIXED : VirtualDiskKind.DYNAMIC;
      return VirtualDiskOptions.of(
              chosen, kind == null ? usual : kind, size, identity.id(), identity.time())
          .withBlockSize(Optional.ofNullable(blockSize).map(Math::toIntExact));
    }
  }

  @Command(
      name = "create",
      description = "Makes an empty virtual disk, or a child of another.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "FILE", description = "The file to make.") Path file,
      @Option(
              names = "--size",
              paramLabel = "SIZE",
              converter = SizeConverter.class,
              description = "The disk's size, such as 15000MiB.")
          Long size,
      @Option(
              names = "--parent",
              paramLabel = "FILE",
              description = "Make a differencing disk, a child of this one and as large.")
          Path parent,
      @Mixin NewDisk disk,
      @Mixin NewIdentity identity,
      @Mixin CommonOptions common)
      throws IOException {
    if ((size == null) == (parent == null)) {
      throw mistaken("create", "Either --size or --parent is needed.");
    }
    if (parent == null) {
      VirtualDisk.create(file, disk.options(file, size, identity), disk.overwrite);
    } else {
      if (disk.format != null || disk.kind != null || disk.blockSize != null) {
        throw mistaken("create", "A child has its parent's format and blocks of the usual size.");
      }
      VirtualDisk.at(parent).createChild(file, identity.id(), identity.time(), disk.overwrite);
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "info",
      description = "Shows what a virtual disk's file says of itself and its parents.",
      mixinStandardHelpOptions = true)
  int info(
      @Parameters(paramLabel = "FILE", description = "The file.") Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    Map<String, Object> info = VirtualDisk.at(file).info().toMap();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(info));
    } else {
      print(out, info, "");
    }
    return ExitCode.DONE;
  }

  private static void print(PrintWriter out, Map<?, ?> info, String indent) {
    info.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> parent) {
            out.println(indent + name + ":");
            print(out, parent, indent + "  ");
          } else if (value instanceof List<?> list) {
            list.forEach(one -> out.printf("%s%-18s %s%n", indent, name, one));
          } else if (value instanceof Long size && name.toString().endsWith("Size")) {
            out.printf("%s%-18s %d (%s)%n", indent, name, size, Quantity.ofBytes(size));
          } else {
            out.printf("%s%-18s %s%n", indent, name, value);
          }
        });
  }

  @Command(
      name = "map",
      description = "Shows which parts of the disk the file stores itself.",
      mixinStandardHelpOptions = true)
  int map(
      @Parameters(paramLabel = "FILE", description = "The file.") Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    boolean[] first = {true};
    VirtualDisk.at(file)
        .map(
            run -> {
              if (json) {
                out.print((first[0] ? "[\n" : ",\n") + Json.text(facts(run)));
              } else {
                out.printf("%16d %16d %s%n", run.position(), run.length(), kind(run));
              }
              first[0] = false;
            });
    if (json) {
      out.println("\n]");
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> facts(MappedExtent run) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("start", run.position());
    facts.put("length", run.length());
    facts.put("kind", kind(run));
    return facts;
  }

  private static String kind(MappedExtent run) {
    return run.kind().name().toLowerCase(Locale.ROOT);
  }

  @Command(
      name = "check",
      description = "Looks for damage in a virtual disk's file; writes nothing.",
      mixinStandardHelpOptions = true)
  int check(
      @Parameters(paramLabel = "FILE", description = "The file.") Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    List<VirtualDiskFinding> findings = VirtualDisk.at(file).check();
    show(findings, json);
    boolean damaged = findings.stream().anyMatch(VirtualDiskFinding::isDamage);
    return damaged ? ExitCode.FAILED : ExitCode.DONE;
  }

  @Command(
      name = "repair",
      description = "Repairs what check finds, in place.",
      mixinStandardHelpOptions = true)
  int repair(
      @Parameters(paramLabel = "FILE", description = "The file.") Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    VirtualDisk disk = VirtualDisk.at(file);
    show(disk.repair(), json);
    List<VirtualDiskFinding> left = disk.check();
    boolean damaged = left.stream().anyMatch(VirtualDiskFinding::isDamage);
    for (VirtualDiskFinding finding : left) {
      spec.commandLine().getErr().println("vhdboot: not repaired: " + finding);
    }
    return damaged ? ExitCode.FAILED : ExitCode.DONE;
  }

  private void show(List<VirtualDiskFinding> findings, boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<Map<String, Object>> list = new ArrayList<>();
      for (VirtualDiskFinding finding : findings) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", finding.kind());
        facts.put("damage", finding.isDamage());
        facts.put("repairable", finding.isRepairable());
        facts.put("text", finding.text());
        list.add(facts);
      }
      out.println(Json.text(list));
      return;
    }
    for (VirtualDiskFinding finding : findings) {
      out.println(finding.kind() + ": " + finding);
    }
    if (findings.isEmpty()) {
      out.println("nothing found");
    }
  }

  @Command(
      name = "convert",
      description = "Copies a virtual disk, with what its parents hold, into a new file.",
      mixinStandardHelpOptions = true)
  int convert(
      @Parameters(index = "0", paramLabel = "FILE", description = "The disk.") Path file,
      @Parameters(index = "1", paramLabel = "NEW", description = "The file to make.") Path target,
      @Option(names = "--azure", description = "Make what Azure takes: a fixed VHD of whole MiB.")
          boolean azure,
      @Mixin NewDisk disk,
      @Mixin NewIdentity identity,
      @Mixin CommonOptions common)
      throws IOException {
    ExecutorService executor = Workers.newExecutor();
    try (BlockDevice source = VirtualDisk.at(file).open(true);
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      long size = (source.size() + 511) / 512 * 512;
      if (azure) {
        if (disk.format(target) != VirtualDiskFormat.VHD || disk.kind == VirtualDiskKind.DYNAMIC) {
          throw mistaken("convert", "--azure takes a fixed VHD only.");
        }
        disk.kind = VirtualDiskKind.FIXED;
        size = DiskConversion.azureSize(size);
      }
      DiskConversion.of(source, target, disk.options(target, size, identity), disk.overwrite)
          .write(executor, Workers.COUNT, progress);
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "resize",
      description =
          "Changes the size of the disk, in place. Partitions and volumes on it stay as they are.",
      mixinStandardHelpOptions = true)
  int resize(
      @Parameters(index = "0", paramLabel = "FILE", description = "The file.") Path file,
      @Parameters(
              index = "1",
              paramLabel = "SIZE",
              converter = SizeConverter.class,
              description = "The new size of the disk, such as 40GiB.")
          long size,
      @Option(
              names = "--discard",
              description = "Lose what is behind a smaller size instead of refusing.")
          boolean discard,
      @Mixin CommonOptions common)
      throws IOException {
    VirtualDisk disk = VirtualDisk.at(file);
    disk.resize(size, discard);
    tellTable(disk);
    return ExitCode.DONE;
  }

  /** Tells what the partition table lacks on a disk that has another size now. */
  private void tellTable(VirtualDisk disk) throws IOException {
    try (BlockDevice open = disk.open(true)) {
      if (!PartitionTable.isPresent(open)) {
        return;
      }
      for (String finding : PartitionEditor.open(open).findings()) {
        spec.commandLine()
            .getErr()
            .println("vhdboot: partition table: " + finding + "; see vhdboot disk repair");
      }
    } catch (DiskFormatException e) {
      // Nothing to be told of a table that cannot be read.
      return;
    }
  }

  @Command(
      name = "compact",
      description = "Makes the file as small as it can be, in place.",
      mixinStandardHelpOptions = true)
  int compact(
      @Parameters(paramLabel = "FILE", description = "The file.") Path file,
      @Option(
              names = "--ntfs",
              description = "Drop as well what the NTFS volumes on the disk do not use.")
          boolean ntfs,
      @Mixin CommonOptions common)
      throws IOException {
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      VirtualDiskCompaction done = VirtualDisk.at(file).compact(ntfs, progress);
      progress.end();
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %d bytes, %d before; %d blocks dropped, %d moved%n",
              file, done.sizeAfter(), done.sizeBefore(), done.droppedBlocks(), done.movedBlocks());
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "merge",
      description = "Writes what a differencing disk stores into its parent, in place.",
      mixinStandardHelpOptions = true)
  int merge(
      @Parameters(paramLabel = "FILE", description = "The child.") Path file,
      @Option(
              names = "--depth",
              paramLabel = "N",
              defaultValue = "1",
              description = "How many generations to merge (default: ${DEFAULT-VALUE}).")
          int depth,
      @Mixin CommonOptions common)
      throws IOException {
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      VirtualDisk parent = VirtualDisk.at(file).merge(depth, progress);
      progress.end();
      spec.commandLine()
          .getOut()
          .println(
              parent.file()
                  + " holds all of it; "
                  + file
                  + (depth == 1 ? " is" : " and " + (depth - 1) + " of its parents are")
                  + " no longer needed");
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "rebase",
      description = "Gives a differencing disk another parent, and keeps its disk as it is.",
      mixinStandardHelpOptions = true)
  int rebase(
      @Parameters(index = "0", paramLabel = "FILE", description = "The child.") Path file,
      @Parameters(index = "1", paramLabel = "PARENT", description = "The new parent.") Path parent,
      @Option(
              names = "--same-disk",
              description = "Compare nothing: the new parent's disk is known to be the same.")
          boolean sameDisk,
      @Mixin CommonOptions common)
      throws IOException {
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      VirtualDisk.at(file).rebase(parent, sameDisk, progress);
    }
    return ExitCode.DONE;
  }
}
