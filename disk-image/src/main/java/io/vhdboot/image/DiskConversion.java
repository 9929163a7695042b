package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.OutputFile;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * Copies a virtual disk into a new file of any format and kind. The file appears under its name
 * when it is complete. The same source and options give the same bytes, whatever the threads.
 *
 * <p>Of the source only what it stores is read, its parents' part included; zeros are not written.
 */
public final class DiskConversion {

  /** What Azure's disks are a multiple of. */
  private static final long AZURE_UNIT = 1L << 20;

  private final BlockDevice source;
  private final Path target;
  private final VirtualDiskOptions options;
  private final boolean overwrite;

  private DiskConversion(
      BlockDevice source, Path target, VirtualDiskOptions options, boolean overwrite) {
    this.source = source;
    this.target = target;
    this.options = options;
    this.overwrite = overwrite;
  }

  /**
   * A conversion.
   *
   * @param source the disk, of any kind; stays open, is only read
   * @param target the file to make
   * @param options what it shall be like; its disk may be larger than the source
   * @param overwrite whether a file of that name is replaced
   * @throws IllegalArgumentException when the disk would be smaller than the source
   */
  public static DiskConversion of(
      BlockDevice source, Path target, VirtualDiskOptions options, boolean overwrite) {
    if (options.diskSize() < source.size()) {
      throw new IllegalArgumentException(
          "diskSize ("
              + options.diskSize()
              + ") must be at least the source's "
              + source.size()
              + " bytes");
    }
    return new DiskConversion(source, target, options, overwrite);
  }

  /** The size that a disk must have to be taken by Azure: whole MiB. */
  public static long azureSize(long diskSize) {
    return (diskSize + AZURE_UNIT - 1) / AZURE_UNIT * AZURE_UNIT;
  }

  /**
   * Writes the file.
   *
   * @param executor reads; is not shut down
   * @param threads how many threads of the executor may be used
   * @param progress is told of bytes of the disk
   * @throws java.nio.file.FileAlreadyExistsException when the target exists and may not be replaced
   */
  public void write(Executor executor, int threads, ProgressListener progress) throws IOException {
    try (OutputFile file = OutputFile.create(target, 0, overwrite)) {
      progress.begin("Converting", source.size());
      try (BlockDevice disk = options.format().operations().create(file.device(), options)) {
        DiskCopy.copy(source, disk, executor, threads, file::store, progress);
      }
      progress.begin("Completing", -1);
      file.commit();
    }
  }
}
