package io.vhdboot.diskpart;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands that concern volumes: what partitions hold, and the letters they have. */
final class VolumeCommands {

  private static final Pattern UNIT = Pattern.compile("(\\d{1,7})([kK]?)");

  /** The attributes of a basic data partition in a GPT (UEFI leaves them to the type). */
  private static final Map<String, Long> ATTRIBUTES =
      Map.of(
          "readonly", 1L << 60,
          "shadowcopy", 1L << 61,
          "hidden", 1L << 62,
          "nodefaultdriveletter", 1L << 63);

  private final Session session;

  VolumeCommands(Session session) {
    this.session = session;
  }

  List<Command> commands() {
    return List.of(
        Command.of("select volume", "*", this::select),
        Command.of(
            "format",
            "fs= label= unit= revision= quick compress override nowait recommended",
            this::format),
        Command.of("assign", "letter= mount=", this::assign),
        Command.of("remove", "letter= mount= all dismount", this::remove),
        Command.of("delete volume", "", this::delete),
        Command.of(
            "attributes volume",
            "set clear hidden readonly nodefaultdriveletter shadowcopy",
            this::attributes));
  }

  private void select(Arguments arguments) throws Refusal {
    if (arguments.word().isPresent()) {
      String word = arguments.word().get();
      session.selectVolume(
          session.volumes().stream()
              .filter(volume -> isNamed(volume, word))
              .findFirst()
              .orElseThrow(
                  () ->
                      Refusal.of(
                          "The volume you selected is not valid or does not exist.",
                          "",
                          "There is no volume selected.")));
    }
    session.say(
        session
            .volume()
            .map(volume -> "Volume " + volume.number() + " is the selected volume.")
            .orElse("There is no volume selected."));
  }

  private boolean isNamed(Session.Volume volume, String word) {
    if (word.matches("\\d{1,9}")) {
      return volume.number() == Integer.parseInt(word);
    }
    return word.matches("[A-Za-z]:?\\\\?")
        && session
            .letters()
            .letterOf(volume.name())
            .equals(Optional.of(Character.toUpperCase(word.charAt(0))));
  }

  private void format(Arguments arguments) throws Refusal, IOException {
    Session.Volume volume = session.requireVolume();
    String fileSystem = arguments.value("fs").orElse("ntfs");
    if (!fileSystem.equalsIgnoreCase("ntfs")) {
      throw Refusal.of(
          "The file system " + fileSystem.toUpperCase(Locale.ROOT) + " is not supported.",
          "NTFS is the only one that a volume can be formatted with here.");
    }
    if (arguments.has("compress") || arguments.value("revision").isPresent()) {
      throw Refusal.of("Volumes that compress their files by default are not made here.");
    }
    PartitionEditor table = volume.disk().table().orElseThrow();
    Partition partition = volume.partition();
    NtfsFormatOptions.Builder options =
        NtfsFormatOptions.ofSize(partition.length())
            .bytesPerSector(table.sectorSize())
            .hiddenSectors(partition.offset() / table.sectorSize())
            .serial(session.newGuid().getMostSignificantBits())
            .bootCode(BootCode.ntfsBootRecord())
            .time(FileTime100ns.of(session.clock().instant()));
    arguments.value("label").ifPresent(options::label);
    if (arguments.value("unit").isPresent()) {
      options.clusterSize(unit(arguments));
    }
    if (!arguments.has("quick")) {
      volume.open().zero(0, partition.length());
    }
    NtfsFormat.format(volume.open(), options.build());
    volume.open().flush();
    if (!volume.disk().isGpt()
        && partition.type().gptType().equals(PartitionType.NTFS.gptType())
        && partition.type().mbrType() != PartitionType.NTFS.mbrType()) {
      table.setType(partition.number(), PartitionType.NTFS);
      volume.disk().write();
    }
    session.say("  100 percent completed", "", "DiskPart successfully formatted the volume.");
  }

