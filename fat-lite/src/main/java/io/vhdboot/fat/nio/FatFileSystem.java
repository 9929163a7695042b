package io.vhdboot.fat.nio;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.nio.Glob;
import io.vhdboot.disk.nio.NamePath;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatVolume;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A FAT volume as a file system, with the attributes of DOS. There are no links, owners or named
 * streams. Safe for use by several threads.
 */
public final class FatFileSystem extends FileSystem {

  private final FatFileSystemProvider provider = new FatFileSystemProvider();
  private final FatVolume volume;
  private final FatEditor editor;
  private boolean isClosed;

  private FatFileSystem(FatVolume volume, FatEditor editor) {
    this.volume = volume;
    this.editor = editor;
  }

  static FatFileSystem open(BlockDevice device, boolean isReadOnly, InstantSource clock)
      throws IOException {
    if (isReadOnly) {
      return new FatFileSystem(FatVolume.open(device), null);
    }
    FatEditor editor = FatEditor.open(device, clock);
    return new FatFileSystem(editor.volume(), editor);
  }

  /** The volume. */
  public FatVolume volume() {
    return volume;
  }

  FatEditor editor() {
    checkOpen();
    if (editor == null) {
      throw new ReadOnlyFileSystemException();
    }
    return editor;
  }

  private void checkOpen() {
    if (isClosed) {
      throw new ClosedFileSystemException();
    }
  }

  static String capitals(String name) {
    StringBuilder capitals = new StringBuilder(name.length());
    name.chars().forEach(unit -> capitals.append((char) Character.toUpperCase(unit)));
    return capitals.toString();
  }

  /** The names from the root, with {@code .} and {@code ..} followed. */
  static List<String> names(FatPath path) {
    return path.toAbsolutePath().normalize().names();
  }

  Optional<FatFile> findIfThere(FatPath path) throws IOException {
    checkOpen();
    synchronized (volume) {
      return volume.find(String.join("/", names(path)));
    }
  }

  FatFile find(FatPath path) throws IOException {
    return findIfThere(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  FatPath realPath(FatPath path) throws IOException {
    List<String> real = new ArrayList<>();
    FatFile file = volume.root();
    for (String name : names(path)) {
      file = file.child(name).orElseThrow(() -> new NoSuchFileException(path.toString()));
      real.add(file.name());
    }
    return new FatPath(this, true, real);
  }

  @Override
  public FatFileSystemProvider provider() {
    return provider;
  }

  /** Makes all edits durable. */
  @Override
  public void close() throws IOException {
    if (!isClosed) {
      isClosed = true;
      if (editor != null) {
        editor.close();
      }
    }
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public boolean isReadOnly() {
    return editor == null;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(new FatPath(this, true, List.of()));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(new FatFileStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic", "dos");
  }

  @Override
  public FatPath getPath(String first, String... more) {
    StringBuilder text = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        text.append(text.length() == 0 ? "" : "/").append(part);
      }
    }
    String path = text.toString();
    return new FatPath(this, NamePath.beginsAtRoot(path), NamePath.split(path));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    return Glob.matcher(syntaxAndPattern, FatFileSystem::capitals);
  }

  /** Always throws, since files of FAT have no owners. */
  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("files of a FAT volume have no owners");
  }

  /** Always throws, since nobody changes a volume in an image but who has it open. */
  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("a FAT volume in an image is not watched");
  }

  @Override
  public String toString() {
    return volume.name();
  }
}
