package io.vhdboot.wim;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.LzmsCompressor;
import io.vhdboot.compression.LzxCompressor;
import io.vhdboot.compression.XpressCompressor;
import io.vhdboot.disk.UnsupportedFormatException;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Encodes chunks for one thread at a time. */
final class ChunkEncoder {

  /** Every XPRESS chunk begins with a code of 256 bytes. */
  private static final int XPRESS_OVERHEAD = 256;

  /** Every LZX block that is compressed begins with three codes of 10 bytes. */
  private static final int LZX_OVERHEAD = 30;

  /**
   * Bytes that encoding takes for each byte of a chunk, the chunk and its encoded form included.
   */
  static final int MEMORY_PER_BYTE = 6;

  /** Whatever memory there is, chunks up to this size are encoded. */
  private static final int SMALL_CHUNK = 1 << 17;

  private final Compressor compressor;
  private final int overhead;
  private final int longest;

  private ChunkEncoder(Compressor compressor, int overhead, int longest) {
    this.compressor = compressor;
    this.overhead = overhead;
    this.longest = longest;
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

  /**
   * Encodes a chunk that is a whole array's begin.
   *
   * @return the bytes that it takes in {@code output}, or {@link Compressor#DOES_NOT_FIT} when
   *     there is no room for it there or it would not shrink
   */
  int encode(byte[] input, int length, byte[] output) {
    return length <= overhead
        ? Compressor.DOES_NOT_FIT
        : compressor.compress(input, 0, length, output, 0, Math.min(output.length, length - 1));
  }

  /** Keeps the encoders of a file for use again; safe for use by several threads. */
  static final class Pool {

    private final WimCompression compression;
    private final int chunkSize;
    private final ConcurrentLinkedQueue<ChunkEncoder> idle = new ConcurrentLinkedQueue<>();

    /**
     * Encoders of a kind.
     *
     * @throws IllegalArgumentException when there are no chunks of this size
     */
    Pool(WimCompression compression, int chunkSize) {
      if (!compression.takesChunksOf(chunkSize)) {
        throw new IllegalArgumentException(
            "chunkSize (" + chunkSize + ") must be one that " + compression + " has");
      }
      this.compression = compression;
      this.chunkSize = chunkSize;
    }

    WimCompression compression() {
      return compression;
    }

    /** Bytes per chunk. */
    int chunkSize() {
      return chunkSize;
    }

    /**
     * An encoder for chunks of this many bytes; there is one for each size up to that of a chunk.
     */
    ChunkEncoder take(int length) {
      ChunkEncoder encoder = idle.poll();
      return encoder != null && encoder.longest >= length ? encoder : create(length);
    }

    /**
     * Throws when a chunk cannot be encoded in the memory that there is.
     *
     * @param file the file that is written
     * @param size bytes that are to be encoded in chunks
     */
    void checkMemory(String file, long size) throws UnsupportedFormatException {
      long chunk = Math.min(size, chunkSize);
      long limit = Runtime.getRuntime().maxMemory() / MEMORY_PER_BYTE;
      if (chunk > Math.max(limit, SMALL_CHUNK)) {
        throw new UnsupportedFormatException(
            file,
            UnsupportedFormatException.NO_OFFSET,
            "chunks of " + chunk + " bytes cannot be encoded; there is memory for " + limit);
      }
    }

    void giveBack(ChunkEncoder encoder) {
      idle.add(encoder);
    }

    private ChunkEncoder create(int length) {
      return switch (compression) {
        case XPRESS -> new ChunkEncoder(new XpressCompressor(), XPRESS_OVERHEAD, chunkSize);
        case LZX -> new ChunkEncoder(new LzxCompressor(chunkSize), LZX_OVERHEAD, chunkSize);
        case LZMS -> {
          // Its tables grow with the longest chunk; most chunks are as long as they may be.
          int longest = Math.min(chunkSize, Math.max(SMALL_CHUNK, length));
          yield new ChunkEncoder(new LzmsCompressor(longest), 0, longest);
        }
        case NONE -> throw new IllegalStateException("nothing is encoded without a compression");
      };
    }
  }
}
