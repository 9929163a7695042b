package io.vhdboot.udf.nio;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.nio.DeviceChannel;
import io.vhdboot.disk.nio.OpenFileSystems;
import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFile;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The provider of disc images as file systems, of the scheme {@code disc}: {@code
 * disc:file:///dir/windows.iso!/sources/install.wim} is a path on the disc in a file of the host.
 *
 * <p>For what file systems do see {@link DiscFileSystem}.
 */
public final class DiscFileSystemProvider extends FileSystemProvider {

  static final String SCHEME = "disc";

  /** The one that file systems name, whichever made them. */
  static final DiscFileSystemProvider INSTANCE = new DiscFileSystemProvider();

  /** The file systems that are open. */
  static final OpenFileSystems<DiscFileSystem> OPEN =
      new OpenFileSystems<>(DiscFileSystem::setName);

  private static final String PATH_BEGIN = "!/";

  /** For {@link java.util.ServiceLoader}; programs use {@link DiscFileSystems}. */
  public DiscFileSystemProvider() {}

  /** Whether links are followed under some options. */
  static boolean isFollowing(LinkOption... options) {
    for (LinkOption option : options) {
      if (Objects.requireNonNull(option) == LinkOption.NOFOLLOW_LINKS) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  /** The file system's name in a URI, with or without a path behind it. */
  private static String name(URI uri) {
    if (!SCHEME.equalsIgnoreCase(uri.getScheme()) || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "uri (" + uri + ") must be as in disc:file:///windows.iso!/path");
    }
    String text = uri.getRawSchemeSpecificPart();
    int end = text.lastIndexOf(PATH_BEGIN);
    return end < 0 ? text : text.substring(0, end);
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) throws IOException {
    String name = name(uri);
    OPEN.requireFree(name);
    Disc disc = Disc.open(Path.of(URI.create(name)));
    DiscFileSystem opened = new DiscFileSystem(disc, disc);
    try {
      OPEN.add(name, opened);
    } catch (FileSystemAlreadyExistsException e) {
      disc.close();
      throw e;
    }
    return opened;
  }

  /**
   * Opens the disc in a file.
   *
   * @throws UnsupportedOperationException when the file holds none
   */
  @Override
  public FileSystem newFileSystem(Path path, Map<String, ?> environment) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new UnsupportedOperationException(path + " is no file that can hold a disc");
    }
    boolean isDisc;
    try (FileDevice device = FileDevice.openReadOnly(path)) {
      isDisc = Disc.isPresent(device);
    } catch (DiskFormatException e) {
      throw new UnsupportedOperationException(e.getMessage(), e);
    }
    if (!isDisc) {
      throw new UnsupportedOperationException(path + " is no disc image");
    }
    return DiscFileSystems.newFileSystem(path);
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return OPEN.get(name(uri));
  }

  @Override
  public Path getPath(URI uri) {
    String name = name(uri);
    String path = uri.getRawSchemeSpecificPart().substring(name.length());
    if (!path.startsWith(PATH_BEGIN)) {
      throw new IllegalArgumentException("uri (" + uri + ") must have a path behind " + PATH_BEGIN);
    }
    return DiscPath.parse(OPEN.get(name), URI.create(path.substring(1)).getPath());
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    for (OpenOption option : options) {
      if (option != StandardOpenOption.READ && option instanceof StandardOpenOption) {
        throw DiscFileSystem.readOnly(path);
      }
    }
    return new DeviceChannel(file(path, true).device());
  }

  private static DiscFile file(Path path, boolean follow) throws IOException {
    DiscPath found = DiscPath.cast(path);
    return found.getFileSystem().find(found, follow).file();
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DiscPath directory = DiscPath.cast(path);
    List<Path> entries = new ArrayList<>();
    for (DiscFile file : directory.getFileSystem().list(directory)) {
      Path entry =
          directory.resolve(new DiscPath(directory.getFileSystem(), false, List.of(file.name())));
      if (filter.accept(entry)) {
        entries.add(entry);
      }
    }
    return new Entries(entries);
  }

  /** The files of a directory, which are looked through once. */
  private static final class Entries implements DirectoryStream<Path> {

    private Iterator<Path> entries;

    Entries(List<Path> entries) {
      this.entries = entries.iterator();
    }

    @Override
    public synchronized Iterator<Path> iterator() {
      if (entries == null) {
        throw new IllegalStateException("the directory was looked through, or is closed");
      }
      Iterator<Path> once = entries;
      entries = null;
      return once;
    }

    @Override
    public synchronized void close() {
      entries = null;
    }
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    throw DiscFileSystem.readOnly(path);
  }

  @Override
  public void delete(Path path) throws IOException {
    throw DiscFileSystem.readOnly(path);
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    throw DiscFileSystem.readOnly(target);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    throw DiscFileSystem.readOnly(source);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    DiscPath path = DiscPath.cast(link);
    String target =
        file(path, false).linkTarget().orElseThrow(() -> new NotLinkException(link.toString()));
    return DiscPath.parse(path.getFileSystem(), target);
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    if (path.equals(other)) {
      return true;
    }
    return other instanceof DiscPath two
        && two.getFileSystem() == DiscPath.cast(path).getFileSystem()
        && path.toRealPath().equals(other.toRealPath());
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return file(path, true).isHidden();
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    file(path, true);
    return DiscPath.cast(path).getFileSystem().store();
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    file(path, true);
    for (AccessMode mode : modes) {
      if (mode != AccessMode.READ) {
        throw new AccessDeniedException(path.toString(), null, "the disc is read only");
      }
    }
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    DiscPath file = DiscPath.cast(path);
    return Objects.requireNonNull(type) == BasicFileAttributeView.class
        ? type.cast(new DiscFileView(file, isFollowing(options)))
        : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class) {
      throw new UnsupportedOperationException("a file of a disc has no " + type);
    }
    return type.cast(DiscFileAttributes.of(file(path, isFollowing(options))));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    String wanted = attributes.startsWith("basic:") ? attributes.substring(6) : attributes;
    if (wanted.indexOf(':') >= 0) {
      throw new UnsupportedOperationException("a file of a disc has no view of " + attributes);
    }
    DiscFileAttributes read = DiscFileAttributes.of(file(path, isFollowing(options)));
    Map<String, Object> all = new HashMap<>();
    all.put("size", read.size());
    all.put("lastModifiedTime", read.lastModifiedTime());
    all.put("lastAccessTime", read.lastAccessTime());
    all.put("creationTime", read.creationTime());
    all.put("isDirectory", read.isDirectory());
    all.put("isRegularFile", read.isRegularFile());
    all.put("isSymbolicLink", read.isSymbolicLink());
    all.put("isOther", read.isOther());
    all.put("fileKey", null);
    List<String> names = List.of(wanted.split(","));
    if (!names.contains("*")) {
      if (!all.keySet().containsAll(names)) {
        throw new IllegalArgumentException(
            "attributes (" + attributes + ") must be of the view basic");
      }
      all.keySet().retainAll(names);
    }
    return all;
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    throw DiscFileSystem.readOnly(path);
  }
}
