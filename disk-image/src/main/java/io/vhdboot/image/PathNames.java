package io.vhdboot.image;

import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The names of a path within a volume, found there one after the other. */
final class PathNames {

  private final NtfsVolume volume;
  private final List<String> found = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private NtfsFile directory;

  private PathNames(NtfsVolume volume, String path) throws IOException {
    this.volume = volume;
    this.directory = volume.root();
    left.addAll(split(path, "/"));
  }

  /**
   * An image that a path goes into.
   *
   * @param path its path in the volume, with its stream
   * @param file the file
   * @param stream the stream of the file that is the image
   * @param partition what is selected in it, if anything is
   * @param rest the path within it
   */
  record ImageWithin(
      String path, NtfsFile file, String stream, OptionalInt partition, String rest) {}

  /**
   * A file of a volume, or a stream of one.
   *
   * @param stream the stream's name, empty for the content
   */
  record Located(NtfsFile file, String stream) {}

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
    PathNames names = new PathNames(volume, path);
    names.descend();
    return names.image();
  }

  /** Finds the file or stream that a path ends at. */
  static Optional<Located> find(NtfsVolume volume, String path) throws IOException {
    PathNames names = new PathNames(volume, path);
    names.descend();
    if (names.left.isEmpty()) {
      return Optional.of(new Located(names.directory, ""));
    }
    return names.left.size() > 1 ? Optional.empty() : names.locate(names.left.get(0));
  }

  /** Goes down as long as the next name is that of a directory. */
  private void descend() throws IOException {
    for (splitNext(); !left.isEmpty(); splitNext()) {
      Optional<NtfsFile> next = child(left.get(0));
      if (next.isEmpty() || !next.get().isDirectory()) {
        return;
      }
      directory = next.get();
      found.add(left.remove(0));
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
    List<String> path = new ArrayList<>(found);
    path.add(form.name());
    return new ImageWithin(
        String.join("/", path),
        image.file(),
        image.stream(),
        form.partition(),
        String.join("/", left.subList(1, left.size())));
  }

  /** The file of a name in the directory, or the stream that the name has behind a colon. */
  private Optional<Located> locate(String name) throws IOException {
    Optional<NtfsFile> file = child(name);
    if (file.isPresent()) {
      return Optional.of(new Located(file.get(), ""));
    }
    StreamName parts = StreamName.of(name);
    Optional<NtfsFile> owner = parts.isStream() ? child(parts.file()) : Optional.empty();
    return owner.isPresent() && owner.get().findStream(parts.stream()).isPresent()
        ? Optional.of(new Located(owner.get(), parts.stream()))
        : Optional.empty();
  }

  private Optional<NtfsFile> child(String name) throws IOException {
    Optional<NtfsDirectoryEntry> entry = directory.find(name);
    return entry.isPresent() ? Optional.of(volume.file(entry.get())) : Optional.empty();
  }

  private static List<String> split(String path, String separator) {
    return Arrays.stream(path.split(separator)).filter(name -> !name.isEmpty()).toList();
  }
}
