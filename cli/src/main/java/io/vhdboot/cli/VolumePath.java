package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.VirtualDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a volume lies, as people write it: {@code FILE}, or {@code FILE@N} for partition N of the
 * disk in it. The file may be an image, a device, a VHD or a VHDX.
 */
final class VolumePath {

  private static final Pattern WITH_PARTITION = Pattern.compile("(.+)@(\\d{1,3})");

  private final Path file;
  private final int partition;

  private VolumePath(Path file, int partition) {
    this.file = file;
    this.partition = partition;
  }

  /** Reads what was written; a file of that very name wins. */
  static VolumePath of(String text) {
    Matcher matcher = WITH_PARTITION.matcher(text);
    return Files.exists(Path.of(text)) || !matcher.matches()
        ? new VolumePath(Path.of(text), 0)
        : new VolumePath(Path.of(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** The file. */
  Path file() {
    return file;
  }

  /** Whether the volume is one partition of several. */
  boolean hasPartition() {
    return partition > 0;
  }

  /**
   * Opens it.
   *
   * @throws java.nio.file.NoSuchFileException when there is no such file
   */
  Open open(boolean readOnly) throws IOException {
    BlockDevice disk = VirtualDisk.at(file).open(readOnly);
    try {
      if (partition == 0) {
        return new Open(disk, disk, 0);
      }
      List<Partition> partitions = PartitionTable.read(disk).partitions();
      Optional<Partition> found =
          partitions.stream().filter(one -> one.number() == partition).findFirst();
      if (found.isEmpty()) {
        throw new IOException(file + " has no partition " + partition);
      }
      return new Open(disk, found.get().open(disk), found.get().offset() / disk.sectorSize());
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  /**
   * A volume's device.
   *
   * @param disk what is closed
   * @param volume the volume's part of it
   * @param firstSector sectors of the disk before it
   */
  record Open(BlockDevice disk, BlockDevice volume, long firstSector) implements Closeable {

    /** The file when the volume takes all of it, so that it can be made longer or shorter. */
    Optional<FileDevice> wholeFile() {
      return volume instanceof FileDevice whole ? Optional.of(whole) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
      disk.close();
    }
  }

  @Override
  public String toString() {
    return partition == 0 ? file.toString() : file + "@" + partition;
  }
}
