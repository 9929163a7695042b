package io.vhdboot.disk.nio;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
 * A path of a file system that is a volume in an image: names, and whether they begin at the root.
 * Paths are compared by the volume's own capitals. Immutable.
 *
 * @param <P> the file system's own paths
 */
public abstract class NamePath<P extends NamePath<P>> implements Path {

  private static final char SEPARATOR = '/';

  private final boolean absolute;
  private final List<String> names;

  /** A path of names that are taken as they are. An empty relative path has one empty name. */
  protected NamePath(boolean absolute, List<String> names) {
    this.absolute = absolute;
    this.names = names.isEmpty() && !absolute ? List.of("") : List.copyOf(names);
  }

  /**
   * The names of a text; slashes and backslashes separate them.
   *
   * @throws InvalidPathException when it holds a NUL
   */
  public static List<String> split(String text) {
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new InvalidPathException(text, "a path holds no NUL", nul);
    }
    return Arrays.stream(text.split("[/\\\\]")).filter(name -> !name.isEmpty()).toList();
  }

  /** Whether a text begins at the root. */
  public static boolean beginsAtRoot(String text) {
    return !text.isEmpty() && (text.charAt(0) == '/' || text.charAt(0) == '\\');
  }

  /** The names of an absolute path, or of a relative one from the root. */
  public final List<String> names() {
    return isEmpty() ? List.of() : names;
  }

  /** This path and one name more, which is taken as it is. */
  public final P child(String name) {
    List<String> all = new ArrayList<>(names());
    all.add(name);
    return with(absolute, all);
  }

  private boolean isEmpty() {
    return !absolute && names.size() == 1 && names.get(0).isEmpty();
  }

  /** A path of the same file system. */
  protected abstract P with(boolean isAbsolute, List<String> newNames);

  /**
   * A path as one of this file system's provider, or {@link
   * java.nio.file.ProviderMismatchException}.
   */
  protected abstract P own(Path other);

  /** A name in the volume's own capitals, by which names are compared. */
  protected abstract String capitals(String name);

  @SuppressWarnings("unchecked")
  private P self() {
    return (P) this;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public P getRoot() {
    return absolute ? with(true, List.of()) : null;
  }

  @Override
  public P getFileName() {
    return names.isEmpty() ? null : with(false, names.subList(names.size() - 1, names.size()));
  }

  @Override
  public P getParent() {
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
  public P getName(int index) {
    if (index < 0 || index >= names.size()) {
      throw new IllegalArgumentException(
          "index (" + index + ") must be one of the path's " + names.size() + " names");
    }
    return with(false, List.of(names.get(index)));
  }

  @Override
  public P subpath(int beginIndex, int endIndex) {
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
    return other instanceof NamePath<?> start
        && start.getFileSystem() == getFileSystem()
        && start.absolute == absolute
        && start.isEmpty() == isEmpty()
        && start.names.size() <= names.size()
        && areEqual(names.subList(0, start.names.size()), start.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof NamePath<?> end)
        || end.getFileSystem() != getFileSystem()
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
      if (!capitals(some.get(i)).equals(capitals(others.get(i)))) {
        return false;
      }
    }
    return true;
  }

  /** Without {@code .} and with no {@code ..} behind another name; links are not looked at. */
  @Override
  public P normalize() {
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
  public P resolve(Path other) {
    P given = own(other);
    NamePath<?> path = given;
    if (path.absolute || isEmpty()) {
      return given;
    }
    if (path.isEmpty()) {
      return self();
    }
    List<String> all = new ArrayList<>(names);
    all.addAll(path.names);
    return with(absolute, all);
  }

  /**
   * The names that lead from this path to another; where this has {@code ..}, it must have it too.
   */
  @Override
  public P relativize(Path other) {
    NamePath<?> path = own(other);
    if (path.isAbsolute() != absolute) {
      throw new IllegalArgumentException(
          "other (" + other + ") must be " + (absolute ? "absolute" : "relative") + " as " + this);
    }
    List<String> from = names();
    List<String> to = path.names();
    int common = 0;
    while (common < Math.min(from.size(), to.size())
        && capitals(from.get(common)).equals(capitals(to.get(common)))) {
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
  public P resolveSibling(String other) {
    return own(Path.super.resolveSibling(other));
  }

  /** The path from the root, which is where relative paths begin. */
  @Override
  public P toAbsolutePath() {
    return absolute ? self() : with(true, names());
  }

  @Override
  public File toFile() {
    throw new UnsupportedOperationException(
        this + " is a file in a volume of an image, not of the host");
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    Objects.requireNonNull(watcher);
    throw new UnsupportedOperationException("a volume in an image is not watched");
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
    NamePath<?> path = own(other);
    if (absolute != path.isAbsolute()) {
      return absolute ? -1 : 1;
    }
    for (int i = 0; i < Math.min(names.size(), path.names.size()); i++) {
      int order = capitals(names.get(i)).compareTo(path.capitals(path.names.get(i)));
      if (order != 0) {
        return order;
      }
    }
    return names.size() - path.names.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamePath<?> path
        && path.getFileSystem() == getFileSystem()
        && path.isAbsolute() == absolute
        && path.names.size() == names.size()
        && areEqual(names, path.names);
  }

  @Override
  public int hashCode() {
    int hash = Boolean.hashCode(absolute);
    for (String name : names) {
      hash = 31 * hash + capitals(name).hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    String joined = String.join("/", names);
    return absolute ? SEPARATOR + joined : joined;
  }
}
