package io.vhdboot.imaging.apply;

import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.ExtendedAttribute;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A directory of an NTFS volume that exists, which is edited in place. Everything that the image
 * holds of a file is kept.
 */
final class EditedVolume implements TransferTarget<EditedVolume.Node> {

  /** NTFS compresses only where a cluster is no larger. */
  private static final int MAX_COMPRESSIBLE_CLUSTER = 4096;

  /** Bytes that are looked through for zeros, which become a hole in a sparse file. */
  private static final int HOLE = 1 << 16;

  private static final byte[] ZEROS = new byte[HOLE];

  private final NtfsEditor editor;
  private final String folder;
  private final TransferOptions options;
  private final TransferLog log;
  private final Node top;

  /** The records of what was made here, so that names that were there before are told apart. */
  private final Set<Long> made = new HashSet<>();

  /** The names of files whose content is still to come, by their records. */
  private final Map<Long, List<Name>> incomplete = new LinkedHashMap<>();

  private record Name(NtfsFile directory, String name) {}

  /** A file or directory, and what it gets when nothing else comes for it any more. */
  static final class Node {

    private final NtfsFile file;
    private byte[] reparseData;

    Node(NtfsFile file) {
      this.file = file;
    }
  }

  /**
   * Begins to fill a directory.
   *
   * @param folder the path of the directory on its volume, with backslashes; empty for the root
   */
  EditedVolume(
      NtfsEditor editor,
      NtfsFile directory,
      String folder,
      TransferOptions options,
      TransferLog log) {
    this.editor = editor;
    this.folder = folder;
    this.options = options;
    this.log = log;
    this.top = new Node(directory);
  }

  @Override
  public Node top() {
    return top;
  }

  @Override
  public void checkRoom(long bytes) throws IOException {
    long free = editor.freeSpace();
    if (bytes > free && !options.overwrites()) {
      throw new NoSpaceException(editor.volume().toString(), bytes, free);
    }
  }

  @Override
  public Node directory(Node parent, WimEntry entry) throws IOException {
    return create(parent, entry, true);
  }

  @Override
  public Node file(Node parent, WimEntry entry) throws IOException {
    Node node = create(parent, entry, false);
    if (node != null && entry.inode().isEncrypted()) {
      log.note(entry, "is encrypted; it is there, but empty");
    }
    return node;
  }

  private Node create(Node parent, WimEntry entry, boolean isDirectory) throws IOException {
    try {
      return begin(create(parent, entry, isDirectory, false, true), parent, entry);
    } catch (FileAlreadyExistsException e) {
      return createWhereSomethingIs(parent, entry, isDirectory, e);
    } catch (IllegalArgumentException e) {
      return createAsPosix(parent, entry, isDirectory, "Windows cannot use the name");
    }
  }

  /**
   * Creates a file or directory.
   *
   * @param isPosix whether the name may be one that Windows cannot use
   */
  private NtfsFile create(
      Node parent, WimEntry entry, boolean isDirectory, boolean isPosix, boolean withShortName)
      throws IOException {
    NewFileOptions wanted = wanted(entry, withShortName).posix(isPosix).build();
    return isDirectory
        ? editor.createDirectory(parent.file, entry.name(), wanted)
        : editor.createFile(parent.file, entry.name(), wanted);
  }

  /** Creates what Windows may not see, or not tell apart. */
  private Node createAsPosix(Node parent, WimEntry entry, boolean isDirectory, String note)
      throws IOException {
    NtfsFile file;
    try {
      file = create(parent, entry, isDirectory, true, false);
    } catch (IllegalArgumentException | FileAlreadyExistsException e) {
      log.leaveOut(entry, "NTFS cannot hold such a name here");
      return null;
    }
    log.note(entry, note);
    if (entry.shortName().isPresent()) {
      log.lose(Loss.SHORT_NAME);
    }
    return begin(file, parent, entry);
  }

