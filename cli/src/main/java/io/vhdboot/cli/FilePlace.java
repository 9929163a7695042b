package io.vhdboot.cli;

import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.nio.NtfsFileSystem;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A file that an argument names, on the host or inside an image, with all that is open for it. */
final class FilePlace implements Closeable {

  private final String text;
  private final Path path;
  private final OpenImage image;
  private final FileSystem fileSystem;

  private FilePlace(String text, Path path, OpenImage image, FileSystem fileSystem) {
    this.text = text;
    this.path = path;
    this.image = image;
    this.fileSystem = fileSystem;
  }

  /** Opens a path that leads into an image, for reading. A bare image is the root of its volume. */
  static FilePlace inImage(String text, NtfsFileSystemOptions options) throws IOException {
    return open(text, options, true);
  }

  /** Opens a path for reading, be it on the host or inside an image. */
  static FilePlace source(String text, NtfsFileSystemOptions options) throws IOException {
    return ImagePath.of(text).isInsideImage() ? open(text, options, true) : onHost(text);
  }

  /**
   * Opens a path for writing, be it on the host or inside an image.
   *
   * @throws FileSystemException when the volume cannot be written, with the reason
   */
  static FilePlace target(String text, NtfsFileSystemOptions options) throws IOException {
    if (!ImagePath.of(text).isInsideImage()) {
      return onHost(text);
    }
    FilePlace place = open(text, options, false);
    if (place.fileSystem.isReadOnly()) {
      try (place) {
        String reason =
            place.fileSystem instanceof NtfsFileSystem ntfs
                ? ntfs.readOnlyReason().orElse("")
                : "the file is for reading only";
        throw new FileSystemException(text, null, "cannot be written: " + reason);
      }
    }
    return place;
  }

  private static FilePlace onHost(String text) {
    return new FilePlace(text, Path.of(text), null, null);
  }

  private static FilePlace open(String text, NtfsFileSystemOptions options, boolean readOnly)
      throws IOException {
    OpenImage image = ImagePath.of(text).open(readOnly);
    try {
      FileSystem fileSystem = image.isFat() ? image.fatFileSystem() : image.fileSystem(options);
      return new FilePlace(text, fileSystem.getPath("/" + image.path()), image, fileSystem);
    } catch (IOException | RuntimeException e) {
      try (image) {
        throw e;
      }
    }
  }

  /** The argument. */
  String text() {
    return text;
  }

  /** Where it leads. */
  Path path() {
    return path;
  }

  /** Whether it leads into an image. */
  boolean isInImage() {
    return image != null;
  }

  /** Whether another place is in the same volume, which must be open once only to be written. */
  boolean isSameVolume(FilePlace other) throws IOException {
    return image != null
        && other.image != null
        && image.volumeKey().equals(other.image.volumeKey());
  }

  /** This place in the volume that another one has open. */
  FilePlace within(FilePlace other) throws IOException {
    try (this) {
      return new FilePlace(text, other.path.getFileSystem().getPath(path.toString()), null, null);
    }
  }

  /**
   * The files that the path names: itself, or all that fit where its last name has wildcards and
   * there is no file of that name.
   *
   * @throws NoSuchFileException when nothing fits
   */
  List<Path> matches() throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return List.of(path);
    }
    String last = String.valueOf(path.getFileName());
    if (last.indexOf('*') < 0 && last.indexOf('?') < 0) {
      throw new NoSuchFileException(text);
    }
    Path parent = path.getParent() == null ? path.getFileSystem().getPath("") : path.getParent();
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(parent, escaped(last))) {
      files.forEach(found::add);
    }
    if (found.isEmpty()) {
      throw new NoSuchFileException(text, null, "no file has such a name");
    }
    found.sort(Comparator.comparing(Path::toString));
    return found;
  }

  /**
   * Wildcards are the two that Windows has; what else means something in a glob stands for itself.
   */
  private static String escaped(String name) {
    return name.replaceAll("[\\[\\]{}\\\\]", "\\\\$0");
  }

  @Override
  public void close() throws IOException {
    if (image != null) {
      image.close();
    }
  }
}
