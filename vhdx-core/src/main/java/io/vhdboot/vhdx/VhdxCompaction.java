package io.vhdboot.vhdx;

/**
 * What compacting a file did.
 *
 * @param sizeBefore bytes of the file before
 * @param sizeAfter bytes of the file now
 * @param droppedBlocks blocks that are not stored any more
 * @param movedBlocks blocks that are elsewhere in the file now
 */
public record VhdxCompaction(long sizeBefore, long sizeAfter, int droppedBlocks, int movedBlocks) {}
