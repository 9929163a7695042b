package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A file or directory of a volume, as its MFT records tell it when it is opened. It holds nothing
 * that would have to be closed. Safe for use by several threads.
 *
 * <p>Times are file times: 100 ns since 1601-01-01 UTC.
 */
public final class NtfsFile {

  private static final int MAX_SMALL_VALUE = 1 << 10;
  private static final int MAX_DESCRIPTOR_SIZE = 256 << 10;

  /** Files whose content another filter of Windows keeps elsewhere, by the reparse tag. */
  private static final Map<Integer, String> FILTERS =
      Map.of(
          0x80000013, "deduplicated",
          0x80000007, "in the single instance store",
          0x80000006, "in remote storage",
          0xC0000004, "in remote storage");

  /**
   * The tags of synchronised files, which differ in four bits, and the mask that leaves these out.
   */
  private static final int TAG_CLOUD = 0x9000001A;

  private static final int MASK_CLOUD = 0xFFFF0FFF;

  private static final int OBJECT_ID_SIZE = 16;
  private static final int FULL_OBJECT_ID_SIZE = 64;

  private final NtfsVolume volume;
  private final AttributeSet attributes;

  NtfsFile(NtfsVolume volume, AttributeSet attributes) {
    this.volume = volume;
    this.attributes = attributes;
  }

  /** The number of the file's MFT record. */
  public long recordNumber() {
    return FileReference.record(attributes.reference());
  }

  /** The file reference: record number and, in the upper 16 bits, sequence number. */
  public long reference() {
    return attributes.reference();
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return attributes.base().isDirectory();
  }

  /** When it was created. */
  public long created() throws IOException {
    return standardInformation().created();
  }

  /** When its content was modified. */
  public long modified() throws IOException {
    return standardInformation().modified();
  }

  /** When its record was changed. */
  public long changed() throws IOException {
    return standardInformation().changed();
  }

  /** When it was last read. */
  public long accessed() throws IOException {
    return standardInformation().accessed();
  }

  /** The bits of {@link FileAttributes}, that of a directory included. */
  public int attributes() throws IOException {
    int stored = standardInformation().attributes() & ~FileAttributes.VIEW_INDEX;
    return isDirectory() ? stored | FileAttributes.DIRECTORY : stored;
  }

  /** The bits as $STANDARD_INFORMATION has them. */
  int storedAttributes() throws IOException {
    return standardInformation().attributes();
  }

  /** The id of its security descriptor in $Secure, or 0 when it has one of its own. */
  public int securityId() throws IOException {
    return standardInformation().securityId();
  }

  /**
   * Its security descriptor, self-relative, if there is one.
   *
   * @throws CorruptFormatException when $Secure has no descriptor of the file's id
   */
  public Optional<byte[]> securityDescriptor() throws IOException {
    int id = securityId();
    return id != 0
        ? Optional.of(volume.securityDescriptors().get(id))
        : value(AttributeType.SECURITY_DESCRIPTOR, MAX_DESCRIPTOR_SIZE);
  }

  /** Its names: more than one when it has hard links. Short names stand with their long ones. */
  public List<NtfsName> names() throws IOException {
    List<FileName> all = fileNames();
    List<NtfsName> names = new ArrayList<>();
    for (FileName name : all) {
      if (name.namespace() != FileName.DOS) {
        names.add(new NtfsName(name.parent(), name.name(), shortName(name, all)));
      }
    }
    return List.copyOf(names);
  }

  /** Its 8.3 name, which may be its one name. */
  public Optional<String> shortName() throws IOException {
    for (FileName name : fileNames()) {
      if (name.namespace() == FileName.DOS || name.namespace() == FileName.WIN32_AND_DOS) {
        return Optional.of(name.name());
      }
    }
    return Optional.empty();
  }

  /** The data streams: the unnamed one, which a directory has not, and the named ones. */
  public List<NtfsStream> streams() {
    return attributes.all(AttributeType.DATA).stream()
        .map(attribute -> new NtfsStream(this, attribute))
        .toList();
  }

  /**
   * A data stream, by name without regard to case.
   *
   * @param name the name, empty for the unnamed one
   * @throws NoSuchFileException when there is none of that name
   */
  public NtfsStream stream(String name) throws IOException {
    return findStream(name)
        .orElseThrow(() -> new NoSuchFileException(label() + (name.isEmpty() ? "" : ":" + name)));
  }

