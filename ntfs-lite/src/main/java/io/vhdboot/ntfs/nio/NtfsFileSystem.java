package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.nio.Glob;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsLinks;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.UncleanVolumeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An NTFS volume as a file system.
 *
 * <p><b>Paths.</b> Names are separated by slashes; backslashes are taken for separators too when a
 * path is read from text. There is one root, {@code /}, and relative paths begin there. Names are
 * found and paths are compared without regard to case, by the volume's own capitals. A last name as
 * in {@code file:stream} is that of a named stream, unless there is a file of that very name; it
 * reads as a regular file.
 *
 * <p><b>Links.</b> Symbolic links, those of Linux included, and junctions are symbolic links, so
 * that a walk does not leave its directory through them. They are followed within the volume: from
 * its root or the link's directory, or under the drive letters that {@link
 * NtfsFileSystemOptions#driveLetters} names. Whatever leads elsewhere ends in a {@link
 * NoSuchFileException} that says so.
 *
 * <p><b>Attributes.</b> The views {@code basic}, {@code dos}, {@code owner}, {@code acl}, {@code
 * user} (named streams, as Java on Windows has it) and {@code ntfs} ({@link
 * NtfsFileAttributeView}). Principals are SIDs; the look-up service takes a SID as text or the name
 * of a well-known one.
 *
 * <p>Permissions and the read-only attribute are told but not enforced. There is no watch service.
 * Safe for use by several threads.
 */
public final class NtfsFileSystem extends FileSystem {

  private final NtfsVolume volume;
  private final NtfsEditor editor;
  private final Closeable owned;
  private final NtfsFileSystemOptions options;
  private final String readOnlyReason;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Lock reading;
  private final Set<Closeable> openResources = Collections.newSetFromMap(new ConcurrentHashMap<>());
  private final Map<Long, Integer> openFiles = new ConcurrentHashMap<>();
  private final NtfsFileStore store = new NtfsFileStore(this);
  private String name = "";
  private volatile boolean isOpen = true;

  private NtfsFileSystem(
      NtfsVolume volume,
      NtfsEditor editor,
      NtfsFileSystemOptions options,
      String readOnlyReason,
      Closeable owned)
      throws IOException {
    this.volume = volume;
    this.editor = editor;
    this.options = options;
    this.readOnlyReason = readOnlyReason;
    this.owned = owned;
    // Who edits must be alone, even among those who only read.
    this.reading = editor == null ? lock.readLock() : lock.writeLock();
    // Paths are compared by it, where an exception could not be thrown.
    volume.toUpperCase("");
  }

  /**
   * Opens a volume.
   *
   * @param owned is closed with the file system
   */
  static NtfsFileSystem open(BlockDevice device, NtfsFileSystemOptions options, Closeable owned)
      throws IOException {
    String readOnlyReason = null;
    if (options.isReadOnly()) {
      readOnlyReason = "it was opened for reading only";
    } else if (device.isReadOnly()) {
      readOnlyReason = "what holds the volume can only be read";
    } else {
      try {
        NtfsEditor editor = NtfsEditor.open(device, options.editOptions());
        return new NtfsFileSystem(editor.volume(), editor, options, null, owned);
      } catch (UncleanVolumeException e) {
        // The source is said beside it.
        readOnlyReason = e.getMessage().substring(e.source().length() + 2);
      }
    }
    return new NtfsFileSystem(NtfsVolume.open(device), null, options, readOnlyReason, owned);
  }

  /** The volume. */
  public NtfsVolume volume() {
    return volume;
  }

  /** Why nothing can be written, for people; nothing where the file system can be written. */
  public Optional<String> readOnlyReason() {
    return Optional.ofNullable(readOnlyReason);
  }

  void setName(String newName) {
    name = newName;
  }

  /** What stands between the scheme and the path in URIs. */
  String uriText() {
    return name;
  }

  String capitals(String text) {
    try {
      return volume.toUpperCase(text);
    } catch (IOException e) {
      throw new AssertionError("the table was read when the file system was opened", e);
    }
  }

  void checkOpen() {
    if (!isOpen) {
      throw new ClosedFileSystemException();
    }
  }

  /**
   * Throws unless the file system can be written.
   *
   * @throws ReadOnlyVolumeException when it cannot
   */
  void checkWritable() {
    checkOpen();
    if (readOnlyReason != null) {
      throw new ReadOnlyVolumeException(volume.name() + " is not written: " + readOnlyReason);
    }
  }

  /** Something that is read or done. */
  interface Action<T> {
    T run() throws IOException;
  }

  /** Something that is changed. */
  interface Edit<T> {
    T run(NtfsEditor editor) throws IOException;
  }

  /** Reads while nobody writes. */
  <T> T read(Action<T> action) throws IOException {
    reading.lock();
    try {
      checkOpen();
      return action.run();
    } finally {
      reading.unlock();
    }
  }

