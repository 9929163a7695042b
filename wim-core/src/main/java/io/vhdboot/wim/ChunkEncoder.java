package io.vhdboot.wim;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.LzxCompressor;
import io.vhdboot.compression.XpressCompressor;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Encodes chunks for one thread at a time. */
final class ChunkEncoder {

  /** Every XPRESS chunk begins with a code of 256 bytes. */
  private static final int XPRESS_OVERHEAD = 256;

  /** Every LZX block that is compressed begins with three codes of 10 bytes. */
  private static final int LZX_OVERHEAD = 30;

  private final Compressor compressor;
  private final int overhead;

  private ChunkEncoder(Compressor compressor, int overhead) {
    this.compressor = compressor;
    this.overhead = overhead;
  }

  /**
   * Encodes a chunk, or copies it where it would not shrink.
   *
   * @param output has room for {@code length} bytes from {@code outputOffset}
   * @return the bytes that it takes in {@code output}
   */
  int encode(byte[] input, int offset, int length, byte[] output, int outputOffset) {
    int encoded =
        length <= overhead
            ? Compressor.DOES_NOT_FIT
            : compressor.compress(input, offset, length, output, outputOffset, length - 1);
    if (encoded == Compressor.DOES_NOT_FIT) {
      System.arraycopy(input, offset, output, outputOffset, length);
      return length;
    }
    return encoded;
  }

  /** Keeps the encoders of a file for use again; safe for use by several threads. */
  static final class Pool {

    private final WimCompression compression;
    private final int chunkSize;
    private final int longest;
    private final ConcurrentLinkedQueue<ChunkEncoder> idle = new ConcurrentLinkedQueue<>();

    /**
     * Encoders of a kind.
     *
     * @throws IllegalArgumentException when there are no chunks of this size
     */
    Pool(WimCompression compression, int chunkSize) {
      this(compression, chunkSize, chunkSize);
    }

    /**
     * Encoders of a kind for chunks that are shorter than they might be, which takes less memory.
     *
     * @param longest bytes of the longest chunk that comes
     * @throws IllegalArgumentException when there are no chunks of this size
     */
    Pool(WimCompression compression, int chunkSize, long longest) {
      if (!compression.takesChunksOf(chunkSize)) {
        throw new IllegalArgumentException(
            "chunkSize (" + chunkSize + ") must be one that " + compression + " has");
      }
      this.compression = compression;
      this.chunkSize = chunkSize;
      this.longest = (int) Math.max(1, Math.min(longest, chunkSize));
    }

    WimCompression compression() {
      return compression;
    }

    /** Bytes per chunk. */
    int chunkSize() {
      return chunkSize;
    }

    ChunkEncoder take() {
      ChunkEncoder encoder = idle.poll();
      return encoder != null ? encoder : create();
    }

    void giveBack(ChunkEncoder encoder) {
      idle.add(encoder);
    }

    private ChunkEncoder create() {
      return switch (compression) {
        case XPRESS -> new ChunkEncoder(new XpressCompressor(), XPRESS_OVERHEAD);
        case LZX -> new ChunkEncoder(new LzxCompressor(chunkSize), LZX_OVERHEAD);
        case NONE, LZMS ->
            throw new IllegalArgumentException(
                "compression (" + compression + ") must be XPRESS or LZX");
      };
    }
  }
}
