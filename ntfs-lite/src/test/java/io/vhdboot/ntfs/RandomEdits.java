package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.EditModel.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Edits a volume at random, and a model with it. */
final class RandomEdits {

  private static final String[] ALPHABETS = {
    "abcdefghij0123456789", "ABCDefgh .+,;=[]_-", "日本語中文한글αβγ", "a1"
  };

  private static final Instant BEGIN = Instant.parse("2023-01-02T03:04:05Z");
  private static final int MAX_FILES = 500;
  private static final int KINDS = 32;
  private static final int MOST_REFUSED = 1000;

  /** Files that come to a directory at once, so that its index gets more levels. */
  private static final int CROWD = 60;

  private final SplittableRandom random;
  private final EditModel model;
  private final int clusterSize;
  private final int largest;
  private final RandomMetadataEdits metadata;
  private NtfsEditor editor;
  private long ticks;
  private int refused;
  private int opened;

  /**
   * Begins.
   *
   * @param largest bytes that a stream has at most
   */
  RandomEdits(SplittableRandom random, EditModel model, int clusterSize, int largest) {
    this.random = random;
    this.model = model;
    this.clusterSize = clusterSize;
    this.largest = largest;
    this.metadata = new RandomMetadataEdits(random, model, this);
  }

  /** Opens a volume: the first time and every other one to fill it to its last cluster. */
  void open(BlockDevice device) throws IOException {
    NtfsEditOptions options = NtfsEditOptions.defaults().withClock(this::now).withMemory(1 << 20);
    editor = NtfsEditor.open(device, opened++ % 2 == 0 ? options.withReserve(0) : options);
  }

  NtfsEditor editor() {
    return editor;
  }

  /** Edits that were refused for want of space. */
  int refused() {
    return refused;
  }

  private Instant now() {
    return BEGIN.plusSeconds(ticks);
  }

  long time() {
    return FileTime100ns.of(now());
  }

  /** Makes one edit, which may be a flush. */
  void step() throws IOException {
    step(random.nextInt(KINDS));
  }

  /** Makes one edit that is no flush. */
  void stepWithoutFlush() throws IOException {
    step(random.nextInt(KINDS - 1));
  }

  private void step(int kind) throws IOException {
    ticks++;
    try {
      switch (kind) {
        case 0, 1, 2, 3 -> create(false);
        case 4 -> create(true);
        case 5, 6, 7, 8, 9, 10 -> write();
        case 11 -> resize();
        case 12 -> zero();
        case 13 -> rename();
        case 14 -> unlink();
        case 15 -> link();
        case 16 -> streams();
        case 17 -> sparse();
        case 18 -> metadata.metadata();
        case 19 -> metadata.reparse();
        case 20 -> metadata.extended();
        case 21 -> compressed();
        case 22 -> metadata.objectId();
        case 23 -> metadata.descriptor();
        case 24 -> metadata.shortName();
        case 25 -> crowd();
        case 26 -> manyLinks();
        case 27 -> interleave();
        case 28 -> cut();
        case 29 -> metadata.symbolicLink();
        case 30 -> metadata.label();
        default -> rare();
      }
    } catch (NoSpaceException e) {
      refused++;
    }
  }

  NtfsFile file(Node node) throws IOException {
    return node == model.root && node.reference == 0
        ? editor.volume().root()
        : editor.volume().file(FileReference.record(node.reference));
  }

  /** A random directory; none that is a reparse point, in which nobody would find files. */
  private Node directory() {
    List<Node> all = model.directories();
    all.removeIf(node -> node.reparse != null);
    return all.get(random.nextInt(all.size()));
  }

  /** A random name of a random directory, or null. */
  Map.Entry<Node, String> entry(boolean filesOnly) {
    for (int i = 0; i < 20; i++) {
      Node directory = directory();
      List<String> names = new ArrayList<>(directory.children.keySet());
      if (!names.isEmpty()) {
        String name = names.get(random.nextInt(names.size()));
        if (!filesOnly || !directory.children.get(name).isDirectory) {
          return Map.entry(directory, name);
        }
      }
    }
    return null;
  }