  private Node createWhereSomethingIs(
      Node parent, WimEntry entry, boolean isDirectory, FileAlreadyExistsException problem)
      throws IOException {
    Optional<NtfsDirectoryEntry> known = find(parent, entry.name());
    if (known.isEmpty()) {
      // The short name alone is in the way.
      log.note(entry, "its short name is that of another file and was left out");
      log.lose(Loss.SHORT_NAME);
      return begin(create(parent, entry, isDirectory, false, false), parent, entry);
    }
    String name = known.get().name();
    long record = known.get().recordNumber();
    if (made.contains(record)) {
      return createAsPosix(
          parent,
          entry,
          isDirectory,
          "differs in case only from " + name + ": Windows reaches one of them");
    }
    NtfsFile there = editor.volume().file(record);
    if (isDirectory && there.isDirectory() && there.reparseTag().isEmpty()) {
      log.countDirectory();
      return new Node(there);
    }
    if (!options.overwrites()) {
      throw problem;
    }
    editor.unlink(parent.file, name);
    try {
      return begin(create(parent, entry, isDirectory, false, true), parent, entry);
    } catch (FileAlreadyExistsException e) {
      log.note(entry, "its short name is that of another file and was left out");
      log.lose(Loss.SHORT_NAME);
      return begin(create(parent, entry, isDirectory, false, false), parent, entry);
    }
  }

  private Optional<NtfsDirectoryEntry> find(Node directory, String name) throws IOException {
    // What is known of a directory grows old while it is filled.
    return editor.volume().file(directory.file.recordNumber()).find(name);
  }

  private Node begin(NtfsFile file, Node parent, WimEntry entry) throws IOException {
    made.add(file.recordNumber());
    Node node = new Node(file);
    WimInode inode = entry.inode();
    if (inode.isDirectory()) {
      log.countDirectory();
    } else {
      log.countFile();
      incomplete
          .computeIfAbsent(file.recordNumber(), key -> new ArrayList<>(1))
          .add(new Name(parent.file, entry.name()));
      prepareContent(file, inode);
    }
    if (inode.objectId().isPresent()) {
      try {
        editor.setObjectId(file, inode.objectId().get());
      } catch (FileAlreadyExistsException | IllegalArgumentException e) {
        log.note(entry, "its object id is that of another file and was left out");
        log.lose(Loss.OBJECT_ID);
      }
    }
    setExtendedAttributes(file, entry);
    return node;
  }

  /** Gives a file that is to be compressed or sparse that form before there is content. */
  private void prepareContent(NtfsFile file, WimInode inode) throws IOException {
    int attributes = inode.attributes();
    if ((attributes & FileAttributes.COMPRESSED) != 0
        && editor.volume().clusterSize() <= MAX_COMPRESSIBLE_CLUSTER) {
      editor.setCompressed(file, "", true);
    } else if ((attributes & FileAttributes.SPARSE) != 0) {
      editor.setSparse(file, "", true);
    }
  }

  private void setExtendedAttributes(NtfsFile file, WimEntry entry) throws IOException {
    WimInode inode = entry.inode();
    if (inode.extendedAttributes().isEmpty()) {
      return;
    }
    if (inode.isReparsePoint()) {
      log.note(entry, "NTFS has no extended attributes beside a reparse point");
      log.lose(Loss.EXTENDED_ATTRIBUTES);
      return;
    }
    List<ExtendedAttribute> attributes =
        inode.extendedAttributes().stream()
            .map(each -> new ExtendedAttribute(each.flags(), each.name(), each.value()))
            .toList();
    try {
      editor.setExtendedAttributes(file, attributes);
    } catch (IllegalArgumentException e) {
      log.note(entry, "its extended attributes cannot be on NTFS");
      log.lose(Loss.EXTENDED_ATTRIBUTES);
    }
  }

