package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.DeviceNamer;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which volume has which drive letter. A volume is named by a path through images that ends with
 * the number of a partition, such as {@code stick.img@1} or {@code stick.img@1/w.vhd@1}; what a
 * store calls it follows from its disk's partition table. Not thread-safe.
 */
public final class Drives implements DeviceNamer {

  private static final Pattern VOLUME = Pattern.compile("(.+)@(\\d{1,3})");
  private static final Pattern ON_DRIVE = Pattern.compile("([A-Za-z]):[\\\\/]?(.*)");

  private final TreeMap<Character, String> volumes = new TreeMap<>();
  private final Map<Character, Optional<BcdDevice>> devices = new TreeMap<>();

  private Drives() {}

  /** The drives of some letters, A to Z in any case, with the paths of their volumes. */
  public static Drives of(Map<Character, String> volumes) {
    Drives drives = new Drives();
    volumes.forEach(
        (letter, volume) -> {
          char upper = Character.toUpperCase(letter);
          if (upper < 'A' || upper > 'Z') {
            throw new IllegalArgumentException("letter (" + letter + ") must be one from A to Z");
          }
          drives.volumes.put(upper, volume);
        });
    return drives;
  }

  /** The letters with the paths of their volumes. */
  public Map<Character, String> volumes() {
    return Map.copyOf(volumes);
  }

  /**
   * What a store calls the volume of a letter: a partition, or one inside a VHD.
   *
   * @return empty when no volume has the letter
   * @throws IOException when the image cannot be read or has no such partition
   */
  public Optional<BcdDevice> device(char letter) throws IOException {
    String volume = volumes.get(Character.toUpperCase(letter));
    return volume == null ? Optional.empty() : Optional.of(deviceOf(volume));
  }

  /**
   * The path through images of a path such as {@code X:\Boot\BCD}; the path itself when it is one
   * of the host, whose drives have letters where it is a Windows.
   */
  String place(String path) throws Refusal {
    Matcher matcher = ON_DRIVE.matcher(path);
    if (!matcher.matches()) {
      return path;
    }
    String volume = volumes.get(Character.toUpperCase(matcher.group(1).charAt(0)));
    if (volume == null && Files.exists(Path.of(path))) {
      return path;
    }
    if (volume == null) {
      throw Refusal.noStore("The system cannot find the drive specified.");
    }
    return volume + "/" + matcher.group(2).replace('\\', '/');
  }

  /**
   * What a store calls a volume.
   *
   * @throws IOException when there is none, or its disk has no partition table
   */
  static BcdDevice deviceOf(String volume) throws IOException {
    Matcher matcher = VOLUME.matcher(volume);
    if (!matcher.matches()) {
      throw new FileSystemException(
          volume,
          null,
          "a volume is named by its image and the number of its partition, as x.img@1");
    }
    String disk = matcher.group(1);
    BcdDevice.PartitionAddress address = address(disk, Integer.parseInt(matcher.group(2)));
    if (!ImagePath.of(disk).isInsideImage()) {
      return new BcdDevice.Partition(address);
    }
    String path;
    try (OpenImage image = ImagePath.of(disk).open(true)) {
      path = image.path();
    }
    String host = disk.substring(0, disk.length() - path.length()).replaceFirst("[/\\\\]+$", "");
    return new BcdDevice.VhdPartition(
        address, new BcdDevice.File(deviceOf(host), "\\" + path.replace('/', '\\')));
  }

  private static BcdDevice.PartitionAddress address(String disk, int number) throws IOException {
    try (OpenImage image = ImagePath.of(disk + "@").open(true)) {
      PartitionTable table = PartitionTable.read(image.device());
      Partition partition =
          table.partitions().stream()
              .filter(each -> each.number() == number)
              .findFirst()
              .orElseThrow(() -> new FileSystemException(disk, null, "has no partition " + number));
      if (table.mbrSignature().isPresent() && partition.guid().isEmpty()) {
        return new BcdDevice.MbrPartition(table.mbrSignature().getAsInt(), partition.offset());
      }
      if (table.gptDiskGuid().isPresent() && partition.guid().isPresent()) {
        return new BcdDevice.GptPartition(table.gptDiskGuid().get(), partition.guid().get());
      }
      throw new FileSystemException(disk, null, "has no disk signature");
    }
  }

  /** Names a partition by its letter, or as {@link DeviceNamer#OFFLINE} does. */
  @Override
  public String name(BcdDevice.PartitionAddress partition) {
    for (Character letter : volumes.keySet()) {
      Optional<BcdDevice> device = devices.computeIfAbsent(letter, this::deviceOrNone);
      if (device.isPresent() && address(device.get()).equals(Optional.of(partition))) {
        return letter + ":";
      }
    }
    return OFFLINE.name(partition);
  }

  /** The partition that a device is, be it within a VHD. */
  static Optional<BcdDevice.PartitionAddress> address(BcdDevice device) {
    if (device instanceof BcdDevice.Partition partition) {
      return Optional.of(partition.address());
    }
    return device instanceof BcdDevice.VhdPartition partition
        ? Optional.of(partition.address())
        : Optional.empty();
  }

  /** A letter whose image is gone names nothing; who uses it is told why. */
  private Optional<BcdDevice> deviceOrNone(char letter) {
    try {
      return device(letter);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return volumes.toString();
  }
}
