package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.nio.OpenFileSystems;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The provider of NTFS volumes as file systems, of the scheme {@code ntfs}: {@code
 * ntfs:file:///dir/stick.img@1!/Windows} is a path in partition 1 of a file of the host; without
 * {@code @} it is the volume that takes the whole file, or that in the one partition that holds
 * one.
 *
 * <p>The environment may have the keys {@code partition} (a number), {@code readOnly} (a boolean),
 * {@code driveLetters} (the letters that links in the volume may call it by, such as {@code C}) and
 * {@code metafiles} (whether the root lists NTFS's own files) and {@code posixNames} (whether files
 * may have names that Windows cannot use); all may be texts.
 *
 * <p>For what file systems do see {@link NtfsFileSystem}.
 */
public final class NtfsFileSystemProvider extends FileSystemProvider {

  /** The file systems that are open. */
  static final OpenFileSystems<NtfsFileSystem> OPEN =
      new OpenFileSystems<>(NtfsFileSystem::setName);

  /** For {@link java.util.ServiceLoader}; programs use {@link NtfsFileSystems}. */
  public NtfsFileSystemProvider() {}

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
    return NtfsUri.SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) throws IOException {
    NtfsFileSystemOptions options = HostVolume.options(environment);
    HostVolume volume = HostVolume.of(NtfsUri.fileSystem(uri), uri).with(environment);
    OPEN.requireFree(volume.name());
    NtfsFileSystem opened = volume.open(options);
    try {
      OPEN.add(volume.name(), opened);
    } catch (FileSystemAlreadyExistsException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  /**
   * Opens the volume in a file. The same file can be open more than once as long as none can be
   * written.
   *
   * @throws UnsupportedOperationException when the file holds no NTFS volume, or more than one and
   *     the environment does not say which
   */
  @Override
  public FileSystem newFileSystem(Path path, Map<String, ?> environment) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new UnsupportedOperationException(path + " is no file that can hold a volume");
    }
    HostVolume volume;
    try {
      volume = HostVolume.of(path, environment);
    } catch (DiskFormatException e) {
      throw new UnsupportedOperationException(e.getMessage(), e);
    }
    // Looked at only now, since an environment for another provider has other keys.
    NtfsFileSystemOptions options = HostVolume.options(environment);
    NtfsFileSystem opened = volume.open(options);
    if (opened.isReadOnly()) {
      OPEN.addAs(volume.name(), opened);
    } else {
      OPEN.add(volume.name(), opened);
    }
    return opened;
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return OPEN.get(NtfsUri.fileSystem(uri));
  }

  @Override
  public Path getPath(URI uri) {
    NtfsFileSystem fileSystem = OPEN.get(NtfsUri.fileSystem(uri));
    return NtfsPath.of(fileSystem, true, NtfsUri.names(uri));
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return FileOpening.open(NtfsPath.cast(path), OpenMode.of(options), attributes);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Objects.requireNonNull(filter);
    NtfsPath directory = NtfsPath.cast(path);
    NtfsFileSystem fileSystem = directory.getFileSystem();
    return fileSystem.read(
        () -> {
          Node node = fileSystem.find(directory, true);
          if (node.isNamedStream() || !node.file().isDirectory()) {
            throw new NotDirectoryException(path.toString());
          }
          return fileSystem.register(
              new NtfsDirectoryStream(directory, node.file().list(), filter));
        });
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    NtfsPath directory = NtfsPath.cast(path);
    FileOpening.checkAttributes(attributes);
    directory
        .getFileSystem()
        .edit(editor -> Tree.of(editor, directory).createDirectory(attributes));
  }

  /** Creates a symbolic link; to a directory where the target is one at the moment. */
  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    NtfsPath path = NtfsPath.cast(link);
    NtfsPath to = NtfsPath.cast(target);
    FileOpening.checkAttributes(attributes);
    path.getFileSystem().edit(editor -> Tree.of(editor, path).createLink(to, attributes));
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    NtfsPath path = NtfsPath.cast(link);
    NtfsPath file = NtfsPath.cast(existing);
    path.getFileSystem().edit(editor -> Tree.of(editor, path).link(file));
  }

  /** The target, with slashes; that of a junction begins with its drive letter or volume. */
  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    NtfsPath path = NtfsPath.cast(link);
    NtfsFileSystem fileSystem = path.getFileSystem();
    Node node = fileSystem.read(() -> fileSystem.find(path, false));
    String target =
        fileSystem
            .read(() -> Links.target(node))
            .orElseThrow(() -> new NotLinkException(link.toString()));
    try {
      return NtfsPath.parse(fileSystem, target);
    } catch (InvalidPathException e) {
      throw new CorruptFormatException(
          node.file().toString(),
          CorruptFormatException.NO_OFFSET,
          "the target of the link holds a NUL",
          e);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    NtfsPath file = NtfsPath.cast(path);
    file.getFileSystem().edit(editor -> Tree.of(editor, file).delete());
  }

  /**
   * Copies a file with its named streams. With {@code COPY_ATTRIBUTES} it also has the times, the
   * attributes, the security descriptor and the extended attributes.
   */
  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    new Copying(NtfsPath.cast(source), NtfsPath.cast(target), options).copy();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    new Copying(NtfsPath.cast(source), NtfsPath.cast(target), options).move();
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    NtfsPath one = NtfsPath.cast(path);
    if (one.equals(other)) {
      return true;
    }
    if (!(other instanceof NtfsPath two) || two.getFileSystem() != one.getFileSystem()) {
      return false;
    }
    NtfsFileSystem fileSystem = one.getFileSystem();
    return fileSystem.read(
        () -> fileSystem.find(one, true).isSame(fileSystem.find(two, true), fileSystem));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return readAttributes(path, DosFileAttributes.class).isHidden();
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    NtfsPath file = NtfsPath.cast(path);
    file.getFileSystem().read(() -> file.getFileSystem().find(file, true));
    return file.getFileSystem().store();
  }

  /** Whether the file is there; it can be written unless the whole file system cannot. */
  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    NtfsPath file = NtfsPath.cast(path);
    NtfsFileSystem fileSystem = file.getFileSystem();
    fileSystem.read(() -> fileSystem.find(file, true));
    for (AccessMode mode : modes) {
      if (mode == AccessMode.WRITE && fileSystem.isReadOnly()) {
        throw new AccessDeniedException(
            path.toString(), null, fileSystem.readOnlyReason().orElseThrow());
      }
    }
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    FileView view = new FileView(NtfsPath.cast(path), isFollowing(options));
    if (type == BasicFileAttributeView.class) {
      return type.cast(new FileView.Basic(view));
    }
    if (type == DosFileAttributeView.class) {
      return type.cast(new FileView.Dos(view));
    }
    if (type == NtfsFileAttributeView.class) {
      return type.cast(view);
    }
    if (type == AclFileAttributeView.class) {
      return type.cast(new AclView("acl", view));
    }
    if (type == FileOwnerAttributeView.class) {
      return type.cast(new AclView("owner", view));
    }
    if (type == UserDefinedFileAttributeView.class) {
      return type.cast(new StreamsView(view));
    }
    Objects.requireNonNull(type);
    return null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class
        && type != DosFileAttributes.class
        && type != NtfsFileAttributes.class) {
      throw new UnsupportedOperationException("a file in an NTFS volume has no " + type);
    }
    return type.cast(new FileView(NtfsPath.cast(path), isFollowing(options)).readAttributes());
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return AttributeViews.read(new FileView(NtfsPath.cast(path), isFollowing(options)), attributes);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    AttributeViews.write(new FileView(NtfsPath.cast(path), isFollowing(options)), attribute, value);
  }
}
