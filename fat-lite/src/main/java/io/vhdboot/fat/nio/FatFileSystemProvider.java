package io.vhdboot.fat.nio;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.nio.DeviceChannel;
import io.vhdboot.fat.FatAttributes;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does what paths of a {@link FatFileSystem} are asked for. File systems are opened by {@link
 * FatFileSystems}, not by URIs.
 */
public final class FatFileSystemProvider extends FileSystemProvider {

  FatFileSystemProvider() {}

  @Override
  public String getScheme() {
    return "fat";
  }

  /** Always throws: see {@link FatFileSystems}. */
  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("FAT volumes are not opened by URIs");
  }

  /** Always throws: see {@link FatFileSystems}. */
  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("FAT volumes are not opened by URIs");
  }

  /** Always throws: see {@link FatFileSystems}. */
  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("files of FAT volumes have no URIs");
  }

  private static boolean has(Set<? extends OpenOption> options, StandardOpenOption option) {
    return options.contains(option);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    FatPath file = FatPath.cast(path);
    FatFileSystem fileSystem = file.getFileSystem();
    boolean isAppending = has(options, StandardOpenOption.APPEND);
    boolean isWriting = isAppending || has(options, StandardOpenOption.WRITE);
    if (!isWriting) {
      return new DeviceChannel(fileSystem.find(file).device());
    }
    FatEditor editor = fileSystem.editor();
    Optional<FatFile> found = fileSystem.findIfThere(file);
    boolean isNew = has(options, StandardOpenOption.CREATE_NEW);
    if (found.isPresent() && isNew) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (found.isEmpty() && !isNew && !has(options, StandardOpenOption.CREATE)) {
      throw new NoSuchFileException(path.toString());
    }
    FatFile opened =
        found.isPresent()
            ? found.get()
            : editor.createFile(parent(file), name(file), FatAttributes.ARCHIVE);
    ResizableBlockDevice device = editor.content(opened);
    if (has(options, StandardOpenOption.TRUNCATE_EXISTING) && !isAppending) {
      device.setSize(0);
    }
    return new DeviceChannel(device, has(options, StandardOpenOption.READ), true, isAppending);
  }

  private static FatFile parent(FatPath path) throws IOException {
    FatPath parent = path.toAbsolutePath().normalize().getParent();
    return path.getFileSystem().find(parent == null ? path.toAbsolutePath().getRoot() : parent);
  }

  private static String name(FatPath path) throws FileSystemException {
    FatPath name = path.toAbsolutePath().normalize().getFileName();
    if (name == null) {
      throw new FileSystemException(path.toString(), null, "is the root");
    }
    return name.toString();
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    FatPath directory = FatPath.cast(path);
    FatFile file = directory.getFileSystem().find(directory);
    if (!file.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
    List<Path> entries = new ArrayList<>();
    for (FatFile entry : file.list()) {
      Path child = directory.child(entry.name());
      if (filter.accept(child)) {
        entries.add(child);
      }
    }
    return new DirectoryStream<>() {
      private boolean isUsed;

      @Override
      public Iterator<Path> iterator() {
        if (isUsed) {
          throw new IllegalStateException("a directory is walked through once");
        }
        isUsed = true;
        return entries.iterator();
      }

      @Override
      public void close() {
        isUsed = true;
      }
    };
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    FatPath directory = FatPath.cast(path);
    directory.getFileSystem().editor().createDirectory(parent(directory), name(directory));
  }

  @Override
  public void delete(Path path) throws IOException {
    FatPath file = FatPath.cast(path);
    file.getFileSystem().editor().delete(parent(file), name(file));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    FatPath from = FatPath.cast(source);
    FatPath to = FatPath.cast(target);
    List<CopyOption> wanted = Arrays.asList(options);
    FatFile file = from.getFileSystem().find(from);
    if (to.getFileSystem().findIfThere(to).isPresent()) {
      if (!wanted.contains(StandardCopyOption.REPLACE_EXISTING)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      delete(to);
    }
    if (file.isDirectory()) {
      createDirectory(to);
    } else {
      try (BlockDevice in = file.device();
          SeekableByteChannel out =
              newByteChannel(to, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))) {
        for (long at = 0; at < in.size(); ) {
          ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(1 << 18, in.size() - at));
          in.read(at, buffer);
          at += buffer.flip().remaining();
          out.write(buffer);
        }
      }
    }
    if (wanted.contains(StandardCopyOption.COPY_ATTRIBUTES)) {
      FatFileAttributes attributes = new FatFileAttributes(file);
      FatEditor editor = to.getFileSystem().editor();
      new FatFileView(to)
          .setTimes(
              attributes.lastModifiedTime(),
              attributes.lastAccessTime(),
              attributes.creationTime());
      editor.setAttributes(to.getFileSystem().find(to), attributes.attributes());
    }
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    FatPath from = FatPath.cast(source);
    FatPath to = FatPath.cast(target);
    if (from.getFileSystem() != to.getFileSystem()) {
      throw new FileSystemException(
          source.toString(), target.toString(), "is on another volume: copy it");
    }
    from.getFileSystem()
        .editor()
        .rename(
            parent(from),
            name(from),
            parent(to),
            name(to),
            Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING));
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    if (path.equals(other)) {
      return true;
    }
    return other instanceof FatPath two
        && two.getFileSystem() == path.getFileSystem()
        && two.toRealPath().equals(FatPath.cast(path).toRealPath());
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return new FatFileView(FatPath.cast(path)).readAttributes().isHidden();
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    FatPath file = FatPath.cast(path);
    file.getFileSystem().find(file);
    return new FatFileStore(file.getFileSystem());
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    FatPath file = FatPath.cast(path);
    file.getFileSystem().find(file);
    if (Arrays.asList(modes).contains(AccessMode.WRITE) && file.getFileSystem().isReadOnly()) {
      throw new AccessDeniedException(path.toString(), null, "the volume is open for reading only");
    }
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return type == BasicFileAttributeView.class || type == DosFileAttributeView.class
        ? type.cast(new FatFileView(FatPath.cast(path)))
        : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class
        && type != DosFileAttributes.class
        && type != FatFileAttributes.class) {
      throw new UnsupportedOperationException("a file in a FAT volume has no " + type);
    }
    return type.cast(new FatFileView(FatPath.cast(path)).readAttributes());
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    FatFileAttributes found = new FatFileView(FatPath.cast(path)).readAttributes();
    int colon = attributes.indexOf(':');
    String view = colon < 0 ? "basic" : attributes.substring(0, colon);
    if (!view.equals("basic") && !view.equals("dos")) {
      throw new UnsupportedOperationException("a file in a FAT volume has no view " + view);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("lastModifiedTime", found.lastModifiedTime());
    all.put("lastAccessTime", found.lastAccessTime());
    all.put("creationTime", found.creationTime());
    all.put("size", found.size());
    all.put("isRegularFile", found.isRegularFile());
    all.put("isDirectory", found.isDirectory());
    all.put("isSymbolicLink", false);
    all.put("isOther", false);
    all.put("fileKey", null);
    if (view.equals("dos")) {
      all.put("readonly", found.isReadOnly());
      all.put("hidden", found.isHidden());
      all.put("system", found.isSystem());
      all.put("archive", found.isArchive());
    }
    List<String> wanted = Arrays.asList(attributes.substring(colon + 1).split(","));
    if (wanted.contains("*")) {
      return all;
    }
    Map<String, Object> result = new LinkedHashMap<>();
    for (String name : wanted) {
      if (!all.containsKey(name)) {
        throw new IllegalArgumentException("a file in a FAT volume has no attribute " + name);
      }
      result.put(name, all.get(name));
    }
    return result;
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    FatFileView view = new FatFileView(FatPath.cast(path));
    switch (attribute.substring(attribute.indexOf(':') + 1)) {
      case "lastModifiedTime" -> view.setTimes((FileTime) value, null, null);
      case "lastAccessTime" -> view.setTimes(null, (FileTime) value, null);
      case "creationTime" -> view.setTimes(null, null, (FileTime) value);
      case "readonly" -> view.setReadOnly((Boolean) value);
      case "hidden" -> view.setHidden((Boolean) value);
      case "system" -> view.setSystem((Boolean) value);
      case "archive" -> view.setArchive((Boolean) value);
      default ->
          throw new IllegalArgumentException(
              "attribute (" + attribute + ") must be one of a file in a FAT volume");
    }
  }
}
