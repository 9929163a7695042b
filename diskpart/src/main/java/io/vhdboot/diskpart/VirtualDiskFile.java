package io.vhdboot.diskpart;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.image.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A virtual disk file that the session knows, attached or not. Not thread-safe. */
final class VirtualDiskFile {

  private final Path file;
  private Optional<SessionDisk> disk = Optional.empty();

  VirtualDiskFile(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  Optional<SessionDisk> disk() {
    return disk;
  }

  boolean isAttached() {
    return disk.isPresent();
  }

  /** The file as what it is, of whichever format. */
  VirtualDisk virtualDisk() throws IOException {
    return VirtualDisk.at(file);
  }

  /** Opens the disk in the file under a number. */
  SessionDisk attach(int number, boolean readOnly) throws IOException {
    BlockDevice device = virtualDisk().open(readOnly);
    try {
      disk = Optional.of(new SessionDisk(number, file, true, device));
      return disk.get();
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  void detach() throws IOException {
    disk.orElseThrow().close();
    disk = Optional.empty();
  }
}
