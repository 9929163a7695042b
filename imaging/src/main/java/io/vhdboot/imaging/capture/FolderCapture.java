package io.vhdboot.imaging.capture;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsLink;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Captures a folder of the host: names, times, contents, hard links, symbolic links; on Windows the
 * attributes too. What the host has besides, such as owners and rights, stays behind. Sockets,
 * pipes and devices are left out with a warning.
 *
 * <p>Symbolic links become those of Windows: separators change, and an absolute target is given the
 * drive letter {@code C:}. With {@link #fixLinks} one that leads into the folder leads from the
 * image's root.
 *
 * <p>For use by one thread; the folder must not change until the tree is written.
 */
public final class FolderCapture {

  /** A count of names is asked for where the host has one. */
  private static final String LINK_COUNT = "unix:nlink";

  private static final String DRIVE = "C:";

  private final Path folder;
  private final boolean hasLinkCounts;
  private final boolean hasAttributes;
  private ExclusionList exclusions = ExclusionList.DEFAULT;
  private boolean fixLinks = true;
  private Path realFolder;
  private final Map<Object, NewFile> linked = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private long names;

  private FolderCapture(Path folder) {
    this.folder = folder;
    this.hasLinkCounts = folder.getFileSystem().supportedFileAttributeViews().contains("unix");
    this.hasAttributes = !hasLinkCounts && hasDosAttributes(folder);
  }

  private static boolean hasDosAttributes(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("dos");
  }

  /**
   * Captures a folder, which becomes the root of the image.
   *
   * @throws NotDirectoryException when it is a file
   */
  public static FolderCapture of(Path folder) throws IOException {
    if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
      throw new NotDirectoryException(folder.toString());
    }
    return new FolderCapture(Objects.requireNonNull(folder, "folder"));
  }

  /** Leaves out what this list says; unless called, what {@link ExclusionList#DEFAULT} says. */
  public FolderCapture exclusions(ExclusionList list) {
    this.exclusions = Objects.requireNonNull(list, "list");
    return this;
  }

  /**
   * Makes absolute links that lead into the folder lead from the root of the image, which is what
   * happens unless told. A WIM says so in its header, too: {@link
   * io.vhdboot.wim.WimWriter.Settings#reparseFixed}.
   */
  public FolderCapture fixLinks(boolean wanted) {
    this.fixLinks = wanted;
    return this;
  }

  /** A directory whose entries are yet to be captured. */
  private record Pending(Path folder, String path, NewFile captured) {}

  /** Captures the tree; contents stay where they are. */
  public CapturedTree capture() throws IOException {
    realFolder = folder.toRealPath();
    NewFile root = NewFile.directory();
    describe(folder, root, attributes(folder, true));
    Deque<Pending> pending = new ArrayDeque<>();
    pending.push(new Pending(folder, "", root));
    while (!pending.isEmpty()) {
      Pending next = pending.pop();
      List<Path> entries = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(next.folder)) {
        stream.forEach(entries::add);
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      // The host lists them in no order; links are numbered in ours.
      entries.sort((a, b) -> name(a).compareTo(name(b)));
      for (Path entry : entries) {
        String path = next.path + "\\" + name(entry);
        if (!exclusions.excludes(path)) {
          capture(entry, path, next.captured, pending);
        }
      }
    }
    return new CapturedTree(root, names, warnings);
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private void capture(Path entry, String path, NewFile parent, Deque<Pending> pending)
      throws IOException {
    BasicFileAttributes attributes = attributes(entry, false);
    if (attributes.isOther() && !attributes.isDirectory()) {
      warnings.add(path + ": is neither a file nor a folder nor a link; it was left out");
      return;
    }
    if (!NewFile.isName(name(entry)) || parent.child(name(entry)).isPresent()) {
      warnings.add(path + ": a WIM cannot hold this name; it was left out");
      return;
    }
    boolean isLinked = isLinked(entry, attributes);
    NewFile known = isLinked ? linked.get(attributes.fileKey()) : null;
    names++;
    if (known != null) {
      parent.add(name(entry), known);
      return;
    }
    NewFile captured;
    if (attributes.isSymbolicLink()) {
      captured = link(entry, path);
    } else if (attributes.isDirectory()) {
      captured = NewFile.directory();
      pending.push(new Pending(entry, path, captured));
    } else {
      captured = NewFile.of(new FileSource(entry, attributes.size()));
    }
    describe(entry, captured, attributes);
    parent.add(name(entry), captured);
    if (isLinked) {
      linked.put(attributes.fileKey(), captured);
    }
  }

  private BasicFileAttributes attributes(Path path, boolean follow) throws IOException {
    Class<? extends BasicFileAttributes> kind =
        hasAttributes ? DosFileAttributes.class : BasicFileAttributes.class;
    return follow
        ? Files.readAttributes(path, kind)
        : Files.readAttributes(path, kind, LinkOption.NOFOLLOW_LINKS);
  }

  private boolean isLinked(Path entry, BasicFileAttributes attributes) throws IOException {
    return hasLinkCounts
        && attributes.isRegularFile()
        && attributes.fileKey() != null
        && (int) Files.getAttribute(entry, LINK_COUNT, LinkOption.NOFOLLOW_LINKS) > 1;
  }

  private void describe(Path path, NewFile captured, BasicFileAttributes attributes) {
    int flags = 0;
    if (attributes instanceof DosFileAttributes dos) {
      flags =
          (dos.isReadOnly() ? FileAttributes.READ_ONLY : 0)
              | (dos.isHidden() ? FileAttributes.HIDDEN : 0)
              | (dos.isSystem() ? FileAttributes.SYSTEM : 0)
              | (dos.isArchive() ? FileAttributes.ARCHIVE : 0);
    }
    boolean isPlain = flags == 0 && attributes.isRegularFile();
    captured.attributes(isPlain ? FileAttributes.NORMAL : flags);
    captured.times(
        time(attributes.creationTime()),
        time(attributes.lastAccessTime()),
        time(attributes.lastModifiedTime()));
  }

  private static long time(FileTime time) {
    return FileTime100ns.of(time.toInstant());
  }

  private NewFile link(Path entry, String path) throws IOException {
    Path target = Files.readSymbolicLink(entry);
    boolean leadsToFolder = Files.isDirectory(entry);
    String text = target.toString();
    boolean isFixed = false;
    NtfsLink link;
    if (target.isAbsolute()) {
      String within = within(target);
      isFixed = fixLinks && within != null;
      link = NtfsLink.symbolic(windows(isFixed ? within : withoutDrive(text)));
    } else {
      link = NtfsLink.symbolic(text.replace('/', '\\'));
    }
    if (text.isEmpty()) {
      warnings.add(path + ": leads nowhere");
    }
    NewFile captured = leadsToFolder ? NewFile.directory() : NewFile.of(BlobSource.of(new byte[0]));
    return captured.reparse(link.tag(), BlobSource.of(link.toData()), !isFixed);
  }

  private static String withoutDrive(String target) {
    return target.length() > 1 && target.charAt(1) == ':' ? target.substring(2) : target;
  }

  private static String windows(String absolute) {
    return DRIVE + absolute.replace('/', '\\');
  }

  /** An absolute target seen from the folder, with a separator in front; null if not within. */
  private String within(Path target) {
    Path normal = target.normalize();
    for (Path root : List.of(realFolder, folder.toAbsolutePath().normalize())) {
      if (normal.startsWith(root)) {
        Path below = root.relativize(normal);
        return "/" + (below.toString().isEmpty() ? "" : below);
      }
    }
    return null;
  }

  /** A file whose size was seen when it was captured. */
  private record FileSource(Path path, long size) implements BlobSource {

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }
  }
}
