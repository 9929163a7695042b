package io.vhdboot.provisioning;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFile;
import io.vhdboot.wim.WimFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the Windows comes from: a WIM or an .esd, or a disc image with one in its sources; a file,
 * or a device of the caller's.
 */
final class ImageSource {

  private static final List<String> INSTALL_IMAGES =
      List.of("sources/install.wim", "sources/install.esd", "sources/install.swm");

  /** More parts than a split image has: each is as large as FAT32 allows, or nearly so. */
  private static final int MAX_PARTS = 1000;

  private final Path file;
  private final BlockDevice device;

  private ImageSource(Path file, BlockDevice device) {
    this.file = file;
    this.device = device;
  }

  static ImageSource of(Path file) {
    return new ImageSource(file, null);
  }

  static ImageSource of(BlockDevice device) {
    return new ImageSource(null, device);
  }

  /** Opens the WIM; closing it leaves a caller's device open. */
  WimFile open() throws IOException {
    if (file == null) {
      return open(device, () -> {});
    }
    FileDevice opened = FileDevice.openReadOnly(file);
    try {
      if (WimFile.isPresent(opened)) {
        // One that is split has its parts beside it.
        opened.close();
        return WimFile.open(file);
      }
      return open(opened, opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static WimFile open(BlockDevice device, Closeable owner) throws IOException {
    return WimFile.isPresent(device) || !Disc.isPresent(device)
        ? WimFile.open(device, owner)
        : WimFile.open(installImage(Disc.open(device)), owner);
  }

  /** The image that Windows would be installed from, where it is on the disc: nothing is copied. */
  private static List<BlockDevice> installImage(Disc disc) throws IOException {
    for (String name : INSTALL_IMAGES) {
      List<BlockDevice> parts = new ArrayList<>();
      String next = name;
      for (int number = 2; number <= MAX_PARTS; number++) {
        Optional<DiscFile> found = disc.find(next);
        if (found.isEmpty() || found.get().isDirectory()) {
          break;
        }
        parts.add(found.get().device());
        next = name.replace(".swm", number + ".swm");
        if (next.equals(name)) {
          break;
        }
      }
      if (!parts.isEmpty()) {
        return parts;
      }
    }
    throw new UnsupportedFormatException(
        disc.name(),
        DiskFormatException.NO_OFFSET,
        "is a disc without " + String.join(" or ", INSTALL_IMAGES) + ": not one of Windows setup");
  }

  /** Whether that file is the very source. */
  boolean isSame(Path other) throws IOException {
    return file != null && Files.exists(other) && Files.isSameFile(file, other);
  }

  @Override
  public String toString() {
    return file == null ? device.name() : file.toString();
  }
}
