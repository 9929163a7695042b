package io.vhdboot.wim;

/** How a WIM's compressed resources are encoded. */
public enum WimCompression {
  /** Nothing is compressed. */
  NONE(0, 0, 0, 0),
  /** XPRESS with Huffman codes, quick. */
  XPRESS(1 << 12, 1 << 16, 1 << 15, 1 << 16),
  /** LZX, what Microsoft's install.wim uses. */
  LZX(1 << 15, 1 << 21, 1 << 15, 1 << 21),
  /** LZMS, what an .esd uses. */
  LZMS(1 << 15, 1 << 30, 1 << 17, 1 << 26);

  /** What a header without a chunk size means. */
  static final int DEFAULT_CHUNK_SIZE = 1 << 15;

  private final int minChunkSize;
  private final int maxChunkSize;
  private final int usualChunkSize;
  private final int usualSolidChunkSize;

  WimCompression(int minChunkSize, int maxChunkSize, int usualChunkSize, int usualSolidChunkSize) {
    this.minChunkSize = minChunkSize;
    this.maxChunkSize = maxChunkSize;
    this.usualChunkSize = usualChunkSize;
    this.usualSolidChunkSize = usualSolidChunkSize;
  }

  /** The most bytes that a chunk may have. */
  int largestChunk() {
    return maxChunkSize;
  }

  /**
   * Bytes of a chunk as Microsoft's software writes it: 32 KiB, of LZMS 128 KiB; 0 where nothing is
   * compressed.
   */
  public int usualChunkSize() {
    return usualChunkSize;
  }

  /**
   * Bytes of a chunk of a solid resource: of LZMS 64 MiB, as Microsoft's software writes it, of
   * others the most that they have; 0 where nothing is compressed.
   */
  public int usualSolidChunkSize() {
    return usualSolidChunkSize;
  }

  /** Whether chunks of this size exist in it: powers of two between its limits. */
  public boolean takesChunksOf(long size) {
    return size >= minChunkSize && size <= maxChunkSize && Long.bitCount(size) == 1;
  }
}
