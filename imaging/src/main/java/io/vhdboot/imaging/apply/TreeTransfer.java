package io.vhdboot.imaging.apply;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.BlobConsumer;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Puts files of an image into a target with one pass over the WIM: the tree first, then each blob,
 * as it comes, into all streams that it is the content of.
 *
 * @param <N> what the target calls its files and directories
 */
final class TreeTransfer<N> {

  /** More bytes than any reparse point may have. */
  private static final int MAX_REPARSE_DATA = 1 << 14;

  private final WimFile wim;
  private final TransferTarget<N> target;
  private final TransferLog log;
  private final Predicate<WimEntry> isExcluded;

  private final Map<Blob, List<Use<N>>> uses = new IdentityHashMap<>();
  private final Map<WimInode, Node<N>> linked = new IdentityHashMap<>();
  private final Map<WimEntry, Node<N>> ways = new IdentityHashMap<>();
  private final List<Node<N>> directories = new ArrayList<>();

  /** A file or directory in the target. */
  private static final class Node<N> {

    private final N target;
    private final WimEntry entry;

    /** Streams and reparse data that are to come. */
    private int pending;

    Node(N target, WimEntry entry) {
      this.target = target;
      this.entry = entry;
    }
  }

  /** A stream, or reparse data, that a blob is the content of. */
  private record Use<N>(Node<N> node, WimStream stream, boolean isReparseData) {}

  /** Hands out the content of blobs. */
  interface Content {
    void stream(Collection<Blob> blobs, BlobConsumer consumer) throws IOException;
  }

  private record Place<N>(Node<N> parent, WimEntry entry) {}

  TreeTransfer(
      WimFile wim, TransferTarget<N> target, TransferLog log, Predicate<WimEntry> isExcluded) {
    this.wim = wim;
    this.target = target;
    this.log = log;
    this.isExcluded = isExcluded;
  }

  /**
   * Transfers files.
   *
   * @param selected what is wanted, with all that is below it; none is below another
   * @param isFlat whether what is selected goes right into the target, and not below the
   *     directories that it is in
   * @param content reads the WIM
   * @throws CorruptFormatException when content is damaged or not there
   */
  void run(List<WimEntry> selected, boolean isFlat, Content content) throws IOException {
    boolean isDone = false;
    try {
      transfer(selected, isFlat, content);
      isDone = true;
    } finally {
      if (!isDone) {
        target.abandon();
      }
    }
  }

  private void transfer(List<WimEntry> selected, boolean isFlat, Content content)
      throws IOException {
    target.checkRoom(sizeOf(selected));
    Node<N> top = new Node<>(target.top(), null);
    for (WimEntry entry : selected) {
      if (entry.parent().isEmpty()) {
        plantRoot(entry);
      } else {
        Node<N> parent = isFlat ? top : wayTo(entry.parent().get(), top);
        if (parent != null) {
          plant(entry, parent);
        }
      }
    }
    Delivery delivery = new Delivery();
    try {
      content.stream(uses.keySet(), delivery);
    } finally {
      delivery.abandon();
    }
    target.makeLinks();
    for (int i = directories.size() - 1; i >= 0; i--) {
      target.complete(directories.get(i).target, directories.get(i).entry);
    }
  }

  /**
   * Bytes of what is selected.
   *
   * @throws CorruptFormatException when some are not in the WIM
   */
  private long sizeOf(List<WimEntry> selected) throws IOException {
    Set<WimInode> known = Collections.newSetFromMap(new IdentityHashMap<>());
    long size = 0;
    Deque<WimEntry> open = new ArrayDeque<>(selected);
    while (!open.isEmpty()) {
      WimEntry entry = open.pop();
      if (isExcluded.test(entry)) {
        continue;
      }
      entry.children().forEach(open::push);
      if (entry.inode().linkCount() == 1 || known.add(entry.inode())) {
        for (WimStream stream : entry.inode().streams()) {
          if (stream.isMissing()) {
            throw missing(entry, stream);
          }
          size += stream.size();
        }
      }
    }
    return size;
  }

  private CorruptFormatException missing(WimEntry entry, WimStream stream) {
    return new CorruptFormatException(
        wim.name(),
        DiskFormatException.NO_OFFSET,
        entry.printablePath()
            + " has content with the SHA-1 "
            + stream.sha1()
            + ", which is not in this file: a part of a set is missing, or the table is damaged");
  }

  /** The target's directory for one of the image that leads to what is selected, or null. */
  private Node<N> wayTo(WimEntry directory, Node<N> top) throws IOException {
    if (directory.parent().isEmpty()) {
      return top;
    }
    if (ways.containsKey(directory)) {
      return ways.get(directory);
    }
    // As deep as the tree, which its reader bounds; so the way is gone from the top.
    Deque<WimEntry> way = new ArrayDeque<>();
    for (WimEntry at = directory; at.parent().isPresent(); at = at.parent().get()) {
      way.push(at);
    }
    Node<N> at = top;
    for (WimEntry step : way) {
      if (!ways.containsKey(step)) {
        N made = at == null ? null : target.directory(at.target, step);
        Node<N> node = made == null ? null : new Node<>(made, step);
        if (node != null) {
          directories.add(node);
        }
        ways.put(step, node);
      }
      at = ways.get(step);
    }
    return at;
  }

