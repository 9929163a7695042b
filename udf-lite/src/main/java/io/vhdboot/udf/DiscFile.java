package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DeviceInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A file or directory of a disc. It holds nothing that would have to be closed, and any thread may
 * use it.
 */
public abstract class DiscFile {

  private final String name;

  DiscFile(String name) {
    this.name = name;
  }

  /** The name; empty for the root. */
  public final String name() {
    return name;
  }

  /** Whether it is a directory. */
  public abstract boolean isDirectory() throws IOException;

  /** Whether it is hidden. */
  public abstract boolean isHidden();

  /** Where it leads, if it is a symbolic link. */
  public abstract Optional<String> linkTarget() throws IOException;

  /** The size in bytes; 0 for a directory. */
  public abstract long size() throws IOException;

  /** When its content was changed, where the disc tells. */
  public abstract Optional<Instant> modified() throws IOException;

  /**
   * The content as a device, read-only, for access in any order. Closing it does nothing.
   *
   * @throws FileSystemException when this is a directory
   */
  public final BlockDevice device() throws IOException {
    if (isDirectory()) {
      throw new FileSystemException(toString(), null, "is a directory");
    }
    return open();
  }

  /** Opens the content. */
  abstract BlockDevice open() throws IOException;

  /** The content from front to back. Closing it does nothing. */
  public final InputStream newInputStream() throws IOException {
    return new DeviceInput(device());
  }

  /**
   * What is in this directory, in the disc's own order.
   *
   * @throws NotDirectoryException when this is no directory
   * @throws io.vhdboot.disk.CorruptFormatException when it is damaged
   */
  public final List<DiscFile> list() throws IOException {
    if (!isDirectory()) {
      throw new NotDirectoryException(toString());
    }
    return readDirectory();
  }

  /** The file of a name in this directory, the one that is spelled so before another. */
  public final Optional<DiscFile> child(String wanted) throws IOException {
    DiscFile found = null;
    for (DiscFile file : list()) {
      if (file.name.equals(wanted)) {
        return Optional.of(file);
      }
      if (found == null && file.name.equalsIgnoreCase(wanted)) {
        found = file;
      }
    }
    return Optional.ofNullable(found);
  }

  /** Where on the disc the file is described, in bytes: tells directories apart. */
  abstract long place();

  /** Reads this directory. */
  abstract List<DiscFile> readDirectory() throws IOException;

  @Override
  public String toString() {
    return name;
  }
}
