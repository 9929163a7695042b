package io.vhdboot.ntfs;

import io.vhdboot.disk.ShortNames;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.StandardDescriptors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Makes a whole volume at once. It is told all files first, without their content; then {@link
 * #plan()} says where everything will lie, and the {@link NtfsLayout#writer writer} of that layout
 * takes the content in any order and writes the metadata last.
 *
 * <p>Names are strings of raw 16-bit units: 1 to 255 of them, neither NUL nor slash. Names that
 * differ only in case may stand side by side. A name without a short name is written as Windows
 * writes it where it makes no short names: in the POSIX namespace.
 *
 * <p>Not for use by several threads at once.
 */
public final class NtfsImageBuilder {

  /** NTFS compresses only where a cluster is no larger. */
  private static final int MAX_COMPRESSIBLE_CLUSTER = 4096;

  /** The table of a file's chunks is kept in memory until it is written. */
  private static final long MAX_OVERLAY_SIZE = 256L << 30;

  private final NtfsFormatOptions options;
  private final SecurityTable security = new SecurityTable();
  private final List<NodeHandle> nodes = new ArrayList<>();
  private final List<StreamHandle> streams = new ArrayList<>();
  private final List<ViewIndex.ObjectId> objectIds = new ArrayList<>();
  private final List<NodeHandle> reparseNodes = new ArrayList<>();
  private final List<LinkHandle> droppedShortNames = new ArrayList<>();
  private final Set<UUID> knownObjectIds = new HashSet<>();
  private final SystemFiles system;
  private int indexCount;
  private int defaultFileId;
  private int defaultDirectoryId;
  private int revision;

  private NtfsImageBuilder(NtfsFormatOptions options) {
    this.options = options;
    this.system = new SystemFiles(this, options, security, objectIds, reparseNodes);
  }

  /** Begins with an empty volume. */
  public static NtfsImageBuilder create(NtfsFormatOptions options) {
    return new NtfsImageBuilder(options);
  }

  /** The root directory. */
  public NodeHandle root() {
    return system.root;
  }

  /**
   * Remembers a self-relative security descriptor.
   *
   * @return what {@link FileMetadata} names it by; the same bytes always have the same. The id on
   *     the volume may be another one.
   * @throws IllegalArgumentException when its parts do not lie within it
   */
  public int securityDescriptor(byte[] descriptor) {
    String problem = SecurityDescriptor.problem(descriptor);
    if (problem != null) {
      throw new IllegalArgumentException("security descriptor: " + problem);
    }
    int limit = SecurityDescriptorEntry.HALF - SecurityDescriptorEntry.HEADER_SIZE;
    if (descriptor.length > limit) {
      throw new IllegalArgumentException(
          "security descriptor (" + descriptor.length + " bytes) must fit in " + limit);
    }
    revision++;
    return security.add(descriptor);
  }

  /** Adds a directory to another one. */
  public NodeHandle addDirectory(NodeHandle parent, String name, FileMetadata metadata) {
    checkParent(parent);
    checkName(name);
    NodeHandle node =
        newNode(
            NodeHandle.ANY_RECORD,
            1,
            FileRecord.FLAG_IN_USE | FileRecord.FLAG_DIRECTORY,
            secured(metadata, true));
    node.indexes = new IndexSource[] {new DirectoryIndex(nextIndex())};
    setCompressed(node, metadata);
    newLink(node, parent, name, FileName.POSIX);
    return node;
  }

  /** Adds a file to a directory. It is empty unless it gets a stream without a name. */
  public NodeHandle addFile(NodeHandle parent, String name, FileMetadata metadata) {
    checkParent(parent);
    checkName(name);
    NodeHandle node =
        newNode(NodeHandle.ANY_RECORD, 1, FileRecord.FLAG_IN_USE, secured(metadata, false));
    newLink(node, parent, name, FileName.POSIX);
    return node;
  }

  /** Adds another name for a file. */
  public LinkHandle addLink(NodeHandle parent, String name, NodeHandle file) {
    checkParent(parent);
    if (file.isDirectory() || file.isSystem()) {
      throw new IllegalArgumentException("a directory (" + file + ") cannot have two names");
    }
    return newLink(file, parent, checkName(name), FileName.POSIX);
  }

  /** Sets the metadata of a file or directory anew; also that of the root. */
  public void setMetadata(NodeHandle node, FileMetadata metadata) {
    checkNode(node);
    checkSecurityId(metadata);
    node.metadata = node.isSystem() ? metadata : secured(metadata, node.isDirectory());
    setCompressed(node, metadata);
    revision++;
  }

  /**
   * Gives a link a short name. NTFS keeps one for a file, and none where the long name would not be
   * legal in Windows.
   *
   * @return whether it could; further short names are dropped when the layout is made, where they
   *     would clash with another name of the directory
   */
  public boolean setShortName(LinkHandle link, String shortName) {
    if (!ShortNames.isShortName(shortName)
        || !ShortNames.isWin32Name(link.name)
        || link.namespace != FileName.POSIX) {
      return false;
    }
    LinkHandle before = null;
    for (LinkHandle other = link.node.firstLink; other != null; other = other.next) {
      if (other.namespace != FileName.POSIX) {
        return false;
      }
      if (other.next == link) {
        before = other;
      }
    }
    revision++;
    FileNameCollation collation = new FileNameCollation(UpCaseTable.windows7());
    if (collation.compareIgnoringCase(link.name, shortName) == 0) {
      link.namespace = FileName.WIN32_AND_DOS;
      return true;
    }
    link.namespace = FileName.WIN32;
    LinkHandle dos = new LinkHandle(link.node, link.parent, shortName, FileName.DOS);
    dos.next = link;
    if (before == null) {
      link.node.firstLink = dos;
    } else {
      before.next = dos;
    }
    link.parent.directory().add(dos);
    return true;
  }

  /**
   * Adds a stream.
   *
   * @param node the file, or a directory if the name is not empty
   * @param name empty for a file's content
   * @param size bytes that will be written
   * @param placementKey content lies on the volume in the order of these keys, that of equal ones
   *     in the order in which it was added
   */
  public StreamHandle addStream(NodeHandle node, String name, long size, long placementKey) {
    checkNode(node);
    if (name.isEmpty() && node.isDirectory()) {
      throw new IllegalArgumentException("a directory (" + node + ") has no unnamed stream");
    }
    if (name.length() > FileName.MAX_LENGTH || !isStreamName(name)) {
      throw new IllegalArgumentException(
          "stream name (" + name + ") must have at most 255 units, no NUL, slash or colon");
    }
    if (size < 0) {
      throw new IllegalArgumentException("size (" + size + ") must not be negative");
    }
    return newStream(node, AttributeType.DATA, name, size, placementKey);
  }

  /**
   * Adds a stream in which parts that are zeros take no clusters. They are found in what is
   * written, in pieces of 64 KiB or of one cluster if that is larger; the layout keeps room for the
   * whole size, and what is not needed becomes free. Parameters are those of {@link #addStream}.
   */
  public StreamHandle addSparseStream(NodeHandle node, String name, long size, long placementKey) {
    return addPacked(node, name, size, placementKey, StreamForm.SPARSE);
  }

  /**
   * Adds a stream that NTFS compresses by LZNT1, 16 clusters at a time. The layout keeps room for
   * the whole size, and what is not needed becomes free. With clusters above 4 KiB, where NTFS
   * cannot compress, the stream is an ordinary one. Parameters are those of {@link #addStream}.
   */
  public StreamHandle addCompressedStream(
      NodeHandle node, String name, long size, long placementKey) {
    return options.clusterSize() <= MAX_COMPRESSIBLE_CLUSTER
        ? addPacked(node, name, size, placementKey, StreamForm.COMPRESSED)
        : addStream(node, name, size, placementKey);
  }

  /**
   * Adds the content of a file in the form in which the Windows overlay filter compresses it, as
   * {@code compact /exe} and CompactOS do: the file becomes a reparse point, its content a hole,
   * and a stream of the filter's holds the compressed bytes. Windows older than 10, and boot
   * managers, do not read such a file. The layout keeps room for the whole size, and what is not
   * needed becomes free.
   *
   * @param file a file that is no reparse point and has no content yet
   * @param size bytes that will be written, at least 1
   * @param algorithm how they are compressed
   * @param placementKey as in {@link #addStream}
   * @return the content, to be written as it is
   */
  public StreamHandle addOverlayStream(
      NodeHandle file, long size, WofAlgorithm algorithm, long placementKey) {
    if (size < 1 || size > MAX_OVERLAY_SIZE) {
      throw new IllegalArgumentException(
          "size (" + size + ") must be from 1 to " + MAX_OVERLAY_SIZE);
    }
    StreamHandle content = addPacked(file, "", size, placementKey, StreamForm.OVERLAY);
    content.nonResident = true;
    content.overlayAlgorithm = algorithm;
    content.overlayData =
        addStream(
            file,
            WofContent.STREAM,
            size + WofContent.tableSize(size, algorithm.chunkSize()),
            placementKey);
    content.overlayData.nonResident = true;
    setReparsePoint(file, WofContent.TAG, WofContent.reparseData(algorithm));
    return content;
  }

  private StreamHandle addPacked(
      NodeHandle node, String name, long size, long placementKey, StreamForm form) {
    StreamHandle stream = addStream(node, name, size, placementKey);
    stream.form = form;
    if (name.isEmpty()) {
      node.derivedAttributes |=
          form == StreamForm.COMPRESSED ? FileAttributes.COMPRESSED : FileAttributes.SPARSE;
    }
    return stream;
  }

  /**
   * Demands clusters of its own for a stream, however small it is, as boot code needs it. An empty
   * one has none.
   */
  public void demandNonResident(StreamHandle stream) {
    stream.nonResident = true;
    revision++;
  }

  /**
   * Makes a file or directory a reparse point.
   *
   * @param tag the tag, by which a filter knows its own
   * @param data what follows the 8 bytes of header; where bit 31 of the tag is clear it begins with
   *     the filter's GUID
   */
  public void setReparsePoint(NodeHandle node, int tag, byte[] data) {
    setReparsePoint(node, tag, 0, data);
  }

  /** As {@link #setReparsePoint(NodeHandle, int, byte[])}, with the header's reserved field. */
  public void setReparsePoint(NodeHandle node, int tag, int reserved, byte[] data) {
    checkUser(node);
    int limit = ReparsePoint.MAX_SIZE - ReparsePoint.HEADER_SIZE;
    if (data.length > limit || data.length < ReparsePoint.guidSize(tag)) {
      throw new IllegalArgumentException(
          "reparse data ("
              + data.length
              + " bytes) must have "
              + ReparsePoint.guidSize(tag)
              + " to "
              + limit);
    }
    newStream(
        node,
        AttributeType.REPARSE_POINT,
        "",
        new ReparsePoint(tag, reserved, data.clone()).toBytes());
    node.derivedAttributes |= FileAttributes.REPARSE_POINT;
    node.reparseTagOrEaLength = tag;
    reparseNodes.add(node);
  }

  /**
   * Gives a file or directory an object id. As Windows does, the file keeps the GUID only and the
   * index of ids the rest.
   *
   * @param id the GUID's 16 bytes, or all 64 with birth volume, birth object and domain
   * @return whether it could: no two files of a volume have the same id
   */
  public boolean setObjectId(NodeHandle node, byte[] id) {
    checkNode(node);
    if (id.length != ViewIndex.ObjectIds.ID_SIZE && id.length != ViewIndex.ObjectIds.FULL_SIZE) {
      throw new IllegalArgumentException("object id (" + id.length + " bytes) must have 16 or 64");
    }
    if (!knownObjectIds.add(WindowsGuid.get(id, 0))) {
      return false;
    }
    newStream(node, AttributeType.OBJECT_ID, "", Arrays.copyOf(id, ViewIndex.ObjectIds.ID_SIZE));
    objectIds.add(new ViewIndex.ObjectId(node, id.clone()));
    return true;
  }

  /** Gives a file or directory extended attributes: all that it shall have, at least one. */
  public void setExtendedAttributes(NodeHandle node, List<ExtendedAttribute> attributes) {
    checkUser(node);
    byte[] chain = ExtendedAttribute.toBytes(attributes);
    if (chain.length == 0 || chain.length > ExtendedAttribute.MAX_SIZE) {
      throw new IllegalArgumentException(
          "extended attributes ("
              + chain.length
              + " bytes) must have 1 to "
              + ExtendedAttribute.MAX_SIZE);
    }
    newStream(node, AttributeType.EA_INFORMATION, "", ExtendedAttribute.information(attributes));
    newStream(node, AttributeType.EA, "", chain);
    if ((node.derivedAttributes & FileAttributes.REPARSE_POINT) == 0) {
      node.reparseTagOrEaLength = ExtendedAttribute.packedLength(attributes);
    }
  }

  /** The least size of a volume that holds all this, in bytes of its partition. */
  public long minimumVolumeSize() throws IOException {
    return new TreePlan(this).minimumVolumeSize();
  }

  /**
   * Says where everything will lie on a volume of the size that the options name.
   *
   * @throws io.vhdboot.disk.NoSpaceException when it does not fit
   * @throws java.nio.file.FileAlreadyExistsException when a directory has a name twice
   */
  public NtfsLayout plan() throws IOException {
    TreePlan tree = new TreePlan(this);
    return tree.layout(
        options.volumeSize() == NtfsFormatOptions.LEAST_SIZE
            ? tree.minimumVolumeSize()
            : options.volumeSize());
  }

  /** As {@link #plan()}, for a volume of another size. */
  public NtfsLayout plan(long volumeSize) throws IOException {
    if (volumeSize <= 0 || volumeSize % options.bytesPerSector() != 0) {
      throw new IllegalArgumentException(
          "volumeSize (" + volumeSize + ") must be a multiple of " + options.bytesPerSector());
    }
    return new TreePlan(this).layout(volumeSize);
  }

  NtfsFormatOptions options() {
    return options;
  }

  SystemFiles system() {
    return system;
  }

  SecurityTable security() {
    return security;
  }

  List<NodeHandle> nodes() {
    return nodes;
  }

  List<StreamHandle> streams() {
    return streams;
  }

  List<LinkHandle> droppedShortNames() {
    return droppedShortNames;
  }

  int indexCount() {
    return indexCount;
  }

  /** Counts the changes, so that a layout knows whether it is still true. */
  int revision() {
    return revision;
  }

  int nextIndex() {
    return indexCount++;
  }

  NodeHandle newNode(int fixedRecord, int sequence, int recordFlags, FileMetadata metadata) {
    revision++;
    NodeHandle node = new NodeHandle(nodes.size(), fixedRecord, sequence, recordFlags, metadata);
    nodes.add(node);
    return node;
  }

  LinkHandle newLink(NodeHandle node, NodeHandle parent, String name, int namespace) {
    revision++;
    LinkHandle link = new LinkHandle(node, parent, name, namespace);
    if (node.firstLink == null) {
      node.firstLink = link;
    } else {
      // Behind the first, so that a thousand links do not cost a million steps.
      LinkHandle first = node.firstLink.isDos() ? node.firstLink.next : node.firstLink;
      link.next = first.next;
      first.next = link;
    }
    parent.directory().add(link);
    return link;
  }

  StreamHandle newStream(NodeHandle node, int type, String name, byte[] value) {
    StreamHandle stream = newStream(node, type, name, value.length, 0);
    stream.value = value;
    return stream;
  }

  /** Adds an attribute where the order of the record wants it. */
  StreamHandle newStream(NodeHandle node, int type, String name, long size, long placementKey) {
    FileNameCollation collation = new FileNameCollation(UpCaseTable.windows7());
    StreamHandle before = null;
    StreamHandle after = node.firstStream;
    while (after != null) {
      int order = type - after.type;
      if (order == 0) {
        order = collation.compareIgnoringCase(name, after.name);
      }
      if (order == 0) {
        throw new IllegalArgumentException(
            node + " has " + AttributeType.toString(type) + " " + name + " already");
      }
      if (order < 0) {
        break;
      }
      before = after;
      after = after.next;
    }
    revision++;
    StreamHandle stream = new StreamHandle(streams.size(), node, type, name, size, placementKey);
    streams.add(stream);
    stream.next = after;
    if (before == null) {
      node.firstStream = stream;
    } else {
      before.next = stream;
    }
    return stream;
  }

  /** Lets new files in a directory be compressed, if its attributes say so. */
  private void setCompressed(NodeHandle node, FileMetadata metadata) {
    if (!node.isDirectory()) {
      return;
    }
    boolean compressed =
        (metadata.attributes() & FileAttributes.COMPRESSED) != 0
            && options.clusterSize() <= MAX_COMPRESSIBLE_CLUSTER;
    node.derivedAttributes =
        node.derivedAttributes & ~FileAttributes.COMPRESSED
            | (compressed ? FileAttributes.COMPRESSED : 0);
  }

  /** The metadata with the default descriptor where it names none. */
  private FileMetadata secured(FileMetadata metadata, boolean directory) {
    checkSecurityId(metadata);
    if (metadata.securityId() != 0) {
      return metadata;
    }
    return new FileMetadata(
        metadata.created(),
        metadata.modified(),
        metadata.changed(),
        metadata.accessed(),
        metadata.attributes(),
        directory ? defaultDirectoryId() : defaultFileId());
  }

  private void checkSecurityId(FileMetadata metadata) {
    if (metadata.securityId() != 0 && !security.contains(metadata.securityId())) {
      throw new IllegalArgumentException(
          "securityId (" + metadata.securityId() + ") must be one that this builder gave");
    }
  }

  private int defaultFileId() {
    if (defaultFileId == 0) {
      defaultFileId = security.add(StandardDescriptors.DEFAULT_FILE);
    }
    return defaultFileId;
  }

  private int defaultDirectoryId() {
    if (defaultDirectoryId == 0) {
      defaultDirectoryId = security.add(StandardDescriptors.DEFAULT_DIRECTORY);
    }
    return defaultDirectoryId;
  }

  private void checkNode(NodeHandle node) {
    if (nodes.get(node.ordinal) != node) {
      throw new IllegalArgumentException(node + " must be of this builder");
    }
  }

  private void checkUser(NodeHandle node) {
    checkNode(node);
    if (node.isSystem()) {
      throw new IllegalArgumentException(
          "the root directory can be no reparse point, nor have EAs");
    }
  }

  private void checkParent(NodeHandle parent) {
    checkNode(parent);
    if (!parent.isDirectory()) {
      throw new IllegalArgumentException("parent (" + parent + ") must be a directory");
    }
  }

  private static String checkName(String name) {
    if (name.isEmpty()
        || name.length() > FileName.MAX_LENGTH
        || name.indexOf('\0') >= 0
        || name.indexOf('/') >= 0
        || name.equals(".")
        || name.equals("..")) {
      throw new IllegalArgumentException(
          "name (" + name + ") must have 1 to 255 units, no NUL or slash, nor be . or ..");
    }
    return name;
  }

  private static boolean isStreamName(String name) {
    return name.indexOf('\0') < 0
        && name.indexOf('/') < 0
        && name.indexOf('\\') < 0
        && name.indexOf(':') < 0;
  }
}