  /** A data stream, as {@link #stream} gives it, if there is one. */
  public Optional<NtfsStream> findStream(String name) throws IOException {
    NtfsAttribute best = attributes.find(AttributeType.DATA, name).orElse(null);
    if (best == null && !name.isEmpty()) {
      FileNameCollation collation = volume.collation();
      for (NtfsAttribute attribute : attributes.all(AttributeType.DATA)) {
        if (collation.compareIgnoringCase(attribute.name(), name) == 0) {
          best = attribute;
          break;
        }
      }
    }
    return Optional.ofNullable(best).map(attribute -> new NtfsStream(this, attribute));
  }

  /** The size of the unnamed stream, 0 when there is none. */
  public long size() {
    return attributes.find(AttributeType.DATA).map(NtfsAttribute::size).orElse(0L);
  }

  /**
   * Reads from the stream of a name.
   *
   * @return how many bytes were read, or -1 at the end
   * @see NtfsStream#read
   */
  public int read(String stream, long position, ByteBuffer target) throws IOException {
    return stream(stream).read(position, target);
  }

  /** The bytes of the unnamed stream from its begin. */
  public InputStream newInputStream() throws IOException {
    return stream("").newInputStream();
  }

  /** Its reparse tag, if it is a link or belongs to a filter. */
  public OptionalInt reparseTag() throws IOException {
    Optional<ReparsePoint> point = reparsePoint();
    return point.isPresent() ? OptionalInt.of(point.get().tag()) : OptionalInt.empty();
  }

  /** Its reparse point with header: tag, length, and the data that the tag gives a meaning. */
  public Optional<byte[]> reparseData() throws IOException {
    return value(AttributeType.REPARSE_POINT, ReparsePoint.MAX_SIZE);
  }

  /** Its object id: 16 bytes, or 64 where a program wrote those of its birth beside it. */
  public Optional<byte[]> objectId() throws IOException {
    return value(AttributeType.OBJECT_ID, MAX_SMALL_VALUE);
  }

  /**
   * Its object id with the ids of its birth volume, birth object and domain, 64 bytes as Windows
   * hands them out. The volume's index of object ids has them; where it has none they are zeros.
   *
   * @throws CorruptFormatException when that index is damaged
   */
  public Optional<byte[]> fullObjectId() throws IOException {
    Optional<byte[]> id = objectId();
    if (id.isEmpty() || id.get().length != OBJECT_ID_SIZE) {
      return id;
    }
    byte[] full = Arrays.copyOf(id.get(), FULL_OBJECT_ID_SIZE);
    Optional<NtfsFile> index = volume.find(ObjectIdIndex.PATH);
    if (index.isPresent()) {
      ObjectIdIndex.birthIds(index.get().attributes, volume.clusters(), full)
          .ifPresent(birth -> System.arraycopy(birth, 0, full, OBJECT_ID_SIZE, birth.length));
    }
    return Optional.of(full);
  }

  /** Its extended attributes, of OS/2 origin. */
  public List<ExtendedAttribute> extendedAttributes() throws IOException {
    Optional<byte[]> value = extendedAttributeBytes();
    return value.isPresent()
        ? ExtendedAttribute.all(value.get(), attributes.source() + ", $EA")
        : List.of();
  }

  /** The value of $EA, if there is one. */
  public Optional<byte[]> extendedAttributeBytes() throws IOException {
    return value(AttributeType.EA, ExtendedAttribute.MAX_SIZE);
  }

  /**
   * The files in this directory, in the volume's order of names. They are held in memory together;
   * {@link #walk} does without.
   *
   * @throws CorruptFormatException when the directory's index is damaged, or it is no directory
   */
  public List<NtfsDirectoryEntry> list() throws IOException {
    List<NtfsDirectoryEntry> list = new ArrayList<>();
    DirectoryEntries entries = entries();
    for (NtfsDirectoryEntry entry = entries.next(); entry != null; entry = entries.next()) {
      list.add(entry);
    }
    return list;
  }

  /**
   * The file of a name in this directory, long or short, without regard to case; where several
   * names differ only in case, the exact one is preferred.
   */
  public Optional<NtfsDirectoryEntry> find(String name) throws IOException {
    return DirectoryEntries.find(attributes, name, volume.clusters(), volume.collation());
  }

  /**
   * Visits all that is below this directory, in the volume's order of names. Links are not
   * followed. Memory grows with the depth and the number of short names in a directory only.
   *
   * @throws CorruptFormatException when a directory is damaged or is reached twice, unless the
   *     visitor goes on
   */
  public void walk(NtfsVisitor visitor) throws IOException {
    new NtfsWalk(volume, visitor).run(this);
  }

