package io.vhdboot.wim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A file or directory to be written into an image. Directories are given their contents by {@link
 * #add}; a file that is added under several names gets them as hard links.
 *
 * <pre>{@code
 * NewFile root = NewFile.directory();
 * NewFile windows = root.add("Windows", NewFile.directory());
 * windows.add("notepad.exe", NewFile.of(bytes).times(fileTime));
 * }</pre>
 *
 * <p>Not for use by several threads at the same time.
 */
public final class NewFile {

  private static final int ATTRIBUTE_ARCHIVE = 0x20;

  private final boolean directory;

  // Most files have none of these: they are made when the first comes.
  private Map<String, Link> children = Map.of();
  private Map<String, BlobSource> namedStreams = Map.of();
  private List<TaggedItem> items = List.of();

  private final BlobSource data;
  private int attributes;
  private long creationTime;
  private long lastAccessTime;
  private long lastWriteTime;
  private byte[] securityDescriptor;
  private int reparseTag;
  private int reparseReserved;
  private boolean reparseNotFixed;
  private BlobSource reparseData;
  private int linkCount;

  private NewFile(boolean directory, BlobSource data) {
    this.directory = directory;
    this.data = data;
    this.attributes = directory ? WimInode.ATTRIBUTE_DIRECTORY : ATTRIBUTE_ARCHIVE;
  }

  /** A name in a directory. */
  record Link(String name, String shortName, NewFile file) {}

  /** An empty directory. */
  public static NewFile directory() {
    return new NewFile(true, null);
  }

  /** A file with data from a source. */
  public static NewFile of(BlobSource data) {
    return new NewFile(false, Objects.requireNonNull(data, "data"));
  }

  /** A file with data from memory, which are not copied. */
  public static NewFile of(byte[] data) {
    return of(BlobSource.of(data));
  }

  /**
   * Adds a name to this directory.
   *
   * @param file what it names; a directory may be named once only
   * @return {@code file}
   */
  public NewFile add(String name, NewFile file) {
    return add(name, "", file);
  }

  /**
   * Adds a name with an 8.3 name to this directory.
   *
   * @param file what it names; a directory may be named once only
   * @return {@code file}
   */
  public NewFile add(String name, String shortName, NewFile file) {
    if (!directory) {
      throw new IllegalArgumentException("name (" + name + ") must be added to a directory");
    }
    if (!isName(name) || !Dentry.canHold(shortName)) {
      throw new IllegalArgumentException(
          "name (" + Text.printable(name) + ") must be 1 to 32767 units without NUL, not . or ..");
    }
    if (file.directory && (file.linkCount > 0 || file == this)) {
      throw new IllegalArgumentException(
          "directory (" + Text.printable(name) + ") must be added once only");
    }
    if (children.isEmpty()) {
      children = new LinkedHashMap<>();
    }
    if (children.putIfAbsent(name, new Link(name, shortName, file)) != null) {
      throw new IllegalArgumentException(
          "name (" + Text.printable(name) + ") must be new in its directory");
    }
    file.linkCount++;
    return file;
  }

  /** Whether a WIM can hold a name. */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('\0') < 0
        && Dentry.canHold(name);
  }

  /** What this directory has under exactly this name. */
  public Optional<NewFile> child(String name) {
    return Optional.ofNullable(children.get(name)).map(Link::file);
  }

  /**
   * What is below this directory at a path of names separated by {@code /}, without regard to case.
   */
  public Optional<NewFile> find(String path) {
    NewFile file = this;
    for (String step : path.split("/")) {
      NewFile next = file.children.containsKey(step) ? file.children.get(step).file : null;
      if (next == null) {
        for (Link link : file.children.values()) {
          if (link.name.equalsIgnoreCase(step)) {
            next = link.file;
            break;
          }
        }
      }
      if (next == null) {
        return Optional.empty();
      }
      file = next;
    }
    return Optional.of(file);
  }

  /** Sets the FILE_ATTRIBUTE flags; those of directories and reparse points come by themselves. */
  public NewFile attributes(int flags) {
    this.attributes =
        flags & ~(WimInode.ATTRIBUTE_DIRECTORY | WimInode.ATTRIBUTE_REPARSE_POINT)
            | (directory ? WimInode.ATTRIBUTE_DIRECTORY : 0);
    return this;
  }

  /** Sets all three times to one, as {@link io.vhdboot.disk.FileTime100ns} counts. */
  public NewFile times(long fileTime) {
    return times(fileTime, fileTime, fileTime);
  }

  /** Sets the times, as {@link io.vhdboot.disk.FileTime100ns} counts. */
  public NewFile times(long creation, long lastAccess, long lastWrite) {
    this.creationTime = creation;
    this.lastAccessTime = lastAccess;
    this.lastWriteTime = lastWrite;
    return this;
  }

  /**
   * Sets the security descriptor, self-relative. It is not copied and must not be changed: files
   * are many and descriptors few.
   */
  public NewFile securityDescriptor(byte[] descriptor) {
    this.securityDescriptor = Objects.requireNonNull(descriptor, "descriptor");
    return this;
  }

  /** Adds a named stream. */
  public NewFile stream(String name, BlobSource source) {
    if (name.isEmpty() || !Dentry.canHold(name)) {
      throw new IllegalArgumentException(
          "stream (" + Text.printable(name) + ") must have a name of 1 to 32767 units");
    }
    if (namedStreams.isEmpty()) {
      namedStreams = new LinkedHashMap<>();
    }
    if (namedStreams.putIfAbsent(name, source) != null) {
      throw new IllegalArgumentException("stream (" + Text.printable(name) + ") must be new");
    }
    return this;
  }

  /**
   * Makes this a reparse point. A WIM cannot say that reparse points are hard links of each other:
   * each name of one becomes a file.
   *
   * @param tag the tag
   * @param source what follows the first 8 bytes of the REPARSE_DATA_BUFFER
   * @param notFixed whether an absolute target was left as it is
   */
  public NewFile reparse(int tag, BlobSource source, boolean notFixed) {
    return reparse(tag, 0, source, notFixed);
  }

  /**
   * Makes this a reparse point, as {@link #reparse(int, BlobSource, boolean)} does.
   *
   * @param reserved the reserved 16 bits of the REPARSE_DATA_BUFFER, 0 as a rule
   */
  public NewFile reparse(int tag, int reserved, BlobSource source, boolean notFixed) {
    this.reparseTag = tag;
    this.reparseReserved = reserved;
    this.reparseData = Objects.requireNonNull(source, "source");
    this.reparseNotFixed = notFixed;
    return this;
  }

  /** Sets the object id: 16 bytes, or 64 with the birth ids. */
  public NewFile objectId(byte[] id) {
    if (id.length != 16 && id.length != 64) {
      throw new IllegalArgumentException("id (" + id.length + " bytes) must have 16 or 64");
    }
    return item(new TaggedItem(TaggedItem.OBJECT_ID, id));
  }

  /** Sets the extended attributes. */
  public NewFile extendedAttributes(List<ExtendedAttribute> attributes) {
    return item(new TaggedItem(TaggedItem.EXTENDED_ATTRIBUTES, ExtendedAttribute.pack(attributes)));
  }

  /** Adds a tagged item; one of the same tag that is there already goes. */
  public NewFile item(TaggedItem item) {
    if (items.isEmpty()) {
      items = new ArrayList<>(1);
    }
    items.removeIf(present -> present.tag() == item.tag());
    items.add(item);
    return this;
  }

  /** Whether this is a directory. */
  public boolean isDirectory() {
    return directory;
  }

  boolean isReparsePoint() {
    return reparseData != null;
  }

  Collection<Link> children() {
    return Collections.unmodifiableCollection(children.values());
  }

  /** Where its data come from; nothing when it is a directory. */
  public Optional<BlobSource> data() {
    return Optional.ofNullable(data);
  }

  Optional<BlobSource> reparseData() {
    return Optional.ofNullable(reparseData);
  }

  Map<String, BlobSource> namedStreams() {
    return Collections.unmodifiableMap(namedStreams);
  }

  Optional<byte[]> securityDescriptor() {
    return Optional.ofNullable(securityDescriptor);
  }

  int linkCount() {
    return linkCount;
  }

  /** The fields that need nothing but this. */
  Dentry toDentry(Link link) {
    Dentry dentry = new Dentry();
    dentry.name = link.name();
    dentry.shortName = link.shortName();
    dentry.attributes = attributes;
    dentry.creationTime = creationTime;
    dentry.lastAccessTime = lastAccessTime;
    dentry.lastWriteTime = lastWriteTime;
    dentry.items = List.copyOf(items);
    if (isReparsePoint()) {
      dentry.attributes |= WimInode.ATTRIBUTE_REPARSE_POINT;
      dentry.setReparse(reparseTag, reparseReserved, reparseNotFixed);
    }
    return dentry;
  }
}
