package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsLink;
import io.vhdboot.ntfs.NtfsStream;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The attributes of a file, or of a named stream of it, read at once. */
final class FileFacts implements NtfsFileAttributes {

  /** Set in the tags of points that stand for another file. */
  private static final int NAME_SURROGATE = 0x2000_0000;

  private static final Set<Integer> LINK_TAGS =
      Set.of(NtfsLink.TAG_SYMBOLIC_LINK, NtfsLink.TAG_MOUNT_POINT, NtfsLink.TAG_LINUX_LINK);

  /** Sockets, pipes and devices of the Windows Subsystem for Linux. */
  private static final Set<Integer> SPECIAL_TAGS =
      Set.of(0x80000023, 0x80000024, 0x80000025, 0x80000026);

  private final FileTime created;
  private final FileTime modified;
  private final FileTime changed;
  private final FileTime accessed;
  private final int attributes;
  private final long size;
  private final long allocatedSize;
  private final FileKey key;
  private final int linkCount;
  private final OptionalInt reparseTag;
  private final List<String> streams;
  private final boolean isNamedStream;

  /** Identifies a file among all volumes. */
  private record FileKey(long volumeSerial, long fileId) {}

  private FileFacts(Node node, long volumeSerial) throws IOException {
    NtfsFile file = node.file();
    created = time(file.created());
    modified = time(file.modified());
    changed = time(file.changed());
    accessed = time(file.accessed());
    attributes = file.attributes();
    Optional<NtfsStream> stream = file.findStream(node.stream());
    size = stream.map(NtfsStream::size).orElse(0L);
    allocatedSize = stream.map(NtfsStream::storedSize).orElse(0L);
    key = new FileKey(volumeSerial, file.reference());
    linkCount = file.names().size();
    reparseTag = file.reparseTag();
    streams = file.streams().stream().map(NtfsStream::name).filter(s -> !s.isEmpty()).toList();
    isNamedStream = node.isNamedStream();
  }

  static FileFacts of(Node node, long volumeSerial) throws IOException {
    return new FileFacts(node, volumeSerial);
  }

  private static FileTime time(long fileTime) {
    return FileTime.from(FileTime100ns.toInstant(fileTime));
  }

  @Override
  public FileTime lastModifiedTime() {
    return modified;
  }

  @Override
  public FileTime lastAccessTime() {
    return accessed;
  }

  @Override
  public FileTime creationTime() {
    return created;
  }

  @Override
  public FileTime changeTime() {
    return changed;
  }

  @Override
  public boolean isRegularFile() {
    return !isSymbolicLink() && !isDirectory() && !isOther();
  }

  @Override
  public boolean isDirectory() {
    return !isNamedStream && !isSymbolicLink() && has(FileAttributes.DIRECTORY);
  }

  @Override
  public boolean isSymbolicLink() {
    return !isNamedStream && reparseTag.isPresent() && LINK_TAGS.contains(reparseTag.getAsInt());
  }

  @Override
  public boolean isOther() {
    if (isNamedStream || isSymbolicLink() || reparseTag.isEmpty()) {
      return false;
    }
    int tag = reparseTag.getAsInt();
    return (tag & NAME_SURROGATE) != 0 || SPECIAL_TAGS.contains(tag);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Object fileKey() {
    return key;
  }

  @Override
  public boolean isReadOnly() {
    return has(FileAttributes.READ_ONLY);
  }

  @Override
  public boolean isHidden() {
    return has(FileAttributes.HIDDEN);
  }

  @Override
  public boolean isArchive() {
    return has(FileAttributes.ARCHIVE);
  }

  @Override
  public boolean isSystem() {
    return has(FileAttributes.SYSTEM);
  }

  private boolean has(int bit) {
    return (attributes & bit) != 0;
  }

  @Override
  public int attributes() {
    return attributes;
  }

  @Override
  public long fileId() {
    return key.fileId();
  }

  @Override
  public int linkCount() {
    return linkCount;
  }

  @Override
  public long allocatedSize() {
    return allocatedSize;
  }

  @Override
  public OptionalInt reparseTag() {
    return reparseTag;
  }

  @Override
  public List<String> streams() {
    return streams;
  }
}