  private static int unit(Arguments arguments) throws Refusal {
    Matcher unit = UNIT.matcher(arguments.value("unit").orElseThrow());
    if (!unit.matches()) {
      throw arguments.bad();
    }
    return Integer.parseInt(unit.group(1)) * (unit.group(2).isEmpty() ? 1 : 1024);
  }

  private void assign(Arguments arguments) throws Refusal {
    Session.Volume volume = session.requireVolume();
    if (arguments.value("mount").isPresent()) {
      throw Refusal.of("A volume of an image can have a drive letter, but no mount point.");
    }
    DriveLetters letters = session.letters();
    char letter;
    if (arguments.value("letter").isPresent()) {
      letter = letter(arguments);
      Optional<String> owner = letters.volume(letter);
      if (owner.isPresent() && !owner.get().equals(volume.name())) {
        throw Refusal.of("The specified drive letter is not free to be assigned.");
      }
    } else if (letters.letterOf(volume.name()).isPresent()) {
      letter = letters.letterOf(volume.name()).get();
    } else {
      letter =
          letters
              .nextFree()
              .orElseThrow(() -> Refusal.of("There is no drive letter left to be assigned."));
    }
    letters.assign(letter, volume.name());
    session.say("DiskPart successfully assigned the drive letter or mount point.");
  }

  private static char letter(Arguments arguments) throws Refusal {
    try {
      return DriveLetters.letter(arguments.value("letter").orElseThrow());
    } catch (IllegalArgumentException e) {
      throw arguments.bad();
    }
  }

  private void remove(Arguments arguments) throws Refusal {
    Session.Volume volume = session.requireVolume();
    Optional<Character> present = session.letters().letterOf(volume.name());
    if (present.isEmpty()
        || arguments.value("mount").isPresent()
        || arguments.value("letter").isPresent() && letter(arguments) != present.get()) {
      throw Refusal.of("There is no drive letter or mount point to be removed from the volume.");
    }
    session.letters().remove(volume.name());
    session.say("DiskPart successfully removed the drive letter or mount point.");
  }

  private void delete(Arguments arguments) throws Refusal, IOException {
    Session.Volume volume = session.requireVolume();
    List<Partition> before = volume.disk().partitions();
    volume.disk().table().orElseThrow().delete(volume.partition().number());
    session.letters().remove(volume.name());
    session.write(volume.disk(), before);
    session.deselectPartition();
    session.say("DiskPart successfully deleted the volume.");
  }

  private void attributes(Arguments arguments) throws Refusal, IOException {
    Session.Volume volume = session.requireVolume();
    Partition partition = volume.partition();
    if (!arguments.has("set") && !arguments.has("clear")) {
      session.say(describe(partition).toArray(new String[0]));
      return;
    }
    if (!volume.disk().isGpt()) {
      throw Refusal.of(
          "The attributes of a volume are in the entry of its partition,",
          "and an MBR disk has none there.");
    }
    long mask = 0;
    for (Map.Entry<String, Long> attribute : ATTRIBUTES.entrySet()) {
      mask |= arguments.has(attribute.getKey()) ? attribute.getValue() : 0;
    }
    if (mask == 0 || arguments.has("set") == arguments.has("clear")) {
      throw arguments.bad();
    }
    boolean set = arguments.has("set");
    volume
        .disk()
        .table()
        .orElseThrow()
        .setAttributes(
            partition.number(),
            set ? partition.attributes() | mask : partition.attributes() & ~mask);
    volume.disk().write();
    session.say("Volume attributes " + (set ? "set" : "cleared") + " successfully.");
  }

  /** The attributes of a volume, a line each. */
  static List<String> describe(Partition partition) {
    return List.of(
        line("Read-only              ", partition, "readonly"),
        line("Hidden                 ", partition, "hidden"),
        line("No Default Drive Letter", partition, "nodefaultdriveletter"),
        line("Shadow Copy            ", partition, "shadowcopy"));
  }

  private static String line(String title, Partition partition, String attribute) {
    boolean set = (partition.attributes() & ATTRIBUTES.get(attribute)) != 0;
    return title + ": " + (set ? "Yes" : "No");
  }
}
