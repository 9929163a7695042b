package io.vhdboot.image;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The begin of a path: the host's file, and what of the text is behind it.
 *
 * @param path the file
 * @param partition what its {@code @} selects, if it has one
 * @param end how much of the text names all this
 * @param rest what stands behind, without the separator
 * @param isGoneInto whether the path goes into the file, be it to the root of what it holds
 */
record HostFile(Path path, OptionalInt partition, int end, String rest, boolean isGoneInto) {

  /**
   * Finds the file that a text begins with. The host's names win: the whole text, then the shortest
   * part up to a separator that is a file.
   */
  static Optional<HostFile> find(String text) {
    Optional<Path> whole = file(text);
    if (whole.isPresent() && !endsInSeparator(text, whole.get())) {
      return Optional.of(new HostFile(whole.get(), OptionalInt.empty(), text.length(), "", false));
    }
    for (int end = 1; end <= text.length(); end++) {
      if (end < text.length() && !PathNames.isSeparator(text.charAt(end))) {
        continue;
      }
      String prefix = text.substring(0, end);
      Selector name = Selector.none(prefix);
      Optional<Path> file = file(prefix);
      Optional<Selector> cut = Selector.of(prefix);
      if (file.isEmpty() && cut.isPresent() && !exists(prefix)) {
        name = cut.get();
        file = file(name.name());
      }
      if (file.isPresent()) {
        boolean isInto = name.partition().isPresent() || end < text.length();
        String rest = end < text.length() ? text.substring(end + 1) : "";
        return Optional.of(new HostFile(file.get(), name.partition(), end, rest, isInto));
      }
    }
    return Optional.empty();
  }

  /** Whether the host took a separator at the end away, which leads into the file. */
  private static boolean endsInSeparator(String text, Path path) {
    char last = text.charAt(text.length() - 1);
    return PathNames.isSeparator(last)
        && path.toString().charAt(path.toString().length() - 1) != last;
  }

  /** Says from where on a path leads nowhere. */
  static NoSuchFileException missing(String text) {
    if (exists(text)) {
      return new NoSuchFileException(text, null, "is a folder of the host, not an image");
    }
    String there = "";
    for (int end = 1; end < text.length(); end++) {
      if (PathNames.isSeparator(text.charAt(end)) && exists(text.substring(0, end))) {
        there = text.substring(0, end);
      }
    }
    return new NoSuchFileException(
        text, null, "no such file" + (there.isEmpty() ? "" : "; of the path there is " + there));
  }

  /** A file or device of the host that is no folder. */
  private static Optional<Path> file(String text) {
    try {
      Path path = Path.of(text);
      return Files.exists(path) && !Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException e) {
      // Names in images may be none for the host.
      return Optional.empty();
    }
  }

  private static boolean exists(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
