package io.vhdboot.provisioning;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.wim.WimFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the Windows comes from: a WIM in a file, or on a device of the caller's. */
final class ImageSource {

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
    return file == null ? WimFile.open(device) : WimFile.open(file);
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
