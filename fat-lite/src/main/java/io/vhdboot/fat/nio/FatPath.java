package io.vhdboot.fat.nio;

import io.vhdboot.disk.nio.NamePath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.List;
import java.util.Objects;

/** A path of a {@link FatFileSystem}. Immutable. */
final class FatPath extends NamePath<FatPath> {

  private final FatFileSystem fileSystem;

  FatPath(FatFileSystem fileSystem, boolean absolute, List<String> names) {
    super(absolute, names);
    this.fileSystem = fileSystem;
  }

  /**
   * A path as one of this provider.
   *
   * @throws ProviderMismatchException when it is another's
   */
  static FatPath cast(Path path) {
    if (Objects.requireNonNull(path) instanceof FatPath fat) {
      return fat;
    }
    throw new ProviderMismatchException(path + " is no path of a FAT volume");
  }

  @Override
  protected FatPath own(Path other) {
    return cast(other);
  }

  @Override
  protected FatPath with(boolean isAbsolute, List<String> newNames) {
    return new FatPath(fileSystem, isAbsolute, newNames);
  }

  @Override
  protected String capitals(String name) {
    return FatFileSystem.capitals(name);
  }

  @Override
  public FatFileSystem getFileSystem() {
    return fileSystem;
  }

  /** Always throws: a volume in memory or on a device has no place in a URI. */
  @Override
  public URI toUri() {
    throw new UnsupportedOperationException(this + " is a file in an image and has no URI");
  }

  @Override
  public FatPath toRealPath(LinkOption... options) throws IOException {
    return fileSystem.realPath(this);
  }
}