  private NewFileOptions.Builder wanted(WimEntry entry, boolean withShortName) {
    WimInode inode = entry.inode();
    NewFileOptions.Builder wanted =
        NewFileOptions.builder()
            .attributes(inode.attributes())
            .times(
                inode.creationTime(),
                inode.lastWriteTime(),
                inode.lastWriteTime(),
                inode.lastAccessTime());
    if (options.keepsSecurity() && inode.securityDescriptor().isPresent()) {
      try {
        wanted.securityDescriptor(inode.securityDescriptor().get());
      } catch (IllegalArgumentException e) {
        log.note(entry, "its security descriptor is damaged; it inherits one instead");
        log.lose(Loss.SECURITY_DESCRIPTOR);
      }
    }
    if (withShortName && entry.shortName().isPresent()) {
      setShortName(wanted, entry);
    }
    return wanted;
  }

  private void setShortName(NewFileOptions.Builder wanted, WimEntry entry) {
    try {
      wanted.shortName(entry.shortName().orElseThrow());
    } catch (IllegalArgumentException e) {
      log.note(entry, "its short name " + entry.shortName().get() + " cannot be one");
      log.lose(Loss.SHORT_NAME);
    }
  }

  @Override
  public void link(Node file, Node parent, WimEntry entry) throws IOException {
    try {
      editor.link(file.file, parent.file, entry.name());
    } catch (IllegalArgumentException e) {
      log.leaveOut(entry, "a further name of a file must be one that Windows can use");
      return;
    } catch (FileAlreadyExistsException e) {
      Optional<NtfsDirectoryEntry> known = find(parent, entry.name());
      if (known.isPresent() && made.contains(known.get().recordNumber())) {
        log.leaveOut(entry, "differs in case only from " + known.get().name());
        return;
      }
      if (known.isEmpty() || !options.overwrites()) {
        throw e;
      }
      editor.unlink(parent.file, known.get().name());
      editor.link(file.file, parent.file, entry.name());
    }
    log.countHardLink();
    if (entry.shortName().isPresent()) {
      try {
        editor.setShortName(parent.file, entry.name(), entry.shortName());
      } catch (IllegalArgumentException | FileAlreadyExistsException e) {
        log.note(entry, "its short name could not be kept: a file has one at most");
        log.lose(Loss.SHORT_NAME);
      }
    }
    List<Name> names = incomplete.get(file.file.recordNumber());
    if (names != null) {
      names.add(new Name(parent.file, entry.name()));
    } else {
      setTimes(file.file, entry.inode());
    }
  }

  @Override
  public boolean takes(WimEntry entry, WimStream stream) {
    return true;
  }

  @Override
  public void addEmpty(Node node, WimEntry entry, String stream) throws IOException {
    if (!stream.isEmpty()) {
      createStream(node, entry, stream);
    }
  }

  private boolean createStream(Node node, WimEntry entry, String stream) throws IOException {
    try {
      editor.createStream(node.file, stream);
      return true;
    } catch (IllegalArgumentException e) {
      log.note(entry, "NTFS cannot hold the name of its stream " + stream);
    } catch (FileAlreadyExistsException e) {
      if (node.file.findStream(stream).isPresent()) {
        // In a directory that was there before.
        editor.deleteStream(node.file, stream);
        editor.createStream(node.file, stream);
        return true;
      }
      log.note(entry, "has two streams whose names differ in case only: " + stream);
    }
    log.lose(Loss.NAMED_STREAM);
    return false;
  }

  @Override
  public Sink open(Node node, WimEntry entry, WimStream stream) throws IOException {
    if (!stream.name().isEmpty() && !createStream(node, entry, stream.name())) {
      return HostFiles.NOTHING;
    }
    boolean isSparse =
        stream.name().isEmpty() && (entry.inode().attributes() & FileAttributes.SPARSE) != 0;
    return new Content(editor.stream(node.file, stream.name()), stream.size(), isSparse);
  }

  @Override
  public void setReparseData(Node node, WimEntry entry, byte[] data) {
    // Content that comes later could not be written any more to what a filter says is elsewhere.
    node.reparseData =
        options.fixesReparsePoints() && !entry.inode().isReparseNotFixed() && !folder.isEmpty()
            ? LinkTarget.below(folder, entry.inode().reparseTag(), data)
            : data;
  }

