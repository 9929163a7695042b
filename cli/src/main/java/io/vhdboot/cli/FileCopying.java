package io.vhdboot.cli;

import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.nio.NtfsFileAttributeView;
import io.vhdboot.ntfs.nio.NtfsFileAttributes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Copies files among file systems. A file appears under its name when it is complete; blocks of
 * zeros are not written.
 */
final class FileCopying {

  private static final int BLOCK = 64 << 10;
  private static final long SHOWN = 16 << 20;
  private static final String PARTIAL = ".partial";

  private final boolean withMetadata;
  private final boolean withStreams;
  private final boolean overwrites;
  private final ConsoleProgress progress;
  private final PrintWriter err;
  private boolean isComplete = true;

  FileCopying(
      boolean withMetadata,
      boolean withStreams,
      boolean overwrites,
      ConsoleProgress progress,
      PrintWriter err) {
    this.withMetadata = withMetadata;
    this.withStreams = withStreams;
    this.overwrites = overwrites;
    this.progress = progress;
    this.err = err;
  }

  /** Whether nothing was left out so far. */
  boolean isComplete() {
    return isComplete;
  }

  /** A file and where it goes. */
  private record Step(Path source, Path target) {}

  /** Copies a directory with all that is below it. */
  void copyTree(Path source, Path target) throws IOException {
    if (isWithin(source, target)) {
      throw new FileSystemException(
          target.toString(), null, "is within " + source + ", which is to be copied");
    }
    Deque<Step> open = new ArrayDeque<>(List.of(new Step(source, target)));
    List<Step> done = new ArrayList<>();
    while (!open.isEmpty()) {
      Step step = open.pop();
      if (!Files.isDirectory(step.target())) {
        Files.createDirectory(step.target());
      }
      done.add(step);
      for (Path entry : entries(step.source())) {
        Path to = step.target().resolve(entry.getFileName().toString());
        if (Files.isSymbolicLink(entry)) {
          copyLink(entry, to);
        } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          open.push(new Step(entry, to));
        } else {
          copy(entry, to);
        }
      }
    }
    // What comes into a directory changes its times.
    for (int i = done.size() - 1; i >= 0; i--) {
      copyRest(done.get(i).source(), done.get(i).target());
    }
  }

  private static boolean isWithin(Path source, Path target) {
    return source.getFileSystem() == target.getFileSystem()
        && target.toAbsolutePath().normalize().startsWith(source.toAbsolutePath().normalize());
  }

  /** By name, so that a file comes before its streams where these are files. */
  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    }
    entries.sort(Comparator.comparing(path -> path.getFileName().toString()));
    return entries;
  }

  private void copyLink(Path source, Path target) throws IOException {
    checkAbsent(target);
    Optional<NtfsFileAttributeView> from = ntfs(source);
    Optional<NtfsFileAttributeView> to = ntfs(target);
    if (from.isPresent() && to.isPresent()) {
      Files.deleteIfExists(target);
      if ((from.get().readAttributes().attributes() & FileAttributes.DIRECTORY) != 0) {
        Files.createDirectory(target);
      } else {
        Files.createFile(target);
      }
      to.get().setReparseData(from.get().reparseData().orElseThrow());
      if (withMetadata) {
        copyMetadata(from.get(), to.get());
        setTimes(to.get(), from.get().readAttributes());
      }
      return;
    }
    String text = Files.readSymbolicLink(source).toString();
    if (text.startsWith("/") || text.indexOf(':') >= 0) {
      err.println(
          "vhdboot: " + source + " is left out: it is a link to " + text + ", which is elsewhere");
      isComplete = false;
      return;
    }
    Files.deleteIfExists(target);
    Files.createSymbolicLink(target, target.getFileSystem().getPath(text));
    // Hosts set the times of what a link leads to only.
    if (withMetadata && to.isPresent()) {
      setTimes(
          to.get(),
          Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }
  }

  /** Copies a file, or the one that a link leads to. */
  void copy(Path source, Path target) throws IOException {
    if (isStream(target)) {
      copyStream(source, target);
      return;
    }
    checkAbsent(target);
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a directory");
    }
    if (Files.exists(target) && Files.isSameFile(source, target)) {
      throw new FileSystemException(target.toString(), null, "is the file that is to be copied");
    }
    boolean isNew = !Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    boolean isInImage = ntfs(target).isPresent();
    // In an image nobody looks on, and a name that Windows cannot use can be given at once only.
    Path first =
        isInImage && isNew ? target : target.resolveSibling(target.getFileName() + PARTIAL);
    boolean isDone = false;
    try {
      copyBytes(source, first);
      if (isInImage) {
        copyRest(source, first);
      }
      if (first != target) {
        Files.move(first, target, StandardCopyOption.REPLACE_EXISTING);
      }
      isDone = true;
    } finally {
      if (!isDone) {
        Files.deleteIfExists(first);
      }
    }
    if (!isInImage) {
      copyRest(source, target);
    }
  }

  private static boolean isStream(Path path) {
    return ntfs(path).isPresent() && path.getFileName().toString().indexOf(':') > 0;
  }

  /** Copies what becomes a stream of a file that is there already, and keeps its times. */
  private void copyStream(Path source, Path target) throws IOException {
    checkAbsent(target);
    String name = target.getFileName().toString();
    Path file = target.resolveSibling(name.substring(0, name.indexOf(':')));
    if (!withMetadata || !Files.exists(file)) {
      copyBytes(source, target);
      return;
    }
    BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
    copyBytes(source, target);
    setTimes(Files.getFileAttributeView(file, BasicFileAttributeView.class), before);
  }

  private static void setTimes(BasicFileAttributeView target, BasicFileAttributes times)
      throws IOException {
    target.setTimes(times.lastModifiedTime(), times.lastAccessTime(), times.creationTime());
  }

  private void checkAbsent(Path target) throws IOException {
    if (!overwrites && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  private static Optional<NtfsFileAttributeView> ntfs(Path path) {
    return Optional.ofNullable(
        Files.getFileAttributeView(path, NtfsFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
  }

  private void copyBytes(Path source, Path target) throws IOException {
    try (SeekableByteChannel in = Files.newByteChannel(source);
        SeekableByteChannel out =
            Files.newByteChannel(
                target,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      boolean isShown = in.size() >= SHOWN;
      if (isShown) {
        progress.begin(source.getFileName().toString(), in.size());
      }
      try {
        copyBytes(in, out, isShown);
      } catch (NoSpaceException e) {
        throw new FileSystemException(
            source.toString(),
            null,
            "there is no room for more than "
                + out.size()
                + " of its "
                + in.size()
                + " bytes: "
                + e.getMessage());
      }
    }
    progress.end();
  }

  private void copyBytes(SeekableByteChannel in, SeekableByteChannel out, boolean isShown)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
    long at = 0;
    while (true) {
      buffer.clear();
      while (buffer.hasRemaining() && in.read(buffer) >= 0) {
        // Until the block is full or the file ends.
      }
      int count = buffer.flip().remaining();
      if (count == 0) {
        break;
      }
      at += count;
      if (count < BLOCK || !isZero(buffer)) {
        out.position(at - count);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      if (isShown) {
        progress.advance(count);
      }
    }
    if (out.size() < at) {
      out.position(at - 1).write(ByteBuffer.allocate(1));
    }
  }

  private static boolean isZero(ByteBuffer buffer) {
    for (int i = 0; i < buffer.limit(); i++) {
      if (buffer.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Copies all but the content. */
  private void copyRest(Path source, Path target) throws IOException {
    if (withStreams) {
      copyStreams(source, target);
    }
    if (withMetadata) {
      copyMetadata(source, target);
    }
  }

  private void copyStreams(Path source, Path target) throws IOException {
    Optional<NtfsFileAttributeView> from = ntfs(source);
    if (from.isEmpty() || source.getFileName() == null || target.getFileName() == null) {
      return;
    }
    for (String stream : Files.readAttributes(source, NtfsFileAttributes.class).streams()) {
      copyBytes(
          source.resolveSibling(source.getFileName() + ":" + stream),
          target.resolveSibling(target.getFileName() + ":" + stream));
    }
  }

  private static void copyMetadata(Path source, Path target) throws IOException {
    NtfsFileAttributeView from = Files.getFileAttributeView(source, NtfsFileAttributeView.class);
    NtfsFileAttributeView to = Files.getFileAttributeView(target, NtfsFileAttributeView.class);
    if (from != null && to != null) {
      copyMetadata(from, to);
    } else {
      DosFileAttributeView dosFrom = Files.getFileAttributeView(source, DosFileAttributeView.class);
      DosFileAttributeView dosTo = Files.getFileAttributeView(target, DosFileAttributeView.class);
      // Linux has the attributes of DOS in places only; there they are simply not kept.
      if (dosFrom != null && dosTo != null && (from != null || to == null)) {
        copyDosAttributes(dosFrom, dosTo);
      }
    }
    setTimes(
        Files.getFileAttributeView(target, BasicFileAttributeView.class),
        Files.readAttributes(source, BasicFileAttributes.class));
  }

  private static void copyDosAttributes(DosFileAttributeView from, DosFileAttributeView to) {
    try {
      DosFileAttributes attributes = from.readAttributes();
      to.setHidden(attributes.isHidden());
      to.setSystem(attributes.isSystem());
      to.setArchive(attributes.isArchive());
      to.setReadOnly(attributes.isReadOnly());
    } catch (IOException e) {
      // A host that cannot keep them.
      return;
    }
  }

  private static void copyMetadata(NtfsFileAttributeView from, NtfsFileAttributeView to)
      throws IOException {
    if (!from.extendedAttributes().isEmpty()) {
      to.setExtendedAttributes(from.extendedAttributes());
    }
    Optional<byte[]> descriptor = from.securityDescriptor();
    if (descriptor.isPresent()) {
      to.setSecurityDescriptor(descriptor.get());
    }
    to.setAttributes(from.readAttributes().attributes() & FileAttributes.SETTABLE);
  }
}
