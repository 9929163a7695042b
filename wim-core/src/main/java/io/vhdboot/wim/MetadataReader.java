package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds the tree of an image from its metadata: the security data, the root's entry, and for each
 * directory a list of entries somewhere behind.
 *
 * <p>Each entry is read once at most. A list that is reached a second time (a directory within
 * itself, or two that share their children) makes the metadata corrupt; so work and memory are
 * bounded by their size. Single entries that no directory can hold are left out with a warning.
 */
final class MetadataReader {

  /** The deepest tree there can be; wimlib draws the same line. */
  private static final int MAX_DEPTH = 16384;

  private final String source;
  private final byte[] metadata;
  private final BlobTable table;
  private final List<byte[]> descriptors;
  private final Warnings warnings;
  private final BitSet seen;
  private int badSecurityIds;

  private MetadataReader(
      String source,
      byte[] metadata,
      BlobTable table,
      List<byte[]> descriptors,
      Warnings warnings) {
    this.source = source;
    this.metadata = metadata;
    this.table = table;
    this.descriptors = descriptors;
    this.warnings = warnings;
    this.seen = new BitSet(metadata.length / 8);
  }

  /** A directory whose children are yet to be read. */
  private record Pending(WimEntry directory, long childOffset, int depth) {}

  /**
   * Reads an image.
   *
   * @param source what messages call the metadata; offsets are within them
   * @param metadata the decoded bytes
   * @param table the blobs of the file
   */
  static WimImage read(String source, WimImageInfo info, byte[] metadata, BlobTable table)
      throws CorruptFormatException {
    SecurityData security = SecurityData.parse(source, metadata);
    Warnings warnings = new Warnings();
    MetadataReader reader =
        new MetadataReader(source, metadata, table, security.descriptors(), warnings);
    WimEntry root = reader.readTree(security.length());
    reader.linkFiles(root);
    reader.reportSecurity();
    return new WimImage(source, info, root, security.descriptors(), warnings.toList());
  }

  private WimEntry readTree(int rootOffset) throws CorruptFormatException {
    if (rootOffset == metadata.length || Dentry.isEnd(source, metadata, rootOffset)) {
      // An image that nothing was ever added to.
      Dentry empty = new Dentry();
      empty.attributes = WimInode.ATTRIBUTE_DIRECTORY;
      return new WimEntry(null, "", "", inode(empty));
    }
    Dentry dentry = Dentry.parse(source, metadata, rootOffset);
    seen.set(rootOffset / 8);
    WimEntry root = new WimEntry(null, "", "", inode(dentry));
    if (!root.inode().isDirectory()) {
      throw new CorruptFormatException(source, rootOffset, "the root is not a directory");
    }
    Deque<Pending> pending = new ArrayDeque<>();
    addPending(pending, root, dentry, 0);
    while (!pending.isEmpty()) {
      Pending next = pending.pop();
      if (next.depth > MAX_DEPTH) {
        throw new CorruptFormatException(
            source, next.childOffset, "directories are nested more than " + MAX_DEPTH + " deep");
      }
      readChildren(next, pending);
    }
    return root;
  }

  private void readChildren(Pending parent, Deque<Pending> pending) throws CorruptFormatException {
    WimEntry directory = parent.directory;
    List<WimEntry> children = new ArrayList<>();
    List<Pending> below = new ArrayList<>();
    long at = parent.childOffset;
    while (!Dentry.isEnd(source, metadata, at)) {
      if (seen.get((int) at / 8)) {
        throw new CorruptFormatException(
            source,
            at,
            "the entries of directory "
                + Text.printable(directory.path())
                + " are those of another too: the tree is cyclic");
      }
      seen.set((int) at / 8);
      Dentry dentry = Dentry.parse(source, metadata, (int) at);
      at = dentry.end;
      if (isUsable(dentry, directory)) {
        WimEntry child = new WimEntry(directory, dentry.name, dentry.shortName, inode(dentry));
        children.add(child);
        addPending(below, child, dentry, parent.depth + 1);
      }
    }
    Set<WimEntry> dropped = sortWithoutDuplicates(directory, children);
    for (Pending next : below) {
      if (!dropped.contains(next.directory)) {
        pending.push(next);
      }
    }
  }

