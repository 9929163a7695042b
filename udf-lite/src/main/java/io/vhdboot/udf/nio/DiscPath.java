package io.vhdboot.udf.nio;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A path on a disc: names, from the root or not. The empty path is one empty name. Immutable. */
final class DiscPath implements Path {

  static final String SEPARATOR = "/";

  private final DiscFileSystem fileSystem;
  private final boolean isAbsolute;
  private final List<String> names;

  DiscPath(DiscFileSystem fileSystem, boolean isAbsolute, List<String> names) {
    this.fileSystem = fileSystem;
    this.isAbsolute = isAbsolute;
    this.names = isAbsolute || !names.isEmpty() ? List.copyOf(names) : List.of("");
  }

  static DiscPath parse(DiscFileSystem fileSystem, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidPathException(text, "a path cannot hold a NUL");
    }
    List<String> names = new ArrayList<>();
    for (String name : text.split(SEPARATOR)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return new DiscPath(fileSystem, text.startsWith(SEPARATOR), names);
  }

  /** The path as one of this provider. */
  static DiscPath cast(Path path) {
    if (Objects.requireNonNull(path) instanceof DiscPath found) {
      return found;
    }
    throw new ProviderMismatchException(path + " is no path on a disc");
  }

  List<String> names() {
    return names;
  }

  private boolean isEmpty() {
    return !isAbsolute && names.size() == 1 && names.get(0).isEmpty();
  }

  private DiscPath of(boolean absolute, List<String> others) {
    return new DiscPath(fileSystem, absolute, others);
  }

  @Override
  public DiscFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return isAbsolute;
  }

  @Override
  public DiscPath getRoot() {
    return isAbsolute ? of(true, List.of()) : null;
  }

  @Override
  public DiscPath getFileName() {
    return names.isEmpty() ? null : of(false, names.subList(names.size() - 1, names.size()));
  }

  @Override
  public DiscPath getParent() {
    if (names.isEmpty() || names.size() == 1 && !isAbsolute) {
      return null;
    }
    return of(isAbsolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public DiscPath getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public DiscPath subpath(int begin, int end) {
    if (begin < 0 || end > names.size() || begin >= end) {
      throw new IllegalArgumentException(
          "range (" + begin + " to " + end + ") must be within the " + names.size() + " names");
    }
    return of(false, names.subList(begin, end));
  }

  private boolean isOfSameKind(Path other) {
    return other instanceof DiscPath path && path.fileSystem == fileSystem;
  }

  @Override
  public boolean startsWith(Path other) {
    return isOfSameKind(other)
        && ((DiscPath) other).isAbsolute == isAbsolute
        && ((DiscPath) other).isEmpty() == isEmpty()
        && other.getNameCount() <= names.size()
        && names.subList(0, other.getNameCount()).equals(((DiscPath) other).names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!isOfSameKind(other)) {
      return false;
    }
    DiscPath end = (DiscPath) other;
    int rest = names.size() - end.names.size();
    return end.isAbsolute
        ? isAbsolute && names.equals(end.names)
        : rest >= 0
            && end.isEmpty() == isEmpty()
            && names.subList(rest, names.size()).equals(end.names);
  }

  @Override
  public DiscPath normalize() {
    List<String> kept = new ArrayList<>();
    for (String name : names) {
      boolean goesUp = name.equals("..");
      boolean hasAbove = !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..");
      if (goesUp && hasAbove) {
        kept.remove(kept.size() - 1);
      } else if (!name.equals(".") && !(goesUp && isAbsolute)) {
        kept.add(name);
      }
    }
    return of(isAbsolute, kept);
  }

  @Override
  public DiscPath resolve(Path other) {
    DiscPath path = cast(other);
    if (path.isAbsolute || isEmpty()) {
      return path;
    }
    if (path.isEmpty()) {
      return this;
    }
    List<String> joined = new ArrayList<>(names);
    joined.addAll(path.names);
    return of(isAbsolute, joined);
  }

  @Override
  public DiscPath relativize(Path other) {
    DiscPath path = cast(other);
    if (path.isAbsolute != isAbsolute) {
      throw new IllegalArgumentException(
          "other (" + other + ") must be absolute if and only if " + this + " is");
    }
    List<String> from = isEmpty() ? List.of() : names;
    List<String> to = path.isEmpty() ? List.of() : path.names;
    int common = 0;
    while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
      common++;
    }
    List<String> way = new ArrayList<>();
    for (int i = common; i < from.size(); i++) {
      way.add("..");
    }
    way.addAll(to.subList(common, to.size()));
    return of(false, way);
  }

  @Override
  public URI toUri() {
    String path = toAbsolutePath().toString();
    try {
      return URI.create(
          DiscFileSystemProvider.SCHEME
              + ":"
              + fileSystem.uriText()
              + "!"
              + new URI(null, null, path, null).getRawPath());
    } catch (URISyntaxException e) {
      throw new AssertionError(path, e);
    }
  }

  @Override
  public DiscPath toAbsolutePath() {
    return isAbsolute ? this : of(true, isEmpty() ? List.of() : names);
  }

  /** The path as the disc spells it. */
  @Override
  public DiscPath toRealPath(LinkOption... options) throws IOException {
    return of(true, fileSystem.find(this, DiscFileSystemProvider.isFollowing(options)).names());
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("nothing changes on a disc");
  }

  @Override
  public int compareTo(Path other) {
    return toString().compareTo(cast(other).toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DiscPath path
        && path.fileSystem == fileSystem
        && path.isAbsolute == isAbsolute
        && path.names.equals(names);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + Boolean.hashCode(isAbsolute);
  }

  @Override
  public String toString() {
    return (isAbsolute ? SEPARATOR : "") + String.join(SEPARATOR, names);
  }
}
