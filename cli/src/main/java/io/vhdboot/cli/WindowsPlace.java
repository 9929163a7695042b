package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.image.HiveFile;
import io.vhdboot.image.ImageLayer;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import io.vhdboot.servicing.VolumeEncryption;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/** Where an offline Windows lies, and what lies around it. */
final class WindowsPlace {

  private static final List<String> STORES = List.of("Boot/BCD", "EFI/Microsoft/Boot/BCD");

  private final String text;

  private WindowsPlace(String text) {
    this.text = text;
  }

  static WindowsPlace of(String text) {
    return new WindowsPlace(text);
  }

  /** Opens it to be read. */
  FilePlace source() throws IOException {
    return FilePlace.source(text, NtfsFileSystemOptions.readOnly());
  }

  /** Opens it to be changed. */
  FilePlace target() throws IOException {
    return FilePlace.target(text, NtfsFileSystemOptions.defaults());
  }

  /** The same problem, or that BitLocker is the reason, where it is. */
  DiskFormatException explained(DiskFormatException problem) {
    String volume = text;
    for (int end = slash(volume); end > 0; end = slash(volume)) {
      volume = volume.substring(0, end);
      if (!ImagePath.of(volume).isInsideImage()) {
        break;
      }
      try (OpenImage image = ImagePath.of(volume).open(true)) {
        if (VolumeEncryption.of(image.device()) != VolumeEncryption.NONE) {
          UnsupportedFormatException better =
              new UnsupportedFormatException(
                  volume,
                  UnsupportedFormatException.NO_OFFSET,
                  "is encrypted by BitLocker; decrypt the volume in Windows first");
          better.addSuppressed(problem);
          return better;
        }
      } catch (IOException e) {
        // The way leads further out.
      }
    }
    return problem;
  }

  private static int slash(String path) {
    return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  }

  /** The path of the VHD that it is in on the VHD's volume; empty where it is in none. */
  String vhd() throws IOException {
    if (!ImagePath.of(text).isInsideImage()) {
      return "";
    }
    try (OpenImage image = ImagePath.of(text).open(true)) {
      List<ImageLayer> layers = image.disks();
      ImageLayer last = layers.get(layers.size() - 1);
      return layers.size() > 1 && last.isVirtualDisk()
          ? "\\" + last.file().replace('/', '\\').replaceFirst("^\\\\+", "")
          : "";
    }
  }

  /** Whether it is in a VHD whose volume has no room for it at its full size. */
  boolean isTight() throws IOException {
    int end = text.lastIndexOf('@');
    if (vhd().isEmpty() || end < 0) {
      return false;
    }
    try (OpenImage image = ImagePath.of(text.substring(0, end)).open(true)) {
      BlockDevice file = image.device();
      long missing = image.disk().size() - file.size();
      NtfsVolume volume = image.volume();
      return missing > volume.countFreeClusters() * volume.clusterSize();
    }
  }

  /**
   * The boot stores: those that were told, or those on the partitions of the outermost disk.
   *
   * @throws FileSystemException when none was told and there is none
   */
  List<String> stores(List<String> told) throws IOException {
    if (!told.isEmpty() || !ImagePath.of(text).isInsideImage()) {
      return told;
    }
    List<String> found = new ArrayList<>();
    List<Partition> partitions;
    String host = ImagePath.of(text).hostFile().orElseThrow().toString();
    try (OpenImage image = ImagePath.of(text).open(true)) {
      partitions = image.disks().get(0).table().map(table -> table.partitions()).orElse(List.of());
    }
    for (Partition partition : partitions) {
      for (String store : STORES) {
        String path = host + "@" + partition.number() + "/" + store;
        if (isHive(path)) {
          found.add(path);
        }
      }
    }
    return found;
  }

  private static boolean isHive(String path) {
    try {
      HiveFile.open(path).close();
      return true;
    } catch (IOException e) {
      // No store there, or not even a volume.
      return false;
    }
  }
}
