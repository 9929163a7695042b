package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.ntfs.ExtendedAttribute;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsName;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.Sid;
import java.io.IOException;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** The attributes of the file at a path, which is looked up whenever it is asked for something. */
final class FileView implements NtfsFileAttributeView {

  /** Directories within directories that a path may have. */
  private static final int MAX_DEPTH = 1 << 15;

  private static final int REPARSE_HEADER_SIZE = 8;

  private final NtfsPath path;
  private final boolean followsLinks;

  FileView(NtfsPath path, boolean followsLinks) {
    this.path = path;
    this.followsLinks = followsLinks;
  }

  /** Reads something of the file. */
  interface Reading<T> {
    T of(Node node) throws IOException;
  }

  /** Changes something of the file. */
  interface Editing {
    void of(NtfsEditor editor, Node node) throws IOException;
  }

  /** Reads while nobody writes. */
  <T> T read(Reading<T> reading) throws IOException {
    NtfsFileSystem fileSystem = path.getFileSystem();
    return fileSystem.read(() -> reading.of(fileSystem.find(path, followsLinks)));
  }

  /** Writes while nobody else reads or writes. */
  void edit(Editing editing) throws IOException {
    NtfsFileSystem fileSystem = path.getFileSystem();
    fileSystem.edit(
        editor -> {
          editing.of(editor, fileSystem.find(path, followsLinks));
          return null;
        });
  }

  @Override
  public NtfsFileAttributes readAttributes() throws IOException {
    return read(node -> FileFacts.of(node, path.getFileSystem().volume().serial()));
  }

  @Override
  public Optional<String> shortName() throws IOException {
    return read(
        node -> {
          if (node.isRoot()) {
            return Optional.empty();
          }
          long directory = node.place().directory().recordNumber();
          return node.file().names().stream()
              .filter(name -> name.parentRecordNumber() == directory)
              .filter(name -> name.name().equals(node.name()))
              .findFirst()
              .flatMap(NtfsName::shortName);
        });
  }

  @Override
  public List<String> names() throws IOException {
    return read(
        node -> {
          List<String> paths = new ArrayList<>();
          for (NtfsName name : node.file().names()) {
            paths.add(node.isRoot() ? "/" : path(name));
          }
          return paths;
        });
  }

  /** The path of a name, as far as its directories can be found. */
  private String path(NtfsName name) throws IOException {
    NtfsVolume volume = path.getFileSystem().volume();
    long root = volume.root().recordNumber();
    Deque<String> names = new ArrayDeque<>();
    NtfsName next = name;
    while (names.size() < MAX_DEPTH) {
      names.push(next.name());
      Optional<NtfsFile> parent = volume.find(next.parentRecordNumber());
      if (next.parentRecordNumber() == root || parent.isEmpty() || parent.get().names().isEmpty()) {
        break;
      }
      next = parent.get().names().get(0);
    }
    return "/" + String.join("/", names);
  }

  @Override
  public Optional<byte[]> reparseData() throws IOException {
    return read(node -> node.file().reparseData());
  }

  @Override
  public Optional<byte[]> securityDescriptor() throws IOException {
    return read(node -> node.file().securityDescriptor());
  }

  @Override
  public Optional<byte[]> objectId() throws IOException {
    return read(node -> node.file().objectId());
  }

  @Override
  public List<ExtendedAttribute> extendedAttributes() throws IOException {
    return read(node -> node.file().extendedAttributes());
  }

  @Override
  public void setTimes(FileTime modified, FileTime accessed, FileTime created) throws IOException {
    edit(
        (editor, node) ->
            editor.setTimes(
                node.file(),
                ticks(created),
                ticks(modified),
                OptionalLong.empty(),
                ticks(accessed)));
  }

  private static OptionalLong ticks(FileTime time) {
    return time == null
        ? OptionalLong.empty()
        : OptionalLong.of(FileTime100ns.of(time.toInstant()));
  }

  @Override
  public void setChangeTime(FileTime changed) throws IOException {
    OptionalLong none = OptionalLong.empty();
    edit((editor, node) -> editor.setTimes(node.file(), none, none, ticks(changed), none));
  }

  @Override
  public void setReadOnly(boolean value) throws IOException {
    setAttribute(FileAttributes.READ_ONLY, value);
  }

  @Override
  public void setHidden(boolean value) throws IOException {
    setAttribute(FileAttributes.HIDDEN, value);
  }

  @Override
  public void setSystem(boolean value) throws IOException {
    setAttribute(FileAttributes.SYSTEM, value);
  }

  @Override
  public void setArchive(boolean value) throws IOException {
    setAttribute(FileAttributes.ARCHIVE, value);
  }

  private void setAttribute(int bit, boolean value) throws IOException {
    edit(
        (editor, node) -> {
          int old = node.file().attributes() & FileAttributes.SETTABLE;
          editor.setAttributes(node.file(), value ? old | bit : old & ~bit);
        });
  }

