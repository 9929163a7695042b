package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What {@link VirtualDisk} needs of a format. {@link VirtualDisk} says what each means; an
 * operation that the format does not have throws {@link IllegalArgumentException}.
 */
interface VirtualDiskOperations {

  BlockDevice open(Path file, boolean readOnly) throws IOException;

  VirtualDiskInfo info(Path file) throws IOException;

  /** What the file itself holds at a position of an open disk, whatever its parents do. */
  MappedExtent mapOwn(BlockDevice disk, long position) throws IOException;

  /** The file of the parent; nothing where there is none, and an exception where it is missing. */
  Optional<Path> parent(Path file) throws IOException;

  List<VirtualDiskFinding> check(Path file) throws IOException;

  List<VirtualDiskFinding> repair(Path file) throws IOException;

  void resize(Path file, long diskSize, boolean discardTail) throws IOException;

  /** Compacts; what a volume does not use is told by a position on the disk. */
  VirtualDiskCompaction compact(Path file, DiskUsage usage, ProgressListener progress)
      throws IOException;

  void merge(Path child, Path parent, ProgressListener progress) throws IOException;

  void rebase(Path child, Path parent, boolean sameDisk, ProgressListener progress)
      throws IOException;

  /** Makes a disk of zeros on a device, whose former content is gone; closing it completes it. */
  BlockDevice create(ResizableBlockDevice file, VirtualDiskOptions options) throws IOException;

  /** Makes a child on a device that will be the file {@code child}. */
  void createChild(
      ResizableBlockDevice file, Path child, Path parent, UUID uniqueId, Instant timestamp)
      throws IOException;
}
