package io.vhdboot.diskpart;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The commands that concern a whole disk. */
final class DiskCommands {

  private static final int MAX_DISK_NUMBER = 9999;

  private final Session session;

  DiskCommands(Session session) {
    this.session = session;
  }

  List<Command> commands() {
    return List.of(
        Command.of("select disk", "*", this::select),
        Command.of("clean", "all", this::clean),
        Command.of("convert gpt", "", arguments -> convert(PartitionTable.Kind.GPT)),
        Command.of("convert mbr", "", arguments -> convert(PartitionTable.Kind.MBR)),
        Command.of("uniqueid disk", "id=", this::uniqueId),
        Command.of("attributes disk", "set clear readonly", this::attributes),
        Command.of("online disk", "", arguments -> online()),
        Command.of("rescan", "", arguments -> rescan()));
  }

  private void select(Arguments arguments) throws Refusal {
    Optional<String> word = arguments.word();
    if (word.isPresent()) {
      int number;
      try {
        number = Integer.parseInt(word.get());
      } catch (NumberFormatException e) {
        throw arguments.bad();
      }
      if (number < 0 || number > MAX_DISK_NUMBER || !session.selectDisk(number)) {
        throw Refusal.of("The disk you specified is not valid.", "", "There is no disk selected.");
      }
    }
    session.say(
        session
            .disk()
            .map(disk -> "Disk " + disk.number() + " is now the selected disk.")
            .orElse("There is no disk selected."));
  }

  private void clean(Arguments arguments) throws Refusal, IOException {
    SessionDisk disk = session.requireDisk(" to clean");
    PartitionEditor.clean(disk.device());
    if (arguments.has("all")) {
      disk.device().zero(0, disk.device().size());
      disk.device().flush();
    }
    disk.load();
    session.deselectPartition();
    session.letters().removeAll(disk.file().toString());
    session.say("DiskPart succeeded in cleaning the disk.");
  }

  /** Unlike a running Windows, and like Windows PE, this adds no reserved partition. */
  private void convert(PartitionTable.Kind kind) throws Refusal, IOException {
    SessionDisk disk = session.requireDisk(" to convert");
    disk.requireReadable();
    if (disk.table().isPresent() && disk.table().get().kind() == kind) {
      throw Refusal.of(
          "The specified disk is not convertible. It is "
              + (kind == PartitionTable.Kind.GPT ? "a GPT" : "an MBR")
              + " disk already.");
    }
    if (!disk.partitions().isEmpty()) {
      throw Refusal.of(
          "Virtual Disk Service error:",
          "The specified disk is not convertible.",
          "The disk must be empty.");
    }
    int sectorSize =
        disk.table().map(PartitionEditor::sectorSize).orElse(disk.device().sectorSize());
    disk.setTable(
        kind == PartitionTable.Kind.GPT
            ? PartitionEditor.createGpt(disk.device(), sectorSize, session.newGuid())
            : PartitionEditor.createMbr(
                disk.device(), sectorSize, session.newSignature(), BootCode.mbr()));
    session.say("DiskPart successfully converted the selected disk to " + kind + " format.");
  }

  private void uniqueId(Arguments arguments) throws Refusal, IOException {
    SessionDisk disk = session.requireDisk("");
    disk.requireReadable();
    Optional<String> id = arguments.value("id");
    if (id.isEmpty()) {
      session.say("Disk ID: " + id(disk));
      return;
    }
    PartitionEditor table =
        disk.table()
            .orElseThrow(
                () -> Refusal.of("The disk is not initialized.", "It has no ID to change."));
    if (table.kind() == PartitionTable.Kind.GPT) {
      table.setDiskGuid(WindowsGuid.parse(id.get()));
    } else {
      if (!id.get().matches("[0-9A-Fa-f]{1,8}")) {
        throw arguments.bad();
      }
      table.setDiskSignature(Integer.parseUnsignedInt(id.get(), 16));
    }
    disk.write();
    session.say("DiskPart successfully changed the disk ID.");
  }

  /** The identifier of a disk as diskpart writes it. */
  static String id(SessionDisk disk) {
    if (disk.table().isEmpty()) {
      return "00000000";
    }
    PartitionEditor table = disk.table().get();
    return table
        .diskGuid()
        .map(guid -> WindowsGuid.toString(guid).toUpperCase(Locale.ROOT))
        .orElseGet(() -> String.format("%08X", table.diskSignature().orElseThrow()));
  }

  private void attributes(Arguments arguments) throws Refusal {
    SessionDisk disk = session.requireDisk("");
    if (arguments.has("set")) {
      throw Refusal.of(
          "An image file has no attributes.", "Attach the virtual disk with READONLY instead.");
    }
    if (arguments.has("clear")) {
      if (!arguments.has("readonly")) {
        throw arguments.bad();
      }
      if (disk.device().isReadOnly()) {
        throw Refusal.of("The file is not writable, or was attached with READONLY.");
      }
      session.say("Disk attributes cleared successfully.");
      return;
    }
    String readOnly = disk.device().isReadOnly() ? "Yes" : "No";
    session.say(
        "Current Read-only State : " + readOnly,
        "Read-only  : " + readOnly,
        "Boot Disk  : No",
        "Pagefile Disk  : No",
        "Hibernation File Disk  : No",
        "Crashdump Disk  : No",
        "Clustered Disk  : No");
  }

  private void online() throws Refusal {
    session.requireDisk("");
    throw Refusal.of("Virtual Disk Service error:", "This disk is already online.");
  }

  private void rescan() throws IOException {
    for (SessionDisk disk : session.disks()) {
      disk.load();
    }
    session.say(
        "Please wait while DiskPart scans your configuration...",
        "",
        "DiskPart has finished scanning your configuration.");
  }
}
