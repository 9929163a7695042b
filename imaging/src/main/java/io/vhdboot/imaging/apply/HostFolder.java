package io.vhdboot.imaging.apply;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of the host. Content, names, hard links, times and links are kept, on Windows attributes
 * too; the rest is counted as lost.
 *
 * <p>Nothing is ever written through a link: directories are made or are directories already, and
 * links of the image are made when everything else is there.
 */
final class HostFolder implements TransferTarget<HostFolder.Node> {

  private static final int ATTRIBUTE_READ_ONLY = 0x1;
  private static final int ATTRIBUTE_HIDDEN = 0x2;
  private static final int ATTRIBUTE_SYSTEM = 0x4;
  private static final int ATTRIBUTE_ARCHIVE = 0x20;
  private static final int ATTRIBUTE_SPARSE = 0x200;

  /** What a Windows host keeps besides what every file has. */
  private static final int KEPT_ON_WINDOWS =
      ATTRIBUTE_READ_ONLY | ATTRIBUTE_HIDDEN | ATTRIBUTE_SYSTEM | ATTRIBUTE_ARCHIVE;

  /** Attributes that say nothing that could be lost. */
  private static final int NOTHING_LOST =
      ATTRIBUTE_ARCHIVE | 0x10 | 0x80 | ATTRIBUTE_SPARSE | 0x400;

  private final TransferOptions options;
  private final TransferLog log;
  private final HostNames names;
  private final HostFiles files;
  private final Node top;
  private final boolean isWindows;

  /** Names in a directory, where two that differ in case only would be one. */
  private final Map<Path, Set<String>> taken = new HashMap<>();

  /** The file whose loss of streams was counted last. */
  private WimEntry streamsLostOf;

  private final List<Link> hardLinks = new ArrayList<>();
  private final List<Link> symbolicLinks = new ArrayList<>();

  /**
   * A file or directory.
   *
   * @param path where it is
   * @param isLink whether it becomes a symbolic link
   */
  record Node(Path path, boolean isLink) {}

  /** A name that is made at the end. */
  private record Link(WimEntry entry, Path path, Path target) {}

  /**
   * Begins to fill a folder, which is made if it is not there.
   *
   * @throws FileAlreadyExistsException when there is a file of that name
   */
  HostFolder(Path folder, TransferOptions options, TransferLog log) throws IOException {
    Files.createDirectories(folder);
    this.options = options;
    this.log = log;
    this.names = HostNames.in(folder);
    this.files = new HostFiles(options.overwrites());
    this.top = new Node(folder.toRealPath(), false);
    this.isWindows = folder.getFileSystem().getSeparator().equals("\\");
  }

  @Override
  public Node top() {
    return top;
  }

  @Override
  public void checkRoom(long bytes) throws IOException {
    long free = Files.getFileStore(top.path).getUsableSpace();
    // Zero is what some file systems say that do not know.
    if (free > 0 && bytes > free && !options.overwrites()) {
      throw new NoSpaceException(top.path.toString(), bytes, free);
    }
  }

