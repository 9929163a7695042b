package io.vhdboot.provisioning;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.vhd.DynamicVhdLayout;
import io.vhdboot.vhd.FixedVhdLayout;
import io.vhdboot.vhd.VhdLayout;
import io.vhdboot.vhd.VhdOptions;
import io.vhdboot.vhdx.VhdxLayout;
import io.vhdboot.vhdx.VhdxOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/**
 * Where everything in the file with the disk will be, of whichever format.
 *
 * @param fileSize the exact size of the file, in bytes
 * @param expandedSize its size when all blocks are present, as Windows makes it at boot
 * @param creation writes the structures and gives the disk to fill
 */
record DiskFileLayout(long fileSize, long expandedSize, Creation creation) {

  /** What the identifier of the file is derived from; a child names its parent by it. */
  static final String VHD_IDENTIFIER = "vhd file";

  /** Blocks of a VHDX are as large as those of a VHD, so that as little is taken in vain. */
  private static final int VHDX_BLOCK_SIZE = VhdOptions.DEFAULT_BLOCK_SIZE;

  /** Writes the structures and gives the disk to fill, whose closing completes the file. */
  interface Creation {

    /** Does it on a target of zeros. */
    BlockDevice on(BlockDevice target) throws IOException;
  }

  /** A part of the disk that will hold data. */
  record Range(long position, long length) {}

  /**
   * Lays a file out.
   *
   * @param diskSize the disk's size in bytes
   * @param used what of the disk will hold data
   */
  static DiskFileLayout of(
      VhdAllocation allocation,
      long diskSize,
      List<Range> used,
      Identifiers identifiers,
      Instant time) {
    return allocation.isVhdx()
        ? vhdx(allocation, diskSize, used, identifiers)
        : vhd(allocation, VhdOptions.of(diskSize, identifiers.guid(VHD_IDENTIFIER), time), used);
  }

  private static DiskFileLayout vhd(
      VhdAllocation allocation, VhdOptions options, List<Range> used) {
    if (allocation == VhdAllocation.FIXED) {
      VhdLayout layout = FixedVhdLayout.of(options);
      return new DiskFileLayout(layout.fileSize(), layout.fileSize(), layout::create);
    }
    BitSet blocks = new BitSet();
    for (Range range : used) {
      DynamicVhdLayout.addRange(blocks, options, range.position(), range.length());
    }
    VhdLayout layout = DynamicVhdLayout.of(options, blocks);
    long expanded = DynamicVhdLayout.of(options, all(options.blockCount())).fileSize();
    return new DiskFileLayout(layout.fileSize(), expanded, layout::create);
  }

  private static DiskFileLayout vhdx(
      VhdAllocation allocation, long diskSize, List<Range> used, Identifiers identifiers) {
    List<String> names = List.of(VHD_IDENTIFIER, "vhdx file write", "vhdx data write");
    VhdxOptions options =
        VhdxOptions.of(diskSize, names.stream().map(identifiers::guid).iterator()::next)
            .withBlockSize(VHDX_BLOCK_SIZE);
    long expanded = VhdxLayout.fixed(options).fileSize();
    if (allocation == VhdAllocation.VHDX_FIXED) {
      return new DiskFileLayout(expanded, expanded, VhdxLayout.fixed(options)::create);
    }
    BitSet blocks = new BitSet();
    for (Range range : used) {
      VhdxLayout.addRange(blocks, options, range.position(), range.length());
    }
    VhdxLayout layout = VhdxLayout.dynamic(options, blocks);
    return new DiskFileLayout(layout.fileSize(), expanded, layout::create);
  }

  private static BitSet all(int count) {
    BitSet all = new BitSet();
    all.set(0, count);
    return all;
  }
}
