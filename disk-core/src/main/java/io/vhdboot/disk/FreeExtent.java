package io.vhdboot.disk;

/**
 * Room on a disk that belongs to no partition.
 *
 * @param offset where it begins, in bytes
 * @param length its length in bytes, positive
 */
public record FreeExtent(long offset, long length) {}