  @Override
  public Node directory(Node parent, WimEntry entry) throws IOException {
    Path path = place(parent, entry);
    if (path == null) {
      return null;
    }
    countLosses(entry);
    if (isLink(entry.inode())) {
      return new Node(path, true);
    }
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        if (!options.overwrites()) {
          throw e;
        }
        Files.delete(path);
        Files.createDirectory(path);
      }
    }
    log.countDirectory();
    return new Node(path, false);
  }

  @Override
  public Node file(Node parent, WimEntry entry) throws IOException {
    if (entry.inode().isEncrypted()) {
      log.leaveOut(entry, "is encrypted, and cannot be read without Windows");
      return null;
    }
    Path path = place(parent, entry);
    if (path == null) {
      return null;
    }
    countLosses(entry);
    boolean isLink = isLink(entry.inode());
    if (!isLink) {
      log.countFile();
    }
    return new Node(path, isLink);
  }

  /** Where a name goes; null where the host cannot hold it. */
  private Path place(Node parent, WimEntry entry) {
    Optional<String> problem = names.problem(entry.name());
    if (problem.isPresent()) {
      log.leaveOut(entry, problem.get());
      return null;
    }
    Path path = parent.path.resolve(entry.name());
    if (names.isTooLong(path)) {
      log.leaveOut(entry, "its path is longer than the host can hold");
      return null;
    }
    boolean mayClash = !names.isCaseSensitive() || options.isFlat() && parent == top;
    if (mayClash
        && !taken
            .computeIfAbsent(parent.path, key -> new HashSet<>())
            .add(names.folded(entry.name()))) {
      log.leaveOut(
          entry,
          options.isFlat()
              ? "another file of this name was put there"
              : "differs in case only from another name, which the host cannot tell apart");
      return null;
    }
    return path;
  }

  private static boolean isLink(WimInode inode) {
    return inode.isReparsePoint() && LinkTarget.isLink(inode.reparseTag());
  }

  private void countLosses(WimEntry entry) {
    WimInode inode = entry.inode();
    if (inode.securityId() >= 0) {
      log.lose(Loss.SECURITY_DESCRIPTOR);
    }
    if ((inode.attributes() & ~NOTHING_LOST & ~(isWindows ? KEPT_ON_WINDOWS : 0)) != 0) {
      log.lose(Loss.ATTRIBUTES);
    }
    if (entry.shortName().isPresent()) {
      log.lose(Loss.SHORT_NAME);
    }
    if (inode.objectId().isPresent()) {
      log.lose(Loss.OBJECT_ID);
    }
    if (!inode.extendedAttributes().isEmpty()) {
      log.lose(Loss.EXTENDED_ATTRIBUTES);
    }
    if (inode.isReparsePoint() && !isLink(inode)) {
      log.lose(Loss.REPARSE_POINT);
    }
  }

  @Override
  public void link(Node file, Node parent, WimEntry entry) {
    Path path = place(parent, entry);
    if (path != null) {
      if (entry.shortName().isPresent()) {
        log.lose(Loss.SHORT_NAME);
      }
      hardLinks.add(new Link(entry, path, file.path));
    }
  }

  @Override
  public boolean takes(WimEntry entry, WimStream stream) {
    if (options.streamsAsFiles()
        && !isLink(entry.inode())
        && entry.parent().isPresent()
        && names.problem(entry.name() + ":" + stream.name()).isEmpty()) {
      return true;
    }
    if (entry != streamsLostOf) {
      streamsLostOf = entry;
      log.lose(Loss.NAMED_STREAM);
    }
    return false;
  }

  private static Path path(Node node, String stream) {
    return stream.isEmpty()
        ? node.path
        : node.path.resolveSibling(node.path.getFileName() + ":" + stream);
  }

  @Override
  public void addEmpty(Node node, WimEntry entry, String stream) throws IOException {
    if (!node.isLink) {
      files.createEmpty(path(node, stream));
    }
  }

  @Override
  public Sink open(Node node, WimEntry entry, WimStream stream) throws IOException {
    if (node.isLink) {
      // Content beside the data of a link is nothing that a link of the host could have.
      log.lose(Loss.REPARSE_POINT);
      return HostFiles.NOTHING;
    }
    return files.open(path(node, stream.name()), stream.size());
  }

  @Override
  public void setReparseData(Node node, WimEntry entry, byte[] data) {
    if (!node.isLink) {
      return;
    }
    WimInode inode = entry.inode();
    boolean isFixed = options.fixesReparsePoints() && !inode.isReparseNotFixed();
    Optional<LinkTarget> target = LinkTarget.of(inode.reparseTag(), data);
    Optional<String> text =
        isWindows
            ? target.map(known -> onWindows(known, isFixed))
            : target.flatMap(known -> known.onUnix(isFixed ? top.path.toString() : ""));
    if (text.isEmpty()) {
      log.leaveOut(
          entry,
          target.isEmpty()
              ? "its link data are damaged"
              : "is a link to " + target.get().text() + ", which leads out of the volume");
      return;
    }
    try {
      symbolicLinks.add(new Link(entry, node.path, Path.of(text.get())));
    } catch (InvalidPathException e) {
      log.leaveOut(entry, "is a link to a name that cannot be here");
    }
  }

  private String onWindows(LinkTarget target, boolean isFixed) {
    Optional<String> fromRoot = target.isRelative() ? Optional.empty() : target.fromRoot();
    return isFixed && fromRoot.isPresent()
        ? top.path + fromRoot.get()
        : target.text().replaceFirst("^\\\\\\?\\?\\\\", "");
  }

  @Override
  public void complete(Node node, WimEntry entry) throws IOException {
    if (node.isLink) {
      return;
    }
    WimInode inode = entry.inode();
    if (isWindows) {
      setAttributes(node.path, inode.attributes());
    }
    Files.getFileAttributeView(node.path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(
            time(inode.lastWriteTime()), time(inode.lastAccessTime()), time(inode.creationTime()));
  }

  private static FileTime time(long fileTime) {
    return FileTime.from(FileTime100ns.toInstant(fileTime));
  }

  private static void setAttributes(Path path, int attributes) throws IOException {
    DosFileAttributeView view = Files.getFileAttributeView(path, DosFileAttributeView.class);
    view.setHidden((attributes & ATTRIBUTE_HIDDEN) != 0);
    view.setSystem((attributes & ATTRIBUTE_SYSTEM) != 0);
    view.setArchive((attributes & ATTRIBUTE_ARCHIVE) != 0);
    view.setReadOnly((attributes & ATTRIBUTE_READ_ONLY) != 0);
  }

  /** What is not complete has no name that anybody knows, and its sink takes it away. */
  @Override
  public void abandon() {}

  @Override
  public void makeLinks() throws IOException {
    for (Link link : hardLinks) {
      files.makeRoom(link.path);
      try {
        Files.createLink(link.path, link.target);
        log.countHardLink();
      } catch (UnsupportedOperationException | FileSystemException e) {
        copy(link, e);
      }
    }
    for (Link link : symbolicLinks) {
      files.makeRoom(link.path);
      try {
        Files.createSymbolicLink(link.path, link.target);
        log.countSymbolicLink();
      } catch (UnsupportedOperationException | FileSystemException e) {
        log.leaveOut(link.entry, "a link cannot be made here: " + reason(e));
      }
    }
  }

  /** Copies a file where the host has no hard links, or not so many for one file. */
  private void copy(Link link, Exception reason) throws IOException {
    if (reason instanceof FileAlreadyExistsException e) {
      throw e;
    }
    files.copy(link.target, link.path);
    log.lose(Loss.HARD_LINK);
  }

  private static String reason(Exception problem) {
    return problem instanceof FileSystemException e && e.getReason() != null
        ? e.getReason()
        : String.valueOf(problem.getMessage());
  }
}
