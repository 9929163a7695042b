package io.vhdboot.fat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DeviceInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file or directory of a FAT volume, as its entry was when it was found. It holds nothing that
 * would have to be closed, and any thread may use it.
 */
public final class FatFile {

  private final FatVolume volume;
  private final String name;
  private final ShortEntry entry;
  private final long position;

  private FatFile(FatVolume volume, String name, ShortEntry entry, long position) {
    this.volume = volume;
    this.name = name;
    this.entry = entry;
    this.position = position;
  }

  static FatFile root(FatVolume volume) {
    return new FatFile(volume, "", null, -1);
  }

  static FatFile of(FatVolume volume, DirectoryData.Entry entry) {
    return new FatFile(volume, entry.name(), entry.bytes(), entry.position());
  }

  FatVolume volume() {
    return volume;
  }

  ShortEntry entry() {
    return entry;
  }

  /** Where the entry is on the volume, in bytes; -1 for the root. */
  long position() {
    return position;
  }

  /** The name, the long one where there is one; empty for the root. */
  public String name() {
    return name;
  }

  /** The short name in capitals, which every file has; empty for the root. */
  public String shortName() {
    return isRoot() ? "" : entry.shortName();
  }

  /** Whether this is the root. */
  public boolean isRoot() {
    return entry == null;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return isRoot() || entry.isDirectory();
  }

  /** The attributes: those of {@link FatAttributes}. */
  public int attributes() {
    return isRoot() ? FatAttributes.DIRECTORY : entry.attributes();
  }

  /** The size in bytes; 0 for a directory. */
  public long size() {
    return isDirectory() ? 0 : entry.size();
  }

  /** When it was made, to hundredths of a second. */
  public Optional<Instant> created() {
    return isRoot() ? Optional.empty() : entry.created().toInstant();
  }

  /** When it was changed, to 2 seconds. */
  public Optional<Instant> modified() {
    return isRoot() ? Optional.empty() : entry.modified().toInstant();
  }

  /** The day when it was last opened. */
  public Optional<Instant> accessed() {
    return isRoot() ? Optional.empty() : entry.accessed().toInstant();
  }

  /** The first cluster; 0 where there is none, and for a root that has a place of its own. */
  long firstCluster() {
    return isRoot() ? volume.rootCluster() : entry.firstCluster(volume.type());
  }

  /**
   * The content as a device, read-only, for access in any order. Closing it does nothing.
   *
   * @throws FileSystemException when this is a directory
   * @throws CorruptFormatException when its clusters are damaged, or too few
   */
  public BlockDevice device() throws IOException {
    if (isDirectory()) {
      throw new FileSystemException(toString(), null, "is a directory");
    }
    return new FileContent(volume, volume.name() + ": " + name, chain(), size());
  }

  /** The clusters of the content. */
  ClusterChain chain() throws IOException {
    return ClusterChain.read(
        volume.table(), firstCluster(), volume.clustersOf(size()), volume.name(), name);
  }

  /** The content from front to back. Closing it does nothing. */
  public InputStream newInputStream() throws IOException {
    return new DeviceInput(device());
  }

  /**
   * What is in this directory, in the volume's own order.
   *
   * @throws NotDirectoryException when this is no directory
   * @throws CorruptFormatException when it is damaged
   */
  public List<FatFile> list() throws IOException {
    DirectoryData data = openDirectory();
    List<FatFile> files = new ArrayList<>();
    for (DirectoryData.Entry found : data.entries(data.read())) {
      if (!found.bytes().isLabel()) {
        files.add(of(volume, found));
      }
    }
    return files;
  }

  DirectoryData openDirectory() throws IOException {
    if (!isDirectory()) {
      throw new NotDirectoryException(toString());
    }
    if (!isRoot() && firstCluster() == 0) {
      throw new CorruptFormatException(
          volume.name(), position, "directory " + name + " has no cluster");
    }
    volume.claim(firstCluster(), position);
    return DirectoryData.open(volume, firstCluster());
  }

  /** The file in this directory that has a name, long or short, in any case. */
  public Optional<FatFile> child(String wanted) throws IOException {
    String capitals = Names.capitals(wanted);
    for (FatFile file : list()) {
      if (Names.capitals(file.name).equals(capitals) || file.shortName().equals(capitals)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return isRoot() ? volume.name() : name;
  }
}
