package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsLink;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.FileAttribute;
import java.util.Optional;

/** What is done to the name at a path. To be used under the lock of whoever writes. */
final class Tree {

  private final NtfsEditor editor;
  private final NtfsFileSystem fileSystem;
  private final NtfsPath path;

  private Tree(NtfsEditor editor, NtfsPath path) {
    this.editor = editor;
    this.fileSystem = path.getFileSystem();
    this.path = path;
  }

  static Tree of(NtfsEditor editor, NtfsPath path) {
    return new Tree(editor, path);
  }

  /**
   * Creates a file, or a stream where the path names one.
   *
   * @throws NoSuchFileException when its directory is not there
   */
  Node createFile(FileAttribute<?>... attributes) throws IOException {
    NtfsFile directory = directory();
    StreamName name = StreamName.of(fileName());
    if (!name.isStream()) {
      checked(() -> editor.createFile(directory, fileName(), options()));
    } else {
      checked(() -> createStream(directory, name));
    }
    return finish(attributes);
  }

  Node createDirectory(FileAttribute<?>... attributes) throws IOException {
    checkAbsent();
    checked(() -> editor.createDirectory(directory(), fileName(), options()));
    return finish(attributes);
  }

  Node createLink(NtfsPath target, FileAttribute<?>... attributes) throws IOException {
    checkAbsent();
    NtfsLink link = Links.to(target);
    NtfsPath from = path.toAbsolutePath().getParent();
    Optional<Node> there = fileSystem.findIfPresent(from.resolve(target), true);
    boolean isDirectory = there.isPresent() && there.get().file().isDirectory();
    NtfsFile created =
        checked(
            () ->
                isDirectory
                    ? editor.createDirectory(directory(), fileName(), options())
                    : editor.createFile(directory(), fileName(), options()));
    editor.setReparsePoint(created, link.tag(), link.toData());
    return finish(attributes);
  }

  Node link(NtfsPath existing) throws IOException {
    if (existing.getFileSystem() != fileSystem) {
      throw new ProviderMismatchException("hard links are within one volume");
    }
    checkAbsent();
    Node file = fileSystem.find(existing, true);
    if (file.isNamedStream() || file.file().isDirectory()) {
      throw new FileSystemException(
          existing.toString(), path.toString(), "only files have hard links");
    }
    return checked(
        () -> {
          editor.link(file.file(), directory(), fileName(), allowsPosixNames());
          return file;
        });
  }

  /**
   * Deletes the file or stream at the path, or one name of it.
   *
   * @throws DirectoryNotEmptyException when it is a directory in which something is
   */
  Node delete() throws IOException {
    Node node = fileSystem.find(path, false);
    if (node.isNamedStream()) {
      editor.deleteStream(node.file(), node.stream());
      return node;
    }
    if (node.isRoot()) {
      throw new FileSystemException(path.toString(), null, "is the root directory");
    }
    fileSystem.checkUnused(node, path);
    try {
      editor.unlink(node.place().directory(), node.name());
    } catch (DirectoryNotEmptyException e) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    return node;
  }

  /** Gives the file the name of another path, which no file has. */
  Node moveTo(NtfsPath target) throws IOException {
    Node node = fileSystem.find(path, false);
    Tree to = new Tree(editor, target);
    if (node.isRoot() || to.isBelow(node)) {
      throw new FileSystemException(
          path.toString(), target.toString(), "a directory is not moved into itself");
    }
    return to.checked(
        () -> {
          editor.rename(
              node.place().directory(),
              node.name(),
              to.directory(),
              to.fileName(),
              false,
              allowsPosixNames());
          return node;
        });
  }

  private boolean isBelow(Node node) throws IOException {
    NtfsPath parent = path.toAbsolutePath().getParent();
    return fileSystem.find(parent, true).place().files().stream()
        .anyMatch(file -> file.reference() == node.file().reference());
  }

  private NtfsFile createStream(NtfsFile directory, StreamName name) throws IOException {
    if (directory.find(name.file()).isEmpty()) {
      editor.createFile(directory, name.file(), options());
    }
    NtfsFile owner = fileSystem.find(path.resolveSibling(name.file()), true).file();
    editor.createStream(owner, name.stream());
    return owner;
  }

  private NewFileOptions options() {
    return NewFileOptions.builder().posix(allowsPosixNames()).build();
  }

  private boolean allowsPosixNames() {
    return fileSystem.options().allowsPosixNames();
  }

  /**
   * Makes a name.
   *
   * @throws FileSystemException when it must not be given to a file
   */
  private <T> T checked(NtfsFileSystem.Action<T> action) throws IOException {
    try {
      return action.run();
    } catch (IllegalArgumentException e) {
      FileSystemException problem = new FileSystemException(path.toString(), null, e.getMessage());
      problem.initCause(e);
      throw problem;
    }
  }

  private Node finish(FileAttribute<?>... attributes) throws IOException {
    for (FileAttribute<?> attribute : attributes) {
      AttributeViews.write(new FileView(path, false), attribute.name(), attribute.value());
    }
    return fileSystem.find(path, false);
  }

  private void checkAbsent() throws IOException {
    if (fileSystem.findIfPresent(path, false).isPresent()) {
      throw new FileAlreadyExistsException(path.toString());
    }
  }

  /** The directory that the path's last name is in. */
  private NtfsFile directory() throws IOException {
    NtfsPath parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    Optional<Node> found = fileSystem.findIfPresent(parent, true);
    if (found.isEmpty()
        || found.get().isNamedStream()
        || (found.get().file().attributes() & FileAttributes.DIRECTORY) == 0) {
      throw new NoSuchFileException(path.toString(), null, "there is no directory " + parent);
    }
    return found.get().file();
  }

  private String fileName() {
    return path.getFileName().toString();
  }
}
