package io.vhdboot.driver;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Relative paths that an INF file names; they never lead out of the folder they begin in. */
final class PackagePath {

  /** Longest path within a package, in characters. */
  private static final int MAX_PATH = 1024;

  private PackagePath() {}

  /**
   * A path with slashes only, without empty parts and {@code .}; empty where it has a part that
   * leads upward or that no file of Windows can have.
   */
  static Optional<String> normal(String text) {
    List<String> parts = new ArrayList<>();
    if (text.length() > 4 * MAX_PATH) {
      return Optional.empty();
    }
    for (String part : text.strip().replace('\\', '/').split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..") || !isName(part)) {
        return Optional.empty();
      }
      parts.add(part);
    }
    String path = String.join("/", parts);
    return path.length() <= MAX_PATH ? Optional.of(path) : Optional.empty();
  }

  private static boolean isName(String part) {
    return part.length() <= 255
        && part.chars().allMatch(c -> c >= ' ' && "\"*:<>?|".indexOf(c) < 0)
        && !part.endsWith(".")
        && !part.endsWith(" ");
  }

  static String join(String folder, String path) {
    return folder.isEmpty() ? path : path.isEmpty() ? folder : folder + "/" + path;
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The file of that path below a folder, its names in any letter case; links are not followed. */
  static Optional<Path> find(Path folder, String path) throws IOException {
    Path at = folder;
    for (String part : path.split("/")) {
      Optional<Path> found = child(at, part);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      at = found.get();
    }
    return Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS) ? Optional.of(at) : Optional.empty();
  }

  private static Optional<Path> child(Path folder, String name) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Path exact = folder.resolve(name);
    if (Files.exists(exact, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(exact);
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (child.getFileName().toString().equalsIgnoreCase(name)) {
          return Optional.of(child);
        }
      }
    }
    return Optional.empty();
  }
}
