package io.vhdboot.ntfs.nio;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * A path of an {@link NtfsFileSystem}: names, and whether they begin at the root. Paths are
 * compared by the volume's own capitals. Immutable.
 */
final class NtfsPath implements Path {

  private static final char SEPARATOR = '/';

  private final NtfsFileSystem fileSystem;
  private final boolean absolute;
  private final List<String> names;

  private NtfsPath(NtfsFileSystem fileSystem, boolean absolute, List<String> names) {
    this.fileSystem = fileSystem;
    this.absolute = absolute;
    this.names = names;
  }

  /** A path of names that are taken as they are. An empty relative path has one empty name. */
  static NtfsPath of(NtfsFileSystem fileSystem, boolean absolute, List<String> names) {
    return new NtfsPath(
        fileSystem, absolute, names.isEmpty() && !absolute ? List.of("") : List.copyOf(names));
  }

  /**
   * Reads a path; slashes and backslashes separate names.
   *
   * @throws InvalidPathException when it holds a NUL
   */
  static NtfsPath parse(NtfsFileSystem fileSystem, String text) {
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new InvalidPathException(text, "a path holds no NUL", nul);
    }
    List<String> names =
        Arrays.stream(text.split("[/\\\\]")).filter(name -> !name.isEmpty()).toList();
    return of(fileSystem, !text.isEmpty() && isSeparator(text.charAt(0)), names);
  }

  private static boolean isSeparator(char unit) {
    return unit == '/' || unit == '\\';
  }

  /**
   * A path as one of this provider.
   *
   * @throws ProviderMismatchException when it is another's
   */
  static NtfsPath cast(Path path) {
    if (Objects.requireNonNull(path) instanceof NtfsPath ntfs) {
      return ntfs;
    }
    throw new ProviderMismatchException(path + " is no path of an NTFS volume");
  }

  /** The names of an absolute path, or of a relative one from the root. */
  List<String> names() {
    return isEmpty() ? List.of() : names;
  }

  /** This path and one name more, which is taken as it is. */
  NtfsPath child(String name) {
    List<String> all = new ArrayList<>(names());
    all.add(name);
    return with(absolute, all);
  }

  private boolean isEmpty() {
    return !absolute && names.size() == 1 && names.get(0).isEmpty();
  }

  private NtfsPath with(boolean isAbsolute, List<String> newNames) {
    return of(fileSystem, isAbsolute, newNames);
  }

  @Override
  public NtfsFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public NtfsPath getRoot() {
    return absolute ? with(true, List.of()) : null;
  }

  @Override
  public NtfsPath getFileName() {
    return names.isEmpty() ? null : with(false, names.subList(names.size() - 1, names.size()));
  }

  @Override
  public NtfsPath getParent() {
    if (names.isEmpty() || names.size() == 1 && !absolute) {
      return null;
    }
    return with(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public NtfsPath getName(int index) {
    if (index < 0 || index >= names.size()) {
      throw new IllegalArgumentException(
          "index (" + index + ") must be one of the path's " + names.size() + " names");
    }
    return with(false, List.of(names.get(index)));
  }

  @Override
  public NtfsPath subpath(int beginIndex, int endIndex) {
    if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
      throw new IllegalArgumentException(
          "names "
              + beginIndex
              + " to "
              + endIndex
              + " must be some of the path's "
              + names.size()
              + " names");
    }
    return with(false, names.subList(beginIndex, endIndex));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof NtfsPath start
        && start.fileSystem == fileSystem
        && start.absolute == absolute
        && start.isEmpty() == isEmpty()
        && start.names.size() <= names.size()
        && areEqual(names.subList(0, start.names.size()), start.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof NtfsPath end)
        || end.fileSystem != fileSystem
        || end.isEmpty() != isEmpty()) {
      return false;
    }
    int from = names.size() - end.names.size();
    return from >= 0
        && (!end.absolute || absolute && from == 0)
        && areEqual(names.subList(from, names.size()), end.names);
  }

  private boolean areEqual(List<String> some, List<String> others) {
    for (int i = 0; i < others.size(); i++) {
      if (!fileSystem.capitals(some.get(i)).equals(fileSystem.capitals(others.get(i)))) {
        return false;
      }
    }
    return true;
  }

  /** Without {@code .} and with no {@code ..} behind another name; links are not looked at. */
  @Override
  public NtfsPath normalize() {
    List<String> result = new ArrayList<>();
    for (String name : names) {
      boolean isUp = name.equals("..");
      if (isUp && !result.isEmpty() && !result.get(result.size() - 1).equals("..")) {
        result.remove(result.size() - 1);
      } else if (!name.equals(".") && !(isUp && absolute)) {
        result.add(name);
      }
    }
    return with(absolute, result);
  }

  @Override
  public NtfsPath resolve(Path other) {
    NtfsPath path = cast(other);
    if (path.absolute || isEmpty()) {
      return path;
    }
    if (path.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(names);
    all.addAll(path.names);
    return with(absolute, all);
  }

  /**
   * The names that lead from this path to another; where this has {@code ..}, it must have it too.
   */
  @Override
  public NtfsPath relativize(Path other) {
    NtfsPath path = cast(other);
    if (path.absolute != absolute) {
      throw new IllegalArgumentException(
          "other (" + other + ") must be " + (absolute ? "absolute" : "relative") + " as " + this);
    }
    List<String> from = names();
    List<String> to = path.names();
    int common = 0;
    while (common < Math.min(from.size(), to.size())
        && fileSystem.capitals(from.get(common)).equals(fileSystem.capitals(to.get(common)))) {
      common++;
    }
    List<String> result = new ArrayList<>();
    for (String name : from.subList(common, from.size())) {
      if (name.equals("..")) {
        throw new IllegalArgumentException(
            "from " + this + " no names lead to " + other + ", since it is not known what .. is");
      }
      if (!name.equals(".")) {
        result.add("..");
      }
    }
    result.addAll(to.subList(common, to.size()));
    return with(false, result);
  }

  @Override
  public NtfsPath resolveSibling(String other) {
    return cast(Path.super.resolveSibling(other));
  }

  @Override
  public URI toUri() {
    return NtfsUri.of(fileSystem.uriText(), toAbsolutePath().names);
  }

  /** The path from the root, which is where relative paths begin. */
  @Override
  public NtfsPath toAbsolutePath() {
    return absolute ? this : with(true, names());
  }

  @Override
  public NtfsPath toRealPath(LinkOption... options) throws IOException {
    return fileSystem.realPath(this, NtfsFileSystemProvider.isFollowing(options));
  }

  @Override
  public File toFile() {
    throw new UnsupportedOperationException(this + " is a file in an NTFS volume, not of the host");
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    Objects.requireNonNull(watcher);
    throw new UnsupportedOperationException("an NTFS volume in an image is not watched");
  }

  @Override
  public Iterator<Path> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < names.size();
      }

      @Override
      public Path next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return getName(next++);
      }
    };
  }

  @Override
  public int compareTo(Path other) {
    NtfsPath path = (NtfsPath) other;
    if (absolute != path.absolute) {
      return absolute ? -1 : 1;
    }
    for (int i = 0; i < Math.min(names.size(), path.names.size()); i++) {
      int order =
          fileSystem.capitals(names.get(i)).compareTo(path.fileSystem.capitals(path.names.get(i)));
      if (order != 0) {
        return order;
      }
    }
    return names.size() - path.names.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NtfsPath path
        && path.fileSystem == fileSystem
        && path.absolute == absolute
        && path.names.size() == names.size()
        && areEqual(names, path.names);
  }

  @Override
  public int hashCode() {
    int hash = Boolean.hashCode(absolute);
    for (String name : names) {
      hash = 31 * hash + fileSystem.capitals(name).hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    String joined = String.join("/", names);
    return absolute ? SEPARATOR + joined : joined;
  }
}
