package io.vhdboot.cli;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.NewPartition;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionRole;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.image.VirtualDisk;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.provisioning.Identifiers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot disk}: shows and changes the partition table of an image. */
@Command(
    name = "disk",
    description = "Shows and changes the partition table of a raw image, VHD or VHDX.",
    mixinStandardHelpOptions = true,
    addMethodSubcommands = false)
final class DiskCommand implements Runnable {

  /** What must be zeros for a disk to be blank: more than a table of either kind takes. */
  private static final int BLANK = 64 << 10;

  private static final String NUMBER = "The partition's number.";

  @Spec private CommandSpec spec;

  /** Where the table is, and whether it may be changed. */
  static final class Target {

    @Parameters(index = "0", paramLabel = "FILE", description = "The raw image, VHD or VHDX.")
    private Path file;

    @Option(
        names = "--sector-size",
        paramLabel = "BYTES",
        description = "The sectors by which the table counts; found out unless given.")
    private Integer sectorSize;

    @Mixin private CommonOptions common;

    private PartitionEditor open(BlockDevice disk) throws IOException {
      return sectorSize == null
          ? PartitionEditor.open(disk)
          : PartitionEditor.open(disk, sectorSize);
    }
  }

  /** What every change can be asked. */
  static final class Change {

    @Option(names = "--dry-run", description = "Show what would be, and write nothing.")
    private boolean dryRun;
  }

