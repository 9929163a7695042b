package io.vhdboot.fat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.fat.AllocationTable.Run;
import io.vhdboot.fat.DirectoryData.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Edits a FAT volume in place. While there are edits the volume is marked as not dismounted; {@link
 * #close()} makes all durable and takes the mark away, unless it was there before.
 *
 * <p>A stop at any point loses no file that was there; clusters may remain that belong to none,
 * which every checker of disks gives back. Thread-safe.
 */
public final class FatEditor implements Closeable {

  private static final int MAX_DIRECTORIES = 16;

  private final FatVolume volume;
  private final InstantSource clock;
  private final boolean wasDirty;
  private final Map<Long, EditedContent> contents = new HashMap<>();
  private final Map<Long, DirectoryEdit> directories = new LinkedHashMap<>(16, 0.75f, true);
  private boolean isChanged;
  private boolean isClosed;

  private FatEditor(FatVolume volume, InstantSource clock) throws IOException {
    this.volume = volume;
    this.clock = clock;
    this.wasDirty = volume.isDirty();
  }

  /** Opens a volume; times are the system's. */
  public static FatEditor open(BlockDevice device) throws IOException {
    return open(device, InstantSource.system());
  }

  /**
   * Opens a volume. Nothing is written before the first edit.
   *
   * @param clock tells the times that files get
   * @throws ReadOnlyFileSystemException when the device cannot be written
   */
  public static FatEditor open(BlockDevice device, InstantSource clock) throws IOException {
    if (device.isReadOnly()) {
      throw new ReadOnlyFileSystemException();
    }
    return new FatEditor(FatVolume.open(device), clock);
  }

  /** The volume, which shows each edit at once; files that were found before show what was then. */
  public FatVolume volume() {
    return volume;
  }

  /** Bytes that are free, in whole clusters. */
  public synchronized long freeSpace() throws IOException {
    return volume.countFreeClusters() * volume.clusterSize();
  }

  FatTime now() {
    return FatTime.of(clock.instant());
  }

  /** Marks the volume, once, before anything is changed. */
  void begin() throws IOException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
    if (!isChanged) {
      volume.table().countFree();
      mark(false);
      isChanged = true;
    }
  }

  private void mark(boolean isClean) throws IOException {
    int bit = volume.type().cleanBit();
    AllocationTable table = volume.table();
    if (bit != 0) {
      table.set(1, isClean ? table.get(1) | bit : table.get(1) & ~bit);
      table.flush();
    }
    int state = volume.boot().bytes()[volume.boot().stateOffset()];
    volume
        .device()
        .write(
            volume.boot().stateOffset(),
            ByteBuffer.wrap(new byte[] {(byte) (isClean ? state & ~1 : state | 1)}));
    volume.device().flush();
  }

  private DirectoryEdit directory(FatFile file) throws IOException {
    DirectoryData data = file.openDirectory();
    DirectoryEdit edit = directories.get(data.firstCluster());
    if (edit == null) {
      edit = DirectoryEdit.open(volume, data);
      directories.put(data.firstCluster(), edit);
      if (directories.size() > MAX_DIRECTORIES) {
        directories.remove(directories.keySet().iterator().next());
      }
    }
    return edit;
  }

  private static Entry required(DirectoryEdit directory, String name) throws IOException {
    return directory.find(name).orElseThrow(() -> new NoSuchFileException(name));
  }

  /**
   * Creates an empty file.
   *
   * @param attributes of {@link FatAttributes}
   * @throws FileAlreadyExistsException when the directory has the name, be it in another case
   * @throws FileSystemException when it is none that a FAT volume can have
   * @throws io.vhdboot.disk.NoSpaceException when the volume is full
   */
  public synchronized FatFile createFile(FatFile directory, String name, int attributes)
      throws IOException {
    DirectoryEdit edit = directory(directory);
    begin();
    ShortEntry entry =
        ShortEntry.of(new byte[ShortEntry.NAME_LENGTH], 0, 0, now()).withAttributes(attributes);
    return FatFile.of(volume, edit.add(name, entry));
  }

  /**
   * Creates an empty directory.
   *
   * @throws FileAlreadyExistsException when the directory has the name, be it in another case
   * @throws io.vhdboot.disk.NoSpaceException when the volume is full
   */
  public synchronized FatFile createDirectory(FatFile parent, String name) throws IOException {
    DirectoryEdit edit = directory(parent);
    if (edit.find(name).isPresent()) {
      throw new FileAlreadyExistsException(name);
    }
    Names.check(name);
    begin();
    List<Run> runs = volume.table().allocate(1, 0);
    try {
      long cluster = runs.get(0).first();
      FatTime now = now();
      volume.device().zero(volume.clusterPosition(cluster), volume.clusterSize());
      writeDots(cluster, parent, now);
      ShortEntry entry =
          ShortEntry.of(new byte[ShortEntry.NAME_LENGTH], 0, FatAttributes.DIRECTORY, now)
              .withContent(cluster, 0);
      FatFile created = FatFile.of(volume, edit.add(name, entry));
      volume.claim(cluster, created.position());
      return created;
    } catch (IOException e) {
      volume.table().free(runs);
      throw e;
    }
  }

  /** The first two entries of a directory: itself, and its parent, of which the root is 0. */
  private void writeDots(long cluster, FatFile parent, FatTime time) throws IOException {
    ShortEntry self =
        ShortEntry.of(ShortEntry.nameBytes("."), 0, FatAttributes.DIRECTORY, time)
            .withContent(cluster, 0);
    ShortEntry up =
        self.withName(ShortEntry.nameBytes(".."), 0).withContent(parentCluster(parent), 0);
    long position = volume.clusterPosition(cluster);
    volume.device().write(position, ByteBuffer.wrap(self.bytes()));
    volume.device().write(position + ShortEntry.SIZE, ByteBuffer.wrap(up.bytes()));
  }

  private static long parentCluster(FatFile parent) {
    return parent.isRoot() ? 0 : parent.firstCluster();
  }

  /**
   * Deletes a file, or a directory that has no files.
   *
   * @param name its name, long or short, in any case
   * @throws NoSuchFileException when the directory has no such name
   * @throws DirectoryNotEmptyException when it is that of a directory that has files
   */
  public synchronized void delete(FatFile directory, String name) throws IOException {
    DirectoryEdit edit = directory(directory);
    Entry entry = required(edit, name);
    if (entry.bytes().isDirectory() && !directory(FatFile.of(volume, entry)).isEmpty()) {
      throw new DirectoryNotEmptyException(name);
    }
    begin();
    remove(edit, entry);
  }

  /** Takes an entry out and frees what it had. */
  private void remove(DirectoryEdit directory, Entry entry) throws IOException {
    EditedContent open = contents.remove(entry.position());
    if (open != null) {
      open.detach();
    }
    long first = entry.bytes().firstCluster(volume.type());
    List<Run> clusters =
        ClusterChain.readAll(
                volume.table(), first, volume.clusterCount(), volume.name(), entry.name())
            .truncate(0);
    directory.remove(entry);
    if (entry.bytes().isDirectory()) {
      volume.release(first);
      directories.remove(first);
    }
    volume.table().free(clusters);
  }

  /**
   * Deletes a file, and where it is a directory all that is below it.
   *
   * @throws NoSuchFileException when the directory has no such name
   */
  public synchronized void deleteTree(FatFile directory, String name) throws IOException {
    record Step(FatFile directory, String name, boolean isEntered) {}
    Deque<Step> steps = new ArrayDeque<>(List.of(new Step(directory, name, false)));
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      Entry entry = required(directory(step.directory), step.name);
      if (entry.bytes().isDirectory() && !step.isEntered) {
        FatFile below = FatFile.of(volume, entry);
        steps.push(new Step(step.directory, step.name, true));
        below.list().forEach(file -> steps.push(new Step(below, file.name(), false)));
      } else {
        delete(step.directory, step.name);
      }
    }
  }

  /**
   * Gives a file another name, or another directory, or both.
   *
   * @param replace whether a file of the new name, or an empty directory, is deleted before
   * @return the file as it is then
   * @throws NoSuchFileException when there is no such name
   * @throws FileAlreadyExistsException when the new one is taken
   * @throws DirectoryNotEmptyException when it is to be replaced but has files
   * @throws FileSystemException when a directory would come to lie in itself
   */
  public synchronized FatFile rename(
      FatFile from, String name, FatFile to, String newName, boolean replace) throws IOException {
    DirectoryEdit source = directory(from);
    DirectoryEdit target = directory(to);
    Entry entry = required(source, name);
    Names.check(newName);
    if (entry.bytes().isDirectory()) {
      checkOutside(FatFile.of(volume, entry), to);
    }
    Optional<Entry> taken = target.find(newName);
    begin();
    if (taken.isPresent() && taken.get().position() != entry.position()) {
      if (!replace) {
        throw new FileAlreadyExistsException(newName);
      }
      delete(to, newName);
    }
    ShortEntry current = entry.bytes();
    // The new name may differ from the old one in case only; on the volume the old one goes last.
    source.forget(entry);
    Entry moved;
    try {
      moved = target.add(newName, current);
    } catch (IOException e) {
      source.note(entry);
      throw e;
    }
    source.clear(entry);
    EditedContent open = contents.remove(entry.position());
    if (open != null) {
      open.moveTo(moved.position());
      contents.put(moved.position(), open);
    }
    if (current.isDirectory()) {
      long cluster = current.firstCluster(volume.type());
      volume.release(cluster);
      volume.claim(cluster, moved.position());
      writeDots(cluster, to, current.modified());
    }
    return FatFile.of(volume, moved);
  }

  /** Throws when a directory is another one or above it: the way up leads through its cluster. */
  private void checkOutside(FatFile directory, FatFile other) throws IOException {
    long inner = directory.firstCluster();
    long at = parentCluster(other);
    for (int depth = 0; at != 0; depth++) {
      if (at == inner || depth > 1 << 16) {
        throw new FileSystemException(directory.name(), null, "would come to lie in itself");
      }
      long position = volume.clusterPosition(at) + ShortEntry.SIZE;
      ShortEntry up = new ShortEntry(volume.device().read(position, ShortEntry.SIZE));
      at = up.isDot() ? up.firstCluster(volume.type()) : 0;
      if (at != 0 && !volume.table().isCluster(at)) {
        throw new CorruptFormatException(
            volume.name(), position, "the parent is at cluster " + at + ", none of the volume");
      }
    }
  }

  /**
   * The content of a file, to be read, written and resized, up to 4 GiB less a byte. What one such
   * device writes another reads. Closing it settles the file's times.
   *
   * @throws FileSystemException when it is a directory
   */
  public synchronized ResizableBlockDevice content(FatFile file) throws IOException {
    if (file.isDirectory()) {
      throw new FileSystemException(file.name(), null, "is a directory");
    }
    EditedContent content = contents.get(file.position());
    if (content == null) {
      content = EditedContent.open(this, file.name(), current(file), file.position());
      contents.put(file.position(), content);
    }
    content.opened();
    return content;
  }

  /** A content that nobody has open any more. */
  void forget(long position) {
    contents.remove(position);
  }

  /**
   * Gives an empty file clusters, one behind the other where there are such, without clearing them:
   * all bytes are to be written.
   *
   * @throws io.vhdboot.disk.NoSpaceException when the volume is full; nothing is changed then
   */
  public synchronized ResizableBlockDevice reserve(FatFile file, long size) throws IOException {
    ResizableBlockDevice content = content(file);
    ((EditedContent) content).reserve(size);
    return content;
  }

  /** The entry of a file as it is now. */
  private ShortEntry current(FatFile file) throws IOException {
    if (file.isRoot()) {
      throw new FileSystemException("/", null, "the root has no attributes or times");
    }
    ShortEntry entry = new ShortEntry(volume.device().read(file.position(), ShortEntry.SIZE));
    if (entry.isFree() || !entry.shortName().equals(file.shortName())) {
      throw new NoSuchFileException(file.name(), null, "is not there any more");
    }
    return entry;
  }

  /** Writes an entry anew. */
  void write(long position, ShortEntry entry) throws IOException {
    volume.device().write(position, ByteBuffer.wrap(entry.bytes()));
  }

  ShortEntry read(long position) throws IOException {
    return new ShortEntry(volume.device().read(position, ShortEntry.SIZE));
  }

  /** Sets the attributes that can be set. */
  public synchronized void setAttributes(FatFile file, int attributes) throws IOException {
    ShortEntry entry = current(file);
    begin();
    write(file.position(), entry.withAttributes(attributes));
  }

  /** Sets times, as exactly as they can be stored; those that are absent stay. */
  public synchronized void setTimes(
      FatFile file,
      Optional<Instant> created,
      Optional<Instant> modified,
      Optional<Instant> accessed)
      throws IOException {
    ShortEntry entry = current(file);
    begin();
    if (created.isPresent()) {
      entry = entry.withCreated(FatTime.of(created.get()));
    }
    if (modified.isPresent()) {
      entry = entry.withModified(FatTime.of(modified.get()));
    }
    if (accessed.isPresent()) {
      entry = entry.withAccessed(FatTime.of(accessed.get()));
    }
    write(file.position(), entry);
  }

  /**
   * Sets the volume's label.
   *
   * @param text at most {@link FatFormatOptions#MAX_LABEL_LENGTH} characters, empty for none
   */
  public synchronized void setLabel(String text) throws IOException {
    FatFormatOptions options = FatFormatOptions.ofSize(volume.bytesPerSector()).label(text).build();
    DirectoryEdit root = directory(volume.root());
    begin();
    if (root.label().isPresent()) {
      root.remove(root.label().get());
    }
    if (!text.isEmpty()) {
      root.addLabel(ShortEntry.label(FatFormat.padded(options.label()), now()));
    }
    byte[] label = FatFormat.label(options);
    int offset = volume.boot().labelOffset();
    volume.device().write(offset, ByteBuffer.wrap(label));
    if (volume.boot().backupSector() > 0) {
      long backup = (long) volume.boot().backupSector() * volume.bytesPerSector();
      volume.device().write(backup + offset, ByteBuffer.wrap(label));
    }
  }

  /** Makes all edits durable. */
  public synchronized void flush() throws IOException {
    if (!isChanged) {
      return;
    }
    for (EditedContent content : new ArrayList<>(contents.values())) {
      content.settle();
    }
    volume.table().flush();
    int sector = volume.boot().infoSector();
    if (sector > 0) {
      FatInfoSector info = new FatInfoSector(volume.countFreeClusters(), volume.table().hint());
      volume
          .device()
          .write((long) sector * volume.bytesPerSector(), ByteBuffer.wrap(info.toBytes()));
    }
    volume.device().flush();
  }

  /**
   * Makes all edits durable and says on the volume that it was dismounted. When this fails, the
   * volume remains marked.
   */
  @Override
  public synchronized void close() throws IOException {
    if (isClosed) {
      return;
    }
    flush();
    if (isChanged && !wasDirty) {
      mark(true);
    }
    isClosed = true;
  }

  @Override
  public String toString() {
    return volume.name();
  }
}
