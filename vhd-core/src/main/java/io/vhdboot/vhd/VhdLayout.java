package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;

/**
 * Where everything in a VHD file will be, known before the first byte is written. It serves to
 * write a VHD in one pass at its final place, where nothing can grow.
 */
public sealed interface VhdLayout permits DynamicVhdLayout, FixedVhdLayout {

  /** The exact size of the file, in bytes. */
  long fileSize();

  /**
   * Where a byte of the disk is in the file, or -1 where its block is absent.
   *
   * @throws IllegalArgumentException when the disk has no such byte
   */
  long filePositionOf(long diskPosition);

  /**
   * Writes the structures and gives the disk to fill, in any order and from several threads.
   *
   * <p>The disk only translates positions: it writes no more than it is given, and {@link
   * BlockDevice#flush()} makes no order but the target's own. {@link BlockDevice#close()} writes
   * the footer at the end, after which the file is a complete VHD; it neither flushes nor closes
   * the target. Whoever stops half-way must not let the file have its final name.
   *
   * @param target where the file's content goes, of exactly {@link #fileSize()} bytes; it must read
   *     as zeros
   */
  BlockDevice create(BlockDevice target) throws IOException;

  /** The same over a target that may hold anything: it is {@linkplain BlockDevice#zero zeroed}. */
  default BlockDevice createOver(BlockDevice target) throws IOException {
    LaidOutDisk.checkTarget(target, fileSize());
    target.zero(0, target.size());
    return create(target);
  }
}
