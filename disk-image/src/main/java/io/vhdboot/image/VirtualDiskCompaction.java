package io.vhdboot.image;

/**
 * What compacting did.
 *
 * @param sizeBefore the file's size before, in bytes
 * @param sizeAfter the file's size now
 * @param droppedBlocks blocks that are no longer there
 * @param movedBlocks blocks that are elsewhere in the file now
 */
public record VirtualDiskCompaction(
    long sizeBefore, long sizeAfter, long droppedBlocks, long movedBlocks) {}