  String name() {
    String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
    int length = random.nextInt(8) == 0 ? 1 + random.nextInt(240) : 1 + random.nextInt(14);
    StringBuilder name = new StringBuilder("n");
    for (int i = 0; i < length; i++) {
      name.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return name.append('x').toString();
  }

  private void create(boolean isDirectory) throws IOException {
    create(directory(), name(), isDirectory);
  }

  private void create(Node directory, String name, boolean isDirectory) throws IOException {
    if (directory.children.containsKey(name) || count(model.root) > MAX_FILES) {
      return;
    }
    NtfsFile parent = file(directory);
    NtfsFile made =
        isDirectory
            ? editor.createDirectory(parent, name, NewFileOptions.defaults())
            : editor.createFile(parent, name, NewFileOptions.defaults());
    Node node = new Node(isDirectory);
    node.reference = made.reference();
    node.created = time();
    node.modified = time();
    node.accessed = time();
    node.attributes = isDirectory ? 0 : FileAttributes.ARCHIVE;
    node.links = 1;
    if (!isDirectory) {
      node.streams.put("", new byte[0]);
    }
    directory.children.put(name, node);
    directory.modified = time();
  }

  /** Fills a directory with files, or takes all that have no streams of their own out of it. */
  private void crowd() throws IOException {
    Node directory = directory();
    if (directory.children.size() < CROWD) {
      for (int i = 0; i < CROWD; i++) {
        create(directory, name(), false);
      }
      return;
    }
    for (String name : new ArrayList<>(directory.children.keySet())) {
      if (directory.children.get(name).children.isEmpty()) {
        editor.unlink(file(directory), name);
        EditModel.unlink(directory, name);
        directory.modified = time();
      }
    }
  }

  /** Names of one file until they have no room in its record. */
  private void manyLinks() throws IOException {
    Map.Entry<Node, String> entry = entry(true);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    for (int i = random.nextInt(12); i >= 0; i--) {
      link(node, directory(), name());
    }
  }

  private static int count(Node node) {
    int count = node.children.size();
    for (Node child : node.children.values()) {
      count += child.isDirectory ? count(child) : 0;
    }
    return count;
  }

  private interface StreamChange {
    void make(Node node, String stream, ResizableBlockDevice device) throws IOException;
  }

  private void withStream(StreamChange change) throws IOException {
    Map.Entry<Node, String> entry = entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    List<String> names = new ArrayList<>(node.streams.keySet());
    if (names.isEmpty()) {
      return;
    }
    String stream = names.get(random.nextInt(names.size()));
    try (ResizableBlockDevice device = editor.stream(file(node), stream)) {
      change.make(node, stream, device);
    }
  }

  private void written(Node node) {
    node.modified = time();
    if (!node.isDirectory) {
      node.attributes = node.attributes & ~FileAttributes.NORMAL | FileAttributes.ARCHIVE;
    }
  }

  private int size() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(64);
      case 1 -> random.nextInt(1200);
      case 2 ->
          Math.min(largest, clusterSize * random.nextInt(4) + random.nextInt(5) - 2) & 0xFFFFFFF;
      case 3 -> random.nextInt(largest);
      default -> random.nextInt(Math.min(largest, 20_000));
    };
  }

  private void resize(Node node, String stream, ResizableBlockDevice device, int size)
      throws IOException {
    byte[] before = node.streams.get(stream);
    if (size > largest || size == before.length) {
      return;
    }
    device.setSize(size);
    node.streams.put(stream, Arrays.copyOf(before, size));
    written(node);
  }

  private void resize() throws IOException {
    withStream((node, stream, device) -> resize(node, stream, device, size()));
  }

  private void write() throws IOException {
    withStream(
        (node, stream, device) -> {
          int length = 1 + random.nextInt(Math.max(1, Math.min(size(), largest / 2)) + 1);
          int size = node.streams.get(stream).length;
          int at = random.nextInt(3) == 0 ? size : random.nextInt(size + 1);
          if (random.nextInt(10) == 0) {
            at += random.nextInt(10_000);
          }
          if (at + length > largest) {
            return;
          }
          if (at + length > size) {
            resize(node, stream, device, at + length);
          }
          byte[] some = new byte[length];
          random.nextBytes(some);
          device.write(at, ByteBuffer.wrap(some));
          System.arraycopy(some, 0, node.streams.get(stream), at, length);
          written(node);
        });
  }

  /** Appends to two streams by turns, which puts both in pieces. */
  private void interleave() throws IOException {
    withStream(
        (first, stream, device) ->
            withStream(
                (second, other, beside) -> {
                  for (int i = 0; i < 12; i++) {
                    append(first, stream, device);
                    append(second, other, beside);
                  }
                }));
  }

  private void append(Node node, String stream, ResizableBlockDevice device) throws IOException {
    byte[] some = new byte[1 + random.nextInt(Math.min(2 * clusterSize, largest / 20))];
    int size = node.streams.get(stream).length;
    if (size + some.length > largest) {
      return;
    }
    resize(node, stream, device, size + some.length);
    random.nextBytes(some);
    device.write(size, ByteBuffer.wrap(some));
    System.arraycopy(some, 0, node.streams.get(stream), size, some.length);
    written(node);
  }

  /** Leaves little or nothing of a stream, which has room in the record then. */
  private void cut() throws IOException {
    withStream(
        (node, stream, device) ->
            resize(
                node,
                stream,
                device,
                Math.min(node.streams.get(stream).length, random.nextInt(100))));
  }

  private void zero() throws IOException {
    withStream(
        (node, stream, device) -> {
          byte[] content = node.streams.get(stream);
          if (content.length > 0) {
            int from = random.nextInt(content.length);
            int length = 1 + random.nextInt(content.length - from);
            device.zero(from, length);
            Arrays.fill(content, from, from + length, (byte) 0);
            written(node);
          }
        });
  }

  private void rename() throws IOException {
    Map.Entry<Node, String> entry = entry(false);
    if (entry == null) {
      return;
    }
    Node from = entry.getKey();
    Node to = directory();
    Node node = from.children.get(entry.getValue());
    if (node.isDirectory && EditModel.isWithin(to, node)) {
      return;
    }
    String name = name();
    if (random.nextInt(4) == 0 && !to.children.isEmpty()) {
      List<String> names = new ArrayList<>(to.children.keySet());
      name = names.get(random.nextInt(names.size()));
    }
    Node known = to.children.get(name);
    if (known != null && (known == node || known.isDirectory && !known.children.isEmpty())) {
      return;
    }
    editor.rename(file(from), entry.getValue(), file(to), name, true);
    if (known != null) {
      EditModel.unlink(to, name);
    }
    from.children.remove(entry.getValue());
    to.children.remove(name);
    to.children.put(name, node);
    from.modified = time();
    to.modified = time();
  }

  private void unlink() throws IOException {
    Map.Entry<Node, String> entry = entry(false);
    if (entry == null) {
      return;
    }
    Node directory = entry.getKey();
    Node node = directory.children.get(entry.getValue());
    if (!node.children.isEmpty() && random.nextInt(4) != 0) {
      return;
    }
    if (node.children.isEmpty()) {
      editor.unlink(file(directory), entry.getValue());
    } else {
      editor.deleteTree(file(directory), entry.getValue());
    }
    EditModel.deleteTree(directory, entry.getValue());
    directory.modified = time();
  }

  private void link() throws IOException {
    Map.Entry<Node, String> entry = entry(true);
    if (entry != null) {
      link(entry.getKey().children.get(entry.getValue()), directory(), name());
    }
  }

  private void link(Node node, Node directory, String name) throws IOException {
    if (directory.children.containsKey(name)) {
      return;
    }
    editor.link(file(node), file(directory), name);
    directory.children.put(name, node);
    node.links++;
    directory.modified = time();
  }

  private void streams() throws IOException {
    Map.Entry<Node, String> entry = entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    List<String> named = new ArrayList<>(node.streams.keySet());
    named.remove("");
    String name = name();
    String known = named.isEmpty() ? null : named.get(random.nextInt(named.size()));
    if (known == null || random.nextInt(3) == 0) {
      if (!node.streams.containsKey(name) && named.size() < 6) {
        editor.createStream(file(node), name);
        node.streams.put(name, new byte[0]);
      }
    } else if (random.nextBoolean()) {
      editor.deleteStream(file(node), known);
      node.streams.remove(known);
      node.sparse.remove(known);
      node.compressed.remove(known);
    } else if (!node.streams.containsKey(name)) {
      editor.renameStream(file(node), known, name);
      node.streams.put(name, node.streams.remove(known));
      if (node.sparse.remove(known)) {
        node.sparse.add(name);
      }
      if (node.compressed.remove(known)) {
        node.compressed.add(name);
      }
    }
  }

  private void sparse() throws IOException {
    Map.Entry<Node, String> entry = entry(true);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    List<String> names = new ArrayList<>(node.streams.keySet());
    String stream = names.get(random.nextInt(names.size()));
    boolean isSparse = node.sparse.contains(stream);
    editor.setSparse(file(node), stream, !isSparse);
    if (isSparse) {
      node.sparse.remove(stream);
    } else {
      node.sparse.add(stream);
    }
  }

  private void compressed() throws IOException {
    Map.Entry<Node, String> entry = entry(true);
    if (entry == null || clusterSize > 4096) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    List<String> names = new ArrayList<>(node.streams.keySet());
    String stream = names.get(random.nextInt(names.size()));
    boolean isCompressed = node.compressed.contains(stream);
    editor.setCompressed(file(node), stream, !isCompressed);
    if (isCompressed) {
      node.compressed.remove(stream);
    } else {
      node.compressed.add(stream);
    }
  }

  /** Deletes files until so many bytes are free. */
  void makeRoom(long bytes) throws IOException {
    ticks++;
    int enough = refused + MOST_REFUSED;
    while (editor.freeSpace() < bytes && refused < enough) {
      Map.Entry<Node, String> entry = entry(true);
      if (entry == null) {
        return;
      }
      try {
        editor.unlink(file(entry.getKey()), entry.getValue());
      } catch (NoSpaceException e) {
        // A name less may mean another attribute list, for which a full volume has no cluster.
        refused++;
        continue;
      }
      EditModel.unlink(entry.getKey(), entry.getValue());
      entry.getKey().modified = time();
    }
  }

  private void rare() throws IOException {
    if (random.nextInt(3) == 0) {
      editor.flush();
    }
  }
}
