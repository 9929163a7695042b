package io.vhdboot.udf.nio;

import io.vhdboot.udf.Disc;
import java.io.IOException;
import java.nio.file.Path;

/** Opens disc images as file systems. */
public final class DiscFileSystems {

  private DiscFileSystems() {}

  /**
   * Opens the disc in a file, by the richest format that it has.
   *
   * @throws io.vhdboot.disk.DiskFormatException when the file is no disc, or damaged
   */
  public static DiscFileSystem newFileSystem(Path file) throws IOException {
    Disc disc = Disc.open(file);
    return opened(file, new DiscFileSystem(disc, disc));
  }

  /**
   * Makes a file system of a disc that is open, such as one by another of its formats. Closing the
   * file system leaves the disc open.
   */
  public static DiscFileSystem of(Disc disc) {
    return opened(Path.of(disc.name()), new DiscFileSystem(disc, () -> {}));
  }

  private static DiscFileSystem opened(Path file, DiscFileSystem fileSystem) {
    DiscFileSystemProvider.OPEN.addAs(file.toUri().toString(), fileSystem);
    return fileSystem;
  }
}