  /** A change of a table in memory. */
  private interface Edit {
    void make(PartitionEditor table) throws IOException;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "info, init, add, delete, active, resize, id, type, convert or repair?");
  }

  @Command(
      name = "info",
      description = "Shows the table and what is wrong with it; exit code 1 when something is.",
      mixinStandardHelpOptions = true)
  int info(
      @Mixin Target target, @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    try (BlockDevice disk = VirtualDisk.at(target.file).open(true)) {
      PartitionEditor table = target.open(disk);
      if (json) {
        out().println(Json.text(DiskFacts.tree(disk, table)));
      } else {
        DiskFacts.print(out(), disk, table);
      }
      return table.findings().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  @Command(
      name = "init",
      description = "Makes an empty table on a disk that has none.",
      mixinStandardHelpOptions = true)
  int init(
      @Mixin Target target,
      @Mixin Change change,
      @Option(
              names = "--kind",
              paramLabel = "KIND",
              defaultValue = "mbr",
              description = "mbr or gpt (default: ${DEFAULT-VALUE}).")
          PartitionTable.Kind kind,
      @Option(
              names = "--id",
              paramLabel = "ID",
              description = "The disk signature in hexadecimal, or the GUID; random unless given.")
          String id,
      @Option(
              names = "--seed",
              paramLabel = "HEX",
              description = "Derive the identifier from this.")
          String seed,
      @Option(names = "--force", description = "Replace the table that there is.") boolean force)
      throws IOException {
    if (kind == PartitionTable.Kind.NONE) {
      throw new ParameterException(spec.subcommands().get("init"), "--kind must be mbr or gpt");
    }
    try (BlockDevice disk = VirtualDisk.at(target.file).open(change.dryRun)) {
      if (!force && !isBlank(disk)) {
        throw new IOException(
            target.file + " is not blank at its beginning; --force makes a table all the same");
      }
      int sectorSize = target.sectorSize == null ? disk.sectorSize() : target.sectorSize;
      Identifiers identifiers = identifiers(seed);
      PartitionEditor table =
          kind == PartitionTable.Kind.GPT
              ? PartitionEditor.createGpt(
                  disk, sectorSize, id == null ? identifiers.guid("disk") : WindowsGuid.parse(id))
              : PartitionEditor.createMbr(
                  disk,
                  sectorSize,
                  id == null ? identifiers.diskSignature("disk") : signature(id),
                  BootCode.mbr());
      return finish(disk, table, change);
    }
  }

  private static boolean isBlank(BlockDevice disk) throws IOException {
    int length = (int) Math.min(disk.size(), BLANK);
    for (byte value : disk.read(0, length)) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private static Identifiers identifiers(String seed) {
    if (seed == null) {
      return Identifiers.random();
    }
    try {
      return Identifiers.ofSeed(HexFormat.of().parseHex(seed));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("seed (" + seed + ") must be hexadecimal", e);
    }
  }

  private static int signature(String text) {
    if (!text.matches("(0[xX])?[0-9A-Fa-f]{1,8}")) {
      throw new IllegalArgumentException(
          "id (" + text + ") must be a signature of up to 8 hexadecimal digits");
    }
    return Integer.parseUnsignedInt(text.replaceFirst("^0[xX]", ""), 16);
  }

  /** Where and how a new partition shall be. */
  static final class Wanted {

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        defaultValue = "ntfs",
        description =
            "ntfs, fat32, efi, msr, recovery, linux..., a byte or a GUID (default:"
                + " ${DEFAULT-VALUE}).")
    private String type;

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        defaultValue = "primary",
        description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private PartitionRole role;

    @Option(
        names = "--size",
        paramLabel = "SIZE",
        converter = SizeConverter.class,
        description = "Its size, such as 100MiB; all of the largest free piece unless given.")
    private Long size;

    @Option(
        names = "--offset",
        paramLabel = "SIZE",
        converter = SizeConverter.class,
        description = "Where it begins; where there is room unless given.")
    private Long offset;

    @Option(
        names = "--align",
        paramLabel = "SIZE",
        converter = SizeConverter.class,
        defaultValue = "1MiB",
        description = "What its place is a multiple of (default: ${DEFAULT-VALUE}).")
    private long alignment;

    @Option(names = "--active", description = "Mark it for booting (MBR).")
    private boolean active;

    @Option(
        names = "--name",
        paramLabel = "TEXT",
        defaultValue = "",
        description = "Its name (GPT).")
    private String name;

    @Option(
        names = "--attributes",
        paramLabel = "HEX",
        defaultValue = "0",
        description = "Its attributes (GPT).")
    private String attributes;

    @Option(
        names = "--guid",
        paramLabel = "GUID",
        description = "Its own GUID (GPT); random unless given.")
    private String guid;

    private NewPartition describe() {
      NewPartition.Builder builder =
          NewPartition.of(PartitionType.parse(type))
              .role(role)
              .alignment(alignment)
              .active(active)
              .name(name)
              .attributes(bits(attributes))
              .guid(
                  guid == null ? Identifiers.random().guid("partition") : WindowsGuid.parse(guid));
      if (size != null) {
        builder.length(size);
      }
      if (offset != null) {
        builder.offset(offset);
      }
      return builder.build();
    }
  }

  private static long bits(String text) {
    String digits = text.replaceFirst("^0[xX]", "");
    if (!digits.matches("[0-9A-Fa-f]{1,16}")) {
      throw new IllegalArgumentException(
          "attributes (" + text + ") must have up to 16 hexadecimal digits");
    }
    return Long.parseUnsignedLong(digits, 16);
  }

  @Command(name = "add", description = "Adds a partition.", mixinStandardHelpOptions = true)
  int add(@Mixin Target target, @Mixin Change change, @Mixin Wanted wanted) throws IOException {
    return edit(target, change, table -> table.add(wanted.describe()));
  }

  @Command(
      name = "delete",
      description = "Removes a partition; what it holds stays where it is.",
      mixinStandardHelpOptions = true)
  int delete(
      @Mixin Target target,
      @Mixin Change change,
      @Parameters(index = "1", paramLabel = "N", description = NUMBER) int number)
      throws IOException {
    return edit(target, change, table -> table.delete(number));
  }

  @Command(
      name = "active",
      description = "Marks a partition for booting, and no other (MBR).",
      mixinStandardHelpOptions = true)
  int active(
      @Mixin Target target,
      @Mixin Change change,
      @Parameters(index = "1", paramLabel = "N", description = NUMBER) int number,
      @Option(names = "--off", description = "Take the mark away.") boolean off)
      throws IOException {
    return edit(target, change, table -> table.setActive(number, !off));
  }

  @Command(
      name = "resize",
      description = "Changes where a partition ends; a file system in it is not changed.",
      mixinStandardHelpOptions = true)
  int resize(
      @Mixin Target target,
      @Mixin Change change,
      @Parameters(index = "1", paramLabel = "N", description = NUMBER) int number,
      @Option(
              names = "--size",
              paramLabel = "SIZE",
              converter = SizeConverter.class,
              description = "The new size; as large as it can be unless given.")
          Long size,
      @Option(names = "--force", description = "Cut a file system short.") boolean force)
      throws IOException {
    try (BlockDevice disk = VirtualDisk.at(target.file).open(change.dryRun)) {
      PartitionEditor table = target.open(disk);
      long length = size == null ? table.maximumLength(number) : size;
      if (!force) {
        checkContent(table.partition(number), disk, length);
      }
      table.resize(number, length);
      return finish(disk, table, change);
    }
  }

  private static void checkContent(Partition partition, BlockDevice disk, long length)
      throws IOException {
    if (length >= partition.length() || partition.role() == PartitionRole.EXTENDED) {
      return;
    }
    BlockDevice content = partition.open(disk);
    if (NtfsVolume.isPresent(content)) {
      NtfsVolume volume = NtfsVolume.open(content);
      // The copy of its boot sector lies in the sector behind the last whole cluster or later.
      long taken = (volume.clusterCount() + 1) * volume.clusterSize();
      if (length < taken) {
        throw new IOException(
            "the NTFS volume in partition "
                + partition.number()
                + " takes "
                + taken
                + " bytes; shrink it first, or pass --force to cut it short");
      }
    }
  }

  @Command(
      name = "id",
      description = "Shows or changes the disk signature of an MBR, or the GUID of a disk.",
      mixinStandardHelpOptions = true)
  int id(
      @Mixin Target target,
      @Mixin Change change,
      @Option(names = "--set", paramLabel = "ID", description = "The new one.") String id)
      throws IOException {
    if (id == null) {
      try (BlockDevice disk = VirtualDisk.at(target.file).open(true)) {
        out().println(DiskFacts.id(target.open(disk)));
        return ExitCode.DONE;
      }
    }
    return edit(
        target,
        change,
        table -> {
          if (table.kind() == PartitionTable.Kind.GPT) {
            table.setDiskGuid(WindowsGuid.parse(id));
          } else {
            table.setDiskSignature(signature(id));
          }
        });
  }

  @Command(
      name = "type",
      description = "Changes what a partition is said to hold.",
      mixinStandardHelpOptions = true)
  int type(
      @Mixin Target target,
      @Mixin Change change,
      @Parameters(index = "1", paramLabel = "N", description = NUMBER) int number,
      @Parameters(index = "2", paramLabel = "TYPE", description = "The new type, as for add.")
          String type)
      throws IOException {
    return edit(target, change, table -> table.setType(number, PartitionType.parse(type)));
  }

  @Command(
      name = "convert",
      description = "Puts the same partitions in a table of the other kind, where that can be.",
      mixinStandardHelpOptions = true)
  int convert(
      @Mixin Target target,
      @Mixin Change change,
      @Option(
              names = "--seed",
              paramLabel = "HEX",
              description = "Derive the identifiers from this.")
          String seed)
      throws IOException {
    Identifiers identifiers = identifiers(seed);
    try (BlockDevice disk = VirtualDisk.at(target.file).open(change.dryRun)) {
      PartitionEditor table = target.open(disk);
      int[] next = {1};
      PartitionEditor converted =
          table.kind() == PartitionTable.Kind.MBR
              ? table.toGpt(
                  identifiers.guid("disk"), () -> identifiers.guid("partition " + next[0]++))
              : table.toMbr(identifiers.diskSignature("disk"));
      return finish(disk, converted, change);
    }
  }

  @Command(
      name = "repair",
      description = "Makes a damaged copy of a GPT, or its protective MBR, anew.",
      mixinStandardHelpOptions = true)
  int repair(@Mixin Target target, @Mixin Change change) throws IOException {
    try (BlockDevice disk = VirtualDisk.at(target.file).open(change.dryRun)) {
      PartitionEditor table = target.open(disk);
      table.findings().forEach(finding -> out().println("found: " + finding));
      if (!table.findings().isEmpty() && !change.dryRun) {
        table.write();
        table = target.open(disk);
      }
      table.findings().forEach(finding -> out().println("left: " + finding));
      return table.findings().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private int edit(Target target, Change change, Edit edit) throws IOException {
    try (BlockDevice disk = VirtualDisk.at(target.file).open(change.dryRun)) {
      PartitionEditor table = target.open(disk);
      edit.make(table);
      return finish(disk, table, change);
    }
  }

  private int finish(BlockDevice disk, PartitionEditor table, Change change) throws IOException {
    if (!change.dryRun) {
      table.write();
    }
    DiskFacts.print(out(), disk, table);
    return ExitCode.DONE;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
