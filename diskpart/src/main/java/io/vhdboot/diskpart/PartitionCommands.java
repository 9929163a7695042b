package io.vhdboot.diskpart;

import io.vhdboot.disk.NewPartition;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionRole;
import io.vhdboot.disk.PartitionType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The commands that concern partitions as the table has them. */
final class PartitionCommands {

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final String PLACE = "size= offset= align= ";

  /** Types that Windows does not delete unless told twice. */
  private static final List<PartitionType> PROTECTED =
      List.of(
          PartitionType.EFI_SYSTEM,
          PartitionType.MICROSOFT_RESERVED,
          PartitionType.WINDOWS_RECOVERY);

  private final Session session;

  PartitionCommands(Session session) {
    this.session = session;
  }

  List<Command> commands() {
    return List.of(
        Command.of("select partition", "*", this::select),
        Command.of(
            "create partition primary",
            PLACE + "id=",
            arguments -> create(arguments, PartitionRole.PRIMARY, type(arguments), "")),
        Command.of(
            "create partition extended",
            PLACE,
            arguments -> createInMbr(arguments, PartitionRole.EXTENDED)),
        Command.of(
            "create partition logical",
            PLACE,
            arguments -> createInMbr(arguments, PartitionRole.LOGICAL)),
        Command.of(
            "create partition efi",
            PLACE,
            arguments -> createInGpt(arguments, PartitionType.EFI_SYSTEM, "EFI system partition")),
        Command.of(
            "create partition msr",
            PLACE,
            arguments ->
                createInGpt(
                    arguments, PartitionType.MICROSOFT_RESERVED, "Microsoft reserved partition")),
        Command.of("delete partition", "override", this::delete),
        Command.of("active", "", arguments -> setActive(true)),
        Command.of("inactive", "", arguments -> setActive(false)),
        Command.of("set", "id= override", this::setType),
        Command.of("gpt", "attributes=", this::setAttributes));
  }

  private void select(Arguments arguments) throws Refusal {
    SessionDisk disk = session.requireDisk(" to select a partition");
    if (arguments.word().isPresent()) {
      Optional<Partition> partition = Optional.empty();
      try {
        partition = disk.partition(Integer.parseInt(arguments.word().get()));
      } catch (NumberFormatException e) {
        throw arguments.bad();
      }
      session.deselectPartition();
      session.selectPartition(
          partition.orElseThrow(
              () ->
                  Refusal.of(
                      "The specified partition is not valid.",
                      "Please select a valid partition.",
                      "",
                      "There is no partition selected.")));
    }
    session.say(
        session
            .partition()
            .map(
                partition ->
                    "Partition " + disk.numberOf(partition) + " is now the selected partition.")
            .orElse("There is no partition selected."));
  }

  private static PartitionType type(Arguments arguments) {
    return arguments.value("id").map(PartitionType::parse).orElse(PartitionType.NTFS);
  }

  private void createInMbr(Arguments arguments, PartitionRole role) throws Refusal, IOException {
    if (requireDisk().isGpt()) {
      throw Refusal.of(
          "The selected disk is not an MBR disk.",
          "Only an MBR disk has extended partitions and logical drives.");
    }
    create(arguments, role, PartitionType.NTFS, "");
  }

  private void createInGpt(Arguments arguments, PartitionType type, String name)
      throws Refusal, IOException {
    if (!requireDisk().isGpt()) {
      throw Refusal.of("The selected disk is not a GPT disk.");
    }
    create(arguments, PartitionRole.PRIMARY, type, name);
  }

  private SessionDisk requireDisk() throws Refusal {
    return session.requireDisk(" to create the partition");
  }

