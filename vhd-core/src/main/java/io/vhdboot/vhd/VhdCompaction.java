package io.vhdboot.vhd;

/**
 * What compacting a VHD did.
 *
 * @param droppedBlocks blocks that are no longer there
 * @param movedBlocks blocks that are elsewhere in the file now
 * @param sizeBefore the file's size before, in bytes
 * @param sizeAfter the file's size now
 */
public record VhdCompaction(int droppedBlocks, int movedBlocks, long sizeBefore, long sizeAfter) {}
