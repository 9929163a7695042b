package io.vhdboot.usb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a Windows tells of its disks: the cmdlets Get-Disk and Get-Partition (module Storage) and
 * the classes Win32_DiskDrive and Win32_PageFileUsage, put together by {@link #SCRIPT} as JSON.
 */
final class WindowsDisks {

  /** Fails as a whole when one question is not answered: half a list would deceive. */
  static final String SCRIPT =
      """
      $ErrorActionPreference = 'Stop'
      [Console]::OutputEncoding = [Text.Encoding]::UTF8
      @{
        Disks = @(Get-Disk | Select-Object Number, FriendlyName, Manufacturer, Model, SerialNumber,
          @{n='Bus'; e={[string]$_.BusType}}, Size, LogicalSectorSize, IsBoot, IsSystem, IsReadOnly,
          UniqueId, Path)
        Partitions = @(Get-Partition | Select-Object DiskNumber, PartitionNumber, Size,
          @{n='Paths'; e={@($_.AccessPaths)}})
        Drives = @(Get-CimInstance Win32_DiskDrive | Select-Object Index, MediaType)
        PageFiles = @(Get-CimInstance Win32_PageFileUsage | ForEach-Object { [string]$_.Name })
        SystemRoot = $env:SystemRoot
      } | ConvertTo-Json -Depth 4 -Compress
      """;

  private static final String PREFIX = "\\\\.\\PhysicalDrive";

  private final JsonObject all;
  private final Map<Integer, List<DiskVolume>> volumes = new TreeMap<>();

  private WindowsDisks(JsonObject all) {
    this.all = all;
    for (JsonObject partition : objects("Partitions")) {
      int disk = (int) number(partition, "DiskNumber");
      volumes
          .computeIfAbsent(disk, key -> new ArrayList<>())
          .add(
              new DiskVolume(
                  "Harddisk" + disk + "Partition" + number(partition, "PartitionNumber"),
                  number(partition, "Size"),
                  texts(partition.get("Paths")).stream()
                      .filter(path -> !path.startsWith("\\\\?\\"))
                      .toList()));
    }
  }

  /**
   * Reads what the script printed.
   *
   * @throws IOException when that is not what it prints
   */
  static WindowsDisks parse(String json) throws IOException {
    try {
      WindowsDisks disks = new WindowsDisks(JsonParser.parseString(json).getAsJsonObject());
      if (disks.objects("Disks").isEmpty() || disks.text("SystemRoot").isEmpty()) {
        throw new IOException("PowerShell told of no disk");
      }
      return disks;
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new IOException("PowerShell did not tell of disks as it should: " + e.getMessage(), e);
    }
  }

  /** All whole disks. */
  List<DiskDevice> disks(Collection<Path> kept, List<String> ownFolders) throws IOException {
    try {
      List<DiskDevice> disks = new ArrayList<>();
      for (JsonObject disk : objects("Disks")) {
        disks.add(disk(disk, kept, ownFolders));
      }
      return disks;
    } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
      throw new IOException("PowerShell did not tell of disks as it should: " + e.getMessage(), e);
    }
  }

  private DiskDevice disk(JsonObject disk, Collection<Path> kept, List<String> ownFolders) {
    int number = (int) number(disk, "Number");
    String mediaType =
        objects("Drives").stream()
            .filter(drive -> number(drive, "Index") == number)
            .map(drive -> text(drive, "MediaType"))
            .findFirst()
            .orElse("");
    String model = text(disk, "Model");
    return new DiskDevice(
        PREFIX + number,
        number(disk, "Size"),
        (int) Math.max(512, number(disk, "LogicalSectorSize")),
        bus(text(disk, "Bus")),
        mediaType.toLowerCase(Locale.ROOT).startsWith("removable"),
        isTrue(disk, "IsReadOnly"),
        text(disk, "Manufacturer"),
        model.isEmpty() ? text(disk, "FriendlyName") : model,
        text(disk, "SerialNumber"),
        text(disk, "UniqueId") + text(disk, "Path"),
        Optional.empty(),
        volumes.getOrDefault(number, List.of()),
        uses(number, disk, kept, ownFolders));
  }

  private static DeviceBus bus(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "usb", "7" -> DeviceBus.USB;
      case "sd", "12" -> DeviceBus.SD;
      case "mmc", "13" -> DeviceBus.MMC;
      case "ata", "sata", "atapi", "3", "11", "2" -> DeviceBus.ATA;
      case "scsi", "sas", "1", "10" -> DeviceBus.SCSI;
      case "nvme", "17" -> DeviceBus.NVME;
      case "1394", "ssa", "fibre channel", "raid", "iscsi", "ufs", "4", "5", "6", "8", "9", "19" ->
          DeviceBus.OTHER;
      case "virtual", "file backed virtual", "spaces", "storage spaces", "14", "15", "16" ->
          DeviceBus.VIRTUAL;
      default -> DeviceBus.UNKNOWN;
    };
  }

  private List<DiskUse> uses(
      int number, JsonObject disk, Collection<Path> kept, List<String> ownFolders) {
    List<DiskUse> uses = new ArrayList<>();
    String root = text("SystemRoot");
    if (isTrue(disk, "IsBoot") || isTrue(disk, "IsSystem")) {
      uses.add(new DiskUse(DiskUse.Kind.SYSTEM, "the running Windows starts from it"));
    }
    if (diskOf(root).isEmpty()) {
      uses.add(
          new DiskUse(
              DiskUse.Kind.UNKNOWN, "it cannot be told which disk the running Windows is on"));
    }
    List<String> system = new ArrayList<>(ownFolders);
    system.add(root);
    for (String folder : system) {
      if (diskOf(folder).filter(owner -> owner == number).isPresent()) {
        uses.add(new DiskUse(DiskUse.Kind.SYSTEM, folder + " is on it"));
      }
    }
    for (String file : texts(all.get("PageFiles"))) {
      if (diskOf(file).filter(owner -> owner == number).isPresent()) {
        uses.add(new DiskUse(DiskUse.Kind.SWAP, "the paging file " + file + " is on it"));
      }
    }
    for (Path file : kept) {
      if (diskOf(file.toString()).filter(owner -> owner == number).isPresent()) {
        uses.add(new DiskUse(DiskUse.Kind.INPUT, file + " is on it"));
      }
    }
    for (DiskVolume volume : volumes.getOrDefault(number, List.of())) {
      for (String place : volume.mountPoints()) {
        uses.add(new DiskUse(DiskUse.Kind.MOUNT, "it is mounted as " + place));
      }
    }
    return uses;
  }

  /** The disk that a path is on: that of the longest place at which a volume is mounted. */
  private Optional<Integer> diskOf(String path) {
    Optional<Integer> owner = Optional.empty();
    int longest = 0;
    String wanted = path.toLowerCase(Locale.ROOT) + "\\";
    for (Map.Entry<Integer, List<DiskVolume>> disk : volumes.entrySet()) {
      for (DiskVolume volume : disk.getValue()) {
        for (String place : volume.mountPoints()) {
          if (place.length() > longest && wanted.startsWith(place.toLowerCase(Locale.ROOT))) {
            longest = place.length();
            owner = Optional.of(disk.getKey());
          }
        }
      }
    }
    return owner;
  }

  private List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    JsonElement element = all.get(name);
    if (element != null && element.isJsonArray()) {
      for (JsonElement each : element.getAsJsonArray()) {
        objects.add(each.getAsJsonObject());
      }
    } else if (element != null && element.isJsonObject()) {
      // PowerShell makes a single element of a list of one.
      objects.add(element.getAsJsonObject());
    }
    return objects;
  }

  private static List<String> texts(JsonElement element) {
    List<String> texts = new ArrayList<>();
    if (element != null && element.isJsonArray()) {
      JsonArray array = element.getAsJsonArray();
      for (JsonElement each : array) {
        if (!each.isJsonNull()) {
          texts.add(each.getAsString());
        }
      }
    } else if (element != null && element.isJsonPrimitive()) {
      texts.add(element.getAsString());
    }
    return texts;
  }

  private String text(String name) {
    return text(all, name);
  }

  private static String text(JsonObject object, String name) {
    JsonElement element = object.get(name);
    return element == null || element.isJsonNull() ? "" : element.getAsString().strip();
  }

  private static long number(JsonObject object, String name) {
    JsonElement element = object.get(name);
    return element == null || element.isJsonNull() ? 0 : element.getAsLong();
  }

  private static boolean isTrue(JsonObject object, String name) {
    JsonElement element = object.get(name);
    return element != null && !element.isJsonNull() && element.getAsBoolean();
  }
}
