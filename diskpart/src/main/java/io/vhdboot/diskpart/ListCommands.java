package io.vhdboot.diskpart;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionRole;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.image.VirtualDiskFormat;
import io.vhdboot.image.VirtualDiskInfo;
import io.vhdboot.image.VirtualDiskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The commands that show something and change nothing, laid out as diskpart does. */
final class ListCommands {

  private static final String MICROSOFT =
      "{EC984AEC-A0F9-47E9-901F-71415A66345B} (Microsoft Corporation)";

  private final Session session;

  ListCommands(Session session) {
    this.session = session;
  }

  List<Command> commands() {
    return List.of(
        Command.of("list disk", "", arguments -> listDisks(session.disks())),
        Command.of("list partition", "", arguments -> listPartitions()),
        Command.of("list volume", "", arguments -> listVolumes(session.volumes())),
        Command.of("list vdisk", "", arguments -> listVirtualDisks()),
        Command.of("detail disk", "", arguments -> detailDisk()),
        Command.of("detail partition", "", arguments -> detailPartition()),
        Command.of("detail volume", "", arguments -> detailVolume()),
        Command.of("detail vdisk", "", arguments -> detailVirtualDisk()));
  }

  private static String mark(boolean selected) {
    return selected ? "*" : " ";
  }

