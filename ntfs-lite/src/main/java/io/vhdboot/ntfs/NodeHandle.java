package io.vhdboot.ntfs;

/**
 * A file or directory that an {@link NtfsImageBuilder} knows. It has one name for each of its
 * {@link LinkHandle links}.
 */
public final class NodeHandle {

  /** The record number of a node that gets the next free one. */
  static final int ANY_RECORD = -1;

  private static final IndexSource[] NO_INDEXES = {};

  /** The place among the builder's nodes. */
  final int ordinal;

  /** The record that a system file must have, or {@link #ANY_RECORD}. */
  final int fixedRecord;

  final int sequence;

  /** The flags of the file record. */
  final int recordFlags;

  FileMetadata metadata;

  /** Bits that the attributes have besides the settable ones. */
  int derivedAttributes;

  /** The reparse tag, or the packed length of the extended attributes. */
  int reparseTagOrEaLength;

  /** The first of the names; the others follow by {@link LinkHandle#next}. */
  LinkHandle firstLink;

  /** The first of the valued attributes, in the order of the record. */
  StreamHandle firstStream;

  /** The indexes: that of a directory, or the views of a system file. */
  IndexSource[] indexes = NO_INDEXES;

  NodeHandle(int ordinal, int fixedRecord, int sequence, int recordFlags, FileMetadata metadata) {
    this.ordinal = ordinal;
    this.fixedRecord = fixedRecord;
    this.sequence = sequence;
    this.recordFlags = recordFlags;
    this.metadata = metadata;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return (recordFlags & FileRecord.FLAG_DIRECTORY) != 0;
  }

  /**
   * The name under which it was added.
   *
   * @throws IllegalStateException when it is the root, which was not
   */
  public LinkHandle firstName() {
    if (isSystem()) {
      throw new IllegalStateException("the root directory has no name");
    }
    LinkHandle link = firstLink;
    return link.isDos() ? link.next : link;
  }

  boolean isSystem() {
    return fixedRecord != ANY_RECORD;
  }

  /** Whether the security id is kept in $Secure, and not the descriptor in the record. */
  boolean hasSecurityId() {
    return metadata.securityId() != 0;
  }

  /** Bytes of $STANDARD_INFORMATION. */
  int standardInformationSize() {
    return hasSecurityId() ? StandardInformation.LONG_SIZE : StandardInformation.SHORT_SIZE;
  }

  /** The file attributes as $STANDARD_INFORMATION has them. */
  int attributes() {
    return metadata.attributes() & FileAttributes.SETTABLE | derivedAttributes;
  }

  /** Whether it is a directory in which new files are to be compressed. */
  boolean isCompressed() {
    return (derivedAttributes & FileAttributes.COMPRESSED) != 0;
  }

  /** The file attributes as $FILE_NAME has them. */
  int nameAttributes() {
    return attributes() | (isDirectory() ? FileAttributes.NAME_DIRECTORY : 0);
  }

  /** Whether it has content, if only an empty one. */
  boolean hasContent() {
    return indexes.length == 0;
  }

  /** The index of a directory. */
  DirectoryIndex directory() {
    return (DirectoryIndex) indexes[0];
  }

  /** The attribute of that type and name, or null. */
  StreamHandle stream(int type, String name) {
    StreamHandle stream = firstStream;
    while (stream != null && !(stream.type == type && stream.name.equals(name))) {
      stream = stream.next;
    }
    return stream;
  }

  int linkCount() {
    int count = 0;
    for (LinkHandle link = firstLink; link != null; link = link.next) {
      count++;
    }
    return count;
  }

  @Override
  public String toString() {
    return firstLink == null ? "record " + fixedRecord : firstLink.toString();
  }
}
