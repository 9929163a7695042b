package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the file of a parent that a differencing VHDX names by a Windows path. */
@FunctionalInterface
public interface ParentResolver {

  /**
   * Opens a parent's file.
   *
   * @param child the child's file
   * @param path a path of the child's {@link ParentLocator}, as it stands there
   * @param readOnly whether it will only be read
   * @return the file, which the disk closes with itself; empty when there is none at that path
   */
  Optional<BlockDevice> open(BlockDevice child, String path, boolean readOnly) throws IOException;

  /** Finds no parent. */
  static ParentResolver none() {
    return (child, path, readOnly) -> Optional.empty();
  }

  /**
   * Finds parents on the host for children that are host files: a relative path from the child's
   * folder; an absolute one as it is; and failing that, a file of that name beside the child, whose
   * letters may be of the other case.
   */
  static ParentResolver hostFiles() {
    return (child, path, readOnly) -> {
      if (!(child instanceof FileDevice file)) {
        return Optional.empty();
      }
      Path folder = file.path().toAbsolutePath().getParent();
      String plain = path.startsWith("\\\\?\\") ? path.substring(4) : path;
      String[] parts = plain.split("[\\\\/]");
      for (String candidate :
          new String[] {plain, String.join("/", parts), parts[parts.length - 1]}) {
        try {
          Path found = folder.resolve(candidate).normalize();
          if (Files.isRegularFile(found)) {
            return Optional.of(readOnly ? FileDevice.openReadOnly(found) : FileDevice.open(found));
          }
        } catch (InvalidPathException e) {
          // No path on this host; the next candidate may be one.
        }
      }
      Optional<Path> beside = besideInAnyCase(folder, parts[parts.length - 1]);
      return beside.isEmpty()
          ? Optional.empty()
          : Optional.of(
              readOnly ? FileDevice.openReadOnly(beside.get()) : FileDevice.open(beside.get()));
    };
  }

  private static Optional<Path> besideInAnyCase(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().equalsIgnoreCase(name))
          .filter(Files::isRegularFile)
          .findFirst();
    }
  }
}
