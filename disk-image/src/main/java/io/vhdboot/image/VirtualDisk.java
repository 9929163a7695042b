package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.OutputFile;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A file that holds a virtual disk, and what can be done with it whatever its format. Nothing is
 * held open between calls; what changes the file must not meet another that has it open.
 *
 * <p>Whatever moment the program stops, the file opens again and its disk holds what was flushed.
 * All operations throw {@link io.vhdboot.disk.DiskFormatException} when the file is damaged and
 * {@link IllegalArgumentException} for what its format or kind does not have.
 */
public final class VirtualDisk {

  private final Path file;
  private final VirtualDiskFormat format;

  private VirtualDisk(Path file, VirtualDiskFormat format) {
    this.file = file;
    this.format = format;
  }

  /**
   * The virtual disk in a file, of whichever format it is.
   *
   * @see VirtualDiskFormat#of
   */
  public static VirtualDisk at(Path file) throws IOException {
    return new VirtualDisk(file, VirtualDiskFormat.of(file));
  }

  /** The virtual disk in a file whose format is known. */
  public static VirtualDisk at(Path file, VirtualDiskFormat format) {
    return new VirtualDisk(file, format);
  }

  /**
   * Makes a file with a disk of zeros, which appears when it is complete.
   *
   * @param overwrite whether a file of that name is replaced
   * @throws java.nio.file.FileAlreadyExistsException when there is one that may not be replaced
   */
  public static VirtualDisk create(Path file, VirtualDiskOptions options, boolean overwrite)
      throws IOException {
    try (OutputFile output = OutputFile.create(file, 0, overwrite)) {
      options.format().operations().create(output.device(), options).close();
      output.commit();
    }
    return new VirtualDisk(file, options.format());
  }

  /**
   * Makes a file with a differencing disk, whose parent is this one, and which appears when it is
   * complete. The parent must not change from then on.
   *
   * @param child the file to make
   * @param uniqueId its identifier
   * @param timestamp the time of its creation
   * @param overwrite whether a file of that name is replaced
   * @throws java.nio.file.FileAlreadyExistsException when there is one that may not be replaced
   */
  public VirtualDisk createChild(Path child, UUID uniqueId, Instant timestamp, boolean overwrite)
      throws IOException {
    if (Files.exists(child) && Files.isSameFile(child, file)) {
      throw new IllegalArgumentException("child (" + child + ") must not be its own parent");
    }
    try (OutputFile output = OutputFile.create(child, 0, overwrite)) {
      format.operations().createChild(output.device(), child, file, uniqueId, timestamp);
      output.commit();
    }
    return new VirtualDisk(child, format);
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Its format. */
  public VirtualDiskFormat format() {
    return format;
  }

  /** Opens the disk, through its parents, which are only read. */
  public BlockDevice open(boolean readOnly) throws IOException {
    return format.operations().open(file, readOnly);
  }

  /** What the file says of itself; a missing parent is told among the findings. */
  public VirtualDiskInfo info() throws IOException {
    return format.operations().info(file);
  }

  /** The parent's file; nothing where there is no parent. */
  public Optional<VirtualDisk> parent() throws IOException {
    return format.operations().parent(file).map(parent -> new VirtualDisk(parent, format));
  }

  /**
   * What of the disk is where: runs that this file stores, that read as zeros, or that are the
   * parent's.
   *
   * @param listener is given each run, in the order of the disk; neighbours differ in kind
   */
  public void map(MapListener listener) throws IOException {
    try (BlockDevice disk = open(true)) {
      MappedExtent run = null;
      for (long at = 0; at < disk.size(); ) {
        MappedExtent next = format.operations().mapOwn(disk, at);
        at = next.end();
        if (run != null && run.kind() == next.kind()) {
          next = new MappedExtent(run.position(), run.length() + next.length(), run.kind());
        } else if (run != null) {
          listener.run(run);
        }
        run = next;
      }
      if (run != null) {
        listener.run(run);
      }
    }
  }

  /** Is given the runs of a map. */
  @FunctionalInterface
  public interface MapListener {

    /** A run of the disk. */
    void run(MappedExtent run) throws IOException;
  }

  /** Looks for damage, without writing. */
  public List<VirtualDiskFinding> check() throws IOException {
    return format.operations().check(file);
  }

  /**
   * Repairs what can be repaired.
   *
   * @return what was found before
   */
  public List<VirtualDiskFinding> repair() throws IOException {
    return format.operations().repair(file);
  }

  /**
   * Changes the size of the disk.
   *
   * @param diskSize the new size in bytes, a multiple of 512; new bytes read as zeros
   * @param discardTail whether data behind a smaller size may be lost
   */
  public void resize(long diskSize, boolean discardTail) throws IOException {
    format.operations().resize(file, diskSize, discardTail);
  }

  /**
   * Makes the file as small as it can be.
   *
   * @param volumes whether what the NTFS volumes on the disk do not use is dropped too
   * @param progress is told of bytes of the disk
   */
  public VirtualDiskCompaction compact(boolean volumes, ProgressListener progress)
      throws IOException {
    if (!volumes) {
      return format.operations().compact(file, DiskUsage.all(), progress);
    }
    try (BlockDevice disk = open(true)) {
      return format.operations().compact(file, DiskUsage.ofVolumes(disk), progress);
    }
  }

  /**
   * Writes what this differencing disk and its nearer parents store into a parent, from which then
   * the same can be read. The files of the merged disks stay and are no longer needed.
   *
   * @param depth how many generations to merge: 1 for into the parent
   * @param progress is told of bytes of each disk
   * @return the parent that has all of it now
   */
  public VirtualDisk merge(int depth, ProgressListener progress) throws IOException {
    if (depth < 1) {
      throw new IllegalArgumentException("depth (" + depth + ") must be at least 1");
    }
    List<Path> chain = new ArrayList<>(List.of(file));
    for (int i = 0; i < depth; i++) {
      Path child = chain.get(i);
      chain.add(
          format
              .operations()
              .parent(child)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "file (" + child + ") must be a differencing disk: it has no parent")));
    }
    // From the youngest on: whatever is half done is hidden by what stands before it.
    for (int i = 0; i < depth; i++) {
      format.operations().merge(chain.get(i), chain.get(i + 1), progress);
    }
    return new VirtualDisk(chain.get(depth), format);
  }

  /**
   * Gives a differencing disk another parent, or the same at another place. Its disk stays the
   * same: what differs between the parents is copied into it.
   *
   * @param parent the new parent's file
   * @param sameDisk whether the new parent's disk is known to be the same, so that nothing need be
   *     compared and the former parent need not be there
   * @param progress is told of bytes of the disk
   */
  public void rebase(Path parent, boolean sameDisk, ProgressListener progress) throws IOException {
    if (Files.exists(parent) && Files.isSameFile(file, parent)) {
      throw new IllegalArgumentException("parent (" + parent + ") must not be the child itself");
    }
    format.operations().rebase(file, parent, sameDisk, progress);
  }

  @Override
  public String toString() {
    return file + " (" + format + ")";
  }
}