  @Override
  public void setAttributes(int attributes) throws IOException {
    edit((editor, node) -> editor.setAttributes(node.file(), attributes & FileAttributes.SETTABLE));
  }

  @Override
  public void setShortName(String shortName) throws IOException {
    edit(
        (editor, node) ->
            editor.setShortName(
                node.place().directory(),
                node.name(),
                Optional.of(shortName).filter(name -> !name.isEmpty())));
  }

  @Override
  public void setReparseData(byte[] value) throws IOException {
    if (value.length != 0 && value.length < REPARSE_HEADER_SIZE) {
      throw new IllegalArgumentException(
          "reparseData (" + value.length + " bytes) must have a header of 8 bytes");
    }
    edit(
        (editor, node) -> {
          if (value.length == 0) {
            editor.removeReparsePoint(node.file());
          } else {
            editor.setReparsePoint(
                node.file(),
                LittleEndian.i32(value, 0),
                Arrays.copyOfRange(value, REPARSE_HEADER_SIZE, value.length));
          }
        });
  }

  @Override
  public void setSecurityDescriptor(byte[] selfRelative) throws IOException {
    edit((editor, node) -> editor.setSecurityDescriptor(node.file(), selfRelative));
  }

  @Override
  public void setObjectId(byte[] id) throws IOException {
    edit(
        (editor, node) -> {
          if (id.length == 0) {
            editor.removeObjectId(node.file());
          } else {
            editor.setObjectId(node.file(), id);
          }
        });
  }

  @Override
  public void setExtendedAttributes(List<ExtendedAttribute> attributes) throws IOException {
    edit((editor, node) -> editor.setExtendedAttributes(node.file(), attributes));
  }

  @Override
  public void setSparse(boolean sparse) throws IOException {
    edit((editor, node) -> editor.setSparse(node.file(), node.stream(), sparse));
  }

  @Override
  public void setCompressed(boolean compressed) throws IOException {
    edit((editor, node) -> editor.setCompressed(node.file(), node.stream(), compressed));
  }

  UserPrincipal owner() throws IOException {
    Sid owner = read(FileView::descriptor).owner();
    return owner == null ? Principal.NOBODY : new Principal(owner);
  }

  void setOwner(UserPrincipal owner) throws IOException {
    Sid sid = Principal.of(owner).sid();
    editDescriptor(
        old -> new SecurityDescriptor(old.control(), sid, old.group(), old.sacl(), old.dacl()));
  }

  List<AclEntry> acl() throws IOException {
    return AclEntries.of(read(FileView::descriptor));
  }

  void setAcl(List<AclEntry> acl) throws IOException {
    editDescriptor(old -> AclEntries.put(old, acl));
  }

  private void editDescriptor(UnaryOperator<SecurityDescriptor> change) throws IOException {
    edit(
        (editor, node) -> {
          byte[] changed = change.apply(descriptor(node)).toBytes(source(node));
          editor.setSecurityDescriptor(node.file(), changed);
        });
  }

  /** The descriptor of a file; where it has none, that of no owner, which allows all. */
  private static SecurityDescriptor descriptor(Node node) throws IOException {
    Optional<byte[]> bytes = node.file().securityDescriptor();
    return bytes.isPresent()
        ? SecurityDescriptor.get(bytes.get(), source(node))
        : new SecurityDescriptor(0, null, null, null, null);
  }

  private static String source(Node node) {
    return node.file() + ", security descriptor";
  }

  /** The view {@code basic}. */
  record Basic(FileView file) implements BasicFileAttributeView {

    @Override
    public String name() {
      return "basic";
    }

    @Override
    public BasicFileAttributes readAttributes() throws IOException {
      return file.readAttributes();
    }

    @Override
    public void setTimes(FileTime modified, FileTime accessed, FileTime created)
        throws IOException {
      file.setTimes(modified, accessed, created);
    }
  }

  /** The view {@code dos}. */
  record Dos(FileView file) implements DosFileAttributeView {

    @Override
    public String name() {
      return "dos";
    }

    @Override
    public DosFileAttributes readAttributes() throws IOException {
      return file.readAttributes();
    }

    @Override
    public void setTimes(FileTime modified, FileTime accessed, FileTime created)
        throws IOException {
      file.setTimes(modified, accessed, created);
    }

    @Override
    public void setReadOnly(boolean value) throws IOException {
      file.setReadOnly(value);
    }

    @Override
    public void setHidden(boolean value) throws IOException {
      file.setHidden(value);
    }

    @Override
    public void setSystem(boolean value) throws IOException {
      file.setSystem(value);
    }

    @Override
    public void setArchive(boolean value) throws IOException {
      file.setArchive(value);
    }
  }
}