  private void plantRoot(WimEntry root) throws IOException {
    Node<N> node = new Node<>(target.top(), root);
    directories.add(node);
    for (WimStream stream : root.inode().namedStreams()) {
      addStream(node, stream);
    }
    if (root.inode().isReparsePoint()) {
      log.note(root, "is a reparse point in the image, which is not applied to the root");
    }
    for (WimEntry child : root.children()) {
      plant(child, node);
    }
  }

  private void plant(WimEntry start, Node<N> parent) throws IOException {
    Deque<Place<N>> open = new ArrayDeque<>();
    open.push(new Place<>(parent, start));
    while (!open.isEmpty()) {
      Place<N> place = open.pop();
      Node<N> node = plantOne(place);
      if (node != null) {
        List<WimEntry> children = place.entry.children();
        for (int i = children.size() - 1; i >= 0; i--) {
          open.push(new Place<>(node, children.get(i)));
        }
      }
    }
  }

  /** Makes a name; null where nothing can be put below it. */
  private Node<N> plantOne(Place<N> place) throws IOException {
    WimEntry entry = place.entry;
    WimInode inode = entry.inode();
    if (isExcluded.test(entry)) {
      return null;
    }
    if (linked.containsKey(inode)) {
      target.link(linked.get(inode).target, place.parent.target, entry);
      return null;
    }
    N made =
        inode.isDirectory()
            ? target.directory(place.parent.target, entry)
            : target.file(place.parent.target, entry);
    if (made == null) {
      return null;
    }
    Node<N> node = new Node<>(made, entry);
    if (inode.linkCount() > 1) {
      linked.put(inode, node);
    }
    addContent(node);
    if (inode.isDirectory()) {
      directories.add(node);
    } else if (node.pending == 0) {
      target.complete(node.target, entry);
    }
    return node;
  }

  private void addContent(Node<N> node) throws IOException {
    WimInode inode = node.entry.inode();
    if (!inode.isDirectory() && !inode.isEncrypted()) {
      if (inode.data().isPresent()) {
        addStream(node, inode.data().get());
      } else {
        target.addEmpty(node.target, node.entry, "");
      }
    }
    for (WimStream stream : inode.namedStreams()) {
      addStream(node, stream);
    }
    if (inode.isReparsePoint()) {
      addReparseData(node);
    }
  }

  private void addStream(Node<N> node, WimStream stream) throws IOException {
    if (!stream.name().isEmpty() && !target.takes(node.entry, stream)) {
      return;
    }
    if (stream.blob().isPresent()) {
      addUse(stream.blob().get(), new Use<>(node, stream, false));
      log.countBytes(stream.size());
    } else {
      target.addEmpty(node.target, node.entry, stream.name());
    }
  }

  private void addReparseData(Node<N> node) throws IOException {
    WimStream stream = node.entry.inode().reparseData().orElse(null);
    Blob blob = stream == null ? null : stream.blob().orElse(null);
    if (blob == null) {
      target.setReparseData(node.target, node.entry, new byte[0]);
    } else if (blob.size() > MAX_REPARSE_DATA) {
      log.lose(Loss.REPARSE_POINT);
      log.note(node.entry, "its reparse data have " + blob.size() + " bytes, too many for any");
    } else {
      addUse(blob, new Use<>(node, stream, true));
    }
  }

  private void addUse(Blob blob, Use<N> use) {
    use.node.pending++;
    // Most blobs go to one place only.
    uses.computeIfAbsent(blob, key -> new ArrayList<>(1)).add(use);
  }

  /** Takes the blobs as they come. */
  private final class Delivery implements BlobConsumer {

    private final List<TransferTarget.Sink> sinks = new ArrayList<>();

    @Override
    public void begin(Blob blob) throws IOException {
      for (Use<N> use : uses.get(blob)) {
        sinks.add(
            use.isReparseData
                ? new ReparseData(use.node, (int) blob.size())
                : target.open(use.node.target, use.node.entry, use.stream));
      }
    }

    @Override
    public void data(Blob blob, long offset, ByteBuffer piece) throws IOException {
      for (TransferTarget.Sink sink : sinks) {
        sink.write(offset, piece.duplicate());
      }
    }

    @Override
    public void end(Blob blob) throws IOException {
      for (TransferTarget.Sink sink : sinks) {
        sink.complete();
      }
      sinks.clear();
      // Nothing of the blob is needed any more.
      for (Use<N> use : uses.get(blob)) {
        Node<N> node = use.node;
        if (--node.pending == 0 && !node.entry.inode().isDirectory()) {
          target.complete(node.target, node.entry);
        }
      }
    }

    void abandon() {
      sinks.forEach(TransferTarget.Sink::abandon);
    }
  }

  /** Gathers reparse data. */
  private final class ReparseData implements TransferTarget.Sink {

    private final Node<N> node;
    private final byte[] data;

    ReparseData(Node<N> node, int size) {
      this.node = node;
      this.data = new byte[size];
    }

    @Override
    public void write(long offset, ByteBuffer piece) {
      piece.get(data, (int) offset, piece.remaining());
    }

    @Override
    public void complete() throws IOException {
      target.setReparseData(node.target, node.entry, data);
    }

    @Override
    public void abandon() {
      // Nothing was begun.
    }
  }
}