  /** Gives a directory its children but those that repeat a name, which are returned. */
  private Set<WimEntry> sortWithoutDuplicates(WimEntry directory, List<WimEntry> children) {
    WimEntry[] sorted = children.toArray(WimEntry[]::new);
    Arrays.sort(sorted, WimEntry.BY_NAME);
    Set<WimEntry> dropped = new HashSet<>();
    int count = 0;
    for (WimEntry child : sorted) {
      // The sort is stable: the first in the file stays the first.
      if (count > 0 && sorted[count - 1].name().equals(child.name())) {
        dropped.add(child);
        warnings.add(
            WimWarning.Kind.DROPPED_ENTRY,
            () -> "a second entry of the name " + Text.printable(child.path()) + " is left out");
      } else {
        sorted[count++] = child;
      }
    }
    directory.setChildren(count == sorted.length ? sorted : Arrays.copyOf(sorted, count));
    return dropped;
  }

  private void addPending(Collection<Pending> pending, WimEntry entry, Dentry dentry, int depth)
      throws CorruptFormatException {
    if (dentry.childOffset == 0) {
      return;
    }
    WimInode inode = entry.inode();
    if (inode.isDirectory() && !inode.isReparsePoint()) {
      pending.add(new Pending(entry, dentry.childOffset, depth));
    } else if (!Dentry.isEnd(source, metadata, dentry.childOffset)) {
      warnings.add(
          WimWarning.Kind.DROPPED_ENTRY,
          () ->
              Text.printable(entry.path())
                  + " cannot list anything; the entries that it names are left out");
    }
  }

  private boolean isUsable(Dentry dentry, WimEntry directory) {
    String name = dentry.name;
    String problem = null;
    if (name.isEmpty()) {
      problem = "has no name";
    } else if (name.equals(".") || name.equals("..")) {
      problem = "is named " + name;
    } else if (name.indexOf('\0') >= 0) {
      problem = "has a NUL in its name";
    }
    if (problem != null) {
      String text = problem;
      warnings.add(
          WimWarning.Kind.DROPPED_ENTRY,
          () ->
              "an entry of directory "
                  + Text.printable(directory.path())
                  + " "
                  + text
                  + " and is left out");
      return false;
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      warnings.add(
          WimWarning.Kind.ODD_NAME,
          () ->
              "the name "
                  + Text.printable(name)
                  + " in directory "
                  + Text.printable(directory.path())
                  + " has a path separator in it");
    }
    return true;
  }

  private WimInode inode(Dentry dentry) {
    int securityId = dentry.securityId;
    byte[] descriptor = null;
    if (securityId >= 0 && securityId < descriptors.size()) {
      descriptor = descriptors.get(securityId);
    } else if (securityId != Dentry.NO_SECURITY) {
      securityId = Dentry.NO_SECURITY;
      badSecurityIds++;
    }
    return new WimInode(dentry, securityId, descriptor, FileStreams.of(dentry, table));
  }

  /** Gives names of one hard-link group one file, where their data agree too. */
  private void linkFiles(WimEntry root) {
    Map<Long, List<WimInode>> groups = new HashMap<>();
    for (WimEntry entry : new TreeWalk(root)) {
      WimInode inode = entry.inode();
      reportItems(entry);
      long group = inode.hardLinkGroup();
      if (group != 0 && !inode.isDirectory()) {
        List<WimInode> members = groups.computeIfAbsent(group, key -> new ArrayList<>(1));
        WimInode first = find(members, inode);
        if (first == null) {
          members.add(inode);
        } else {
          entry.setInode(first);
          inode = first;
        }
      }
      inode.addLink(entry);
    }
  }

  private static WimInode find(List<WimInode> members, WimInode inode) {
    for (WimInode member : members) {
      if (member.mainSha1().equals(inode.mainSha1())) {
        return member;
      }
    }
    return null;
  }

  private void reportItems(WimEntry entry) {
    for (TaggedItem item : entry.inode().taggedItems()) {
      boolean whole =
          switch (item.tag()) {
            case TaggedItem.OBJECT_ID -> item.length() >= 16;
            case TaggedItem.EXTENDED_ATTRIBUTES -> ExtendedAttribute.parse(item.data()).isPresent();
            default -> true;
          };
      if (!whole) {
        warnings.add(
            WimWarning.Kind.METADATA,
            () ->
                "the tagged item "
                    + item.tag()
                    + " of "
                    + Text.printable(entry.path())
                    + " is not whole and stays unused");
      }
    }
  }

  private void reportSecurity() {
    if (badSecurityIds > 0) {
      warnings.add(
          WimWarning.Kind.METADATA,
          () ->
              "security descriptors that are named but are not there: "
                  + badSecurityIds
                  + "; these files get none");
    }
  }
}
