package io.vhdboot.fat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A FAT12, FAT16 or FAT32 volume that is open for reading. Any thread may use it, several at the
 * same time, as long as nothing is written.
 *
 * <p>Whatever is read may throw {@link CorruptFormatException} for damage: a chain of clusters that
 * leads out of the volume or back to itself, or is shorter than its file, a directory that is in
 * two places.
 */
public final class FatVolume {

  /** Names deeper than this are damage; Windows has paths of 260 characters. */
  private static final int MAX_DEPTH = 255;

  /** Where the root directory's entry would be. */
  private static final long ROOT_POSITION = -1;

  private final BlockDevice device;
  private final FatBootSector boot;
  private final AllocationTable table;

  /** By first cluster, where the entry of a directory is: one that has two is damage. */
  private final Map<Long, Long> directories = new ConcurrentHashMap<>();

  private FatVolume(BlockDevice device, FatBootSector boot) {
    this.device = device;
    this.boot = boot;
    this.table = AllocationTable.open(device, boot);
    directories.put(rootCluster(), ROOT_POSITION);
  }

  /**
   * Opens the volume on a device, which the caller closes when this is done with.
   *
   * @throws io.vhdboot.disk.UnsupportedFormatException when there is none
   * @throws CorruptFormatException when the boot sector contradicts itself or the device
   */
  public static FatVolume open(BlockDevice device) throws IOException {
    FatBootSector boot = FatBootSector.read(device);
    return new FatVolume(device, boot);
  }

  /** Whether a device holds a FAT volume, damaged or not. */
  public static boolean isPresent(BlockDevice device) throws IOException {
    return FatBootSector.isPresent(device);
  }

  BlockDevice device() {
    return device;
  }

  FatBootSector boot() {
    return boot;
  }

  AllocationTable table() {
    return table;
  }

  /** What messages call the volume. */
  public String name() {
    return device.name();
  }

  /** The width of the allocation table's entries. */
  public FatType type() {
    return boot.type();
  }

  /** Bytes of a cluster. */
  public int clusterSize() {
    return boot.clusterSize();
  }

  /** How many clusters there are. */
  public long clusterCount() {
    return boot.clusterCount();
  }

  /** Bytes of a sector. */
  public int bytesPerSector() {
    return boot.bytesPerSector();
  }

  /** Bytes of the volume. */
  public long size() {
    return boot.sectors() * boot.bytesPerSector();
  }

  /** Sectors of the disk before the volume, as the volume says. */
  public long hiddenSectors() {
    return boot.hiddenSectors();
  }

  /** The serial number, which Windows shows as XXXX-XXXX; 0 where there is none. */
  public int serial() {
    return boot.serial();
  }

  /** The label: the entry of that kind in the root directory; empty where there is none. */
  public String label() throws IOException {
    DirectoryData root = DirectoryData.open(this, rootCluster());
    return root.entries(root.read()).stream()
        .filter(entry -> entry.bytes().isLabel())
        .map(entry -> entry.bytes().label())
        .findFirst()
        .orElse("");
  }

  /** Counts the free clusters, in the table itself. */
  public long countFreeClusters() throws IOException {
    return table.countFree();
  }

  /** Whether the volume was not dismounted. */
  public boolean isDirty() throws IOException {
    int clean = type().cleanBit();
    return boot.isMarkedDirty() || clean != 0 && (table.get(1) & clean) == 0;
  }

  long rootCluster() {
    return type() == FatType.FAT32 ? boot.rootCluster() : 0;
  }

  /** Where a cluster begins on the device, in bytes. */
  long clusterPosition(long cluster) {
    return boot.dataPosition() + (cluster - AllocationTable.FIRST_CLUSTER) * boot.clusterSize();
  }

  /** Bytes that the clusters of a size take. */
  long clustersOf(long size) {
    return (size + boot.clusterSize() - 1) / boot.clusterSize();
  }

  /** The root directory. */
  public FatFile root() {
    return FatFile.root(this);
  }

  /**
   * Notes that a directory's entry is in one place.
   *
   * @throws CorruptFormatException when another entry is that of the same directory
   */
  void claim(long firstCluster, long position) throws CorruptFormatException {
    Long owner = directories.putIfAbsent(firstCluster, position);
    if (owner != null && owner != position) {
      throw new CorruptFormatException(
          name(),
          Math.max(position, 0),
          "the directory at cluster " + firstCluster + " is in two places");
    }
  }

  /** Forgets where a directory's entry is. */
  void release(long firstCluster) {
    directories.remove(firstCluster);
  }

  /**
   * Finds a file by its path.
   *
   * @param path long or short names in any case, separated by {@code /} or {@code \}
   */
  public Optional<FatFile> find(String path) throws IOException {
    FatFile file = root();
    int depth = 0;
    for (String name : path.split("[/\\\\]")) {
      if (name.isEmpty()) {
        continue;
      }
      Optional<FatFile> child =
          file.isDirectory() && ++depth <= MAX_DEPTH ? file.child(name) : Optional.empty();
      if (child.isEmpty()) {
        return Optional.empty();
      }
      file = child.get();
    }
    return Optional.of(file);
  }

  /**
   * Finds a file by its path, which must be there.
   *
   * @throws NoSuchFileException when it is not
   */
  public FatFile file(String path) throws IOException {
    return find(path).orElseThrow(() -> new NoSuchFileException(name() + ": " + path));
  }

  /**
   * Visits all files, each directory before what it lists.
   *
   * @throws CorruptFormatException when a directory is damaged, in two places, or deeper than 255
   *     names
   */
  public void walk(FatVisitor visitor) throws IOException {
    record Level(String path, Iterator<FatFile> files) {}
    Deque<Level> levels = new ArrayDeque<>();
    levels.push(new Level("", root().list().iterator()));
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      if (!level.files.hasNext()) {
        levels.pop();
        continue;
      }
      FatFile file = level.files.next();
      String path = level.path.isEmpty() ? file.name() : level.path + "/" + file.name();
      visitor.visit(path, file);
      if (file.isDirectory()) {
        if (levels.size() == MAX_DEPTH) {
          throw new CorruptFormatException(
              name(),
              CorruptFormatException.NO_OFFSET,
              path + " lies deeper than " + MAX_DEPTH + " directories");
        }
        levels.push(new Level(path, file.list().iterator()));
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
