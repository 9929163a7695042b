package io.vhdboot.image;

import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsLinks;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The names of a path within a volume, found there one after the other, along the links that lead
 * to somewhere in it.
 */
final class PathNames {

  private final NtfsLinks links;
  private final List<String> left = new ArrayList<>();
  private NtfsLinks.Place directory;

  private PathNames(NtfsVolume volume, String path) throws IOException {
    this.links = NtfsLinks.of(volume, Set.of());
    this.directory = links.find(List.of(), true);
    left.addAll(split(path, "/"));
    descend();
  }

  /**
   * An image that a path goes into.
   *
   * @param path its path in the volume, with its stream
   * @param folder the names that lead to its directory
   * @param file the file
   * @param stream the stream of the file that is the image
   * @param partition what is selected in it, if anything is
   * @param rest the path within it
   */
  record ImageWithin(
      String path,
      List<String> folder,
      NtfsFile file,
      String stream,
      OptionalInt partition,
      String rest) {}

  /**
   * A file of a volume, or a stream of one.
   *
   * @param stream the stream's name, empty for the content
   */
  record Located(NtfsLinks.Place place, String stream) {

    NtfsFile file() {
      return place.file();
    }

    /** The names that lead to the file's directory. */
    List<String> folder() {
      return place.names().subList(0, Math.max(0, place.names().size() - 1));
    }
  }

  /** Whether a character separates names. */
  static boolean isSeparator(char unit) {
    return unit == '/' || unit == '\\';
  }

  /**
   * Finds the first file of a path into which the path goes.
   *
   * @return nothing where the path ends in this volume, or leads nowhere from some name on
   */
  static Optional<ImageWithin> findImage(NtfsVolume volume, String path) throws IOException {
    return new PathNames(volume, path).image();
  }

  /** Finds the file or stream that a path ends at. */
  static Optional<Located> find(NtfsVolume volume, String path) throws IOException {
    PathNames names = new PathNames(volume, path);
    if (names.left.isEmpty()) {
      return Optional.of(new Located(names.directory, ""));
    }
    return names.left.size() > 1 ? Optional.empty() : names.locate(names.left.get(0));
  }

  /** Goes down as long as the next name is that of a directory. */
  private void descend() throws IOException {
    for (splitNext(); !left.isEmpty(); splitNext()) {
      Optional<NtfsLinks.Place> next = child(left.get(0));
      if (next.isEmpty() || !next.get().file().isDirectory()) {
        return;
      }
      directory = next.get();
      left.remove(0);
    }
  }

  /** Cuts the next name at its backslashes, unless there is a file of that name. */
  private void splitNext() throws IOException {
    while (!left.isEmpty() && left.get(0).indexOf('\\') >= 0 && child(left.get(0)).isEmpty()) {
      left.addAll(0, split(left.remove(0), "\\\\"));
    }
  }

  private Optional<ImageWithin> image() throws IOException {
    if (left.isEmpty()) {
      return Optional.empty();
    }
    List<Selector> forms = new ArrayList<>();
    forms.add(Selector.none(left.get(0)));
    Selector.of(left.get(0)).ifPresent(forms::add);
    for (Selector form : forms) {
      Optional<Located> located = locate(form.name());
      if (located.isPresent()) {
        return form.partition().isPresent() || left.size() > 1
            ? Optional.of(image(located.get(), form))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private ImageWithin image(Located image, Selector form) {
    List<String> path = new ArrayList<>(directory.names());
    path.add(form.name());
    return new ImageWithin(
        String.join("/", path),
        image.folder(),
        image.file(),
        image.stream(),
        form.partition(),
        String.join("/", left.subList(1, left.size())));
  }

  /** The file of a name in the directory, or the stream that the name has behind a colon. */
  private Optional<Located> locate(String name) throws IOException {
    Optional<NtfsLinks.Place> file = child(name);
    if (file.isPresent()) {
      return Optional.of(new Located(file.get(), ""));
    }
    StreamName parts = StreamName.of(name);
    Optional<NtfsLinks.Place> owner = parts.isStream() ? child(parts.file()) : Optional.empty();
    return owner.isPresent() && owner.get().file().findStream(parts.stream()).isPresent()
        ? Optional.of(new Located(owner.get(), parts.stream()))
        : Optional.empty();
  }

  private Optional<NtfsLinks.Place> child(String name) throws IOException {
    if (!name.equals("..") && directory.file().find(name).isEmpty()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(directory.names());
    names.add(name);
    try {
      return Optional.of(links.find(names, true));
    } catch (NoSuchFileException e) {
      if (left.size() > 1) {
        throw e;
      }
      // The link itself, which leads elsewhere.
      return Optional.of(links.find(names, false));
    }
  }

  private static List<String> split(String path, String separator) {
    return Arrays.stream(path.split(separator))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }
}