  /**
   * Writes while nobody else reads or writes.
   *
   * @throws ReadOnlyVolumeException when the file system cannot be written
   */
  <T> T edit(Edit<T> edit) throws IOException {
    lock.writeLock().lock();
    try {
      checkWritable();
      return edit.run(editor);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Bytes that are free. */
  long freeSpace() throws IOException {
    return read(
        () ->
            editor == null
                ? volume.countFreeClusters() * volume.clusterSize()
                : editor.freeSpace());
  }

  /**
   * The bytes of a stream, which follow every change where the file system can be written. To be
   * used under the lock.
   */
  BlockDevice device(NtfsFile file, String stream) throws IOException {
    return editor == null ? file.stream(stream).device() : editor.stream(file, stream);
  }

  /**
   * Tells that a file is open, so that it is not deleted.
   *
   * @return ends that when it is closed
   */
  Closeable use(Node node) {
    long reference = node.file().reference();
    openFiles.merge(reference, 1, Integer::sum);
    return () ->
        openFiles.computeIfPresent(reference, (key, count) -> count == 1 ? null : count - 1);
  }

  /**
   * Throws where a file must not be deleted since it is open, as Windows has it.
   *
   * @throws FileSystemException when the file is open and has no other name
   */
  void checkUnused(Node node, NtfsPath path) throws IOException {
    if (openFiles.containsKey(node.file().reference()) && node.file().names().size() == 1) {
      throw new FileSystemException(path.toString(), null, "is open");
    }
  }

  /** Closes something when the file system is closed, unless it is closed before. */
  <T extends Closeable> T register(T resource) {
    openResources.add(resource);
    return resource;
  }

  void release(Closeable resource) {
    openResources.remove(resource);
  }

  /**
   * Finds what a path leads to.
   *
   * @throws NoSuchFileException when there is no such file or stream
   */
  Node find(NtfsPath path, boolean followLast) throws IOException {
    checkOpen();
    NtfsLinks links = NtfsLinks.of(volume, options.driveLetters());
    List<String> names = path.names();
    try {
      return new Node(links.find(names, followLast), "");
    } catch (NoSuchFileException e) {
      Node stream = findStream(links, names, followLast);
      if (stream == null) {
        throw new NoSuchFileException(path.toString(), null, e.getReason());
      }
      return stream;
    }
  }

  private static Node findStream(NtfsLinks links, List<String> names, boolean followLast)
      throws IOException {
    String last = names.isEmpty() ? "" : names.get(names.size() - 1);
    StreamName stream = StreamName.of(last);
    if (!stream.isStream()) {
      return null;
    }
    List<String> owner = new ArrayList<>(names);
    owner.set(owner.size() - 1, stream.file());
    try {
      NtfsLinks.Place place = links.find(owner, followLast);
      return place.file().findStream(stream.stream()).isPresent()
          ? new Node(place, stream.stream())
          : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Finds what a path leads to, if there is something. */
  Optional<Node> findIfPresent(NtfsPath path, boolean followLast) throws IOException {
    try {
      return Optional.of(find(path, followLast));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  NtfsPath realPath(NtfsPath path, boolean followLast) throws IOException {
    Node node = read(() -> find(path, followLast));
    List<String> names = new ArrayList<>(node.place().names());
    if (node.isNamedStream()) {
      names.set(names.size() - 1, node.name() + ":" + node.file().stream(node.stream()).name());
    }
    return NtfsPath.of(this, true, names);
  }

  NtfsFileSystemOptions options() {
    return options;
  }

  FileStore store() {
    return store;
  }

  @Override
  public NtfsFileSystemProvider provider() {
    return NtfsFileSystems.provider();
  }

  /** Closes all that is open in it, then the device where it belongs to it. */
  @Override
  public void close() throws IOException {
    lock.writeLock().lock();
    try {
      if (!isOpen) {
        return;
      }
      IOException problem = null;
      for (Closeable resource : List.copyOf(openResources)) {
        problem = close(resource, problem);
      }
      isOpen = false;
      NtfsFileSystemProvider.OPEN.remove(name, this);
      if (editor != null) {
        problem = close(editor, problem);
      }
      problem = close(owned, problem);
      if (problem != null) {
        throw problem;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static IOException close(Closeable resource, IOException problem) {
    try {
      resource.close();
    } catch (IOException e) {
      if (problem == null) {
        return e;
      }
      problem.addSuppressed(e);
    }
    return problem;
  }

  @Override
  public boolean isOpen() {
    return isOpen;
  }

  @Override
  public boolean isReadOnly() {
    return readOnlyReason != null;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    checkOpen();
    return List.of(NtfsPath.of(this, true, List.of()));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    checkOpen();
    return List.of(store);
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    checkOpen();
    return AttributeViews.NAMES;
  }

  @Override
  public NtfsPath getPath(String first, String... more) {
    checkOpen();
    StringBuilder text = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        text.append(text.length() == 0 ? "" : "/").append(part);
      }
    }
    return NtfsPath.parse(this, text.toString());
  }

  /**
   * A matcher of paths by {@code glob:} or {@code regex:}, without regard to case.
   *
   * @see FileSystem#getPathMatcher
   */
  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    checkOpen();
    return Glob.matcher(syntaxAndPattern, this::capitals);
  }

  /** Finds principals by a SID as text, or by the name of a well-known one. */
  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    checkOpen();
    return new UserPrincipalLookupService() {
      @Override
      public UserPrincipal lookupPrincipalByName(String principal) throws IOException {
        return Principal.ofName(principal).orElseThrow(() -> unknown(principal));
      }

      @Override
      public GroupPrincipal lookupPrincipalByGroupName(String group) throws IOException {
        return Principal.ofName(group).orElseThrow(() -> unknown(group));
      }

      private static UserPrincipalNotFoundException unknown(String principal) {
        return new UserPrincipalNotFoundException(principal);
      }
    };
  }

  /** Always throws, since nobody changes a volume in an image but who has it open. */
  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("an NTFS volume in an image is not watched");
  }

  @Override
  public String toString() {
    return volume + " (" + name + ")";
  }
}
