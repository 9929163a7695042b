package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsStream;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Copies or moves a file within a volume, or from one to another. */
final class Copying {

  private final NtfsPath source;
  private final NtfsPath target;
  private final NtfsFileSystem from;
  private final NtfsFileSystem to;
  private final Set<StandardCopyOption> options = EnumSet.noneOf(StandardCopyOption.class);
  private boolean followsLinks = true;

  Copying(NtfsPath source, NtfsPath target, CopyOption... options) {
    this.source = source;
    this.target = target;
    this.from = source.getFileSystem();
    this.to = target.getFileSystem();
    for (CopyOption option : options) {
      if (option == LinkOption.NOFOLLOW_LINKS) {
        followsLinks = false;
      } else if (Objects.requireNonNull(option) instanceof StandardCopyOption standard) {
        this.options.add(standard);
      } else {
        throw new UnsupportedOperationException("the option " + option + " is not known");
      }
    }
  }

  void copy() throws IOException {
    if (options.contains(StandardCopyOption.ATOMIC_MOVE)) {
      throw new UnsupportedOperationException("a copy is not atomic");
    }
    to.checkWritable();
    Node node = from.read(() -> from.find(source, followsLinks));
    if (isSameAsTarget(node)) {
      return;
    }
    makeRoom();
    copy(node, options.contains(StandardCopyOption.COPY_ATTRIBUTES));
  }

  void move() throws IOException {
    from.checkWritable();
    to.checkWritable();
    Node node = from.read(() -> from.find(source, false));
    if (from == to && !node.isNamedStream()) {
      rename(node);
      return;
    }
    if (options.contains(StandardCopyOption.ATOMIC_MOVE)) {
      throw new AtomicMoveNotSupportedException(
          source.toString(), target.toString(), "it is not within one volume");
    }
    if (isSameAsTarget(node)) {
      return;
    }
    if (!node.isNamedStream() && node.file().isDirectory() && !isEmpty(node.file())) {
      throw new DirectoryNotEmptyException(source.toString());
    }
    makeRoom();
    copy(node, true);
    from.edit(editor -> Tree.of(editor, source).delete());
  }

  private boolean isEmpty(NtfsFile directory) throws IOException {
    return from.read(() -> directory.list().isEmpty());
  }

  private void rename(Node node) throws IOException {
    from.edit(
        editor -> {
          Optional<Node> there = to.findIfPresent(target, false);
          boolean isSame = there.isPresent() && there.get().isSame(node, from);
          boolean isOtherName = isSame && !there.get().place().names().equals(node.place().names());
          boolean isNewCase =
              isSame
                  && !isOtherName
                  && !target.getFileName().toString().equals(node.name())
                  && target.equals(source);
          if (isSame && !isNewCase) {
            return null;
          }
          if (there.isPresent() && !isSame) {
            checkReplacing();
            to.checkUnused(there.get(), target);
            Tree.of(editor, target).delete();
          }
          return Tree.of(editor, source).moveTo(target);
        });
  }

  private boolean isSameAsTarget(Node node) throws IOException {
    if (from != to) {
      return false;
    }
    Optional<Node> there = to.read(() -> to.findIfPresent(target, followsLinks));
    return there.isPresent() && there.get().isSame(node, from);
  }

  private void checkReplacing() throws IOException {
    if (!options.contains(StandardCopyOption.REPLACE_EXISTING)
        && !options.contains(StandardCopyOption.ATOMIC_MOVE)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  private void makeRoom() throws IOException {
    to.edit(
        editor -> {
          if (to.findIfPresent(target, false).isPresent()) {
            checkReplacing();
            Tree.of(editor, target).delete();
          }
          return null;
        });
  }

  private void copy(Node node, boolean withAttributes) throws IOException {
    if (node.isNamedStream()) {
      copyStream(node, node.stream(), target);
      return;
    }
    NtfsFile file = node.file();
    boolean isLink = !followsLinks && Links.target(node).isPresent();
    if (file.isDirectory()) {
      to.edit(editor -> Tree.of(editor, target).createDirectory());
    } else if (isLink) {
      to.edit(editor -> Tree.of(editor, target).createFile());
    } else {
      copyStream(node, "", target);
    }
    if (!file.isDirectory() || withAttributes) {
      for (NtfsStream stream : file.streams()) {
        if (!stream.name().isEmpty()) {
          copyStream(
              node,
              stream.name(),
              target.resolveSibling(target.getFileName() + ":" + stream.name()));
        }
      }
    }
    FileView view = new FileView(target, false);
    if (isLink) {
      view.setReparseData(file.reparseData().orElseThrow());
    }
    if (withAttributes) {
      copyAttributes(file, view);
    }
  }

  private void copyStream(Node node, String stream, NtfsPath path) throws IOException {
    boolean isSparse = node.file().findStream(stream).map(NtfsStream::isSparse).orElse(false);
    Set<StandardOpenOption> create =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (isSparse) {
      create.add(StandardOpenOption.SPARSE);
    }
    try (StreamChannel in = FileOpening.open(from, node, stream);
        StreamChannel out = FileOpening.open(path, OpenMode.of(create))) {
      in.copyTo(out);
    }
  }

  private void copyAttributes(NtfsFile file, FileView view) throws IOException {
    view.setExtendedAttributes(file.extendedAttributes());
    Optional<byte[]> descriptor = from.read(file::securityDescriptor);
    if (descriptor.isPresent()) {
      view.setSecurityDescriptor(descriptor.get());
    }
    view.setAttributes(file.attributes() & FileAttributes.SETTABLE);
    view.edit(
        (editor, copy) ->
            editor.setTimes(
                copy.file(),
                OptionalLong.of(file.created()),
                OptionalLong.of(file.modified()),
                OptionalLong.empty(),
                OptionalLong.of(file.accessed())));
  }
}