  /** What messages call the file. */
  String label() {
    String name = "MFT record " + recordNumber();
    try {
      for (FileName fileName : fileNames()) {
        if (fileName.namespace() != FileName.DOS) {
          name = fileName.name();
          break;
        }
      }
    } catch (IOException e) {
      return volume.name() + ": " + name;
    }
    return volume.name() + ": " + name;
  }

  DirectoryEntries entries() throws IOException {
    return new DirectoryEntries(attributes, volume.clusters());
  }

  NtfsVolume volume() {
    return volume;
  }

  /** The bytes of a data stream, through the filter that the reparse point names. */
  StreamContent content(NtfsAttribute data) throws IOException {
    if (data.name().isEmpty() && attributes.find(AttributeType.REPARSE_POINT).isPresent()) {
      ReparsePoint point = reparsePoint().orElseThrow();
      if (point.tag() == WofContent.TAG) {
        Optional<NtfsAttribute> stored = attributes.find(AttributeType.DATA, WofContent.STREAM);
        return WofContent.of(
            point.data(),
            stored.isPresent() ? stored.get().content() : null,
            data.size(),
            data.source());
      }
      String filter = filter(point, data);
      if (filter != null) {
        throw new UnsupportedFormatException(
            data.source(),
            UnsupportedFormatException.NO_OFFSET,
            String.format("the file is %s (reparse tag %08xh): not read", filter, point.tag()));
      }
    }
    return data.content();
  }

  /** Where another filter of Windows keeps the bytes of the unnamed stream, or null. */
  private static String filter(ReparsePoint point, NtfsAttribute data) {
    return (point.tag() & MASK_CLOUD) == TAG_CLOUD && data.size() > 0 && data.storedSize() == 0
        ? "in the cloud only"
        : FILTERS.get(point.tag());
  }

  /** Whether the bytes of the unnamed stream are those that a filter of Windows says. */
  boolean isFiltered(NtfsAttribute data) throws IOException {
    Optional<ReparsePoint> point = reparsePoint();
    return point.isPresent()
        && (point.get().tag() == WofContent.TAG || filter(point.get(), data) != null);
  }

  /** Whether the Windows overlay filter compressed the unnamed stream. */
  boolean isOverlay() throws IOException {
    OptionalInt tag = reparseTag();
    return tag.isPresent() && tag.getAsInt() == WofContent.TAG;
  }

  private StandardInformation standardInformation() throws IOException {
    NtfsAttribute attribute =
        attributes
            .find(AttributeType.STANDARD_INFORMATION)
            .orElseThrow(() -> NtfsVolume.missing(attributes, AttributeType.STANDARD_INFORMATION));
    byte[] bytes = attribute.value(MAX_SMALL_VALUE);
    return StandardInformation.get(bytes, 0, bytes.length, attribute.source());
  }

  private List<FileName> fileNames() throws IOException {
    List<FileName> names = new ArrayList<>();
    for (NtfsAttribute attribute : attributes.all(AttributeType.FILE_NAME)) {
      byte[] bytes = attribute.value(MAX_SMALL_VALUE);
      names.add(FileName.get(bytes, 0, bytes.length, attribute.source()));
    }
    return names;
  }

  private static Optional<String> shortName(FileName name, List<FileName> all) {
    if (name.namespace() == FileName.WIN32_AND_DOS) {
      return Optional.of(name.name());
    }
    if (name.namespace() == FileName.WIN32) {
      for (FileName other : all) {
        if (other.namespace() == FileName.DOS && other.parent() == name.parent()) {
          return Optional.of(other.name());
        }
      }
    }
    return Optional.empty();
  }

  private Optional<ReparsePoint> reparsePoint() throws IOException {
    Optional<byte[]> value = reparseData();
    return value.isPresent()
        ? Optional.of(
            ReparsePoint.get(
                value.get(), 0, value.get().length, attributes.source() + ", $REPARSE_POINT"))
        : Optional.empty();
  }

  private Optional<byte[]> value(int type, int limit) throws IOException {
    Optional<NtfsAttribute> attribute = attributes.find(type);
    return attribute.isPresent() ? Optional.of(attribute.get().value(limit)) : Optional.empty();
  }

  @Override
  public String toString() {
    return label();
  }
}
