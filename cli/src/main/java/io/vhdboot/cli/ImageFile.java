package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.vhd.Vhd;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the disk that an image file is or holds: a raw image, or the disk in a VHD. */
final class ImageFile {

  private ImageFile() {}

  static BlockDevice open(Path path, boolean readOnly) throws IOException {
    FileDevice file = readOnly ? FileDevice.openReadOnly(path) : FileDevice.open(path);
    try {
      if (!Vhd.isVhd(file)) {
        return file;
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    file.close();
    return Vhd.open(path, readOnly);
  }
}
