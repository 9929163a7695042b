package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.nio.NamePath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.List;
import java.util.Objects;

/** A path of an {@link NtfsFileSystem}. Immutable. */
final class NtfsPath extends NamePath<NtfsPath> {

  private final NtfsFileSystem fileSystem;

  private NtfsPath(NtfsFileSystem fileSystem, boolean absolute, List<String> names) {
    super(absolute, names);
    this.fileSystem = fileSystem;
  }

  /** A path of names that are taken as they are. An empty relative path has one empty name. */
  static NtfsPath of(NtfsFileSystem fileSystem, boolean absolute, List<String> names) {
    return new NtfsPath(fileSystem, absolute, names);
  }

  /**
   * Reads a path; slashes and backslashes separate names.
   *
   * @throws InvalidPathException when it holds a NUL
   */
  static NtfsPath parse(NtfsFileSystem fileSystem, String text) {
    return of(fileSystem, beginsAtRoot(text), split(text));
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

  @Override
  protected NtfsPath own(Path other) {
    return cast(other);
  }

  @Override
  protected NtfsPath with(boolean isAbsolute, List<String> newNames) {
    return of(fileSystem, isAbsolute, newNames);
  }

  @Override
  protected String capitals(String name) {
    return fileSystem.capitals(name);
  }

  @Override
  public NtfsFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public URI toUri() {
    return NtfsUri.of(fileSystem.uriText(), toAbsolutePath().names());
  }

  @Override
  public NtfsPath toRealPath(LinkOption... options) throws IOException {
    return fileSystem.realPath(this, NtfsFileSystemProvider.isFollowing(options));
  }
}
