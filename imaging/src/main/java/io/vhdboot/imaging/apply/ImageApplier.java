package io.vhdboot.imaging.apply;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.ntfs.ExtendedAttribute;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.FileMetadata;
import io.vhdboot.ntfs.LinkHandle;
import io.vhdboot.ntfs.NodeHandle;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells a volume's builder everything that an image holds: names, links, streams, security, times,
 * attributes, reparse points, object ids, extended attributes. Content is only planned; which blob
 * goes where is told by {@link #targets()}.
 *
 * <p>Blobs are placed in the order in which they lie in the WIM, copies of one blob side by side,
 * so that content that is read in that order is written in order too.
 */
public final class ImageApplier {

  private final WimFile wim;
  private final WimImage image;
  private final NtfsImageBuilder volume;
  private final Optional<Compaction> compaction;
  private final Predicate<WimEntry> isExcluded;
  private final Set<WimInode> plain = Collections.newSetFromMap(new IdentityHashMap<>());
  private final BlobTargets targets = new BlobTargets();
  private final List<String> warnings = new ArrayList<>();
  private final Map<WimInode, NodeHandle> linked = new IdentityHashMap<>();
  private final Map<Integer, Integer> securityIds = new HashMap<>();

  private ImageApplier(
      WimFile wim,
      WimImage image,
      NtfsImageBuilder volume,
      Optional<Compaction> compaction,
      Predicate<WimEntry> isExcluded) {
    this.compaction = compaction;
    this.isExcluded = isExcluded;
    this.wim = wim;
    this.image = image;
    this.volume = volume;
  }

  /**
   * Tells an empty volume's builder all that an image holds.
   *
   * @throws CorruptFormatException when a stream's blob is not in the file
   */
  public static ImageApplier apply(WimFile wim, WimImage image, NtfsImageBuilder volume)
      throws IOException {
    return apply(wim, image, volume, Optional.empty());
  }

  /**
   * As {@link #apply(WimFile, WimImage, NtfsImageBuilder)}, with files compressed as a rule says.
   *
   * @throws CorruptFormatException when a stream's blob is not in the file
   */
  public static ImageApplier apply(
      WimFile wim, WimImage image, NtfsImageBuilder volume, Optional<Compaction> compaction)
      throws IOException {
    return apply(wim, image, volume, compaction, entry -> false);
  }

  /** As the other, without what a predicate is true for and all that is below it. */
  static ImageApplier apply(
      WimFile wim,
      WimImage image,
      NtfsImageBuilder volume,
      Optional<Compaction> compaction,
      Predicate<WimEntry> isExcluded)
      throws IOException {
    ImageApplier applier = new ImageApplier(wim, image, volume, compaction, isExcluded);
    compaction.ifPresent(applier::findPlain);
    applier.applyTree();
    return applier;
  }

  /** Which streams each blob goes to. */
  public BlobTargets targets() {
    return targets;
  }

  /** What could not be applied as it is in the image, a sentence each. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Finds the files that stay plain: one of several names is enough. */
  private void findPlain(Compaction rule) {
    Deque<WimEntry> open = new ArrayDeque<>();
    open.push(image.root());
    while (!open.isEmpty()) {
      for (WimEntry child : open.pop().children()) {
        if (child.inode().isDirectory()) {
          open.push(child);
        } else if (rule.staysPlain(child)) {
          plain.add(child.inode());
        }
      }
    }
  }

  private void applyTree() throws IOException {
    record Place(WimEntry entry, NodeHandle node) {}
    NodeHandle root = volume.root();
    WimEntry rootEntry = image.root();
    volume.setMetadata(root, metadata(rootEntry.inode()));
    applyInode(rootEntry, root);
    Deque<Place> open = new ArrayDeque<>();
    open.push(new Place(rootEntry, root));
    while (!open.isEmpty()) {
      Place place = open.pop();
      for (WimEntry child : place.entry.children()) {
        if (isExcluded.test(child)) {
          continue;
        }
        if (child.name().indexOf('/') >= 0) {
          warnings.add(child.path() + ": NTFS cannot hold a name with a slash; it was left out");
          continue;
        }
        NodeHandle node = applyEntry(place.node, child);
        if (!child.children().isEmpty()) {
          open.push(new Place(child, node));
        }
      }
    }
  }

  private NodeHandle applyEntry(NodeHandle parent, WimEntry entry) throws IOException {
    WimInode inode = entry.inode();
    NodeHandle node = linked.get(inode);
    if (node != null) {
      setShortName(volume.addLink(parent, entry.name(), node), entry);
      return node;
    }
    node =
        inode.isDirectory()
            ? volume.addDirectory(parent, entry.name(), metadata(inode))
            : volume.addFile(parent, entry.name(), metadata(inode));
    setShortName(node.firstName(), entry);
    if (inode.linkCount() > 1) {
      linked.put(inode, node);
    }
    applyInode(entry, node);
    return node;
  }

  private void setShortName(LinkHandle link, WimEntry entry) {
    Optional<String> shortName = entry.shortName();
    if (shortName.isPresent() && !volume.setShortName(link, shortName.get())) {
      warnings.add(entry.path() + ": its short name " + shortName.get() + " could not be kept");
    }
  }

  private void applyInode(WimEntry entry, NodeHandle node) throws IOException {
    WimInode inode = entry.inode();
    if (inode.isEncrypted()) {
      warnings.add(entry.path() + ": is encrypted; it is there, but empty");
    } else if (!inode.isDirectory()) {
      addStream(entry, node, "", inode.data().orElse(null));
    }
    for (WimStream stream : inode.namedStreams()) {
      addStream(entry, node, stream.name(), stream);
    }
    if (inode.isReparsePoint()) {
      volume.setReparsePoint(node, inode.reparseTag(), inode.reparseReserved(), reparseData(entry));
    }
    if (inode.objectId().isPresent() && !volume.setObjectId(node, inode.objectId().get())) {
      warnings.add(entry.path() + ": its object id is that of another file and was left out");
    }
    if (!inode.extendedAttributes().isEmpty()) {
      List<ExtendedAttribute> attributes =
          inode.extendedAttributes().stream()
              .map(
                  attribute ->
                      new ExtendedAttribute(attribute.flags(), attribute.name(), attribute.value()))
              .toList();
      volume.setExtendedAttributes(node, attributes);
    }
  }

  private void addStream(WimEntry entry, NodeHandle node, String name, WimStream stream)
      throws IOException {
    if (stream == null || stream.isEmpty()) {
      addEmptyStream(entry.inode(), node, name);
      return;
    }
    Blob blob = blob(entry, stream);
    targets.add(blob, addStream(entry.inode(), node, name, blob));
  }

  private void addEmptyStream(WimInode inode, NodeHandle node, String name) {
    if (name.isEmpty() && (inode.attributes() & FileAttributes.COMPRESSED) != 0) {
      volume.addCompressedStream(node, name, 0, 0);
    } else {
      volume.addStream(node, name, 0, 0);
    }
  }

  /** Adds a stream in the form that the attributes tell of the file, or the rule wants. */
  private StreamHandle addStream(WimInode inode, NodeHandle node, String name, Blob blob) {
    boolean unnamed = name.isEmpty();
    if (unnamed
        && compaction.isPresent()
        && Compaction.isCandidate(inode)
        && !plain.contains(inode)) {
      return volume.addOverlayStream(
          node, blob.size(), compaction.get().algorithm(), blob.offset());
    }
    if (unnamed && (inode.attributes() & FileAttributes.COMPRESSED) != 0) {
      return volume.addCompressedStream(node, name, blob.size(), blob.offset());
    }
    if (unnamed && (inode.attributes() & FileAttributes.SPARSE) != 0) {
      return volume.addSparseStream(node, name, blob.size(), blob.offset());
    }
    return volume.addStream(node, name, blob.size(), blob.offset());
  }

  private byte[] reparseData(WimEntry entry) throws IOException {
    WimStream stream = entry.inode().reparseData().orElse(null);
    return stream == null || stream.isEmpty() ? new byte[0] : wim.readFully(blob(entry, stream));
  }

  private Blob blob(WimEntry entry, WimStream stream) throws CorruptFormatException {
    if (stream.blob().isEmpty()) {
      throw new CorruptFormatException(
          wim.name(),
          DiskFormatException.NO_OFFSET,
          entry.path()
              + " has content with the SHA-1 "
              + stream.sha1()
              + ", which is not in this file: a part of a set is missing, or the table is damaged");
    }
    return stream.blob().get();
  }

  private FileMetadata metadata(WimInode inode) {
    // A WIM holds no change time; the last write is the best that is known.
    return new FileMetadata(
        inode.creationTime(),
        inode.lastWriteTime(),
        inode.lastWriteTime(),
        inode.lastAccessTime(),
        inode.attributes(),
        securityId(inode));
  }

  private int securityId(WimInode inode) {
    if (inode.securityDescriptor().isEmpty()) {
      return 0;
    }
    return securityIds.computeIfAbsent(
        inode.securityId(), id -> volume.securityDescriptor(inode.securityDescriptor().get()));
  }
}
