package io.vhdboot.servicing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.Set;

/** Writes files of a Windows so that the old content or the new one is there at any moment. */
final class WindowsFiles {

  /** What a file is called until it is complete. */
  private static final String PART = ".vhdboot-part";

  /** What of a file belongs to it rather than to its content, where the file system is NTFS. */
  private static final List<String> KEPT = List.of("ntfs:securityDescriptor", "ntfs:attributes");

  private WindowsFiles() {}

  /** Writes a file under its name when it is complete; one that is there leaves its protection. */
  static void write(Path target, FileContent content) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + PART);
    try {
      try (InputStream in = content.open();
          FileChannel out =
              part.getFileSystem()
                  .provider()
                  .newFileChannel(
                      part,
                      Set.of(
                          StandardOpenOption.WRITE,
                          StandardOpenOption.CREATE,
                          StandardOpenOption.TRUNCATE_EXISTING))) {
        byte[] buffer = new byte[1 << 16];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
        }
        out.force(true);
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        keepProtection(target, part);
      }
      replace(part, target);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Gives a file the name of another, which it replaces. */
  static void replace(Path file, Path target) throws IOException {
    try {
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Copies a file with all that the file system keeps of it. */
  static void copy(Path file, Path target) throws IOException {
    Files.copy(
        file, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel copied =
        target
            .getFileSystem()
            .provider()
            .newFileChannel(target, Set.of(StandardOpenOption.WRITE))) {
      copied.force(true);
    }
  }

  /** Whether a folder holds nothing. */
  static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      return !files.iterator().hasNext();
    }
  }

  private static void keepProtection(Path from, Path to) throws IOException {
    if (from.getFileSystem().supportedFileAttributeViews().contains("ntfs")) {
      for (String attribute : KEPT) {
        Files.setAttribute(to, attribute, Files.getAttribute(from, attribute));
      }
    }
    PosixFileAttributeView old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    if (old != null) {
      Files.setPosixFilePermissions(to, old.readAttributes().permissions());
    }
  }
}