  @Override
  public void complete(Node node, WimEntry entry) throws IOException {
    WimInode inode = entry.inode();
    incomplete.remove(node.file.recordNumber());
    if (node.reparseData != null) {
      try {
        editor.setReparsePoint(node.file, inode.reparseTag(), node.reparseData);
        if (inode.reparseReserved() != 0) {
          log.note(entry, "the reserved word of its reparse data was left out");
        }
        if (LinkTarget.isLink(inode.reparseTag())) {
          log.countSymbolicLink();
        }
      } catch (IllegalArgumentException e) {
        log.note(entry, "its reparse data cannot be on NTFS");
        log.lose(Loss.REPARSE_POINT);
      }
      node.reparseData = null;
    }
    if (!made.contains(node.file.recordNumber())) {
      takeOver(node, entry);
    } else if (inode.isDirectory()
        && (inode.attributes() & FileAttributes.COMPRESSED) != 0
        && editor.volume().clusterSize() <= MAX_COMPRESSIBLE_CLUSTER) {
      editor.setCompressed(node.file, "", true);
    } else if (!inode.isDirectory() && (inode.attributes() & FileAttributes.ARCHIVE) == 0) {
      // Who writes to a file sets the attribute.
      editor.setAttributes(node.file, inode.attributes() & FileAttributes.SETTABLE);
    }
    setTimes(node.file, inode);
  }

  private void setTimes(NtfsFile file, WimInode inode) throws IOException {
    editor.setTimes(
        file,
        OptionalLong.of(inode.creationTime()),
        OptionalLong.of(inode.lastWriteTime()),
        OptionalLong.of(inode.lastWriteTime()),
        OptionalLong.of(inode.lastAccessTime()));
  }

  /** Gives a directory that was there what a new one gets when it is made. */
  private void takeOver(Node node, WimEntry entry) throws IOException {
    editor.setAttributes(node.file, entry.inode().attributes() & FileAttributes.SETTABLE);
    if (options.keepsSecurity() && entry.inode().securityDescriptor().isPresent()) {
      try {
        editor.setSecurityDescriptor(node.file, entry.inode().securityDescriptor().get());
      } catch (IllegalArgumentException e) {
        log.note(entry, "its security descriptor is damaged; it keeps the one it had");
        log.lose(Loss.SECURITY_DESCRIPTOR);
      }
    }
  }

  @Override
  public void abandon() {
    for (List<Name> names : incomplete.values()) {
      for (Name name : names) {
        try {
          editor.unlink(name.directory, name.name);
        } catch (IOException e) {
          // The volume may be what failed.
          System.getLogger(EditedVolume.class.getName())
              .log(System.Logger.Level.WARNING, "could not delete {0}: {1}", name.name, e);
          return;
        }
      }
    }
  }

  @Override
  public void makeLinks() {
    // They were made with the files; nothing is written through links on the volume.
  }

  /** The content of a stream while it comes. */
  private static final class Content implements Sink {

    private final ResizableBlockDevice stream;
    private final long size;
    private final boolean isSparse;

    Content(ResizableBlockDevice stream, long size, boolean isSparse) {
      this.stream = stream;
      this.size = size;
      this.isSparse = isSparse;
    }

    @Override
    public void write(long offset, ByteBuffer piece) throws IOException {
      if (offset == 0) {
        stream.setSize(size);
      }
      if (isSparse) {
        writeWithHoles(offset, piece);
      } else {
        stream.write(offset, piece);
      }
    }

    private void writeWithHoles(long offset, ByteBuffer piece) throws IOException {
      int begin = piece.position();
      int limit = piece.limit();
      for (int at = begin; at < limit; at += HOLE) {
        int end = Math.min(limit, at + HOLE);
        int array = piece.arrayOffset() + at;
        if (!Arrays.equals(piece.array(), array, array + end - at, ZEROS, 0, end - at)) {
          piece.limit(end).position(at);
          stream.write(offset + at - begin, piece);
        }
      }
    }

    @Override
    public void complete() throws IOException {
      stream.close();
    }

    @Override
    public void abandon() {
      // The whole file goes.
    }
  }
}
