package io.vhdboot.wim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file or directory of an image with everything but its names. Names that are hard links to each
 * other share one object.
 *
 * <p>Objects of this class do not change; they may be used by any thread.
 */
public final class WimInode {

  /** The attribute of a directory. */
  public static final int ATTRIBUTE_DIRECTORY = 0x10;

  /** The attribute of a reparse point: a symbolic link, a junction and more. */
  public static final int ATTRIBUTE_REPARSE_POINT = 0x400;

  /** The attribute of a file whose stored form is encrypted. */
  public static final int ATTRIBUTE_ENCRYPTED = 0x4000;

  private final int attributes;
  private final int securityId;
  private final byte[] securityDescriptor;
  private final long creationTime;
  private final long lastAccessTime;
  private final long lastWriteTime;
  private final int unknown;
  private final long linkOrReparse;
  private final FileStreams streams;
  private final List<TaggedItem> items;

  private WimEntry firstLink;
  private WimEntry lastLink;
  private int linkCount;

  WimInode(Dentry dentry, int securityId, byte[] securityDescriptor, FileStreams streams) {
    this.attributes = dentry.attributes;
    this.securityId = securityId;
    this.securityDescriptor = securityDescriptor;
    this.creationTime = dentry.creationTime;
    this.lastAccessTime = dentry.lastAccessTime;
    this.lastWriteTime = dentry.lastWriteTime;
    this.unknown = dentry.unknown;
    this.linkOrReparse = dentry.linkOrReparse;
    this.streams = streams;
    this.items = dentry.items;
  }

  /** The FILE_ATTRIBUTE flags, all of them, also those that follow from how the file is stored. */
  public int attributes() {
    return attributes;
  }

  /** Whether this is a directory; a junction is one too. */
  public boolean isDirectory() {
    return (attributes & ATTRIBUTE_DIRECTORY) != 0;
  }

  /** Whether this has {@link #reparseTag() reparse data}. */
  public boolean isReparsePoint() {
    return (attributes & ATTRIBUTE_REPARSE_POINT) != 0;
  }

  /** Whether only {@link #encryptedData() the encrypted form} of its data is there. */
  public boolean isEncrypted() {
    return (attributes & ATTRIBUTE_ENCRYPTED) != 0;
  }

  /** When it was created, as {@link io.vhdboot.disk.FileTime100ns} counts. */
  public long creationTime() {
    return creationTime;
  }

  /** When it was last read, as {@link io.vhdboot.disk.FileTime100ns} counts. */
  public long lastAccessTime() {
    return lastAccessTime;
  }

  /** When its data were last written, as {@link io.vhdboot.disk.FileTime100ns} counts. */
  public long lastWriteTime() {
    return lastWriteTime;
  }

  /** The index of its security descriptor within the image, -1 when it has none. */
  public int securityId() {
    return securityId;
  }

  /** A copy of its security descriptor, self-relative; nothing when it has none or an empty one. */
  public Optional<byte[]> securityDescriptor() {
    return securityDescriptor == null || securityDescriptor.length == 0
        ? Optional.empty()
        : Optional.of(securityDescriptor.clone());
  }

  /** The 32 bits of unknown meaning at 54h of its entry. */
  public int unknown() {
    return unknown;
  }

  /** The id of its hard-link group in the file, 0 for none. Ids collide: see {@link #links()}. */
  public long hardLinkGroup() {
    return isReparsePoint() ? 0 : linkOrReparse;
  }

  /**
   * All its names, in the order of the tree. Entries are links of one file when their groups' ids
   * and their data agree, as Windows sees it.
   */
  public List<WimEntry> links() {
    List<WimEntry> links = new ArrayList<>(linkCount);
    for (WimEntry link = firstLink; link != null; link = link.nextLink()) {
      links.add(link);
    }
    return links;
  }

  /** How many names it has. */
  public int linkCount() {
    return linkCount;
  }

  /** Its data; nothing when there are none. */
  public Optional<WimStream> data() {
    return Optional.ofNullable(streams.data());
  }

  /** Its named streams, in the order of the file. */
  public List<WimStream> namedStreams() {
    return streams.named();
  }

  /** The encrypted form of an {@link #isEncrypted() encrypted} file, as Windows exports it. */
  public Optional<WimStream> encryptedData() {
    return Optional.ofNullable(streams.encrypted());
  }

  /**
   * Its reparse data: what follows the first 8 bytes of a REPARSE_DATA_BUFFER; with a tag that is
   * not Microsoft's (bit 31 clear) the GUID comes first. Nothing when there are none.
   */
  public Optional<WimStream> reparseData() {
    return Optional.ofNullable(streams.reparse());
  }

  /** The tag of a {@link #isReparsePoint() reparse point}, else 0. */
  public int reparseTag() {
    return isReparsePoint() ? Dentry.reparseTag(linkOrReparse) : 0;
  }

  /** The reserved 16 bits of a reparse point's data, else 0. */
  public int reparseReserved() {
    return isReparsePoint() ? Dentry.reparseReserved(linkOrReparse) : 0;
  }

  /**
   * Whether an absolute target of a link was left as it was at capture; else it was made relative
   * to the root of the image.
   */
  public boolean isReparseNotFixed() {
    return isReparsePoint() && Dentry.isReparseNotFixed(linkOrReparse);
  }

  /** All its streams that have bytes. */
  public List<WimStream> streams() {
    return streams.all();
  }

  /** Its object id, 16 bytes or 64 with the birth ids. */
  public Optional<byte[]> objectId() {
    return item(TaggedItem.OBJECT_ID);
  }

  /** Its extended attributes; nothing when their list is not whole. */
  public List<ExtendedAttribute> extendedAttributes() {
    return item(TaggedItem.EXTENDED_ATTRIBUTES)
        .flatMap(ExtendedAttribute::parse)
        .orElseGet(List::of);
  }

  /** Every tagged item of its entry, whether its tag is known or not. */
  public List<TaggedItem> taggedItems() {
    return items;
  }

  private Optional<byte[]> item(int tag) {
    for (TaggedItem item : items) {
      if (item.tag() == tag) {
        return Optional.of(item.data());
      }
    }
    return Optional.empty();
  }

  void addLink(WimEntry entry) {
    if (firstLink == null) {
      firstLink = entry;
    } else {
      lastLink.setNextLink(entry);
    }
    lastLink = entry;
    linkCount++;
  }

  /** The hash that names in one hard-link group must have in common to be links of one file. */
  Sha1 mainSha1() {
    WimStream main = streams.encrypted() != null ? streams.encrypted() : streams.data();
    return main == null ? Sha1.ZERO : main.sha1();
  }

  @Override
  public String toString() {
    return firstLink == null ? "file without a name" : firstLink.path();
  }
}
