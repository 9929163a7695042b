package io.vhdboot.vhd;

import io.vhdboot.disk.FileDevice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds parents among the host's files. */
final class HostParents implements ParentResolver {

  private final Path folder;

  HostParents(Path child) {
    this.folder = child.toAbsolutePath().normalize().getParent();
  }

  @Override
  public Optional<Found> find(ParentPath path) throws IOException {
    Optional<Path> file = locate(path);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Path found = file.get();
    return Optional.of(
        new Found(
            FileDevice.openReadOnly(found),
            Optional.of(Files.getLastModifiedTime(found).toInstant()),
            new HostParents(found)));
  }

  private Optional<Path> locate(ParentPath path) throws IOException {
    Optional<Path> file = Optional.empty();
    try {
      if (path.form() == ParentPath.Form.MACX) {
        // Without the host, which is this one and which not every system takes.
        file = Optional.of(Path.of(URI.create("file://" + URI.create(path.path()).getRawPath())));
      } else {
        file = follow(path.path());
      }
    } catch (IllegalArgumentException e) {
      // Not a path of this host: InvalidPathException, or a URL that is none of a file.
      file = Optional.empty();
    }
    if (file.filter(Files::isRegularFile).isPresent()) {
      return file;
    }
    try {
      return child(folder, path.fileName()).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Goes along a path of Windows from the child's folder, or from the root. */
  private Optional<Path> follow(String path) throws IOException {
    Path host = Path.of(path);
    if (host.isAbsolute()) {
      return Optional.of(host);
    }
    boolean fromRoot = path.startsWith("\\") && !path.startsWith("\\\\");
    Optional<Path> at = Optional.of(fromRoot ? folder.getRoot() : folder);
    for (String name : path.split("[\\\\/]")) {
      if (at.isEmpty()) {
        break;
      }
      Path here = at.get();
      at =
          switch (name) {
            case "", "." -> at;
            case ".." -> Optional.ofNullable(here.getParent());
            default -> child(here, name);
          };
    }
    return at;
  }

  /** A file of a folder, of that very name or else of one that differs in case only. */
  private static Optional<Path> child(Path folder, String name) throws IOException {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Path exact = folder.resolve(name);
    if (Files.exists(exact) || !Files.isDirectory(folder)) {
      return Optional.of(exact).filter(Files::exists);
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().equalsIgnoreCase(name)).findFirst();
    }
  }
}