  private void print(String format, Object... values) {
    session.sayOn(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  private void listDisks(List<SessionDisk> disks) {
    if (disks.isEmpty()) {
      session.say("There are no fixed disks to show.");
      return;
    }
    session.say(
        "  Disk ###  Status         Size     Free     Dyn  Gpt",
        "  --------  -------------  -------  -------  ---  ---");
    for (SessionDisk disk : disks) {
      print(
          "%s Disk %-3d  %-13s  %s  %s  %-3s  %-3s",
          mark(session.disk().equals(Optional.of(disk))),
          disk.number(),
          "Online",
          Quantity.of(disk.device().size()),
          Quantity.of(disk.freeBytes()),
          "",
          disk.isGpt() ? " *" : "");
    }
  }

  private void listPartitions() throws Refusal {
    SessionDisk disk = session.requireDisk(" to list partitions");
    if (disk.partitions().isEmpty()) {
      session.say("There are no partitions on this disk to show.");
      return;
    }
    session.say(
        "  Partition ###  Type              Size     Offset",
        "  -------------  ----------------  -------  -------");
    for (Partition partition : disk.partitions()) {
      print(
          "%s Partition %-3d  %-16s  %s  %s",
          mark(session.partition().equals(Optional.of(partition))),
          disk.numberOf(partition),
          type(partition),
          Quantity.of(partition.length()),
          Quantity.of(partition.offset()));
    }
  }

  private static String type(Partition partition) {
    if (partition.role() != PartitionRole.PRIMARY) {
      return partition.role() == PartitionRole.EXTENDED ? "Extended" : "Logical";
    }
    PartitionType type = partition.type();
    if (partition.guid().isEmpty()) {
      return type.equals(PartitionType.WINDOWS_RECOVERY) ? "Recovery" : "Primary";
    }
    if (type.gptType().equals(PartitionType.NTFS.gptType())) {
      return "Primary";
    }
    if (type.equals(PartitionType.EFI_SYSTEM)) {
      return "System";
    }
    if (type.equals(PartitionType.MICROSOFT_RESERVED)) {
      return "Reserved";
    }
    return type.equals(PartitionType.WINDOWS_RECOVERY) ? "Recovery" : "Unknown";
  }

  private void listVolumes(List<Session.Volume> volumes) throws IOException {
    if (volumes.isEmpty()) {
      session.say("There are no volumes.");
      return;
    }
    session.say(
        "  Volume ###  Ltr  Label        Fs     Type        Size     Status     Info",
        "  ----------  ---  -----------  -----  ----------  -------  ---------  --------");
    for (Session.Volume volume : volumes) {
      FileSystem fileSystem = FileSystem.of(volume.open());
      String label = fileSystem.label();
      print(
          "%s Volume %-3d  %-3s  %-11s  %-5s  %-10s  %s  %-9s  %s",
          mark(session.volume().equals(Optional.of(volume))),
          volume.number(),
          session.letters().letterOf(volume.name()).map(letter -> " " + letter).orElse(""),
          label.substring(0, Math.min(label.length(), 11)),
          fileSystem.name(),
          "Partition",
          Quantity.of(volume.partition().length()),
          "Healthy",
          isHidden(volume.partition()) ? "Hidden" : "");
    }
  }

  private static boolean isHidden(Partition partition) {
    return partition.guid().isPresent()
        && !partition.type().gptType().equals(PartitionType.NTFS.gptType());
  }

  private void listVirtualDisks() throws IOException {
    if (session.virtualDisks().isEmpty()) {
      session.say("There are no virtual disks to show.");
      return;
    }
    session.say(
        "  VDisk ###  Disk ###  State                 Type       File",
        "  ---------  --------  --------------------  ---------  ----");
    int number = 0;
    for (VirtualDiskFile file : session.virtualDisks()) {
      print(
          "%s VDisk %-3d  Disk %-3s  %-20s  %-10s %s",
          mark(session.virtualDisk().equals(Optional.of(file))),
          number++,
          file.disk().map(disk -> String.valueOf(disk.number())).orElse("---"),
          state(file),
          type(file),
          file.file());
    }
  }

  private static String state(VirtualDiskFile file) {
    return file.isAttached() ? "Attached not open" : "Added";
  }

  private static String type(VirtualDiskFile file) throws IOException {
    return info(file)
        .map(info -> info.kind() == VirtualDiskKind.FIXED ? "Fixed" : "Expandable")
        .orElse("Unknown");
  }

  private static Optional<VirtualDiskInfo> info(VirtualDiskFile file) throws IOException {
    if (!Files.isRegularFile(file.file())) {
      return Optional.empty();
    }
    try {
      return Optional.of(file.virtualDisk().info());
    } catch (DiskFormatException e) {
      // A list shows the others all the same; attaching this one says what is wrong.
      return Optional.empty();
    }
  }

  private void detailDisk() throws Refusal, IOException {
    SessionDisk disk = session.requireDisk("");
    String readOnly = disk.device().isReadOnly() ? "Yes" : "No";
    session.say(
        disk.isVirtual() ? "Msft Virtual Disk" : disk.file().toString(),
        "Disk ID: " + DiskCommands.id(disk),
        "Type   : " + (disk.isVirtual() ? "File Backed Virtual" : "File"),
        "Status : Online",
        "Path   : 0",
        "Target : 0",
        "LUN ID : 0",
        "Location Path : UNAVAILABLE",
        "Current Read-only State : " + readOnly,
        "Read-only  : " + readOnly,
        "Boot Disk  : No",
        "Pagefile Disk  : No",
        "Hibernation File Disk  : No",
        "Crashdump Disk  : No",
        "Clustered Disk  : No");
    listVolumes(session.volumes().stream().filter(volume -> volume.disk() == disk).toList());
  }

  private void detailPartition() throws Refusal, IOException {
    SessionDisk disk = session.requireDisk("");
    Partition partition = session.requirePartition();
    String title = "Partition " + disk.numberOf(partition);
    if (partition.guid().isPresent()) {
      long attributes = partition.attributes();
      session.say(
          title,
          "Type    : " + partition.type().gptType().orElseThrow(),
          "Hidden  : " + (isHidden(partition) ? "Yes" : "No"),
          "Required: " + ((attributes & 1) != 0 ? "Yes" : "No"),
          "Attrib  : " + (attributes == 0 ? "0".repeat(16) : String.format("0X%016X", attributes)),
          "Offset in Bytes: " + partition.offset());
    } else {
      session.say(
          title,
          String.format("Type  : %02X", partition.type().mbrType()),
          "Hidden: No",
          "Active: " + (partition.active() ? "Yes" : "No"),
          "Offset in Bytes: " + partition.offset());
    }
    Optional<Session.Volume> volume = session.volume();
    if (volume.isPresent()) {
      listVolumes(List.of(volume.get()));
    } else {
      session.say("There is no volume associated with this partition.");
    }
  }

  private void detailVolume() throws Refusal, IOException {
    Session.Volume volume = session.requireVolume();
    listDisks(List.of(volume.disk()));
    session.say(VolumeCommands.describe(volume.partition()).toArray(new String[0]));
    session.sayOn("Offline                : No");
    session.sayOn("BitLocker Encrypted    : No");
    session.sayOn("Installable            : Yes");
    session.say("Volume Capacity        : " + Quantity.of(volume.partition().length()));
    OptionalLong free = FileSystem.of(volume.open()).freeBytes();
    if (free.isPresent()) {
      session.sayOn("Volume Free Space      : " + Quantity.of(free.getAsLong()));
    }
  }

  private void detailVirtualDisk() throws Refusal, IOException {
    VirtualDiskFile file = session.requireVirtualDisk();
    Optional<VirtualDiskInfo> info = info(file);
    session.say(
        "Device type ID: " + info.map(ListCommands::deviceType).orElse("0 (Unknown)"),
        "Vendor ID: " + (info.isPresent() ? MICROSOFT : "Unknown"),
        "State: " + state(file),
        "Virtual size: " + Quantity.of(info.map(VirtualDiskInfo::diskSize).orElse(0L)),
        "Physical size: " + Quantity.of(Files.size(file.file())),
        "Filename: " + file.file(),
        "Is Child: "
            + (info.map(VirtualDiskInfo::kind).equals(Optional.of(VirtualDiskKind.DIFFERENCING))
                ? "Yes"
                : "No"),
        ("Parent Filename: "
                + info.flatMap(VirtualDiskInfo::parent).map(VirtualDiskInfo::file).orElse(""))
            .strip(),
        "Associated disk#: "
            + file.disk().map(disk -> String.valueOf(disk.number())).orElse("Not found."));
  }

  private static String deviceType(VirtualDiskInfo info) {
    return info.format() == VirtualDiskFormat.VHDX ? "3 (VHDX)" : "2 (VHD)";
  }
}