  private void create(Arguments arguments, PartitionRole role, PartitionType type, String name)
      throws Refusal, IOException {
    SessionDisk disk = requireDisk();
    OptionalLong size = arguments.number("size", MIB);
    OptionalLong offset = arguments.number("offset", KIB);
    OptionalLong align = arguments.number("align", KIB);
    NewPartition.Builder wanted = NewPartition.of(type).role(role);
    size.ifPresent(wanted::length);
    align.ifPresent(wanted::alignment);
    offset.ifPresent(bytes -> wanted.offset(roundUp(bytes, align.orElse(1))));
    List<Partition> before = disk.partitions();
    PartitionEditor table = disk.tableOrNew(session.newSignature());
    if (disk.isGpt()) {
      wanted.guid(session.newGuid());
      wanted.name(
          name.isEmpty() && type.equals(PartitionType.NTFS) ? "Basic data partition" : name);
    }
    Partition added;
    try {
      added = table.add(wanted.build());
    } catch (NoSpaceException e) {
      throw noExtent();
    }
    session.write(disk, before);
    session.selectPartition(added);
    session.say("DiskPart succeeded in creating the specified partition.");
  }

  private static long roundUp(long bytes, long alignment) {
    if (alignment < 1) {
      throw new IllegalArgumentException("align (" + alignment + ") must be positive");
    }
    return (bytes + alignment - 1) / alignment * alignment;
  }

  private static Refusal noExtent() {
    return Refusal.of(
        "No usable free extent could be found.  It may be that there is insufficient",
        "free space to create a partition at the specified size and offset.  Specify",
        "different size and offset values or don't specify either to create the",
        "maximum sized partition.");
  }

  private void delete(Arguments arguments) throws Refusal, IOException {
    SessionDisk disk = session.requireDisk("");
    Partition partition = session.requirePartition();
    if (!arguments.has("override") && isProtected(partition)) {
      throw Refusal.of(
          "Virtual Disk Service error:",
          "Cannot delete a protected partition without the force protected",
          "parameter set.");
    }
    List<Partition> before = disk.partitions();
    disk.table().orElseThrow().delete(partition.number());
    session.letters().remove(disk.volumeName(partition));
    session.write(disk, before);
    session.deselectPartition();
    session.say("DiskPart successfully deleted the selected partition.");
  }

  private static boolean isProtected(Partition partition) {
    return PROTECTED.stream()
        .anyMatch(
            type ->
                partition.guid().isPresent()
                    ? type.gptType().equals(partition.type().gptType())
                    : type.mbrType() == partition.type().mbrType());
  }

  private void setActive(boolean active) throws Refusal, IOException {
    SessionDisk disk = session.requireDisk("");
    Partition partition = session.requirePartition();
    String verb = active ? "ACTIVE" : "INACTIVE";
    if (disk.isGpt()) {
      throw Refusal.of(
          "The selected disk is not a fixed MBR disk.",
          "The " + verb + " command can only be used on fixed MBR disks.");
    }
    disk.table().orElseThrow().setActive(partition.number(), active);
    disk.write();
    session.say("DiskPart marked the current partition as " + (active ? "active." : "inactive."));
  }

  private void setType(Arguments arguments) throws Refusal, IOException {
    SessionDisk disk = session.requireDisk("");
    Partition partition = session.requirePartition();
    String id = arguments.value("id").orElseThrow(arguments::bad);
    disk.table().orElseThrow().setType(partition.number(), PartitionType.parse(id));
    disk.write();
    session.say("DiskPart successfully set the partition ID.");
  }

  private void setAttributes(Arguments arguments) throws Refusal, IOException {
    SessionDisk disk = session.requireDisk("");
    Partition partition = session.requirePartition();
    String text = arguments.value("attributes").orElseThrow(arguments::bad);
    if (!text.matches("0[xX][0-9A-Fa-f]{1,16}")) {
      throw arguments.bad();
    }
    if (!disk.isGpt()) {
      throw Refusal.of("The selected disk is not a GPT disk.");
    }
    disk.table()
        .orElseThrow()
        .setAttributes(partition.number(), Long.parseUnsignedLong(text.substring(2), 16));
    disk.write();
    session.say("DiskPart successfully assigned the attributes to the selected GPT partition.");
  }
}
