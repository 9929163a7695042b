package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.TranslatedDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * The layout of a dynamic VHD of which it is known beforehand which blocks it will have. They lie
 * in the order of the disk, each one's data on a 4 KiB boundary of the file. Also that of a new
 * differencing VHD, which has none.
 */
public final class DynamicVhdLayout implements VhdLayout {

  private final VhdOptions options;
  private final BlockFormat format;
  private final DynamicHeader header;
  private final List<byte[]> parentPaths;
  private final BlockAllocationTable table;
  private final int presentCount;
  private final long footerPosition;

  private DynamicVhdLayout(
      VhdOptions options, DynamicHeader header, List<byte[]> parentPaths, BitSet presentBlocks) {
    this.options = options;
    this.format = new BlockFormat(options.blockSize());
    this.header = header;
    this.parentPaths = parentPaths;
    this.table = BlockAllocationTable.empty(header.tableOffset(), options.blockCount());
    this.presentCount = presentBlocks.cardinality();
    long end = table.paddedEnd();
    for (int block = presentBlocks.nextSetBit(0);
        block >= 0;
        block = presentBlocks.nextSetBit(block + 1)) {
      long bitmap = format.bitmapBehind(end);
      if (!BlockAllocationTable.canHold(bitmap)) {
        throw new IllegalArgumentException(
            "presentBlocks (" + presentCount + ") must take less than 2 TiB of the file");
      }
      table.set(block, bitmap);
      end = format.endOfBlock(bitmap);
    }
    this.footerPosition = end;
  }

  /**
   * Lays a VHD out.
   *
   * @param options what the VHD shall be like
   * @param presentBlocks the numbers of the blocks that will be there; all others read as zeros
   * @throws IllegalArgumentException when a block is behind the end of the disk
   */
  public static DynamicVhdLayout of(VhdOptions options, BitSet presentBlocks) {
    if (presentBlocks.length() > options.blockCount()) {
      throw new IllegalArgumentException(
          "presentBlocks ("
              + (presentBlocks.length() - 1)
              + ") must be less than the disk's "
              + options.blockCount()
              + " blocks");
    }
    return new DynamicVhdLayout(
        options, DynamicHeader.of(options), List.of(), (BitSet) presentBlocks.clone());
  }

  /**
   * Lays a differencing VHD without blocks out. The paths to its parent stand before the table.
   *
   * @param options what the VHD shall be like; its disk has the parent's size
   * @param parent the parent, and where it is as seen from the child
   */
  public static DynamicVhdLayout ofChild(VhdOptions options, ParentReference parent) {
    LocatorPlan plan =
        LocatorPlan.at(
            BlockFormat.alignUp(DynamicHeader.OFFSET + DynamicHeader.SIZE, BlockFormat.ALIGNMENT),
            parent);
    DynamicHeader header =
        DynamicHeader.of(options)
            .withTable(plan.end(), options.blockCount())
            .withParent(parent, plan.locators());
    return new DynamicVhdLayout(options, header, plan.paths(), new BitSet());
  }

  private VhdType type() {
    return header.hasParent() ? VhdType.DIFFERENCING : VhdType.DYNAMIC;
  }

  /** Adds the blocks that a range of the disk touches to a set for {@link #of}. */
  public static void addRange(BitSet blocks, VhdOptions options, long position, long length) {
    if (position < 0 || length < 0 || position > options.diskSize() - length) {
      throw new IllegalArgumentException(
          "range " + position + "+" + length + " must be within " + options.diskSize() + " bytes");
    }
    if (length > 0) {
      int blockSize = options.blockSize();
      blocks.set((int) (position / blockSize), (int) ((position + length - 1) / blockSize) + 1);
    }
  }

  @Override
  public long fileSize() {
    return footerPosition + VhdFooter.SIZE;
  }

  /** The number of blocks that will be there. */
  public int presentCount() {
    return presentCount;
  }

  @Override
  public long filePositionOf(long diskPosition) {
    LaidOutDisk.checkPosition(diskPosition, options.diskSize());
    long bitmap = table.positionOf(format.blockOf(diskPosition));
    return bitmap == BlockAllocationTable.ABSENT
        ? TranslatedDevice.ABSENT
        : format.dataBehindBitmap(bitmap) + format.offsetInBlock(diskPosition);
  }

  @Override
  public BlockDevice create(BlockDevice target) throws IOException {
    LaidOutDisk.checkTarget(target, fileSize());
    writeStructures(target);
    ByteBuffer bitmap = ByteBuffer.wrap(SectorBitmap.full(format));
    for (int block = 0; block < table.count(); block++) {
      long position = table.positionOf(block);
      if (position != BlockAllocationTable.ABSENT) {
        target.write(position, bitmap.rewind());
      }
    }
    return new LaidOutDisk(target, options, type(), this, options.blockSize());
  }

  /** Where the first block may begin. */
  long structuresEnd() {
    return table.paddedEnd();
  }

  /** Writes all but blocks and the footer at the end. */
  void writeStructures(BlockDevice target) throws IOException {
    target.write(0, ByteBuffer.wrap(VhdFooter.of(options, type()).toBytes()));
    target.write(DynamicHeader.OFFSET, ByteBuffer.wrap(header.toBytes()));
    for (int i = 0; i < parentPaths.size(); i++) {
      target.write(header.locators().get(i).dataOffset(), ByteBuffer.wrap(parentPaths.get(i)));
    }
    table.write(target);
  }

  @Override
  public String toString() {
    return type()
        + " VHD of "
        + fileSize()
        + " bytes, "
        + presentCount
        + " of "
        + options.blockCount()
        + " blocks";
  }
}
