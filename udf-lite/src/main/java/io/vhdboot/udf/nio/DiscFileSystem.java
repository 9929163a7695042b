package io.vhdboot.udf.nio;

import io.vhdboot.disk.nio.Glob;
import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A disc image as a file system that is read only.
 *
 * <p>Names are separated by slashes; there is one root, and relative paths begin there. A name is
 * found as it is spelled, else without regard to case; paths are equal when they are spelled the
 * same. Symbolic links are followed within the disc. The attributes are those of the view {@code
 * basic}. Safe for use by several threads.
 */
public final class DiscFileSystem extends FileSystem {

  /** How many links a path may lead through. */
  private static final int MAX_LINKS = 40;

  /** How many directories are remembered. */
  private static final int MAX_DIRECTORIES = 64;

  private final Disc disc;
  private final Closeable owned;
  private final DiscFileStore store;
  private final Map<List<String>, List<DiscFile>> directories =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, List<DiscFile>> eldest) {
          return size() > MAX_DIRECTORIES;
        }
      };
  private String name = "";
  private volatile boolean isOpen = true;

  DiscFileSystem(Disc disc, Closeable owned) {
    this.disc = disc;
    this.owned = owned;
    this.store = new DiscFileStore(disc);
  }

  /** The disc. */
  public Disc disc() {
    return disc;
  }

  void setName(String uriText) {
    name = uriText;
  }

  /** What its URIs call it. */
  String uriText() {
    return name;
  }

  /** A file and the names that lead to it when links are followed. */
  record Place(List<String> names, DiscFile file) {}

  /**
   * Finds a file.
   *
   * @param follow whether a link at the end is followed too
   * @throws NoSuchFileException when there is none
   */
  Place find(DiscPath path, boolean follow) throws IOException {
    checkOpen();
    Deque<String> rest = new ArrayDeque<>(path.names());
    List<String> names = new ArrayList<>();
    List<DiscFile> files = new ArrayList<>(List.of(disc.root()));
    int links = 0;
    while (!rest.isEmpty()) {
      String next = rest.pop();
      if (next.isEmpty() || next.equals(".")) {
        continue;
      }
      if (next.equals("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
          files.remove(files.size() - 1);
        }
        continue;
      }
      DiscFile directory = files.get(files.size() - 1);
      DiscFile file = directory.isDirectory() ? child(names, directory, next) : null;
      if (file == null) {
        throw new NoSuchFileException(path.toString());
      }
      Optional<String> target = follow || !rest.isEmpty() ? file.linkTarget() : Optional.empty();
      if (target.isEmpty()) {
        names.add(file.name());
        files.add(file);
        continue;
      }
      if (++links > MAX_LINKS) {
        throw new FileSystemLoopException(path.toString());
      }
      if (target.get().startsWith("/")) {
        names.clear();
        files.subList(1, files.size()).clear();
      }
      String[] steps = target.get().split("/");
      for (int i = steps.length - 1; i >= 0; i--) {
        rest.push(steps[i]);
      }
    }
    return new Place(List.copyOf(names), files.get(files.size() - 1));
  }

  private DiscFile child(List<String> names, DiscFile directory, String wanted) throws IOException {
    DiscFile found = null;
    for (DiscFile file : list(names, directory)) {
      if (file.name().equals(wanted)) {
        return file;
      }
      if (found == null && file.name().equalsIgnoreCase(wanted)) {
        found = file;
      }
    }
    return found;
  }

  private List<DiscFile> list(List<String> names, DiscFile directory) throws IOException {
    List<String> key = List.copyOf(names);
    synchronized (directories) {
      List<DiscFile> known = directories.get(key);
      if (known != null) {
        return known;
      }
    }
    List<DiscFile> read = directory.list();
    synchronized (directories) {
      directories.put(key, read);
    }
    return read;
  }

  /** What is in a directory. */
  List<DiscFile> list(DiscPath path) throws IOException {
    Place place = find(path, true);
    if (!place.file.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
    return list(place.names, place.file);
  }

  /** Throws when nothing can be read any more. */
  private void checkOpen() {
    if (!isOpen) {
      throw new ClosedFileSystemException();
    }
  }

  DiscFileStore store() {
    return store;
  }

  /** Throws that nothing can be written. */
  static FileSystemException readOnly(Path path) {
    return new FileSystemException(String.valueOf(path), null, "is on a disc, which is read only");
  }

  @Override
  public DiscFileSystemProvider provider() {
    return DiscFileSystemProvider.INSTANCE;
  }

  @Override
  public void close() throws IOException {
    if (isOpen) {
      isOpen = false;
      DiscFileSystemProvider.OPEN.remove(name, this);
      owned.close();
    }
  }

  @Override
  public boolean isOpen() {
    return isOpen;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public String getSeparator() {
    return DiscPath.SEPARATOR;
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    checkOpen();
    return List.of(new DiscPath(this, true, List.of()));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    checkOpen();
    return List.of(store);
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public DiscPath getPath(String first, String... more) {
    StringBuilder text = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        text.append(text.isEmpty() ? "" : DiscPath.SEPARATOR).append(part);
      }
    }
    return DiscPath.parse(this, text.toString());
  }

  /** Globs and regular expressions; letters match as they are spelled. */
  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    return Glob.matcher(syntaxAndPattern);
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("files of a disc have no owners");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("nothing changes on a disc");
  }

  @Override
  public String toString() {
    return disc.name();
  }
}
