package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * Where everything in a VHDX file will be, known before the first byte is written. It serves to
 * write a VHDX in one pass at its final place, where nothing can grow. Blocks lie in the order of
 * the disk.
 */
public final class VhdxLayout {

  private static final int CHUNK = 1 << 16;

  private final VhdxOptions options;
  private final VhdxType type;
  private final BlockFormat format;
  private final NewStructures structures;

  /** The present blocks, 64 to a word, and how many are present before each word. */
  private final long[] words;

  private final int[] ranks;
  private final int presentCount;

  private VhdxLayout(
      VhdxOptions options, VhdxType type, ParentLocator parent, BitSet presentBlocks) {
    this.options = options;
    this.type = type;
    this.format = new BlockFormat(options.blockSize(), options.logicalSectorSize());
    this.structures =
        NewStructures.of(
            options,
            VhdxMetadata.of(options, type, parent).toRegion(new MetadataRegion(List.of())));
    this.words = presentBlocks.toLongArray();
    this.ranks = new int[words.length];
    int count = 0;
    for (int i = 0; i < words.length; i++) {
      ranks[i] = count;
      count += Long.bitCount(words[i]);
    }
    this.presentCount = count;
  }

  /** The layout of a fixed VHDX, which has all blocks. */
  public static VhdxLayout fixed(VhdxOptions options) {
    BitSet all = new BitSet();
    all.set(0, options.blockCount());
    return new VhdxLayout(options, VhdxType.FIXED, null, all);
  }

  /**
   * The layout of a dynamic VHDX.
   *
   * @param options what the VHDX shall be like
   * @param presentBlocks the numbers of the blocks that will be there; all others read as zeros
   * @throws IllegalArgumentException when a block is behind the end of the disk
   */
  public static VhdxLayout dynamic(VhdxOptions options, BitSet presentBlocks) {
    if (presentBlocks.length() > options.blockCount()) {
      throw new IllegalArgumentException(
          "presentBlocks ("
              + (presentBlocks.length() - 1)
              + ") must be less than the disk's "
              + options.blockCount()
              + " blocks");
    }
    return new VhdxLayout(options, VhdxType.DYNAMIC, null, presentBlocks);
  }

  /**
   * The layout of a child without blocks.
   *
   * @param options what the VHDX shall be like; its disk has the parent's size, id and sectors
   * @param parent where the child will find its parent
   */
  public static VhdxLayout child(VhdxOptions options, ParentLocator parent) {
    return new VhdxLayout(options, VhdxType.DIFFERENCING, parent, new BitSet());
  }

  /** Adds the blocks that a range of the disk touches to a set for {@link #dynamic}. */
  public static void addRange(BitSet blocks, VhdxOptions options, long position, long length) {
    if (position < 0 || length < 0 || position > options.diskSize() - length) {
      throw new IllegalArgumentException(
          "range " + position + "+" + length + " must be within " + options.diskSize() + " bytes");
    }
    if (length > 0) {
      int blockSize = options.blockSize();
      blocks.set((int) (position / blockSize), (int) ((position + length - 1) / blockSize) + 1);
    }
  }

  /** The exact size of the file, in bytes. */
  public long fileSize() {
    return structures.end() + (long) presentCount * format.blockSize();
  }

  /** The number of blocks that will be there. */
  public int presentCount() {
    return presentCount;
  }

  /**
   * Where a byte of the disk is in the file, or -1 where its block is absent.
   *
   * @throws IllegalArgumentException when the disk has no such byte
   */
  public long filePositionOf(long diskPosition) {
    if (diskPosition < 0 || diskPosition >= options.diskSize()) {
      throw new IllegalArgumentException(
          "position ("
              + diskPosition
              + ") must be within the disk's "
              + options.diskSize()
              + " bytes");
    }
    long block = positionOfBlock(format.blockOf(diskPosition));
    return block < 0 ? -1 : block + format.offsetInBlock(diskPosition);
  }

  private long positionOfBlock(int block) {
    int word = block >>> 6;
    if (word >= words.length || (words[word] & 1L << block) == 0) {
      return -1;
    }
    int rank = ranks[word] + Long.bitCount(words[word] & (1L << block) - 1);
    return structures.end() + (long) rank * format.blockSize();
  }

  /**
   * Writes the structures and gives the disk to fill, in any order and from several threads.
   *
   * <p>The disk only translates positions: it writes no more than it is given, and {@link
   * BlockDevice#flush()} makes no order but the target's own. {@link BlockDevice#close()} writes
   * the headers, after which the file is a complete VHDX; it neither flushes nor closes the target.
   * Whoever stops half-way must not let the file have its final name.
   *
   * @param target where the file's content goes, of exactly {@link #fileSize()} bytes; it must read
   *     as zeros
   */
  public BlockDevice create(BlockDevice target) throws IOException {
    checkTarget(target);
    structures.writeRegions(target);
    writeTable(target);
    return new LaidOutDisk(target, options, this);
  }

  /** The same over a target that may hold anything: it is {@linkplain BlockDevice#zero zeroed}. */
  public BlockDevice createOver(BlockDevice target) throws IOException {
    checkTarget(target);
    target.zero(0, target.size());
    return create(target);
  }

  private void checkTarget(BlockDevice target) {
    if (target.size() != fileSize()) {
      throw new IllegalArgumentException(
          "target (" + target.size() + " bytes) must have the layout's " + fileSize() + " bytes");
    }
  }

  private void writeTable(BlockDevice target) throws IOException {
    if (presentCount == 0) {
      return;
    }
    int count = format.entryCount(options.diskSize(), false);
    byte[] chunk = new byte[CHUNK];
    int perChunk = CHUNK / BatEntry.SIZE;
    for (int first = 0; first < count; first += perChunk) {
      boolean any = false;
      int some = Math.min(perChunk, count - first);
      for (int i = 0; i < some; i++) {
        int block = format.blockOfIndex(first + i);
        long position = block < 0 ? -1 : positionOfBlock(block);
        long entry =
            position < 0 ? BatEntry.NONE : BatEntry.of(PayloadState.FULLY_PRESENT, position);
        LittleEndian.put64(chunk, i * BatEntry.SIZE, entry);
        any |= entry != BatEntry.NONE;
      }
      if (any) {
        target.write(
            structures.tableOffset() + (long) first * BatEntry.SIZE,
            ByteBuffer.wrap(chunk, 0, some * BatEntry.SIZE));
      }
    }
  }

  /** Writes what makes the file complete. */
  void finish(BlockDevice target) throws IOException {
    structures.writeHeaders(target);
  }

  @Override
  public String toString() {
    return type
        + " VHDX of "
        + fileSize()
        + " bytes, "
        + presentCount
        + " of "
        + options.blockCount()
        + " blocks";
  }
}
