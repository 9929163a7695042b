package io.vhdboot.hive;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A registry hive in memory: a {@link BaseBlock} and bins full of cells.
 *
 * <p>Reading takes the file's bytes and parses what is asked for. Edits change the cells they
 * concern and nothing else. {@link #write(Path)} and {@link #toBytes()} give a clean hive, which
 * needs no transaction logs. One thread at a time may use a hive; nothing has to be closed.
 */
public final class Hive {

  /** A hive with so many keys whose parent field is wrong is damaged beyond use. */
  private static final int MAX_WRONG_PARENTS = 1000;

  private final BaseBlock base;
  private final Cells cells;
  private final HiveKey root;
  private HiveState state;
  private boolean edited;
  private Instant editTime;

  /** How often the key at a cell was deleted, so that objects for it know. */
  private final Map<Integer, Integer> generations = new HashMap<>();

  private final Set<Integer> knownSorted = new HashSet<>();
  private final Map<Integer, Integer> wrongParents = new HashMap<>();

  Hive(BaseBlock base, Cells cells, HiveState state) throws IOException {
    this.base = base;
    this.cells = cells;
    this.state = state;
    this.root = HiveKey.root(this, KeyNode.at(cells, (int) base.root()));
  }

  /**
   * Reads a hive file. When it is dirty, the transaction logs that lie beside it ({@code .LOG},
   * {@code .LOG1}, {@code .LOG2}) are replayed in memory; no file is changed.
   *
   * @throws CorruptFormatException when it is no hive or a damaged one
   * @throws UnsupportedFormatException when its version is not known
   */
  public static Hive read(Path file) throws IOException {
    List<BlockDevice> logs = new ArrayList<>();
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      for (Path log : TransactionLog.besideOf(file)) {
        logs.add(FileDevice.openReadOnly(log));
      }
      return read(device, logs);
    } finally {
      for (BlockDevice log : logs) {
        log.close();
      }
    }
  }

  /** Reads a hive from a device without looking for logs: see {@link #state()}. */
  public static Hive read(BlockDevice device) throws IOException {
    return read(device, List.of());
  }

  /** Reads a hive from bytes, which are copied; the name is for messages. */
  public static Hive read(String name, byte[] bytes) throws IOException {
    return read(MemoryDevice.wrap(name, bytes), List.of());
  }

  /**
   * Reads a hive and, when it is dirty, replays its transaction logs. The devices are neither
   * changed nor closed.
   *
   * @param device the hive
   * @param logs its logs, in any order; those that do not fit are passed over
   */
  public static Hive read(BlockDevice device, List<? extends BlockDevice> logs) throws IOException {
    return HiveReader.read(device, logs);
  }

  /**
   * Opens a hive of which only what is looked at is read, when it is looked at. The first edit
   * reads the rest. A dirty hive is read at once, and its logs are replayed in memory.
   *
   * @param device the hive, which must stay open and unchanged until the hive is no longer used;
   *     the caller closes it
   * @param logs its logs, in any order; those that do not fit are passed over
   */
  public static Hive open(BlockDevice device, List<? extends BlockDevice> logs) throws IOException {
    return HiveReader.open(device, logs);
  }

  /**
   * Creates an empty hive of version 1.3, which every Windows reads.
   *
   * @param rootName the name of the root key, which has no meaning
   * @param rootSecurity the root key's self-relative security descriptor
   * @param time the time stamped on the hive and its keys
   */
  public static Hive create(String rootName, byte[] rootSecurity, Instant time) throws IOException {
    return create(rootName, rootSecurity, time, BaseBlock.MIN_MINOR);
  }

  /**
   * Creates an empty hive of a version.
   *
   * @param minorVersion 3 to 6; from 5 on subkey lists hold hashes, from 4 on long data is cut in
   *     segments
   * @see #create(String, byte[], Instant)
   */
  public static Hive create(String rootName, byte[] rootSecurity, Instant time, int minorVersion)
      throws IOException {
    if (minorVersion < BaseBlock.MIN_MINOR || minorVersion > BaseBlock.MAX_MINOR) {
      throw new IllegalArgumentException("minorVersion (" + minorVersion + ") must be 3 to 6");
    }
    if (rootName.isEmpty() || rootName.length() > KeyNames.MAX_KEY_NAME) {
      throw new IllegalArgumentException("rootName (" + rootName + ") must have 1 to 255 letters");
    }
    Cells cells = new Cells("new hive", new byte[0]);
    KeyNode root =
        KeyNode.create(
            cells,
            rootName,
            KeyNode.FLAG_ROOT | KeyNode.FLAG_NO_DELETE,
            FileTime100ns.of(time),
            Cells.NONE,
            Cells.NONE);
    SecurityCell security = SecurityCell.createFirst(cells, rootSecurity);
    security.addReference();
    root.setSecurity(security.cell());
    BaseBlock base = BaseBlock.create(minorVersion, time);
    base.setRoot(root.cell());
    Hive hive = new Hive(base, cells, HiveState.CLEAN);
    hive.setEditTime(time);
    return hive;
  }

  /** A hive that differs from what any file holds. */
  static Hive edited(BaseBlock base, Cells cells) throws IOException {
    Hive hive = new Hive(base, cells, HiveState.CLEAN);
    hive.edited = true;
    return hive;
  }

  /** What messages call this hive. */
  public String name() {
    return cells.source();
  }

  /** Whether all changes were in the file, have been replayed, or are missing. */
  public HiveState state() {
    return state;
  }

  /** The minor version, 3 to 6. */
  public int minorVersion() {
    return base.minor();
  }

  /** When the hive was last written, as its first block says; Windows 8.1 and later only set it. */
  public Instant lastWritten() {
    return FileTime100ns.toInstant(base.time());
  }

  /** The root key. */
  public HiveKey root() {
    return root;
  }

  /** Bytes of the bins: what the hive's file takes, less its first 4096. */
  public int binsSize() {
    return cells.size();
  }

  /** The time stamped on what is edited from now on; without it edits leave times as they are. */
  public void setEditTime(Instant time) {
    this.editTime = Objects.requireNonNull(time);
  }

  /**
   * Gives up the changes that are missing from a {@link HiveState#DIRTY} hive, so that it can be
   * edited and saved as it is. The logs beside the file must be deleted then, or Windows replays
   * them over the edits.
   */
  public void discardMissingChanges() {
    if (state == HiveState.DIRTY) {
      state = HiveState.RECOVERED;
      edited = true;
    }
  }

  /**
   * The hive as a file, clean. Without edits and recovery it is the file as it was read, less what
   * lay behind its bins.
   *
   * @throws UnsupportedFormatException when the hive is dirty: see {@link #discardMissingChanges()}
   */
  public byte[] toBytes() throws IOException {
    checkComplete();
    BaseBlock block = BaseBlock.of(base.toBytes());
    if (edited || state == HiveState.RECOVERED) {
      block.setSequence(Math.max(base.primarySequence(), base.secondarySequence()) + 1);
      if (editTime != null) {
        block.setTime(editTime);
      }
    }
    block.setBinsSize(cells.size());
    cells.fetchAll();
    ByteBuffer file = ByteBuffer.allocate(BaseBlock.SIZE + cells.size());
    file.put(block.toBytes());
    file.put(cells.array(), 0, cells.size());
    if (editTime != null && (edited || state == HiveState.RECOVERED)) {
      HiveBin.setTime(file.array(), BaseBlock.SIZE, block.time());
    }
    return file.array();
  }

  /**
   * The same hive in as few bins as it needs: free cells are left out, each key lies beside what is
   * in it, and lists and the longest-of bounds are made anew. Names, order of values, times, class
   * names and security descriptors stay.
   */
  public Hive compacted() throws IOException {
    checkComplete();
    return HiveCompaction.of(this);
  }

  /**
   * Writes the hive over a file in place, where a second file beside it cannot take its name, as
   * within an image. What is written goes through a transaction log first, so that after a stop at
   * any moment {@link #read(BlockDevice, List)} with the same logs, or Windows, finds the old
   * content or the new one.
   *
   * @param file the hive's file, as this hive was read from it
   * @param logs its logs, the first of which is used; all are empty afterwards
   */
  public void writeInPlace(ResizableBlockDevice file, List<? extends ResizableBlockDevice> logs)
      throws IOException {
    new InPlaceWrite(file, logs).write(toBytes());
  }

  /**
   * Writes the hive to a file: to {@code NAME.part} beside it first, then under its name, so that
   * at any moment the old or the new content is there. Logs that lie beside it no longer belong to
   * it and should be deleted.
   */
  public void write(Path file) throws IOException {
    byte[] bytes = toBytes();
    Path target = file.toAbsolutePath();
    Path beside = target.resolveSibling(target.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              beside,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
          channel.write(source);
        }
        channel.force(true);
      }
      PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
      if (old != null && Files.exists(target)) {
        Files.setPosixFilePermissions(beside, old.readAttributes().permissions());
      }
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  @Override
  public String toString() {
    return String.format("hive %s 1.%d, %s", name(), minorVersion(), state);
  }

  Cells cells() {
    return cells;
  }

  boolean hasHashLists() {
    return base.minor() >= BaseBlock.MINOR_HASH_LISTS;
  }

  boolean hasBigData() {
    return base.minor() >= BaseBlock.MINOR_BIG_DATA;
  }

  /** Throws unless the hive may be edited; called before the first cell is changed. */
  void beginEdit() throws IOException {
    checkComplete();
    cells.findFreeCells();
    edited = true;
  }

  /** The time to stamp on a key that had another one. */
  long stamp(long before) {
    return editTime == null ? before : FileTime100ns.of(editTime);
  }

  int generation(int key) {
    return generations.getOrDefault(key, 0);
  }

  /** Tells that the key at a cell is deleted. */
  void forget(int key) {
    generations.merge(key, 1, Integer::sum);
    knownSorted.remove(key);
    wrongParents.remove(key);
  }

  /** Whether halving finds all subkeys of a key; looked into once, edits keep it so. */
  boolean isKnownSorted(int key, SubkeyList list) throws IOException {
    if (knownSorted.contains(key)) {
      return true;
    }
    boolean sorted = list.isSorted();
    if (sorted) {
      knownSorted.add(key);
    }
    return sorted;
  }

  /** Throws when cells in a list repeat. */
  void checkDistinct(List<Integer> list, String what, int at) throws IOException {
    if (new HashSet<>(list).size() != list.size()) {
      throw cells.corrupt(at, "a " + what + " names a cell twice");
    }
  }

  /**
   * Throws when a key that stands in the list of one key belongs to another. A wrong parent field
   * alone is passed over, as Windows repairs it, but only one key may then claim the child: every
   * walk stays a walk over a tree.
   */
  void checkParent(KeyNode child, int parent) throws IOException {
    if (child.cell() == root.cell()) {
      throw cells.corrupt(child.cell(), "the root key stands in a subkey list");
    }
    if (child.parent() == parent) {
      return;
    }
    Integer claimed = wrongParents.get(child.cell());
    if (claimed == null) {
      if (wrongParents.size() >= MAX_WRONG_PARENTS || isListedBy(child.parent(), child.cell())) {
        throw cells.corrupt(child.cell(), "a key stands in the subkey lists of several keys");
      }
      wrongParents.put(child.cell(), parent);
    } else if (claimed != parent) {
      throw cells.corrupt(child.cell(), "a key stands in the subkey lists of several keys");
    }
  }

  /** The security cell of a descriptor for a key that has none yet. */
  SecurityCell securityRing(byte[] descriptor) throws IOException {
    int first = root.node().security();
    return first == Cells.NONE
        ? SecurityCell.createFirst(cells, descriptor)
        : SecurityCell.at(cells, first).withDescriptor(descriptor);
  }

  BaseBlock base() {
    return base;
  }

  private boolean isListedBy(int parent, int child) throws IOException {
    try {
      KeyNode node = KeyNode.at(cells, parent);
      return node.subkeyCount() > 0
          && SubkeyList.at(cells, node.subkeyList()).keys().contains(child);
    } catch (CorruptFormatException e) {
      return false;
    }
  }

  private void checkComplete() throws UnsupportedFormatException {
    if (state == HiveState.DIRTY) {
      throw new UnsupportedFormatException(
          name(),
          UnsupportedFormatException.NO_OFFSET,
          "the hive is dirty: changes are still in transaction logs that were not given or do not"
              + " fit, so it can only be read");
    }
  }
}
