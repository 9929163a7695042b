package io.vhdboot.provisioning;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.vhd.DynamicVhdLayout;
import io.vhdboot.vhd.FixedVhdLayout;
import io.vhdboot.vhd.ParentReference;
import io.vhdboot.vhd.VhdLayout;
import io.vhdboot.vhd.VhdOptions;
import io.vhdboot.vhdx.ParentLocator;
import io.vhdboot.vhdx.VhdxLayout;
import io.vhdboot.vhdx.VhdxOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Where everything in the file with the disk will be, of whichever format.
 *
 * @param fileSize the exact size of the file, in bytes
 * @param expandedSize its size when all blocks are present, as Windows makes it at boot
 * @param creation writes the structures and gives the disk to fill
 */
record DiskFileLayout(long fileSize, long expandedSize, Creation creation) {

  /** What the identifier of the file is derived from; a child names its parent by it. */
  private static final String VHD_IDENTIFIER = "vhd file";

  /** What the identifier of a VHDX's content is derived from, by which a child knows it. */
  private static final String VHDX_DATA_IDENTIFIER = "vhdx data write";

  /** What of a disk with sectors of 512 bytes a MiB of a child's sector bitmaps is for. */
  private static final long VHDX_BITMAP_REACH = 4L << 30;

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
    VhdxOptions options =
        vhdxOptions(diskSize, identifiers, "vhdx file write", VHDX_DATA_IDENTIFIER);
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

  /**
   * Lays the file of an empty child out, which finds its parent beside itself and may come to store
   * all of the disk.
   *
   * @param parentName the file name of the parent, which was laid out with the same identifiers
   */
  static DiskFileLayout ofChild(
      VhdAllocation allocation,
      long diskSize,
      String parentName,
      Identifiers identifiers,
      Instant time) {
    String path = ".\\" + parentName;
    return allocation.isVhdx()
        ? vhdxChild(diskSize, path, identifiers)
        : vhdChild(diskSize, path, identifiers, time);
  }

  private static DiskFileLayout vhdChild(
      long diskSize, String parentPath, Identifiers identifiers, Instant time) {
    VhdOptions options = VhdOptions.of(diskSize, identifiers.guid("child vhd file"), time);
    // Windows itself leaves the time of the parent's change open.
    ParentReference reference =
        ParentReference.relative(identifiers.guid(VHD_IDENTIFIER), Optional.empty(), parentPath);
    DynamicVhdLayout layout = DynamicVhdLayout.ofChild(options, reference);
    long expanded = DynamicVhdLayout.of(options, all(options.blockCount())).fileSize();
    return new DiskFileLayout(layout.fileSize(), layout.fileSize() + expanded, layout::create);
  }

  private static DiskFileLayout vhdxChild(
      long diskSize, String parentPath, Identifiers identifiers) {
    VhdxOptions options =
        vhdxOptions(diskSize, identifiers, "child vhdx file write", "child vhdx data write");
    ParentLocator locator =
        ParentLocator.relative(identifiers.guid(VHDX_DATA_IDENTIFIER), parentPath);
    VhdxLayout layout = VhdxLayout.child(options, locator);
    long bitmaps = diskSize / VHDX_BITMAP_REACH + 1;
    long expanded = VhdxLayout.fixed(options).fileSize() + (bitmaps << 20);
    return new DiskFileLayout(layout.fileSize(), expanded, layout::create);
  }

  private static VhdxOptions vhdxOptions(
      long diskSize, Identifiers identifiers, String fileWrite, String dataWrite) {
    List<String> names = List.of(VHD_IDENTIFIER, fileWrite, dataWrite);
    return VhdxOptions.of(diskSize, names.stream().map(identifiers::guid).iterator()::next)
        .withBlockSize(VHDX_BLOCK_SIZE);
  }

  private static BitSet all(int count) {
    BitSet all = new BitSet();
    all.set(0, count);
    return all;
  }
}
