package io.vhdboot.diskpart;

import io.vhdboot.vhd.Vhd;
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

  /** Opens the disk in the file under a number. */
  SessionDisk attach(int number, boolean readOnly) throws IOException {
    Vhd vhd = Vhd.open(file, readOnly);
    try {
      disk = Optional.of(new SessionDisk(number, file, true, vhd));
      return disk.get();
    } catch (IOException | RuntimeException e) {
      vhd.close();
      throw e;
    }
  }

  void detach() throws IOException {
    disk.orElseThrow().close();
    disk = Optional.empty();
  }
}
