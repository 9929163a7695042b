package io.vhdboot.wim;

/** How a WIM's compressed resources are encoded. */
public enum WimCompression {
  /** Nothing is compressed. */
  NONE(0, 0),
  /** XPRESS with Huffman codes, quick. */
  XPRESS(1 << 12, 1 << 16),
  /** LZX, what Microsoft's install.wim uses. */
  LZX(1 << 15, 1 << 21),
  /** LZMS, what an .esd uses. */
  LZMS(1 << 15, 1 << 30);

  /** The chunk size that Microsoft's software writes, and what a header without one means. */
  static final int DEFAULT_CHUNK_SIZE = 1 << 15;

  private final int minChunkSize;
  private final int maxChunkSize;

  WimCompression(int minChunkSize, int maxChunkSize) {
    this.minChunkSize = minChunkSize;
    this.maxChunkSize = maxChunkSize;
  }

  /** The most bytes that a chunk may have. */
  int largestChunk() {
    return maxChunkSize;
  }

  /** Whether chunks of this size exist in it: powers of two between its limits. */
  boolean takesChunksOf(long size) {
    return size >= minChunkSize && size <= maxChunkSize && Long.bitCount(size) == 1;
  }
}
