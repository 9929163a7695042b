package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;

/** What dynamic and differencing VHDs have in common: a table that says where each block is. */
abstract sealed class SparseVhd implements Vhd permits DynamicVhd, DifferencingVhd {

  final BlockDevice file;
  final SparseStructure structure;
  final BlockFormat format;
  final BlockAllocationTable table;
  private final List<String> findings;
  private final boolean readOnly;
  private final boolean closesFile;

  SparseVhd(
      BlockDevice file,
      SparseStructure structure,
      List<String> findings,
      boolean readOnly,
      boolean closesFile) {
    this.file = file;
    this.structure = structure;
    this.format = structure.format();
    this.table = structure.table();
    this.findings = List.copyOf(findings);
    this.readOnly = readOnly;
    this.closesFile = closesFile;
  }

  /** What adds blocks, and is settled before the file is flushed. */
  abstract BlockAdder adder();

  @Override
  public final BlockDevice file() {
    return file;
  }

  @Override
  public final VhdFooter footer() {
    return structure.footer();
  }

  @Override
  public final long blockSize() {
    return format.blockSize();
  }

  @Override
  public final int blockCount() {
    return table.count();
  }

  @Override
  public final int presentBlockCount() {
    return table.presentCount();
  }

  @Override
  public final List<String> findings() {
    return findings;
  }

  @Override
  public final String name() {
    return Vhd.diskName(file);
  }

  @Override
  public final long size() {
    return structure.diskSize();
  }

  @Override
  public final boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public final void flush() throws IOException {
    if (!readOnly) {
      adder().settle();
      file.flush();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      if (closesFile) {
        file.close();
      }
    }
  }

  @Override
  public final String toString() {
    return name();
  }

  final void checkWritable() {
    if (readOnly) {
      throw new ReadOnlyFileSystemException();
    }
  }

  /** How many of the bytes from a position on are in the same block. */
  final int inBlock(long position, long most) {
    return (int) Math.min(most, format.blockSize() - format.offsetInBlock(position));
  }

  /**
   * Where a run of absent blocks ends that a position is in.
   *
   * @param most how many bytes from the position on are of interest
   */
  final long endOfAbsent(long position, long most) {
    int next = format.blockOf(position) + 1;
    while (next < table.count()
        && format.diskPositionOf(next) < position + most
        && !table.isPresent(next)) {
      next++;
    }
    return Math.min(position + most, format.diskPositionOf(next));
  }
}
