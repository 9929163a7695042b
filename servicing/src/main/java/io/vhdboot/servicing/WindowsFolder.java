package io.vhdboot.servicing;

import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of a Windows, in which names are found in any letter case whatever the file system
 * thinks of it.
 *
 * <p>Nothing is followed through links: a tree that somebody else made must not lead out of itself.
 */
final class WindowsFolder {

  private static final String SYSTEM_FOLDER = "System32";

  private final Path path;

  private WindowsFolder(Path path) {
    this.path = path;
  }

  /**
   * The Windows folder that a path names, or that the volume's root which it names holds.
   *
   * @throws NoSuchFileException when there is nothing
   * @throws UnsupportedFormatException when it holds no Windows
   */
  static WindowsFolder at(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    if (!Files.exists(absolute)) {
      throw new NoSuchFileException(path.toString());
    }
    WindowsFolder folder = new WindowsFolder(absolute);
    if (folder.find(SYSTEM_FOLDER).filter(Files::isDirectory).isPresent()) {
      return folder;
    }
    Optional<Path> below = folder.find("Windows/" + SYSTEM_FOLDER);
    if (below.filter(Files::isDirectory).isPresent()) {
      return new WindowsFolder(below.get().getParent());
    }
    throw new UnsupportedFormatException(
        path.toString(),
        UnsupportedFormatException.NO_OFFSET,
        "is no Windows folder: it has no " + SYSTEM_FOLDER + ", and no Windows/" + SYSTEM_FOLDER);
  }

  /** Where it lies. */
  Path path() {
    return path;
  }

  /** The root of the volume that it lies in; nothing where it is a root itself. */
  Optional<WindowsFolder> volumeRoot() {
    return Optional.ofNullable(path.getParent()).map(WindowsFolder::new);
  }

  /** The file or folder at a path within, names joined by slashes; nothing where there is none. */
  Optional<Path> find(String relative) throws IOException {
    Path at = path;
    for (String name : relative.split("/")) {
      Optional<Path> next = child(at, name);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      at = next.get();
    }
    return Optional.of(at);
  }

  /** The regular file at a path within. */
  Optional<Path> findFile(String relative) throws IOException {
    return find(relative).filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }

  /** Where a file at a path within is or would be. */
  Path resolve(String relative) throws IOException {
    Path at = path;
    for (String name : relative.split("/")) {
      at = child(at, name).orElse(at.resolve(name));
    }
    return at;
  }

  private static Optional<Path> child(Path folder, String name) throws IOException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException("a path's name (" + name + ") must be that of a file");
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Path plain = folder.resolve(name);
    if (Files.exists(plain, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(checked(plain));
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (file.getFileName().toString().equalsIgnoreCase(name)) {
          return Optional.of(checked(file));
        }
      }
    }
    return Optional.empty();
  }

  private static Path checked(Path file) throws UnsupportedFormatException {
    if (Files.isSymbolicLink(file)) {
      throw new UnsupportedFormatException(
          file.toString(),
          UnsupportedFormatException.NO_OFFSET,
          "is a link, and none is followed within a Windows");
    }
    return file;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
