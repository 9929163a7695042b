package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsLink;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileAttribute;
import java.util.Optional;
import java.util.Set;

/** Opens the stream that a path leads to, and creates it where that is asked for. */
final class FileOpening {

  private final NtfsPath path;
  private final NtfsFileSystem fileSystem;
  private final OpenMode mode;

  private FileOpening(NtfsPath path, OpenMode mode) {
    this.path = path;
    this.fileSystem = path.getFileSystem();
    this.mode = mode;
  }

  static StreamChannel open(NtfsPath path, OpenMode mode, FileAttribute<?>... attributes)
      throws IOException {
    checkAttributes(attributes);
    FileOpening opening = new FileOpening(path, mode);
    return mode.isWrite() || mode.deletesOnClose()
        ? opening.fileSystem.edit(editor -> opening.openForWriting(editor, attributes))
        : opening.fileSystem.read(
            () -> opening.channel(opening.fileSystem.find(path, mode.followsLinks())));
  }

  /** Opens a stream of a file that was found, for reading. */
  static StreamChannel open(NtfsFileSystem fileSystem, Node node, String stream)
      throws IOException {
    NtfsPath path = NtfsPath.of(fileSystem, true, node.place().names());
    FileOpening opening = new FileOpening(path, OpenMode.of(Set.of()));
    return fileSystem.read(() -> opening.channel(new Node(node.place(), stream)));
  }

  /**
   * Throws unless a file can be created with some attributes.
   *
   * @throws UnsupportedOperationException when one of them cannot be set
   */
  static void checkAttributes(FileAttribute<?>... attributes) {
    for (FileAttribute<?> attribute : attributes) {
      if (!AttributeViews.isWritable(attribute.name())) {
        throw new UnsupportedOperationException(
            "a file is not created with the attribute " + attribute.name());
      }
    }
  }

  private StreamChannel openForWriting(NtfsEditor editor, FileAttribute<?>... attributes)
      throws IOException {
    Optional<Node> present = fileSystem.findIfPresent(path, mode.followsLinks());
    if (present.isPresent() && mode.createsNew()) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (present.isEmpty()) {
      if (!mode.creates()) {
        throw new NoSuchFileException(path.toString());
      }
      if (mode.createsNew() && fileSystem.findIfPresent(path, false).isPresent()) {
        throw new FileAlreadyExistsException(path.toString());
      }
      Node created = Tree.of(editor, path).createFile(attributes);
      if (mode.isSparse()) {
        editor.setSparse(created.file(), created.stream(), true);
      }
      return channel(fileSystem.find(path, mode.followsLinks()));
    }
    StreamChannel channel = channel(present.get());
    if (mode.truncates()) {
      channel.truncate(0);
    }
    return channel;
  }

  private StreamChannel channel(Node node) throws IOException {
    if (!node.isNamedStream()) {
      if (!mode.followsLinks() && NtfsLink.of(node.file()).isPresent()) {
        throw new FileSystemException(path.toString(), null, "is a link");
      }
      if (node.file().isDirectory()) {
        throw new FileSystemException(path.toString(), null, "is a directory");
      }
    }
    BlockDevice device = fileSystem.device(node.file(), node.stream());
    if (mode.isWrite() && !(device instanceof ResizableBlockDevice)) {
      throw new FileSystemException(path.toString(), null, "cannot be written");
    }
    Closeable use = fileSystem.use(node);
    StreamChannel channel =
        new StreamChannel(
            fileSystem,
            device,
            mode,
            () -> {
              use.close();
              if (mode.deletesOnClose()) {
                deleteIfPresent();
              }
            });
    return fileSystem.register(channel);
  }

  private void deleteIfPresent() throws IOException {
    try {
      fileSystem.edit(editor -> Tree.of(editor, path).delete());
    } catch (NoSuchFileException e) {
      // It is gone already, which is what was asked for.
      return;
    }
  }
}
