package io.vhdboot.diskpart;

import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.ntfs.NtfsResize;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * The commands that make volumes larger and smaller, each with its partition: those that NTFS is
 * on, and those with nothing on them.
 */
final class VolumeSizeCommands {

  private static final long MIB = 1L << 20;

  private final Session session;

  VolumeSizeCommands(Session session) {
    this.session = session;
  }

  List<Command> commands() {
    return List.of(
        Command.of("extend", "size= disk= filesystem", this::extend),
        Command.of("shrink", "desired= minimum= querymax nowait", this::shrink));
  }

  private void extend(Arguments arguments) throws Refusal, IOException {
    Session.Volume volume = session.requireVolume();
    if (arguments.value("disk").isPresent()) {
      throw Refusal.of("A volume can only be extended on the disk that it is on.");
    }
    FileSystem fileSystem = requireResizable(volume, "extended");
    if (arguments.has("filesystem")) {
      extendFileSystem(arguments, volume, fileSystem);
      return;
    }
    PartitionEditor table = volume.disk().table().orElseThrow();
    Partition partition = volume.partition();
    long most = table.maximumLength(partition.number());
    OptionalLong size = arguments.number("size", MIB);
    long length =
        size.isPresent() ? partition.length() + size.getAsLong() : aligned(partition, most);
    if (length > most || length <= partition.length()) {
      throw Refusal.of(
          "There is not enough usable free space on specified disk(s) to extend the volume.");
    }
    resizePartition(volume, length);
    if (!fileSystem.isRaw()) {
      growFileSystem(volume, length);
    }
    session.say("DiskPart successfully extended the volume.");
  }

  private void extendFileSystem(Arguments arguments, Session.Volume volume, FileSystem fileSystem)
      throws Refusal, IOException {
    if (arguments.value("size").isPresent()) {
      throw arguments.bad();
    }
    if (fileSystem.isRaw()) {
      throw unsupported("extended");
    }
    NtfsResize.resize(volume.open(), volume.partition().length());
    session.say("DiskPart successfully extended the file system on the volume.");
  }

  private static void growFileSystem(Session.Volume volume, long length) throws IOException {
    Partition before = volume.partition();
    try {
      NtfsResize.resize(volume.disk().device().slice(before.offset(), length), length);
    } catch (IOException | RuntimeException e) {
      // The volume is as large as it was, and so shall its partition be.
      resizePartition(volume, before.length());
      throw e;
    }
  }

  private static void resizePartition(Session.Volume volume, long length) throws IOException {
    volume.disk().table().orElseThrow().resize(volume.partition().number(), length);
    volume.disk().write();
  }

  /** As long as possible, but ending on a whole MiB where that is possible. */
  private static long aligned(Partition partition, long most) {
    long end = (partition.offset() + most) / MIB * MIB;
    return end > partition.end() ? end - partition.offset() : most;
  }

  private void shrink(Arguments arguments) throws Refusal, IOException {
    Session.Volume volume = session.requireVolume();
    OptionalLong desired = arguments.number("desired", MIB);
    OptionalLong minimum = arguments.number("minimum", MIB);
    FileSystem fileSystem = requireResizable(volume, "shrunk");
    long length = volume.partition().length();
    long most =
        (length - (fileSystem.isRaw() ? MIB : NtfsResize.minimumSize(volume.open()))) / MIB * MIB;
    if (arguments.has("querymax")) {
      if (desired.isPresent() || minimum.isPresent()) {
        throw arguments.bad();
      }
      session.say("The maximum number of reclaimable bytes is: " + Quantity.of(Math.max(most, 0)));
      return;
    }
    if (desired.isPresent() && minimum.orElse(0) > desired.getAsLong()) {
      throw arguments.bad();
    }
    long reclaimed = Math.min(desired.orElse(minimum.orElse(most)), most);
    if (reclaimed <= 0 || reclaimed < minimum.orElse(0)) {
      throw Refusal.of(
          "Virtual Disk Service error:",
          "The specified shrink size is too big and will cause the volume to be",
          "smaller than the minimum volume size.");
    }
    if (!fileSystem.isRaw()) {
      NtfsResize.resize(volume.open(), length - reclaimed);
    }
    resizePartition(volume, length - reclaimed);
    session.say("DiskPart successfully shrunk the volume by: " + Quantity.of(reclaimed));
  }

  private static FileSystem requireResizable(Session.Volume volume, String what)
      throws Refusal, IOException {
    FileSystem fileSystem = FileSystem.of(volume.open());
    if (!fileSystem.isRaw() && !fileSystem.isNtfs()) {
      throw unsupported(what);
    }
    return fileSystem;
  }

  private static Refusal unsupported(String what) {
    return Refusal.of(
        "The volume cannot be " + what + " because the file system does not support it.");
  }
}
